# SPDX-License-Identifier: AGPL-3.0-or-later
"""Most votes first: projects take their turns, and get money while there is some.

What becomes of a project that does not fit is a `Way`; nothing else tells the rules apart. Equal
projects take their turns as the draw says, where the set of those funded hangs on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby
from typing import Final

from ballots.counting.budgets.projects import Projects
from ballots.counting.budgets.told import BudgetTold
from ballots.counting.contest import Amount
from ballots.counting.draw import Draw, TieFor


@dataclass(frozen=True, slots=True)
class Way:
    """What becomes of a project that does not fit: it is skipped, or the rule ends with it.

    With `share` below 1 a reserve pays the rest, where so much of its cost is left.
    """

    ends: bool = False
    share: Amount = 1


SKIP: Final = Way()


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where the rule stands: money left, who is funded, and `ended_by` whom."""

    left: Amount
    funded: frozenset[int] = frozenset()
    ended_by: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A project's turn, with `left` before it. `other` is who ended the rule or excludes it."""

    project: int
    told: BudgetTold
    left: Amount
    other: int | None = None

    @property
    def funded(self) -> bool:
        """Whether it gets the money."""
        return self.told in {BudgetTold.FUNDED, BudgetTold.TOPPED_UP}


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """All turns, and where the rule stood before each number of votes, from the most."""

    turns: tuple[Turn, ...]
    before: tuple[tuple[int, State], ...]
    end: State

    @property
    def funded(self) -> tuple[int, ...]:
        """Who is funded, in this order."""
        return tuple(turn.project for turn in self.turns if turn.funded)


def take_turns(
    projects: Projects, way: Way, draw: Draw, *, among: Iterable[int], start: State
) -> Course:
    """The course of the rule among some projects, from where something may be funded already."""
    state, turns = start, list[Turn]()
    before: list[tuple[int, State]] = []
    ranked = sorted(among, key=lambda project: -projects.votes[project])
    for votes, equal in groupby(ranked, key=projects.votes.__getitem__):
        before.append((votes, state))
        waiting = list(equal)
        while waiting:
            rivals = contenders(projects, way, state, waiting)
            stage = len(state.funded) + 1
            project = draw.pick(rivals, TieFor.FUNDING, stage=stage) if rivals else waiting[0]
            waiting.remove(project)
            turn = turn_of(projects, way, state, project)
            turns.append(turn)
            state = _after(projects, way, state, turn)
    return Course(turns=tuple(turns), before=tuple(before), end=state)


def turn_of(projects: Projects, way: Way, state: State, project: int) -> Turn:
    """What a project gets when it is its turn."""
    other = min(projects.rivals[project] & state.funded, default=None)
    if other is not None:
        told = BudgetTold.EXCLUDED
    elif state.ended_by is not None:
        told, other = BudgetTold.STOPPED, state.ended_by
    elif projects.cost(project) <= state.left:
        told = BudgetTold.FUNDED
    else:
        topped_up = way.share * projects.cost(project) <= state.left
        told = BudgetTold.TOPPED_UP if topped_up else BudgetTold.NO_ROOM
    return Turn(project=project, told=told, left=state.left, other=other)


def _after(projects: Projects, way: Way, state: State, turn: Turn) -> State:
    if turn.funded:
        left = state.left - projects.cost(turn.project)
        state = replace(state, left=left, funded=state.funded | {turn.project})
    did_not_fit = turn.told in {BudgetTold.TOPPED_UP, BudgetTold.NO_ROOM}
    return replace(state, ended_by=turn.project) if way.ends and did_not_fit else state


def contenders(
    projects: Projects, way: Way, state: State, equal: Sequence[int]
) -> tuple[int, ...]:
    """Those of equal projects among whom it matters who is first; none where it does not.

    It does not, if none of them would be funded even as the first, or all of them even as the
    last. Otherwise one that gets money as the first goes without if another comes first: one that
    takes the money or excludes it or, where the rule ends with what does not fit, ends it. Where
    it does not end, those that do not fit are in nobody's way.
    """
    told = {project: turn_of(projects, way, state, project) for project in equal}
    able = tuple(project for project in equal if told[project].funded)
    rest = tuple(p for p in equal if told[p].told is not BudgetTold.EXCLUDED)
    rivals = rest if way.ends else able
    return rivals if able and not _all_funded(projects, way, state, rivals) else ()


def _all_funded(projects: Projects, way: Way, state: State, equal: Sequence[int]) -> bool:
    """Whether all are funded, whoever is the last."""
    if any(b in projects.rivals[a] for a, b in combinations(equal, 2)):
        return False
    together = projects.costs(equal)
    for project in equal:
        cost = projects.cost(project)
        left = state.left - (together - cost)
        if left < 0 or left < way.share * cost:
            return False
    return True


def votes_short(projects: Projects, way: Way, course: Course, project: int) -> int | None:
    """How many more votes would have funded a project, all else being equal; None: no number.

    With so many it is funded however ties are broken, with one less it is not in every case.
    """
    mine, least = projects.votes[project], projects.enough(project)
    enough = {least} | {votes + 1 for votes, _ in course.before}
    for votes in sorted(votes for votes in enough if votes > mine and votes >= least):
        state = next((state for below, state in course.before if below < votes), course.end)
        if turn_of(projects, way, state, project).funded:
            return votes - mine
    return None
