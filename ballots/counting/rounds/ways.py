# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ways that papers take through elected options, for Meek's STV.

Papers that come to the same options by the same way share each number, so that a distribution
costs as much as there are ways, not ballots. A hopeful option keeps all of a vote and ends a way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ballots.counting.rounds.papers import Pile, Piles, lay, sorted_on
from ballots.counting.rounds.sheet import NOBODY


@dataclass(slots=True)
class Way:
    """Papers that came to an option by one way: `votes` of them, unsorted until it is elected."""

    option: int
    votes: int = 0
    piles: Piles = field(default_factory=dict)
    onward: dict[int, Way] = field(default_factory=dict)


class Ways:
    """All ways from the first preference on.

    Keep factors are by option, in units: `unit` for a hopeful option, less for an elected one.
    """

    def __init__(self, piles: Iterable[Pile], standing: Iterable[int], unit: int) -> None:
        self._start = Way(NOBODY)
        self._counting = set(standing)
        self._elected: set[int] = set()
        self._unit = unit
        for pile in piles:
            self._add(self._start, pile)

    def elect(self, option: int) -> None:
        """Sort its papers on: from now on it may keep less than all of a vote."""
        self._elected.add(option)
        for _, way in self._to(option):
            piles, way.piles = way.piles, {}
            for pile in piles.values():
                self._add(way, pile)

    def exclude(self, option: int) -> None:
        """Let the papers of a hopeful option go on as if it had never stood."""
        self._counting.remove(option)
        for before, _ in self._to(option):
            for pile in before.onward.pop(option).piles.values():
                self._add(before, pile)

    def votes(self, keep: Sequence[int]) -> list[int]:
        """Units by option: of each vote that comes to it, the part that it keeps, rounded up."""
        votes = [0] * len(keep)
        for _, way, _, kept in self._shares(keep):
            votes[way.option] += way.votes * kept
        return votes

    def passed(self, keep: Sequence[int]) -> Counter[tuple[int, int]]:
        """(source, target) → units that elected options pass on directly, to `NOBODY` too."""
        passed: Counter[tuple[int, int]] = Counter()
        for before, way, comes, kept in self._shares(keep):
            ending = way.votes - sum(after.votes for after in way.onward.values())
            passed[before.option, way.option] += way.votes * comes
            passed[way.option, NOBODY] += ending * (comes - kept)
        return passed

    def _shares(self, keep: Sequence[int]) -> Iterator[tuple[Way, Way, int, int]]:
        """Each way with the one before it, the part of a vote that comes, and that it keeps."""
        waiting = [(self._start, self._unit)]
        while waiting:
            before, comes = waiting.pop()
            for way in before.onward.values():
                kept = -(-comes * keep[way.option] // self._unit)
                yield before, way, comes, kept
                waiting.append((way, comes - kept))

    def _to(self, option: int) -> list[tuple[Way, Way]]:
        """The ways to an option, each with the one before it."""
        found, waiting = [], [self._start]
        while waiting:
            before = waiting.pop()
            waiting += before.onward.values()
            if option in before.onward:
                found.append((before, before.onward[option]))
        return found

    def _add(self, before: Way, pile: Pile) -> None:
        for option, part in sorted_on(pile, self._counting):
            way = before.onward.setdefault(option, Way(option))
            way.votes += part.votes
            if option in self._elected:
                self._add(way, part)
            else:
                lay(part, way.piles)
