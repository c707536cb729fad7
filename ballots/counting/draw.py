# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ties, and what decides them: the rule's own step, then one order that dice fixed.

A count asks its `Draw` whenever options are equal. Whoever comes first in the order is lucky: it
is chosen first, and excluded last. Without an order the order of the file stands in, so that a
count can be tried; `settle` then finds out whether it mattered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class TieFor(StrEnum):
    """What equal options are equal for; said as `tie.for.<value>`."""

    SEAT = "seat"  # who is chosen
    EXCLUSION = "exclusion"  # who goes out of the count
    SURPLUS = "surplus"  # whose surplus is transferred first
    FUNDING = "funding"  # which project gets the money
    DUEL = "duel"  # which of two equal duels is looked at first
    SECOND_ROUND = "second-round"  # who goes to it


class TieBy(StrEnum):
    """What decided it; said as `tie.by.<value>`."""

    EARLIER_STAGE = "earlier-stage"  # votes at the last stage at which they differed
    LOWER_COST = "lower-cost"
    MORE_VOTES = "more-votes"
    LOT = "lot"
    FILE_ORDER = "file-order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A tie that was decided. `picked` is who got it: the seat, the money, or the exclusion."""

    tied: tuple[int, ...]  # in the order of the contest
    what: TieFor
    by: TieBy
    picked: int
    stage: int  # from 1; 0 where there are none


@dataclass(slots=True)
class Draw:
    """Decides the ties of one run of a count, and keeps them in the order they came up.

    `order` holds all options, the luckiest first; `chance` is what stands behind it. `forced`
    gives another outcome to single ties, by their number in this run.
    """

    order: Sequence[int]
    chance: TieBy = TieBy.LOT
    forced: Mapping[int, int] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)

    def pick(
        self,
        tied: Sequence[int],
        what: TieFor,
        *,
        stage: int = 0,
        own: tuple[TieBy, Callable[[Sequence[int]], Sequence[int]]] | None = None,
    ) -> int:
        """The one of `tied` that gets what they are equal for.

        `own` is the rule's own step: it gives those of the tied that are still equal after it.
        """
        if len(tied) == 1:
            return tied[0]
        left, by = tied, self.chance
        if own is not None:
            left = own[1](tied)
            by = own[0] if len(left) == 1 else self.chance
        number = len(self.taken)
        if number in self.forced and self.forced[number] in tied:
            picked = self.forced[number]
        else:
            ranked = sorted(left, key=self.order.index)
            picked = ranked[-1] if what is TieFor.EXCLUSION else ranked[0]
        self.taken.append(
            Taken(tied=tuple(sorted(tied)), what=what, by=by, picked=picked, stage=stage)
        )
        return picked

    def arrange(self, tied: Sequence[int], what: TieFor, *, stage: int = 0) -> tuple[int, ...]:
        """All of `tied`, one after the other: who is first is a tie of all, and so on."""
        left, arranged = list(tied), []
        while left:
            first = self.pick(left, what, stage=stage)
            left.remove(first)
            arranged.append(first)
        return tuple(arranged)
