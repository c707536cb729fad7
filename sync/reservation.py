# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which slip this device has in hand, and who may have it of two that show the same one; pure.

A slip is 32 bytes that mean nothing here. What is in hand is known to its holder alone: it is
asked, and answers, so that nothing has to be taken back, repeated or forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

RESERVE_SECONDS: Final = 1.0  # then whoever has not answered holds up nothing


class Standing(StrEnum):
    """How it is with the slip that was taken in hand last."""

    NONE = "none"  # there is none, or it was put back
    ASKING = "asking"  # the others have not all answered
    HELD = "held"  # it is this device's
    TAKEN = "taken"  # another device has it


@dataclass(slots=True)
class Reservation:
    """That of the device `name`. `by` names the device that has the slip where it is taken."""

    name: str
    slip: bytes = b""
    standing: Standing = Standing.NONE
    by: str = ""

    def begin(self, slip: bytes) -> None:
        """Want a slip instead of what was in hand; none, where it is empty."""
        self.slip, self.by = slip, ""
        self.standing = Standing.ASKING if slip else Standing.NONE

    def yields(self, slip: bytes, name: str) -> bool:
        """Whether the device `name` may have a slip, as far as this one is concerned.

        What is held is not given away. Of two that ask each other at the same time the one of
        the lower name has it.
        """
        if slip != self.slip or self.standing is Standing.TAKEN:
            return True
        if self.standing is Standing.HELD or self.name < name:
            return False
        self._lose(name)
        return True

    def hear(self, slip: bytes, name: str, *, is_free: bool) -> None:
        """What the device `name` answered; of no matter once the slip is held."""
        if slip == self.slip and not is_free and self.standing is Standing.ASKING:
            self._lose(name)

    def settle(self) -> None:
        """Nobody is waited for any more."""
        if self.standing is Standing.ASKING:
            self.standing = Standing.HELD

    def _lose(self, name: str) -> None:
        self.standing, self.by = Standing.TAKEN, name
