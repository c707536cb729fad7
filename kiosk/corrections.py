# SPDX-License-Identifier: AGPL-3.0-or-later
"""Taking back what this device put on record by mistake, or before it was final."""

from __future__ import annotations

from ballots.record.bodies import Correction, read
from ballots.record.kinds import Kind
from kiosk.device import Device


def take_back(device: Device, *kinds: Kind) -> None:
    """Void all that this device wrote of these kinds (of `CORRECTABLE`) and that still stands."""
    own = set(device.session().devices[device.key.public.hex()].segments)
    written = [entry for entry in device.replica.everything() if entry.header.segment in own]
    void = {
        read(entry.body, Correction).entry
        for entry in written
        if entry.header.kind is Kind.CORRECTION
    }
    for entry in written:
        if entry.header.kind in kinds and entry.id.hex() not in void:
            device.write(Kind.CORRECTION, Correction(entry=entry.id.hex()).encode())
