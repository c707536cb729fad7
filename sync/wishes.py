# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which signatures of holders are wanted, and which have come; pure.

A wish lives for `WISH_SECONDS`: its paper is printed long before. What comes later is checked as
everything is, and kept by nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sync.errors import SyncError, SyncProblem
from sync.heads import Tip
from sync.turns import Wanted
from sync.wire import Vouched

WISH_SECONDS = 10.0

Place = tuple[str, int]  # segment and number of an entry


@dataclass(frozen=True, slots=True)
class Asked:
    """What one peer was asked to sign, and when."""

    wanted: Wanted
    at: float  # in seconds of the conversation's clock

    def check(self, name: str, vouched: Vouched) -> None:
        """That the peer signed what it was asked for, or said that it does not hold it.

        Raises:
            SyncError: `peer-signature`.
        """
        signature = vouched.signature
        if signature and not self.wanted.holding.is_signed_by(name, signature):
            raise SyncError(SyncProblem.PEER_SIGNATURE)


@dataclass(slots=True)
class _Wish:
    wanted: Wanted
    at: float
    answers: dict[str, bytes] = field(default_factory=dict)  # by name; empty: not held


class Wishes:
    """Those of one replica. Names are keys of devices in hex."""

    def __init__(self) -> None:
        self._wishes: dict[Place, _Wish] = {}

    def want(self, wanted: Wanted, now: float) -> None:
        """Want this from now on; what was signed for it before still is."""
        wish = self._wishes.setdefault(place_of(wanted), _Wish(wanted, now))
        wish.at = now

    def forget(self, now: float) -> None:
        """Forget what was wanted long ago."""
        for place, wish in tuple(self._wishes.items()):
            if now - wish.at >= WISH_SECONDS:
                del self._wishes[place]

    def lacking(self, name: str, heads: Mapping[str, Tip]) -> Iterator[Wanted]:
        """What a peer that holds this much has not answered."""
        for (segment, number), wish in self._wishes.items():
            if segment in heads and heads[segment].number >= number and name not in wish.answers:
                yield wish.wanted

    def take(self, name: str, vouched: Vouched) -> None:
        """Keep a checked answer, if it is still wanted."""
        wish = self._wishes.get((vouched.segment, vouched.number))
        if wish is not None:
            wish.answers[name] = vouched.signature

    def drop(self, name: str) -> None:
        """Keep nothing of a peer that lied."""
        for wish in self._wishes.values():
            wish.answers.pop(name, None)

    def signatures(self, segment: str, number: int) -> dict[str, bytes]:
        """Device → signature, of those who signed."""
        wish = self._wishes.get((segment, number))
        answers = wish.answers if wish else {}
        return {name: signature for name, signature in answers.items() if signature}


def place_of(wanted: Wanted) -> Place:
    """Of the entry that is to be signed for."""
    return wanted.vouch.segment, wanted.vouch.number
