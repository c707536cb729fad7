# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which slip this device has in hand, and who may have it of two that show the same one; pure.

A slip is 32 bytes that mean nothing here. What is in hand is known to its holder alone: it is
asked, and answers, so that nothing has to be taken back, repeated or forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Final

from sync.errors import SyncError, SyncProblem
from sync.peer import Peer
from sync.turns import Send
from sync.wire import Reserve, Reserved

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

    def asks(self, peer: Peer, now: float) -> Iterator[Send]:
        """Ask a peer for the slip in hand, while others are still asked."""
        if self.standing is Standing.ASKING:
            peer.reserves.append((self.slip, now))
            yield Send(peer.link, Reserve(self.slip))

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

    def answered(self, peer: Peer, answer: Reserved) -> None:
        """Answers come in the order of the questions, and of one slip the last one matters.

        It does not, once the slip is held.

        Raises:
            SyncError: `peer-turn`, for an answer to another question than the oldest.
        """
        if [slip for slip, _ in peer.reserves[:1]] != [answer.slip]:
            raise SyncError(SyncProblem.PEER_TURN)
        del peer.reserves[0]
        is_last = answer.slip not in (slip for slip, _ in peer.reserves)
        is_of_it = answer.slip == self.slip and self.standing is Standing.ASKING
        if is_last and is_of_it and not answer.is_free:
            self._lose(peer.name)

    def settle(self, peers: Iterable[Peer], now: float) -> None:
        """The slip is in hand here as soon as all who were asked have had time to answer."""
        reserves = (each for peer in peers for each in peer.reserves)
        asked = [at for slip, at in reserves if slip == self.slip]
        is_over = now - max(asked, default=-inf) >= RESERVE_SECONDS
        if is_over and self.standing is Standing.ASKING:
            self.standing = Standing.HELD

    def _lose(self, name: str) -> None:
        self.standing, self.by = Standing.TAKEN, name
