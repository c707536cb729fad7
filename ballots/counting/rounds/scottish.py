# SPDX-License-Identifier: AGPL-3.0-or-later
"""Scottish STV: the Scottish Local Government Elections Order 2007 (SSI 2007/42), rules 45-52.

Weighted inclusive Gregory: a surplus passes all papers on, each at a lower value. Values have five
decimals, the rest is ignored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from ballots.counting.count import Count
from ballots.counting.draw import Draw, TieFor
from ballots.counting.profile import Batch
from ballots.counting.rounds.papers import laid_out
from ballots.counting.rounds.result import counted
from ballots.counting.rounds.sheet import Row, Sheet, by_votes
from ballots.counting.rounds.table import Table
from ballots.counting.rounds.ties import Picked, Ties, idle, lowest
from ballots.counting.rule import StvScottish

DECIMALS: Final = 5
UNIT: Final = 10**DECIMALS


def stv_scottish(rule: StvScottish, batch: Batch, draw: Draw) -> Count:
    """Count a batch; ballots that rank options equal are spoilt.

    The quota is of the ballots that rank an option which is not withdrawn. A tie, for exclusion or
    for whose surplus goes first, goes to the votes at the last earlier stage that tells the tied
    apart, then to the draw.
    """
    batch, piles = laid_out(batch)
    contest, cast = batch.contest, batch.cast
    table = Table.of(piles, len(contest.options), contest.standing, worth=UNIT)
    quota = sum(table.votes) // UNIT // (rule.seats + 1) + 1
    rows = _Stages(table, Ties(draw), quota * UNIT, rule.seats).rows()
    return counted(
        Sheet(
            rule=rule,
            contest=contest,
            cast=cast,
            seats=rule.seats,
            rows=rows,
            decimals=DECIMALS,
            quota=quota,
        )
    )


@dataclass(slots=True)
class _Stages:
    """What is decided, stage by stage. `seats` are still free; `surpluses` wait their turn."""

    table: Table
    ties: Ties
    quota: int
    seats: int
    surpluses: set[int] = field(default_factory=set)

    def rows(self) -> list[Row]:
        rows = [self._stage(1)]
        while rows[-1].source:
            rows.append(self._stage(len(rows) + 1))
        return rows

    def _stage(self, stage: int) -> Row:
        votes, standing = tuple(self.table.votes), self.table.standing
        self.ties.stages[stage] = votes
        elected = self._elect(votes) if any(votes) else ()
        row = Row(
            votes=votes, needed=self.quota, elected=elected, standing=tuple(sorted(standing))
        )
        if not any(votes) or not self.seats or not standing:
            return row
        return self._pass_on(row, stage) if self.surpluses else self._exclude(row, stage)

    def _elect(self, votes: Sequence[int]) -> tuple[int, ...]:
        """Who has the quota, then everybody where there is a seat for each (rule 52)."""
        standing = self.table.standing
        elected = by_votes((each for each in standing if votes[each] >= self.quota), votes)
        self.surpluses.update(each for each in elected if votes[each] > self.quota)
        standing.difference_update(elected)
        if len(elected) + len(standing) <= self.seats:
            elected += by_votes(standing, votes)
            standing.clear()
        self.seats -= len(elected)
        return elected

    def _pass_on(self, row: Row, stage: int) -> Row:
        """The largest surplus (rules 48 and 49): surplus × worth / votes for each paper."""
        votes = row.votes
        most = max(votes[option] for option in self.surpluses)
        largest = sorted(option for option in self.surpluses if votes[option] == most)
        picked = self.ties.pick(largest, TieFor.SURPLUS, stage)
        self.surpluses.remove(picked.option)
        surplus = most - self.quota
        return replace(
            row,
            surplus=(picked.option,),
            value=surplus * UNIT // most,
            picked=picked,
            moved=self.table.pass_on(
                picked.option, left=self.quota, worth=lambda worth: surplus * worth // most
            ),
        )

    def _exclude(self, row: Row, stage: int) -> Row:
        """The fewest votes (rules 50 and 51); papers keep their worth."""
        race = {option: row.votes[option] for option in row.standing}
        tied = lowest(race)
        if idle(tied, race, self.seats):
            picked = Picked(option=tied[0], tied=tied)
        else:
            picked = self.ties.pick(tied, TieFor.EXCLUSION, stage)
        self.table.standing.remove(picked.option)
        return replace(
            row,
            excluded=(picked.option,),
            picked=picked,
            moved=self.table.pass_on(picked.option),
        )
