# SPDX-License-Identifier: AGPL-3.0-or-later
"""The counting table: which piles lie with which option, and what each paper in them is worth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ballots.counting.rounds.papers import Pile, Piles, lay, sorted_on
from ballots.counting.rounds.sheet import NOBODY, Moved


@dataclass(slots=True)
class Table:
    """Options by position. `votes` are units; `held` maps what one paper is worth to piles.

    Papers come to options that are `standing`; whoever takes an option out of it decides whether
    its papers are passed on.
    """

    votes: list[int]
    held: list[defaultdict[int, Piles]]
    standing: set[int]

    @classmethod
    def of(
        cls, piles: Iterable[Pile], options: int, standing: Iterable[int], worth: int = 1
    ) -> Table:
        """First preferences; a paper is `worth` so many units."""
        table = cls([0] * options, [defaultdict(dict) for _ in range(options)], set(standing))
        for pile in piles:
            table._deal(pile, worth)
        return table

    def pass_on(
        self, source: int, *, left: int = 0, worth: Callable[[int], int] = lambda worth: worth
    ) -> Moved:
        """Pass all papers of an option on, so that it keeps `left` votes.

        `worth` is what becomes of the worth of a paper. Votes that come to nobody, by papers
        that rank nobody else or by rounding, are those of `NOBODY`.
        """
        piles, self.held[source] = self.held[source], defaultdict(dict)
        before = self.votes.copy()
        self.votes[source] = left
        for value, same in piles.items():
            for pile in same.values():
                self._deal(pile, worth(value))
        moved = {
            (source, target): now - then
            for target, (then, now) in enumerate(zip(before, self.votes, strict=True))
            if now > then
        }
        if lost := before[source] - left - sum(moved.values()):
            moved[source, NOBODY] = lost
        return moved

    def _deal(self, pile: Pile, worth: int) -> None:
        for option, part in sorted_on(pile, self.standing):
            lay(part, self.held[option][worth])
            self.votes[option] += part.votes * worth
