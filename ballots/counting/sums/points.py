# SPDX-License-Identifier: AGPL-3.0-or-later
"""Places for the options with most points, in all or on average.

An option that nobody gives more than the lowest points is never chosen.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import ClassVar

from ballots.counting.contest import Amount
from ballots.counting.count import Count, Stage
from ballots.counting.draw import Draw
from ballots.counting.rule import Cumulative, Score
from ballots.counting.sums.conditions import ballots_told
from ballots.counting.sums.outcome import Fate
from ballots.counting.sums.places import Places, fill_places, ranked
from ballots.counting.sums.shares import more_than
from ballots.counting.sums.tally import Points
from ballots.counting.sums.told import SumTold, rounded
from ballots.counting.trace import Step, Told, step


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(ABC):
    """What decides: `values` by id, and `lowest`, which an option must exceed to be chosen."""

    values: Mapping[str, Amount]
    lowest: Amount

    decides: ClassVar[SumTold]
    decimals: ClassVar[int]

    @abstractmethod
    def told(self, id: str, fate: Fate, cut: Amount) -> Step:
        """What is told of an option; `cut` is the value of the one that got the last place."""

    @abstractmethod
    def margin(self, places: Places) -> int | None:
        """Ballots that, marked otherwise, could change the winners; None where it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums(Measure):
    """All points together. `swing` is how many one ballot can give or take; 0 is not known."""

    values: Mapping[str, int]
    lowest: int
    swing: int

    decides: ClassVar[SumTold] = SumTold.SUM_DECIDES
    decimals: ClassVar[int] = 0

    def told(self, id: str, fate: Fate, cut: Amount) -> Step:
        """Its points, and how many it is short of."""
        points = self.values[id]
        match fate:
            case Fate.CHOSEN:
                return step(SumTold.POINTS_CHOSEN, option=id, n=points)
            case Fate.TIED:
                return step(SumTold.POINTS_TIED, option=id, n=points)
            case Fate.OUTVOTED:
                short = int(cut) + 1 - points
                return step(SumTold.POINTS_SHORT, option=id, points=points, n=short)
            case _:
                return step(SumTold.POINTS_LOWEST, option=id)

    def margin(self, places: Places) -> int | None:
        """One ballot may give its points to one option and take as many from another.

        So a lead is gone with half as many ballots as it is swings; it may take more.
        """
        if not self.swing or places.decided.tied:
            return None
        last = min((self.values[id] for id in places.winners), default=self.lowest)
        ways: list[Fraction] = []
        for each in places.decided.standings:
            if each.option in places.winners:
                ways.append(Fraction(self.values[each.option] - self.lowest, self.swing))
            elif places.vacant:
                return 1  # one ballot is enough to be above the lowest
            else:
                ways.append(Fraction(last - self.values[each.option], 2 * self.swing))
        return ceil(min(ways))


@dataclass(frozen=True, slots=True, kw_only=True)
class Means(Measure):
    """The mean of the ballots that rate an option, which are `rated`."""

    rated: Mapping[str, int]

    decides: ClassVar[SumTold] = SumTold.MEAN_DECIDES
    decimals: ClassVar[int] = 2

    def told(self, id: str, fate: Fate, cut: Amount) -> Step:
        """Its mean, and how many points more the same ballots would have had to give it."""
        value, rated = Fraction(self.values[id]), self.rated[id]
        mean = rounded(value, self.decimals)
        match fate:
            case Fate.CHOSEN:
                return step(SumTold.MEAN_CHOSEN, option=id, mean=mean, n=rated)
            case Fate.TIED:
                return step(SumTold.MEAN_TIED, option=id, mean=mean, n=rated)
            case Fate.OUTVOTED:
                short = more_than(Fraction(cut), rated) - int(value * rated)
                return step(SumTold.MEAN_SHORT, option=id, mean=mean, ballots=rated, n=short)
            case _:
                return step(SumTold.POINTS_LOWEST, option=id)

    def margin(self, places: Places) -> int | None:  # noqa: ARG002
        """Not known: a ballot may also fall silent, and weigh nothing."""
        return None


def elect(
    rule: Score | Cumulative,
    tally: Points,
    draw: Draw,
    by: Measure,
    told: Iterable[Step] = (),
) -> Count:
    """Fill the seats by a measure; `told` is what the rule says of it."""
    contest = tally.contest
    standing = {id: by.values[id] for id in contest.ids(contest.standing)}
    above = {id: value for id, value in standing.items() if value > by.lowest}
    levels = dict.fromkeys(standing, 0) | ranked(above)
    places = fill_places(contest, levels, draw, seats=rule.seats)
    cut = by.values[places.winners[-1]] if places.winners else by.lowest
    steps = {
        each.option: (by.told(each.option, each.fate, cut),) for each in places.decided.standings
    }
    margin = by.margin(places)
    return Count(
        rule=rule,
        contest=contest,
        cast=tally.cast,
        winners=places.winners,
        verdict=places.verdict,
        stages=(Stage(votes=by.values, elected=places.winners),),
        decimals=by.decimals,
        told=(
            *ballots_told(tally.cast),
            *told,
            step(by.decides, n=rule.seats),
            *places.told,
            *((step(Told.MARGIN, n=margin),) if margin else ()),
        ),
        reasons=tuple(places.reasons(contest, steps)),
    )
