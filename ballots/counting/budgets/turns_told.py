# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a project was funded or not by its votes, and what would have changed it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ballots.counting.budgets.money import had, missing
from ballots.counting.budgets.projects import Projects
from ballots.counting.budgets.sheet import out_told
from ballots.counting.budgets.told import BudgetTold
from ballots.counting.budgets.turns import Course, Turn, Way, votes_short
from ballots.counting.trace import Fact, Step, step


def course_told(projects: Projects, way: Way, course: Course, project: int) -> Iterator[Step]:
    """All that is told of a project."""
    if project in projects.out:
        yield out_told(projects, project)
    else:
        turn = next(turn for turn in course.turns if turn.project == project)
        yield turn_told(projects, way, turn)
    if project not in course.end.funded:
        yield from _more_votes_told(projects, way, course, project)


def turn_told(projects: Projects, way: Way, turn: Turn) -> Step:
    """What came of a project's turn."""
    contest, cost = projects.contest, projects.cost(turn.project)
    lacking = cost - turn.left
    facts: dict[str, Fact] = {"option": contest.id(turn.project)}
    if turn.other is not None:
        who = "winner" if turn.told is BudgetTold.EXCLUDED else "other"
        return step(turn.told, **facts, **{who: contest.id(turn.other)})
    facts |= {"cost": had(cost), "left": had(turn.left)}
    match turn.told:
        case BudgetTold.FUNDED:
            facts |= {"n": projects.votes[turn.project], "left": had(-lacking)}
        case BudgetTold.TOPPED_UP:
            facts |= {"n": projects.votes[turn.project], "cut": missing(lacking)}
        case _:
            facts |= {"cut": missing(cost - Fraction(turn.left) / way.share)}
    return step(turn.told, **facts)


def _more_votes_told(projects: Projects, way: Way, course: Course, project: int) -> Iterator[Step]:
    """How many more votes would have done, where it is not told yet, and whom they would beat."""
    short = votes_short(projects, way, course, project)
    told = project in projects.out and short == projects.enough(project) - projects.votes[project]
    if short is None or told or projects.out.get(project) is BudgetTold.WITHDRAWN:
        return
    beaten = projects.votes[project] + short - 1
    others = [turn for turn in course.turns if projects.votes[turn.project] == beaten]
    other = next((turn for turn in others if turn.funded), others[0])
    ids = projects.contest.ids((project, other.project))
    yield step(BudgetTold.MORE_VOTES, option=ids[0], n=short, other=ids[1])
