# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who can buy what by equal shares: voters with equal ballots together, and the projects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from ballots.counting.budgets.projects import Points, Projects, points_of
from ballots.counting.rule import Mes
from ballots.counting.settings import Utility


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """A project on the market: what it costs, and which groups of voters pay for it.

    `points` are those of one voter of a group, None where each gives one; `voices` are those of
    all voters of a group, `voice` those of all groups. The project is worth `worth` for a point.
    """

    cost: int
    worth: int
    groups: tuple[int, ...]
    points: Mapping[int, int] | None
    voices: Mapping[int, int] | Sequence[int]
    voice: int
    voters: int
    scale: int  # a multiple of all points
    weight: Mapping[int, int]  # scale ÷ points, where those are not None

    def purse(self, money: Sequence[int]) -> Callable[[int], int]:
        """What a voter of a group has for each point, times `scale`."""
        weight = self.weight
        return (lambda group: money[group] * weight[group]) if weight else money.__getitem__


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Groups of voters by what they mark, and the projects that somebody may buy.

    Money is in units, `unit` to a whole one, so that costs are whole numbers. Of `rivals` one at
    most is bought. `by_cost`: a project is worth what it costs.
    """

    marks: tuple[tuple[int, ...], ...]
    sizes: tuple[int, ...]
    support: Mapping[int, Support]
    rivals: tuple[frozenset[int], ...]
    unit: int
    by_cost: bool

    def cost(self, projects: Iterable[int]) -> int:
        """What projects cost together, in units."""
        return sum(self.support[project].cost for project in projects)


def market_of(rule: Mes, projects: Projects) -> Market:
    """The market of the projects that are not out."""
    unit = lcm(*(Fraction(option.cost).denominator for option in projects.contest.options))
    groups = _groups(rule, projects)
    sizes = tuple(groups.values())
    given: dict[int, dict[int, int]] = {project: {} for project in projects.standing}
    for group, ballot in enumerate(groups):
        for project, points in ballot:
            given[project][group] = points
    return Market(
        marks=tuple(tuple(project for project, _ in ballot) for ballot in groups),
        sizes=sizes,
        support={
            project: _support(rule, int(projects.cost(project) * unit), points, sizes)
            for project, points in given.items()
        },
        rivals=projects.rivals,
        unit=unit,
        by_cost=rule.utility is Utility.COST,
    )


def _groups(rule: Mes, projects: Projects) -> Mapping[Points, int]:
    """Ballots as far as they tell who pays what, and how many are so."""
    given = points_of(rule, projects.batch.profile)
    alike = rule.utility is not Utility.POINTS
    groups: Counter[Points] = Counter()
    for ballot, n in projects.batch.profile.counts.items():
        points = ((p, 1 if alike else x) for p, x in given(ballot) if p not in projects.out)
        groups[tuple(sorted(points))] += n
    del groups[()]
    return groups


def _support(rule: Mes, cost: int, points: Mapping[int, int], sizes: Sequence[int]) -> Support:
    alike, scale = set(points.values()) <= {1}, lcm(*points.values())
    voices = {group: sizes[group] * given for group, given in points.items()}
    return Support(
        cost=cost,
        worth=cost if rule.utility is Utility.COST and cost else 1,
        groups=tuple(points),
        points=None if alike else points,
        voices=sizes if alike else voices,
        voice=sum(voices.values()),
        voters=sum(sizes[group] for group in points),
        scale=scale,
        weight={} if alike else {group: scale // given for group, given in points.items()},
    )
