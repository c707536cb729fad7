# SPDX-License-Identifier: AGPL-3.0-or-later
"""Instant run-off: the last is excluded until one has more than half of what continues."""

from __future__ import annotations

from dataclasses import dataclass, field

from ballots.counting.count import Count
from ballots.counting.draw import Draw, TieFor
from ballots.counting.profile import Batch
from ballots.counting.rounds.papers import laid_out
from ballots.counting.rounds.result import counted
from ballots.counting.rounds.sheet import Moved, Row, Sheet
from ballots.counting.rounds.table import Table
from ballots.counting.rounds.ties import Picked, Ties, hopeless, lowest
from ballots.counting.rule import Irv


def irv(rule: Irv, batch: Batch, draw: Draw) -> Count:
    """Count a batch; ballots that rank options equal are spoilt.

    A tie for exclusion goes to the fewest votes at the last earlier stage that tells the tied
    apart, then to the draw. Options that cannot catch up even together leave in the order of the
    contest, or with `rule.batch` all at once.
    """
    batch, piles = laid_out(batch)
    contest, cast = batch.contest, batch.cast
    table = Table.of(piles, len(contest.options), contest.standing)
    rows = _Exclusions(Ties(draw), together=rule.batch).rows(table)
    return counted(Sheet(rule=rule, contest=contest, cast=cast, seats=1, rows=rows))


@dataclass(slots=True)
class _Exclusions:
    """Who leaves, stage by stage. `leaving` are going to leave before any other does."""

    ties: Ties
    together: bool
    leaving: set[int] = field(default_factory=set)

    def rows(self, table: Table) -> list[Row]:
        if not any(table.votes):
            return [Row(votes=tuple(table.votes))]
        rows: list[Row] = []
        while True:
            votes, standing = tuple(table.votes), tuple(sorted(table.standing))
            needed = sum(votes) // 2 + 1
            elected = tuple(option for option in standing if votes[option] >= needed)
            if elected:
                return [*rows, Row(votes=votes, needed=needed, elected=elected, standing=standing)]
            excluded, picked = self._last(len(rows) + 1, votes, standing)
            rows.append(
                Row(
                    votes=votes,
                    needed=needed,
                    standing=standing,
                    excluded=excluded,
                    picked=picked,
                    moved=_exclude(table, excluded),
                )
            )

    def _last(
        self, stage: int, votes: tuple[int, ...], standing: tuple[int, ...]
    ) -> tuple[tuple[int, ...], Picked | None]:
        # Who of the leaving has left by now may be chance, so no tie looks back on such a stage.
        if self.leaving.isdisjoint(standing):
            self.ties.stages[stage] = votes
        race = {option: votes[option] for option in standing}
        group, tied = hopeless(race), lowest(race)
        if self.together and group:
            return tuple(sorted(group)), None
        if len(tied) > 1 and set(tied) <= set(group):
            self.leaving |= set(group)
            picked = Picked(option=tied[0], tied=tied)
        else:
            picked = self.ties.pick(tied, TieFor.EXCLUSION, stage)
        return (picked.option,), picked


def _exclude(table: Table, excluded: tuple[int, ...]) -> Moved:
    table.standing.difference_update(excluded)
    moved: dict[tuple[int, int], int] = {}
    for option in excluded:
        moved |= table.pass_on(option)
    return moved
