# SPDX-License-Identifier: AGPL-3.0-or-later
"""What these rules count: a contest, its ballots in numbers, and the matrix of its pairs.

It comes from ballots, or, where nobody may look at a ballot, from sums that were opened.
"""

from __future__ import annotations

from dataclasses import dataclass

from ballots.counting.contest import Contest
from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.marks import as_rankings
from ballots.counting.pairs.matrix import Matrix, matrix
from ballots.counting.profile import Batch, Cast

Options = tuple[int, ...]
"""Positions of options, in the order of the contest."""

Order = tuple[Options, ...]
"""From the best; equal options together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """`matrix` has a row and a column for each option of the contest, withdrawn ones too.

    Raises:
        CountingRefused: `length`, `range` or `sum`, for a matrix that cannot come from `cast`.
    """

    contest: Contest
    cast: Cast
    matrix: Matrix

    def __post_init__(self) -> None:
        rows, n = self.matrix, len(self.contest.options)
        if [len(row) for row in rows] != [n] * n:
            raise self._refused(CountingProblem.LENGTH)
        if any(type(votes) is not int or votes < 0 for row in rows for votes in row) or any(
            rows[a][a] for a in range(n)
        ):
            raise self._refused(CountingProblem.RANGE)
        if any(rows[a][b] + rows[b][a] > self.cast.valid for a in range(n) for b in range(n)):
            raise self._refused(CountingProblem.SUM)

    def _refused(self, problem: CountingProblem) -> CountingRefused:
        return CountingRefused(problem, place=self.contest.title)


def tallied(batch: Batch) -> Tally:
    """The tally of ballots; marks and points are read as rankings."""
    rankings, batch = as_rankings(batch)
    pairs = matrix(rankings, len(batch.contest.options))
    return Tally(contest=batch.contest, cast=batch.cast, matrix=pairs)
