# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a budget is shared out among: projects with their votes, and which of them are out.

A mark is worth points: one where ballots mark; what was given where they give points; where they
rank, the points of a first place less the number of projects ranked above. Points of 0 and less
are no mark.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from ballots.counting.budgets.told import BudgetTold
from ballots.counting.contest import Amount, Contest
from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.marks import summed
from ballots.counting.profile import Approvals, Batch, Profile, Ranking, Rankings, Spoilt
from ballots.counting.rule import Budgeted, Knapsack, Mes
from ballots.counting.sums.shares import at_least

Points = tuple[tuple[int, int], ...]
"""(project, points), points above 0: what one ballot gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Projects:
    """Projects by their positions in the contest; those `out` are never funded.

    `voters` are ballots that mark something, be it a project that is out. `votes` are marks or
    points; a project needs `needed` of them, and `bar` for each unit of its cost. `rivals` are
    those of the same exclusive groups, of which one at most is funded.
    """

    batch: Batch
    budget: Amount
    voters: int
    votes: tuple[int, ...]
    needed: int
    bar: Fraction
    rivals: tuple[frozenset[int], ...]
    out: Mapping[int, BudgetTold]

    @property
    def contest(self) -> Contest:
        """Their contest."""
        return self.batch.contest

    def cost(self, project: int) -> Amount:
        """What a project costs."""
        return self.contest.options[project].cost

    def enough(self, project: int) -> int:
        """The votes without which a project is out."""
        return max(self.needed, ceil(self.bar * self.cost(project)))

    def costs(self, projects: Iterable[int]) -> Amount:
        """What projects cost together."""
        return sum(map(self.cost, projects))

    @property
    def standing(self) -> tuple[int, ...]:
        """Those that are not out."""
        return tuple(p for p in range(len(self.votes)) if p not in self.out)


def projects_of(rule: Budgeted, batch: Batch) -> Projects:
    """What a rule finds in a batch.

    Raises:
        CountingRefused: `budget`, where neither rule nor contest has one; `unknown-option`, where
            an exclusive group names what is no project.
    """
    contest = batch.contest
    budget = rule.budget or contest.budget
    if not budget:
        raise CountingRefused(CountingProblem.BUDGET, place=contest.title)
    if isinstance(rule, Knapsack):
        batch = _within(batch, budget, points_of(rule, batch.profile))
    votes, voters = _votes(rule, batch)
    needed = max(1, rule.threshold, at_least(rule.threshold_share, voters))
    factor = rule.bar if isinstance(rule, Mes) else 0
    bar = Fraction(voters) / (budget * factor) if factor else Fraction(0)
    return Projects(
        batch=batch,
        budget=budget,
        voters=voters,
        votes=votes,
        needed=needed,
        bar=bar,
        rivals=_rivals(rule, contest),
        out=dict(_out(contest, votes, needed, bar)),
    )


def _votes(rule: Budgeted, batch: Batch) -> tuple[tuple[int, ...], int]:
    """Marks or points of each project, and how many ballots give any."""
    counts: Mapping[Any, int] = batch.profile.counts
    votes: Counter[int] = Counter()
    if isinstance(batch.profile, Approvals):
        votes = summed(counts.items())
        voters = sum(counts.values()) - counts.get((), 0)
    else:
        given = points_of(rule, batch.profile)
        points = [(given(ballot), n) for ballot, n in counts.items()]
        for (project, worth), n in summed(points).items():
            votes[project] += n * worth
        voters = sum(n for each, n in points if each)
    return tuple(votes[project] for project in range(len(batch.contest.options))), voters


def points_of(rule: Budgeted, profile: Profile) -> Callable[[Any], Points]:
    """How a ballot of this kind is read."""
    if isinstance(profile, Approvals):
        return lambda ballot: tuple((project, 1) for project in ballot)
    if isinstance(profile, Rankings):
        longest = max((sum(map(len, ranking)) for ranking in profile.counts), default=0)
        return lambda ranking: tuple(_by_place(ranking, rule.first_place or longest))
    return lambda ballot: tuple((project, points) for project, points in ballot if points > 0)


def _by_place(ranking: Ranking, first_place: int) -> Iterator[tuple[int, int]]:
    place = 0
    for rank in ranking:
        if place < first_place:
            yield from ((project, first_place - place) for project in rank)
        place += len(rank)


def _within(batch: Batch, budget: Amount, given: Callable[[Any], Points]) -> Batch:
    """The batch without ballots that would spend more than the budget."""
    options = batch.contest.options
    kept: dict[Any, int] = {}
    over = 0
    for ballot, n in batch.profile.counts.items():
        if sum(options[project].cost for project, _ in given(ballot)) > budget:
            over += n
        else:
            kept[ballot] = n
    return batch.without(type(batch.profile)(kept), {Spoilt.OVER_MARKED: over}) if over else batch


def _rivals(rule: Budgeted, contest: Contest) -> tuple[frozenset[int], ...]:
    rivals: list[set[int]] = [set() for _ in contest.options]
    for group in rule.exclusive:
        places = {contest.place(id) for id in group}
        for project in places:
            rivals[project] |= places - {project}
    return tuple(map(frozenset, rivals))


def _out(
    contest: Contest, votes: Sequence[int], needed: int, bar: Fraction
) -> Iterator[tuple[int, BudgetTold]]:
    for project, option in enumerate(contest.options):
        if option.withdrawn:
            yield project, BudgetTold.WITHDRAWN
        elif votes[project] < needed:
            yield project, BudgetTold.TOO_FEW
        elif votes[project] < bar * option.cost:
            yield project, BudgetTold.BARRED
