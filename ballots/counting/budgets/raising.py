# SPDX-License-Identifier: AGPL-3.0-or-later
"""Raising every voter's endowment, step by step, until equal shares spend the budget.

The outcome is as if every step had been counted. Steps are leapt over only where it is certain
that they buy the same (see `bought_up_to`); how far is a guess that costs nothing but time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from ballots.counting.budgets.equal_shares import Purchase, bought, bought_up_to
from ballots.counting.budgets.market import Market
from ballots.counting.budgets.precedence import Precedence
from ballots.counting.budgets.told import BudgetTold
from ballots.counting.settings import Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """What is bought after so many steps, and what ended them, if there were to be any.

    That is `overspent`, `exhausted` or `complete`. `beyond` is what the next step would spend,
    where that is more than the budget.
    """

    endowment: Fraction
    steps: int
    purchases: tuple[Purchase, ...]
    told: BudgetTold | None = None
    beyond: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class _Leap:
    """How many steps to leap over, and how many to walk `before` the next try.

    A leap that holds is followed by one of twice the length; one that does not, by a walk that is
    twice as long each time.
    """

    length: int = 2
    before: int = 0
    patience: int = 1

    def held(self) -> _Leap:
        return _Leap(length=2 * self.length)

    def failed(self) -> _Leap:
        return _Leap(before=self.patience, patience=2 * self.patience)

    def walked(self) -> _Leap:
        return replace(self, before=self.before - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """From where the endowment is raised, by how much, up to what budget."""

    start: Fraction
    increment: int
    budget: Fraction
    stop: Stop

    def rung(self, number: int) -> Fraction:
        """The endowment after a number of steps."""
        return self.start + number * self.increment


def raised(market: Market, ladder: Ladder, precedence: Precedence) -> Raised:
    """The last step before the first that spends more than the budget, or where no more is needed.

    That is where everything with supporters is bought or excluded, and with the stop rule
    `exhaustive` also where nothing else would fit into the budget.
    """
    steps, leap = 0, _Leap()
    now = bought(market, ladder.start, precedence.first)
    while (told := _ended(market, ladder, now)) is None:
        if not leap.before:
            ahead = bought_up_to(
                market, ladder.rung(steps + leap.length), now, precedence.goes_first
            )
            if ahead is not None:
                now, steps, leap = ahead, steps + leap.length, leap.held()
            else:
                leap = leap.failed()
            continue
        leap = leap.walked()
        after = bought(market, ladder.rung(steps + 1), precedence.first)
        spent = _spent(market, after)
        if spent > ladder.budget:
            return Raised(
                endowment=ladder.rung(steps),
                steps=steps,
                purchases=now,
                told=BudgetTold.OVERSPENT,
                beyond=spent,
            )
        now, steps = after, steps + 1
    return Raised(endowment=ladder.rung(steps), steps=steps, purchases=now, told=told)


def _ended(market: Market, ladder: Ladder, now: tuple[Purchase, ...]) -> BudgetTold | None:
    have = {purchase.project for purchase in now}
    open_ = [
        support.cost
        for project, support in market.support.items()
        if project not in have and not market.rivals[project] & have
    ]
    if not open_:
        return BudgetTold.COMPLETE
    left = (ladder.budget - _spent(market, now)) * market.unit
    if ladder.stop is Stop.EXHAUSTIVE and left < min(open_):
        return BudgetTold.EXHAUSTED
    return None


def _spent(market: Market, purchases: tuple[Purchase, ...]) -> Fraction:
    return Fraction(market.cost(each.project for each in purchases), market.unit)
