# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a device shows on the network, from the folder that was prepared for it."""

from __future__ import annotations

from pathlib import Path

from ballots.randomness import Randomness
from kiosk.device import Device
from kiosk.errors import KioskProblem, KioskRefused
from sync.network.certificates import read_pem
from sync.network.passport import Passport

NETWORK = "network.pem"
_START_SIZE = 8


def passport(device: Device, random: Randomness) -> Passport:
    """That of a device that is on, with a fresh key for its connections.

    Raises:
        KioskRefused: `no-file`, where the folder has no certificates for the network.
    """
    start = random(_START_SIZE).hex()
    return Passport(device.key, twins_of(device.folder), device.prepared.root, start)


def twins_of(folder: Path) -> tuple[bytes, ...]:
    """The certificates for the network (DER) of a device's folder, from the root's down.

    Raises:
        KioskRefused: `no-file`.
    """
    path = folder / NETWORK
    try:
        return read_pem(path.read_bytes())
    except (OSError, ValueError) as error:
        raise KioskRefused(KioskProblem.NO_FILE, path=str(path)) from error
