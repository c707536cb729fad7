# SPDX-License-Identifier: AGPL-3.0-or-later
"""One peer as the conversation knows it: what it said it holds, what it was asked; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

from sync.heads import Tip
from sync.pages import Ask
from sync.turns import Link
from sync.wishes import Asked, Place

GREETING_SECONDS = 2.0  # for the peer's first message
ANSWER_SECONDS = 10.0  # then the peer is given up
SILENCE_SECONDS = 15.0  # of a peer that says nothing at all


@dataclass(slots=True)
class Peer:
    """At the other end of a line. Times are seconds of the conversation's clock."""

    link: Link
    opened: float
    heard: float
    told: float = -inf
    name: str = ""  # empty until it has greeted
    heads: dict[str, Tip] = field(default_factory=dict)
    asks: dict[str, Ask] = field(default_factory=dict)
    vouches: dict[Place, Asked] = field(default_factory=dict)
    reserves: list[tuple[bytes, float]] = field(default_factory=list)  # slips, and when asked for
    reread: dict[str, Tip | None] = field(default_factory=dict)  # how far, looking for a fork

    def is_silent(self, now: float) -> bool:
        """Whether it has been waited for long enough: to greet, to answer, to say anything."""
        if not self.name and now - self.opened >= GREETING_SECONDS:
            return True
        waits = [ask.waits(now) for ask in self.asks.values()]
        waits += [now - it.at for it in self.vouches.values()]
        waits += [now - at for _, at in self.reserves]
        return max(waits, default=0.0) >= ANSWER_SECONDS or now - self.heard >= SILENCE_SECONDS
