# SPDX-License-Identifier: AGPL-3.0-or-later
"""The only clock: what is to happen, in its order, and what has happened of late."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush

REMEMBERED = 80  # happenings that a trace shows


class Schedule:
    """Time stands still until everything that is due has been done."""

    def __init__(self) -> None:
        self.now = 0.0
        self.done = 0
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self._planned = 0
        self._story: deque[tuple[float, str, tuple[object, ...]]] = deque(maxlen=REMEMBERED)

    def after(self, seconds: float, act: Callable[[], object]) -> None:
        """Do something later; of what is due at one moment, in the order it was planned."""
        self._planned += 1
        heappush(self._due, (self.now + seconds, self._planned, act))

    def run(self, until: float) -> None:
        """Everything up to a time, which it is then."""
        while self._due and self._due[0][0] <= until:
            self.now, _, act = heappop(self._due)
            self.done += 1
            act()
        self.now = until

    def note(self, who: str, *what: object) -> None:
        """Remember something for the trace."""
        self._story.append((self.now, who, what))

    @property
    def trace(self) -> str:
        """What happened of late, a line each."""
        return "\n".join(
            f"{at:8.3f} {who:12} {' '.join(map(str, what))}" for at, who, what in self._story
        )
