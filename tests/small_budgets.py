# SPDX-License-Identifier: AGPL-3.0-or-later
"""Budgets small enough to count every order of equal projects, and every step of a raise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain, groupby, permutations, product
from typing import Any

import msgspec
from hypothesis import strategies as st

from ballots.counting.budgets.greedy import greedy, way_of
from ballots.counting.budgets.mes import mes
from ballots.counting.budgets.projects import projects_of
from ballots.counting.contest import Contest, Option
from ballots.counting.count import Count
from ballots.counting.draw import Draw
from ballots.counting.profile import Approvals, Batch, Scores
from ballots.counting.rule import (
    Budgeted,
    Greedy,
    GreedyExclusive,
    GreedyNoSkip,
    GreedyThreshold,
    Knapsack,
    Mes,
    Poznan,
)
from ballots.counting.settings import Completion, Stop, Utility
from tests.plain_budgets import Plan, Voter, most_votes_first

IDS = "abcdef"
GREEDY = (Greedy, GreedyThreshold, GreedyNoSkip, GreedyExclusive, Poznan, Knapsack)
ORDERS = st.permutations(range(len(IDS)))


@st.composite
def batches(draw: st.DrawFn, *, scale: int = 1, most: int = 7) -> Batch:
    """Marks or points; costs from 0, and a budget for some of them."""
    n = draw(st.integers(1, len(IDS)))
    costs = draw(st.lists(st.integers(0, 9), min_size=n, max_size=n))
    contest = Contest(
        options=tuple(
            Option(id=id, cost=cost * scale) for id, cost in zip(IDS, costs, strict=False)
        ),
        budget=draw(st.integers(1, 20)) * scale,
    )
    each = st.dictionaries(st.integers(0, n - 1), st.integers(1, 3), max_size=n)
    ballots = [tuple(sorted(ballot.items())) for ballot in draw(st.lists(each, max_size=most))]
    if draw(st.booleans()):
        return Batch(contest=contest, profile=Scores(Counter(ballots)))
    marked = Counter(tuple(option for option, _ in ballot) for ballot in ballots)
    return Batch(contest=contest, profile=Approvals(marked))


@st.composite
def exclusive(draw: st.DrawFn, batch: Batch) -> tuple[tuple[str, ...], ...]:
    """Groups of projects of which one at most is funded."""
    ids = [option.id for option in batch.contest.options]
    some = st.lists(st.sampled_from(ids), min_size=min(2, len(ids)), max_size=3, unique=True)
    return tuple(map(tuple, draw(st.lists(some, max_size=2))))


@st.composite
def greedy_cases(draw: st.DrawFn) -> tuple[Budgeted, Batch]:
    batch = draw(batches())
    rule = draw(st.sampled_from(GREEDY))(
        threshold=draw(st.integers(0, 2)), exclusive=draw(exclusive(batch))
    )
    if isinstance(rule, Poznan):
        share = draw(st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(4, 5), Fraction(1)]))
        rule = msgspec.structs.replace(rule, share=share)
    return rule, batch


@st.composite
def mes_cases(draw: st.DrawFn, *completions: Completion) -> tuple[Mes, Batch]:
    """Money in units, or in so small ones that there are many steps."""
    batch = draw(batches(scale=draw(st.sampled_from([1, 1, 12])), most=5))
    rule = Mes(
        utility=draw(st.sampled_from(Utility)),
        completion=draw(st.sampled_from(completions or tuple(Completion))),
        increment=draw(st.integers(1, 3)),
        stop=draw(st.sampled_from(Stop)),
        whole_start=draw(st.booleans()),
        exclusive=draw(exclusive(batch)),
    )
    return rule, batch


def counted(rule: Budgeted, batch: Batch, draw: Draw) -> Count:
    return mes(rule, batch, draw) if isinstance(rule, Mes) else greedy(rule, batch, draw)


def funded(count: Count) -> set[int]:
    return {count.contest.place(id) for id in count.winners}


# --- the same for the plain counts --------------------------------------------------------------


def plan_of(rule: Budgeted, batch: Batch) -> Plan:
    projects = projects_of(rule, batch)
    return Plan(
        budget=int(projects.budget),
        costs={project: Fraction(projects.cost(project)) for project in projects.standing},
        rivals=frozenset(
            frozenset({a, b}) for a, others in enumerate(projects.rivals) for b in others
        ),
    )


def voters_of(batch: Batch) -> list[Voter]:
    """Each ballot that is not blank, one by one."""
    voters: list[Voter] = []
    scored = isinstance(batch.profile, Scores)
    counts: Mapping[Any, int] = batch.profile.counts
    for ballot, n in counts.items():
        points = dict(ballot) if scored else dict.fromkeys(ballot, 1)
        voters += [points] * n if points else []
    return voters


def orders(votes: Sequence[int], among: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Every order with most votes first."""
    ranked = sorted(among, key=lambda project: -votes[project])
    levels = [list(level) for _, level in groupby(ranked, key=votes.__getitem__)]
    for arranged in product(*map(permutations, levels)):
        yield tuple(chain.from_iterable(arranged))


def greedy_outcomes(rule: Budgeted, batch: Batch) -> set[frozenset[int]]:
    """The sets that are funded in all orders of equal projects."""
    plan, way = plan_of(rule, batch), way_of(rule)
    return {
        frozenset(most_votes_first(plan, order, ends=way.ends, share=way.share))
        for order in orders(projects_of(rule, batch).votes, tuple(plan.costs))
    }


def precedence(rule: Mes, batch: Batch, order: Sequence[int]) -> list[int]:
    """Who wins ties of equal shares: the cheaper, the one with more votes, the luckier."""
    projects = projects_of(rule, batch)
    return sorted(
        projects.standing, key=lambda p: (projects.cost(p), -projects.votes[p], order.index(p))
    )
