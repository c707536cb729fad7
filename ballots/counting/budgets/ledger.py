# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who paid what by equal shares, written down once it is certain what is bought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import repeat
from math import lcm
from operator import mul

from ballots.counting.budgets.equal_shares import Purchase
from ballots.counting.budgets.market import Market
from ballots.counting.marks import summed


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """How a project was paid: at a `price` for each point, or with all that a voter had.

    `paid` maps amounts to voters who paid so much each, from the most. Of them `poor` had less
    than the price, and paid `given` together. `had` is what all supporters had before.
    """

    project: int
    price: Fraction
    paid: Mapping[Fraction, int]
    poor: int
    given: Fraction
    had: Fraction

    @property
    def payers(self) -> int:
        """Voters who paid the price."""
        return sum(self.paid.values()) - self.poor


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What supporters of a project paid for others, from the most, and what they still have.

    For less than `limit` they would have bought it at the same endowment, for more they would
    not; at the limit itself a tie may decide.
    """

    supporters: int
    spent_on: Mapping[int, Fraction]
    unspent: Fraction
    limit: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The bills in the order of the purchases, and an account for every other project."""

    bills: tuple[Bill, ...]
    accounts: Mapping[int, Account]


def ledger_of(market: Market, endowment: Fraction, purchases: Sequence[Purchase]) -> Ledger:
    """What purchases at an endowment came to."""
    book = _Book(market, endowment, purchases)
    bills = tuple(book.bill(purchase) for purchase in purchases)
    return Ledger(bills=bills, accounts=book.accounts())


class _Book:
    """What a voter of each group has, and what supporters of the others spent on what is bought.

    Amounts are whole numbers over one denominator until they are written down.
    """

    __slots__ = ("able", "has", "limit", "market", "money", "over", "spent", "waiting")

    def __init__(self, market: Market, endowment: Fraction, purchases: Sequence[Purchase]) -> None:
        prices = (it.price * market.support[it.project].worth for it in purchases)
        self.market = market
        self.over = market.unit * lcm(*(price.denominator for price in (endowment, *prices)))
        each = int(endowment * self.over)
        self.money = [each] * len(market.sizes)
        self.has = {project: each * support.voters for project, support in market.support.items()}
        self.able = {project: support.voters for project, support in market.support.items()}
        others = sorted(market.support.keys() - {it.project for it in purchases})
        self.spent: dict[int, Counter[int]] = {project: Counter() for project in others}
        self.limit = dict.fromkeys(others, Fraction(0))
        self.waiting = set(others)  # none of their rivals is bought

    def bill(self, purchase: Purchase) -> Bill:
        """Pay for a project, after the others have bid against it."""
        project, support = purchase.project, self.market.support[purchase.project]
        had = self.has[project]
        self._bid(purchase)
        self.waiting -= self.market.rivals[project]
        price = purchase.price * support.worth / self.market.unit
        due, paid = int(price * self.over), Counter[int]()
        marks, sizes, money = self.market.marks, self.market.sizes, self.money
        poor = given = 0
        alike: list[int] = []  # those who pay the price and have more: nearly all
        for group in support.groups:
            asked = due if support.points is None else due * support.points[group]
            amount, voters = min(money[group], asked), sizes[group]
            money[group] -= amount
            paid[amount] += voters
            if 0 < amount < asked:
                poor, given = poor + voters, given + amount * voters
            if money[group] and support.points is None:
                alike.append(group)
            elif amount:
                broke = 0 if money[group] else voters
                self._spend(project, marks[group], amount * voters, broke)
        for other, voters in summed((marks[group], sizes[group]) for group in alike).items():
            self._spend(project, (other,), due * voters)
        del paid[0]
        return Bill(
            project=project,
            price=price,
            paid={self._written(amount): paid[amount] for amount in sorted(paid, reverse=True)},
            poor=poor,
            given=self._written(given),
            had=self._written(had),
        )

    def _spend(self, on: int, marks: Iterable[int], amount: int, broke: int = 0) -> None:
        """Take money from the supporters of projects, so many of whom have none left."""
        for project in marks:
            self.has[project] -= amount
            self.able[project] -= broke
            if project in self.spent:
                self.spent[project][on] += amount

    def accounts(self) -> Mapping[int, Account]:
        """What became of the money of the supporters of each project that is not bought."""
        return {project: self._account(project) for project in self.spent}

    def _account(self, project: int) -> Account:
        spent, unspent = self.spent[project].most_common(), self._written(self.has[project])
        limit = self.limit[project] / self.over
        return Account(
            supporters=self.market.support[project].voters,
            spent_on={on: self._written(amount) for on, amount in spent},
            unspent=unspent,
            limit=max(limit, unspent) if project in self.waiting else limit,
        )

    def _bid(self, purchase: Purchase) -> None:
        """At what cost the others would be bought instead of what is bought now."""
        bid = self._for_cost if self.market.by_cost else self._for_points
        for project in self.waiting:
            if self.limit[project] < self.has[project]:
                self.limit[project] = max(self.limit[project], bid(project, purchase))

    def _for_points(self, project: int, purchase: Purchase) -> Fraction:
        """What its supporters would pay at the same price for a point."""
        support, money, sizes = self.market.support[project], self.money, self.market.sizes
        due = int(purchase.price * self.over / self.market.unit)
        if due * support.voice <= self.limit[project]:
            return Fraction(0)
        points = repeat(1) if support.points is None else support.points.values()
        pays = map(min, map(money.__getitem__, support.groups), map(due.__mul__, points))
        return Fraction(sum(map(mul, pays, map(sizes.__getitem__, support.groups))))

    def _for_cost(self, project: int, purchase: Purchase) -> Fraction:
        """The cost of which its supporters would pay the same share each, or all they have.

        That is c = poor + voice × share × c, where the poor have so much, and so many have more.
        Where nobody would be poor, every cost has the same price, and the lower cost goes first.
        """
        support, sizes, money = self.market.support[project], self.market.sizes, self.money
        share, whole = purchase.price.numerator, purchase.price.denominator
        poor, voice = 0, self.able[project]
        if share * voice < whole:
            return Fraction(0)
        for group in sorted(support.groups, key=money.__getitem__):
            left = whole - share * voice
            if money[group] and money[group] * left >= share * poor:
                if left:
                    return Fraction(poor * whole, left)
                cost = self.market.support[purchase.project].cost * self.over // self.market.unit
                return Fraction(min(cost, voice * money[group]))
            if money[group]:
                poor += money[group] * sizes[group]
                voice -= sizes[group]
        return Fraction(poor)

    def _written(self, amount: int) -> Fraction:
        return Fraction(amount, self.over)
