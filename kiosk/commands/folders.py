# SPDX-License-Identifier: AGPL-3.0-or-later
"""A device's folder, used by one program at a time: two would write past each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from ballots.record.kinds import Role
from ballots.record.roster import read_certificate
from kiosk.device import Device, load_identity
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.finishing import finish
from kiosk.keys import chance

KEY = "device.key"
RECORD = "record.db"

_OTHERS: Mapping[Role, KioskProblem] = {
    Role.FACILITATOR: KioskProblem.NOT_FACILITATOR,
    Role.DESK: KioskProblem.NOT_DESK,
    Role.BOOTH: KioskProblem.NOT_BOOTH,
    Role.HUB: KioskProblem.NOT_HUB,
}


@contextmanager
def held(folder: Path, name: str = KEY) -> Iterator[None]:
    """Meanwhile no other program uses the folder, or that file in it; refused while one does.

    A booth that runs does not see what another program adds to its record: it would go on
    casting votes after its final.
    """
    try:
        key = (folder / name).open("rb")
    except OSError as error:
        raise KioskRefused(KioskProblem.KEY_FILE, path=str(folder / name)) from error
    with key:
        try:
            flock(key, LOCK_EX | LOCK_NB)
        except OSError as error:
            raise KioskRefused(KioskProblem.DEVICE_RUNNING, path=str(folder)) from error
        yield


@contextmanager
def started(folder: Path) -> Iterator[Device]:
    """The device of a folder that is held; at the end it writes what is due, and stops."""
    with closing(Device(folder, chance)) as device:
        yield device
        finish(device)


@contextmanager
def switched_on(folder: Path, role: Role) -> Iterator[Device]:
    """The device of a folder; refused, with nothing written, when it is not of this role."""
    with held(folder):
        if role_of(folder) is not role:
            raise KioskRefused(_OTHERS[role], path=str(folder))
        with started(folder) as device:
            yield device


def role_of(folder: Path) -> Role:
    """What the device of a folder is certified for."""
    _, certificates = load_identity(folder)
    return read_certificate(certificates[-1]).role
