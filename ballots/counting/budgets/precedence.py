# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is bought first at an equal price: one order, kept for every endowment of a count.

Lower cost, then more votes, then the draw. Each tie is asked for once.
"""

from __future__ import annotations

from collections.abc import Sequence

from ballots.counting.budgets.projects import Projects
from ballots.counting.draw import Draw, TieBy, TieFor


class Precedence:
    """What is known of the order so far; there are no circles in it."""

    __slots__ = ("_behind", "_draw", "_projects")

    def __init__(self, projects: Projects, draw: Draw) -> None:
        self._projects, self._draw = projects, draw
        self._behind: dict[int, frozenset[int]] = {}

    def goes_first(self, project: int, other: int) -> bool:
        """Whether it is known that a project is bought before another."""
        return other in self._behind.get(project, ())

    def first(self, tied: Sequence[int], stage: int) -> int:
        """The one that is bought in a round, which is asked for where it is not known."""
        left = [each for each in tied if not any(self.goes_first(other, each) for other in tied)]
        if len(left) == 1:
            return left[0]
        least = min(map(self._projects.cost, left))
        cheap = [each for each in left if self._projects.cost(each) == least]
        most = max(self._projects.votes[each] for each in cheap)
        best = [each for each in cheap if self._projects.votes[each] == most]
        by = TieBy.LOWER_COST if len(cheap) == 1 else TieBy.MORE_VOTES
        own = (by, lambda _: best) if len(best) == 1 else None
        picked = self._draw.pick(
            best if own is None else left, TieFor.FUNDING, stage=stage, own=own
        )
        self._learn(picked, set(left) - {picked})
        return picked

    def _learn(self, picked: int, others: set[int]) -> None:
        behind = frozenset(others).union(*(self._behind.get(each, ()) for each in others))
        for each in {picked} | {each for each in self._behind if self.goes_first(each, picked)}:
            self._behind[each] = self._behind.get(each, frozenset()) | behind
