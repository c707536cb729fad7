# SPDX-License-Identifier: AGPL-3.0-or-later
"""Meek's STV (Hill, Wichmann, Woodall 1987), by the PR Foundation's reference rule.

An elected option keeps a part of each vote that comes to it, its keep factor; the rest goes on to
the next preference, to elected options as well. Factors are lowered until nobody has more than the
quota, which falls as votes run out of preferences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ballots.counting.count import Count
from ballots.counting.draw import Draw, TieFor
from ballots.counting.profile import Batch
from ballots.counting.rounds.papers import laid_out
from ballots.counting.rounds.result import counted
from ballots.counting.rounds.sheet import NOBODY, Moved, Row, Sheet, by_votes
from ballots.counting.rounds.ties import Picked, Ties, idle
from ballots.counting.rounds.ways import Ways
from ballots.counting.rule import StvMeek


def stv_meek(rule: StvMeek, batch: Batch, draw: Draw) -> Count:
    """Count a batch; ballots that rank options equal are spoilt.

    The draw is between all options that are above the lowest by no more than the surplus that is
    still to be passed on.
    """
    batch, piles = laid_out(batch)
    contest, cast, unit = batch.contest, batch.cast, 10**rule.decimals
    rounds = _Rounds(
        ways=Ways(piles, contest.standing, unit),
        ties=Ties(draw),
        unit=unit,
        omega=10 ** max(0, rule.decimals - rule.omega),
        seats=rule.seats,
        keep=[unit if each in contest.standing else 0 for each in range(len(contest.options))],
        hopeful=set(contest.standing),
        elected=[],
    )
    rows = rounds.rows()
    return counted(
        Sheet(
            rule=rule,
            contest=contest,
            cast=cast,
            seats=rule.seats,
            rows=rows,
            decimals=rule.decimals,
            quota=Fraction(rows[-1].needed, unit),
        )
    )


@dataclass(slots=True, kw_only=True)
class _Rounds:
    """The reference rule's parts, by their letters. All numbers but `seats` are units."""

    ways: Ways
    ties: Ties
    unit: int
    omega: int
    seats: int
    keep: list[int]
    hopeful: set[int]
    elected: list[int]

    def rows(self) -> list[Row]:
        votes = self.ways.votes(self.keep)
        if not any(votes):
            return [Row(votes=tuple(votes))]
        rows: list[Row] = []
        while self.hopeful and len(self.elected) < self.seats:  # B.1
            before = self.ways.passed(self.keep)
            votes, quota, surplus = self._iterate()
            if rows:
                rows[-1] = _passing(rows[-1], before, self.ways.passed(self.keep))
            row = Row(
                votes=tuple(votes),
                needed=quota,
                keeps={option: self.keep[option] for option in self.elected},
            )
            rows.append(self._decide(row, surplus, len(rows) + 1))
        return rows

    def _iterate(self) -> tuple[list[int], int, int]:
        """B.2: votes, quota and surplus once somebody is elected or little enough is left over."""
        last = None
        while True:
            votes = self.ways.votes(self.keep)
            quota = sum(votes) // (self.seats + 1) + 1
            surplus = max(0, sum(votes[option] - quota for option in self.elected))
            stalled = last is not None and surplus >= last
            if self._reached(votes, quota) or surplus < self.omega or stalled:
                return votes, quota, surplus
            last = surplus
            for option in self.elected:
                kept = _up(self.keep[option] * quota, self.unit)
                self.keep[option] = min(self.unit, _up(kept * self.unit, votes[option]))

    def _decide(self, row: Row, surplus: int, stage: int) -> Row:
        """B.2.c, else B.3; then C.1, where there is a seat for everybody who is left."""
        reached = self._reached(row.votes, row.needed)
        for option in reached:
            self.hopeful.remove(option)
            self.ways.elect(option)
        self.elected += reached
        row = replace(row, elected=reached, standing=tuple(sorted(self.hopeful)))
        if not reached and not self._room():
            row = self._exclude(row, surplus, stage)
        if not self._room():
            return row
        left = by_votes(self.hopeful, row.votes)
        self.elected += left
        self.hopeful.clear()
        return replace(row, elected=(*row.elected, *left))

    def _exclude(self, row: Row, surplus: int, stage: int) -> Row:
        race = {option: row.votes[option] for option in row.standing}
        enough = min(race.values()) + surplus
        tied = tuple(option for option in row.standing if race[option] <= enough)
        if surplus < self.omega and idle(tied, race, self.seats - len(self.elected)):
            picked = Picked(option=tied[0], tied=tied)
        else:
            picked = self.ties.pick(tied, TieFor.EXCLUSION, stage)
        self.hopeful.remove(picked.option)
        self.ways.exclude(picked.option)
        self.keep[picked.option] = 0
        return replace(
            row,
            excluded=(picked.option,),
            picked=picked,
            moved=_gone(picked.option, row.votes, self.ways.votes(self.keep)),
        )

    def _reached(self, votes: Sequence[int], quota: int) -> tuple[int, ...]:
        return by_votes((option for option in self.hopeful if votes[option] >= quota), votes)

    def _room(self) -> bool:
        return len(self.elected) + len(self.hopeful) <= self.seats


def _gone(option: int, before: Sequence[int], after: Sequence[int]) -> Moved:
    """Where the votes of an excluded option come to rest while keep factors stay as they are."""
    moved = {
        (option, target): after[target] - votes
        for target, votes in enumerate(before)
        if target != option and after[target] != votes
    }
    moved[option, NOBODY] = before[option] - sum(moved.values())
    return {way: votes for way, votes in moved.items() if votes}


def _passing(row: Row, before: Counter[tuple[int, int]], after: Counter[tuple[int, int]]) -> Row:
    """The row with what elected options pass on more after it, once the keep factors are lower."""
    after.subtract(before)
    moved = {way: votes for way, votes in after.items() if votes}
    surplus = tuple(sorted({source for source, _ in moved}))
    return replace(row, surplus=surplus, moved={**row.moved, **moved})


def _up(units: int, by: int) -> int:
    return -(-units // by)
