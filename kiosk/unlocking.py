# SPDX-License-Identifier: AGPL-3.0-or-later
"""A locked key, unlocked into memory for the screens."""

from __future__ import annotations

from pathlib import Path

from ballots.errors import Refusal
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.events import Event
from kiosk.joining.events import Done, ServiceWish, Unlock, WentWrong
from kiosk.joining.views import Trouble
from kiosk.keys import load_key
from kiosk.locked_keys import LockedKey, Memory, read_locked, unlock


def locked_key(path: Path) -> LockedKey | None:
    """The key of a file that has to be unlocked before it can be used, else None."""
    try:
        load_key(path)
    except KioskRefused as refusal:
        if refusal.code is KioskProblem.KEY_LOCKED:
            return read_locked(path.read_bytes())
    return None


class Unlocker:
    """Tries passphrases."""

    def __init__(self, locked: LockedKey) -> None:
        """For this key."""
        self._locked = locked

    def carry_out(self, wish: ServiceWish, /) -> Event | None:
        """Refusals are events."""
        if not isinstance(wish, Unlock):
            return None
        try:
            Memory().put(unlock(self._locked, wish.passphrase))
        except Refusal as refusal:
            return WentWrong(trouble=Trouble.of(refusal))
        return Done()
