# SPDX-License-Identifier: AGPL-3.0-or-later
"""Budgets counted in the plainest way: voter by voter, in fractions, step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ballots.counting.contest import Amount
from ballots.counting.settings import Stop, Utility

Voter = Mapping[int, int]
"""Project → points."""


@dataclass(frozen=True)
class Plan:
    """Projects that may be funded, by their costs; `rivals` are pairs of which one may be."""

    budget: int
    costs: Mapping[int, Fraction]
    rivals: frozenset[frozenset[int]] = frozenset()

    def beside(self, project: int, funded: Sequence[int]) -> bool:
        return not any(frozenset({project, other}) in self.rivals for other in funded)


def most_votes_first(
    plan: Plan, order: Sequence[int], *, ends: bool = False, share: Amount = 1
) -> list[int]:
    """What is funded if projects come in this order."""
    left, funded = Fraction(plan.budget), list[int]()
    for project in order:
        cost = plan.costs[project]
        if not plan.beside(project, funded):
            continue
        if cost <= left:
            funded.append(project)
            left -= cost
        elif share * cost <= left:
            return [*funded, project]
        elif ends:
            return funded
    return funded


@dataclass(frozen=True)
class Bought:
    project: int
    paid: Mapping[int, Fraction]  # voter → amount


def equal_shares(
    plan: Plan,
    voters: Sequence[Voter],
    endowment: Fraction,
    order: Sequence[int],
    utility: Utility = Utility.COST,
) -> list[Bought]:
    """What is bought where every voter has so much; who is first in `order` wins all ties."""
    money = dict.fromkeys(range(len(voters)), endowment)
    bought: list[Bought] = []
    while True:
        offers = {}
        for project in order:
            have = [it.project for it in bought]
            if project in have or not plan.beside(project, have):
                continue
            points = {
                voter: Fraction(given[project] if utility is Utility.POINTS else 1)
                for voter, given in enumerate(voters)
                if given.get(project)
            }
            price = price_of(plan.costs[project], points, money)
            if price is not None:
                worth = plan.costs[project] if utility is Utility.COST else 1
                offers[project] = (price / (worth or 1), price, points)
        if not offers:
            return bought
        best = min(offers, key=lambda project: offers[project][0])  # the first of the lowest
        _, price, points = offers[best]
        paid = {voter: min(money[voter], price * given) for voter, given in points.items()}
        for voter, amount in paid.items():
            money[voter] -= amount
        bought.append(Bought(best, {voter: amount for voter, amount in paid.items() if amount}))


def price_of(
    cost: Fraction, points: Mapping[int, Fraction], money: Mapping[int, Fraction]
) -> Fraction | None:
    """The price of a point at which supporters pay the cost, with all they have if it is less."""
    rich, rest = dict(points), cost
    while rich:
        price = rest / sum(rich.values())
        poor = [voter for voter, given in rich.items() if money[voter] < price * given]
        if not poor:
            return price
        for voter in poor:
            rest -= money[voter]
            del rich[voter]
    return None


def add1(
    plan: Plan,
    voters: Sequence[Voter],
    start: Fraction,
    order: Sequence[int],
    *,
    increment: int = 1,
    stop: Stop = Stop.OVERSPENT,
    utility: Utility = Utility.COST,
) -> tuple[int, list[Bought]]:
    """Every step counted, up to the last that counts; with how many steps that are."""
    steps, last = 0, equal_shares(plan, voters, start, order, utility)
    while True:
        have = [it.project for it in last]
        left = plan.budget - sum(plan.costs[project] for project in have)
        others = [p for p in plan.costs if p not in have and plan.beside(p, have)]
        if not others:
            return steps, last
        if stop is Stop.EXHAUSTIVE and all(plan.costs[project] > left for project in others):
            return steps, last
        endowment = start + (steps + 1) * increment
        after = equal_shares(plan, voters, endowment, order, utility)
        if sum(plan.costs[it.project] for it in after) > plan.budget:
            return steps, last
        steps, last = steps + 1, after
