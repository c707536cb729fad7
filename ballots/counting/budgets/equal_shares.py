# SPDX-License-Identifier: AGPL-3.0-or-later
"""The method of equal shares for one endowment, in whole numbers.

Peters, Pierczyński, Skowron, "Proportional Participatory Budgeting with Additive Utilities",
NeurIPS 2021. Every voter starts with the same money. The supporters of a project buy it at one
price for each of their points, or for all they have where that is less. What is bought next has
the lowest price for its worth, until no supporters can pay for theirs.

Money is whole numbers over one denominator for all voters, so that nothing is ever reduced: what
goes on in `Purses` is sums, products and sorting.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from operator import mul
from typing import Final

from ballots.counting.budgets.market import Market

PRECISION: Final = 64  # bits after the point of prices, where they are only put in order

First = Callable[[Sequence[int], int], int]
"""Which of the projects of one price is bought, in which round, from 1."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """What is bought in a round, at what price for its worth."""

    project: int
    price: Fraction


@dataclass(frozen=True, slots=True)
class _Offer:
    """Groups before `rich` pay all they have; the others pay the `rest`, by their `voice`."""

    price: Fraction
    rest: int
    voice: int
    rich: int


class Purses:
    """What a voter of each group has left, and the projects that may still be bought.

    Prices only rise while money is spent, so that `floor`, a price as of when it was last looked
    at, rounded down to a multiple of 2^-PRECISION, is one that a project does not go below.
    """

    __slots__ = ("_floor", "_groups", "_market", "_money", "_offers", "_over", "_voice")

    def __init__(self, market: Market, endowment: Fraction) -> None:
        each = endowment * market.unit
        self._market = market
        self._money, self._over = [each.numerator] * len(market.sizes), each.denominator
        self._groups: dict[int, list[int]] = {}  # of each project, those that had money of late
        self._voice: dict[int, int] = {}  # of these
        self._floor: dict[int, int] = {}
        self._offers: dict[int, _Offer] = {}
        for project, support in market.support.items():
            if support.cost <= support.voters * each:
                self._groups[project] = list(support.groups)
                self._voice[project] = support.voice
                self._floor[project] = (support.cost << PRECISION) // (
                    support.voice * support.worth
                )

    def cheapest(self) -> list[int]:
        """The projects of the lowest price; none if nothing can be bought."""
        found: list[int] = []
        lowest = Fraction(0)
        for project in sorted(self._floor, key=self._floor.__getitem__):
            if found and self._floor[project] > self._floor[found[0]]:
                break
            price = self._look_at(project)
            if price is not None and (not found or price < lowest):
                found, lowest = [project], price
            elif price is not None and price == lowest:
                found.append(project)
        return found

    def up_to(self, price: Fraction) -> dict[int, Fraction]:
        """All projects of this price and lower ones."""
        limit = (price.numerator << PRECISION) // price.denominator
        near = [project for project, floor in self._floor.items() if floor <= limit]
        prices = {project: self._look_at(project) for project in near}
        return {project: it for project, it in prices.items() if it is not None and it <= price}

    def buy(self, project: int) -> Purchase:
        """Pay for a project that was found."""
        offer, support = self._offers[project], self._market.support[project]
        groups, rest = self._groups[project], offer.rest
        if rest % offer.voice:
            finer = offer.voice // gcd(rest, offer.voice)
            self._money = [money * finer for money in self._money]
            self._over *= finer
            rest *= finer
        price, money, points = rest // offer.voice, self._money, support.points
        for group in groups[: offer.rich]:
            money[group] = 0
        if points is None:
            for group in groups[offer.rich :]:
                money[group] -= price
        else:
            for group in groups[offer.rich :]:
                money[group] -= price * points[group]
        for gone in (project, *self._market.rivals[project]):
            self._floor.pop(gone, None)
        return Purchase(project, offer.price)

    def _look_at(self, project: int) -> Fraction | None:
        """The price of a project; None, and it is gone, if its supporters cannot pay for it."""
        offer = self._offer(project)
        if offer is None:
            del self._floor[project]
            return None
        price = offer.price
        self._offers[project] = offer
        self._floor[project] = (price.numerator << PRECISION) // price.denominator
        return price

    def _offer(self, project: int) -> _Offer | None:
        """Take all from the poorer groups, as long as the others' price is more than they have."""
        support, groups, money = self._market.support[project], self._groups[project], self._money
        sizes, voices, purse = self._market.sizes, support.voices, support.purse(money)
        groups.sort(key=purse)
        rest, rich = support.cost * self._over, 0
        if rest:
            broke = bisect_right(groups, 0, key=purse)
            self._voice[project] -= sum(map(voices.__getitem__, groups[:broke]))
            del groups[:broke]
        voice = self._voice[project]
        while voice:
            poorer = bisect_left(groups, -(-rest * support.scale // voice), rich, key=purse)
            if poorer == rich:
                price = Fraction(rest, voice * support.worth * self._over)
                return _Offer(price, rest, voice, rich)
            poor = groups[rich:poorer]
            rest -= sum(map(mul, map(money.__getitem__, poor), map(sizes.__getitem__, poor)))
            voice -= sum(map(voices.__getitem__, poor))
            rich = poorer
        return None


def bought(market: Market, endowment: Fraction, first: First) -> tuple[Purchase, ...]:
    """What is bought, in this order, where every voter has an endowment."""
    purses = Purses(market, endowment)
    purchases: list[Purchase] = []
    while found := purses.cheapest():
        project = found[0] if len(found) == 1 else first(found, len(purchases) + 1)
        purchases.append(purses.buy(project))
    return tuple(purchases)


def bought_up_to(
    market: Market,
    endowment: Fraction,
    purchases: Sequence[Purchase],
    goes_first: Callable[[int, int], bool],
) -> tuple[Purchase, ...] | None:
    """The purchases for an endowment, if they are the same for all between it and a lower one.

    More money for everybody never makes a project dearer and, after the same purchases, leaves no
    voter with less. So a project that is cheaper for the lower endowment than all others are for
    the higher one is cheaper for all in between; and where nothing more can be bought for the
    higher one, nothing can for them. `purchases` are those for the lower endowment, and
    `goes_first` tells whether the one is known to be bought before the other at an equal price.
    """
    purses = Purses(market, endowment)
    again: list[Purchase] = []
    for was in purchases:
        for project, price in purses.up_to(was.price).items():
            tied = price == was.price and goes_first(was.project, project)
            if project != was.project and not tied:
                return None
        again.append(purses.buy(was.project))
    return None if purses.cheapest() else tuple(again)
