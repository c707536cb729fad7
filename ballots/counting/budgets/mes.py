# SPDX-License-Identifier: AGPL-3.0-or-later
"""The method of equal shares as a rule: from ballots to a count."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from ballots.counting.budgets.comparison import compare
from ballots.counting.budgets.equal_shares import bought
from ballots.counting.budgets.greedy import course_count, course_of
from ballots.counting.budgets.ledger import ledger_of
from ballots.counting.budgets.market import Market, market_of
from ballots.counting.budgets.precedence import Precedence
from ballots.counting.budgets.projects import Projects, projects_of
from ballots.counting.budgets.raising import Ladder, Raised, raised
from ballots.counting.budgets.shares_sheet import Shared, shares_count
from ballots.counting.budgets.turns import SKIP, State, take_turns
from ballots.counting.count import Count
from ballots.counting.draw import Draw
from ballots.counting.profile import Batch
from ballots.counting.rule import Mes
from ballots.counting.settings import Comparison, Completion


def mes(rule: Mes, batch: Batch, draw: Draw) -> Count:
    """Count a budget by equal shares.

    Raises:
        CountingRefused: `budget`, where neither rule nor contest has one; `unknown-option`, where
            an exclusive group names what is no project.
    """
    projects = projects_of(rule, batch)
    market = market_of(rule, projects)
    shared = _shared(rule, projects, market, draw)
    if rule.comparison is Comparison.NONE:
        return shares_count(shared)
    course = course_of(projects, SKIP, draw)
    compared = compare(
        rule.comparison, market, shares=set(shared.funded), greedy=course.end.funded
    )
    if compared.replaced:
        return course_count(rule, projects, SKIP, course, told=[compared.told])
    return shares_count(shared, compared.told)


def _shared(rule: Mes, projects: Projects, market: Market, draw: Draw) -> Shared:
    """What is bought at the last endowment, then what is left spent as the rule says."""
    budget, precedence = Fraction(projects.budget), Precedence(projects, draw)
    each = budget / max(projects.voters, 1)
    ladder = Ladder(
        start=Fraction(floor(each)) if rule.whole_start else each,
        increment=rule.increment,
        budget=budget,
        stop=rule.stop,
    )
    if rule.completion is Completion.NONE:
        purchases = bought(market, ladder.start, precedence.first)
        reached = Raised(endowment=ladder.start, steps=0, purchases=purchases)
    else:
        reached = raised(market, ladder, precedence)
    have = frozenset(purchase.project for purchase in reached.purchases)
    rest = [project for project in projects.standing if project not in have]
    filled = take_turns(
        projects,
        SKIP,
        draw,
        among=rest if rule.completion is Completion.ADD1U else (),
        start=State(left=projects.budget - projects.costs(have), funded=have),
    )
    return Shared(
        rule=rule,
        projects=projects,
        ladder=ladder,
        raised=reached,
        ledger=ledger_of(market, reached.endowment, reached.purchases),
        filled=filled,
    )
