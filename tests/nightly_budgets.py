# SPDX-License-Identifier: AGPL-3.0-or-later
"""Most votes first and equal shares against pabutools, where no lot is needed (`make nightly`).

Its Add1 stops at the first outcome that leaves no room, and its Add1 over a whole vote takes
minutes: compared is one round of equal shares, as which both start. It funds projects without a
vote where there is room, so that every project has one here.
"""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from ballots.counting.contest import Contest, Option
from ballots.counting.counts import count_batch
from ballots.counting.errors import CountingRefused
from ballots.counting.profile import Approvals, Approved, Batch
from ballots.counting.rule import Greedy, Mes, Rule
from ballots.counting.settings import Utility

election = pytest.importorskip("pabutools.election")
rules = pytest.importorskip("pabutools.rules")

BUDGETS = 600


def budgets(seed: int) -> list[Batch]:
    """Up to eight projects, up to forty voters."""
    chance = Random(seed)
    drawn = []
    for _ in range(BUDGETS):
        n = chance.randint(2, 8)
        options = tuple(Option(id=f"p{place}", cost=chance.randint(5, 60)) for place in range(n))
        counts: dict[Approved, int] = {}
        counts[tuple(range(n))] = 1
        for _ in range(chance.randint(2, 12)):
            marks = tuple(sorted(chance.sample(range(n), chance.randint(1, n))))
            counts[marks] = chance.randint(1, 4)
        contest = Contest(options=options, budget=chance.randint(40, 150))
        drawn.append(Batch(contest=contest, profile=Approvals(counts)))
    return drawn


def theirs(batch: Batch) -> tuple[Any, Any]:
    """The instance and the profile of pabutools."""
    projects = [election.Project(option.id, option.cost) for option in batch.contest.options]
    instance = election.Instance(projects, budget_limit=batch.contest.budget)
    assert isinstance(batch.profile, Approvals)
    cast = [
        election.ApprovalBallot({projects[place] for place in ballot})
        for ballot, n in batch.profile.counts.items()
        for _ in range(n)
    ]
    return instance, election.ApprovalProfile(cast, instance=instance)


def compared(rule: Rule, by: Any, seed: int, **how: Any) -> int:  # noqa: ANN401 - untyped
    """How many budgets that need no lot both count the same; fails at one that differs."""
    n = 0
    for batch in budgets(seed):
        try:
            count = count_batch(rule, batch)
        except CountingRefused:
            continue
        if count.ties:
            continue
        instance, profile = theirs(batch)
        assert {each.name for each in by(instance, profile, **how)} == set(count.winners), batch
        n += 1
    return n


@pytest.mark.parametrize(
    ("utility", "named"),
    [(Utility.COST, "Cost_Sat"), (Utility.CARDINALITY, "Cardinality_Sat")],
)
def test_a_round_of_equal_shares_is_that_of_pabutools(utility: Utility, named: str) -> None:
    rule = Mes(utility=utility, whole_start=False)
    by = rules.method_of_equal_shares
    assert compared(rule, by, 1, sat_class=getattr(election, named)) > BUDGETS // 3


def test_most_votes_first_is_that_of_pabutools() -> None:
    """It ranks by satisfaction per cost: a project is worth its cost, so votes decide."""
    by = rules.greedy_utilitarian_welfare
    assert compared(Greedy(), by, 2, sat_class=election.Cost_Sat) > BUDGETS // 3
