# SPDX-License-Identifier: AGPL-3.0-or-later
"""Most votes first: greedy, with a threshold, without skipping, exclusive, Poznań's, knapsack."""

from __future__ import annotations

from collections.abc import Iterable

from ballots.counting.budgets.projects import Projects, projects_of
from ballots.counting.budgets.sheet import line_of, spent_told, written
from ballots.counting.budgets.turns import SKIP, Course, State, Way, take_turns
from ballots.counting.budgets.turns_told import course_told
from ballots.counting.count import Budget, Count
from ballots.counting.draw import Draw
from ballots.counting.profile import Batch
from ballots.counting.rule import Budgeted, GreedyNoSkip, Poznan
from ballots.counting.trace import Step


def greedy(rule: Budgeted, batch: Batch, draw: Draw) -> Count:
    """Count a budget by one of these rules.

    Raises:
        CountingRefused: `budget`, where neither rule nor contest has one; `unknown-option`, where
            an exclusive group names what is no project.
    """
    projects, way = projects_of(rule, batch), way_of(rule)
    return course_count(rule, projects, way, course_of(projects, way, draw))


def way_of(rule: Budgeted) -> Way:
    """What a rule does with a project that does not fit."""
    match rule:
        case Poznan():
            return Way(ends=True, share=rule.share)
        case GreedyNoSkip():
            return Way(ends=True)
        case _:
            return SKIP


def course_of(projects: Projects, way: Way, draw: Draw) -> Course:
    """The turns of all projects that are not out."""
    start = State(left=projects.budget)
    return take_turns(projects, way, draw, among=projects.standing, start=start)


def course_count(
    rule: Budgeted, projects: Projects, way: Way, course: Course, told: Iterable[Step] = ()
) -> Count:
    """The count of a course; `told` goes before what is told of it."""
    lines = [
        line_of(projects, turn.project, funded=turn.funded, left=turn.left)
        for turn in course.turns
    ]
    out = sorted(projects.out, key=lambda project: -projects.votes[project])
    lines += [line_of(projects, project, funded=False, left=course.end.left) for project in out]
    return written(
        rule,
        projects,
        course.funded,
        budget=Budget(
            budget=projects.budget, spent=projects.costs(course.funded), lines=tuple(lines)
        ),
        told=(*told, *spent_told(projects, course.funded)),
        why=lambda project: course_told(projects, way, course, project),
    )
