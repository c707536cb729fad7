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
    path: Path = device.folder / NETWORK
    try:
        twins = read_pem(path.read_bytes())
    except (OSError, ValueError) as error:
        raise KioskRefused(KioskProblem.NO_FILE, path=str(path)) from error
    return Passport(device.key, twins, device.prepared.root, random(_START_SIZE).hex())
