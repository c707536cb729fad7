# SPDX-License-Identifier: AGPL-3.0-or-later
"""Places for those with most votes, points or grades; a draw decides who of equals gets the last.

A tie between options that all get a place is no tie, and is not drawn.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ballots.counting.contest import Contest, Option
from ballots.counting.count import Reason
from ballots.counting.draw import Draw, TieFor
from ballots.counting.sums.outcome import Decision, Verdict
from ballots.counting.sums.seats import fill_seats
from ballots.counting.sums.told import SumTold
from ballots.counting.trace import Step, Told, step


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Who gets a place: `winners` by id, the best first, those that were drawn last."""

    decided: Decision  # before anything is drawn
    winners: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """Chosen, or nothing chosen."""
        return Verdict.CHOSEN if self.winners else Verdict.NOTHING_CHOSEN

    @property
    def vacant(self) -> int:
        """Places that stay empty."""
        return 0 if self.decided.tied else self.decided.open_seats

    @property
    def told(self) -> tuple[Step, ...]:
        """The tie for the last places, or the places that stay empty."""
        if self.decided.tied:
            n, tied = self.decided.open_seats, self.decided.tied
            return (step(SumTold.TIE, n=n, options=tied),)
        return (step(Told.VACANT, n=self.vacant),) if self.vacant else ()

    def reasons(self, contest: Contest, steps: Mapping[str, tuple[Step, ...]]) -> Iterator[Reason]:
        """Every option's reason: its own steps, and what the draw made of it."""
        for option in contest.options:
            if option.withdrawn:
                yield withdrawn(option)
            else:
                told = (*steps[option.id], *self._drawn(option.id))
                yield Reason(option=option.id, won=option.id in self.winners, steps=told)

    def _drawn(self, id: str) -> tuple[Step, ...]:
        if id not in self.decided.tied:
            return ()
        code = SumTold.TIE_WON if id in self.winners else SumTold.TIE_LOST
        return (step(code, option=id),)


def fill_places(
    contest: Contest,
    votes: Mapping[str, int],
    draw: Draw,
    *,
    seats: int,
    needed: int = 1,
    what: TieFor = TieFor.SEAT,
) -> Places:
    """Give `seats` places to the options of `votes` that have `needed` of them and most."""
    decided = fill_seats(votes, seats=seats, needed=needed)
    left = [contest.place(id) for id in decided.tied]
    drawn: list[int] = []
    while left and len(drawn) < decided.open_seats:
        drawn.append(draw.pick(left, what))
        left.remove(drawn[-1])
    return Places(decided=decided, winners=(*decided.chosen, *contest.ids(drawn)))


def withdrawn(option: Option) -> Reason:
    """Why an option that was withdrawn has no place."""
    return Reason(option=option.id, won=False, steps=(step(SumTold.WITHDRAWN, option=option.id),))


def ranked(values: Mapping[str, Any]) -> dict[str, int]:
    """Values that compare as whole numbers in the same order: 1 for the lowest."""
    levels = sorted(set(values.values()))
    return {id: bisect_left(levels, value) + 1 for id, value in values.items()}
