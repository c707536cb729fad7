# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether the outcome of equal shares holds against that of most votes first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from ballots.counting.budgets.market import Market
from ballots.counting.budgets.told import BudgetTold
from ballots.counting.settings import Comparison
from ballots.counting.trace import Step, step

_TOLD: Final[Mapping[tuple[Comparison, bool], BudgetTold]] = {
    (Comparison.SATISFACTION, False): BudgetTold.KEPT,
    (Comparison.SATISFACTION, True): BudgetTold.REPLACED,
    (Comparison.EXCLUSION, False): BudgetTold.KEPT_SERVING,
    (Comparison.EXCLUSION, True): BudgetTold.REPLACED_SERVING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Voters for either outcome, who get more or who get anything, and which of them it is."""

    by: Comparison
    shares: int
    greedy: int

    @property
    def replaced(self) -> bool:
        """Whether most votes first replaces equal shares, which stay where both are equal."""
        return self.greedy > self.shares

    @property
    def told(self) -> Step:
        """The two numbers, that of the outcome that holds first."""
        against, n = sorted((self.shares, self.greedy))
        return step(_TOLD[self.by, self.replaced], n=n, against=against)


def compare(
    by: Comparison, market: Market, *, shares: Collection[int], greedy: Collection[int]
) -> Compared:
    """Set two sets of funded projects against each other.

    With `satisfaction` a voter is for the one in which what the voter marked costs more; with
    `exclusion`, for each in which there is anything that the voter marked.
    """
    for_shares = for_greedy = 0
    for marks, voters in zip(market.marks, market.sizes, strict=True):
        gets = [project for project in marks if project in shares]
        would = [project for project in marks if project in greedy]
        if by is Comparison.SATISFACTION:
            more = market.cost(gets) - market.cost(would)
            for_shares += voters if more > 0 else 0
            for_greedy += voters if more < 0 else 0
        else:
            for_shares += voters if gets else 0
            for_greedy += voters if would else 0
    return Compared(by=by, shares=for_shares, greedy=for_greedy)
