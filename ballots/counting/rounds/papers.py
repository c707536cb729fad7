# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ballot papers in piles, sorted on by the next preference that is still in the count.

A paper is touched once for each preference that it comes to, however many stages there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass

from ballots.counting.marks import as_rankings
from ballots.counting.profile import Batch, Ranking


@dataclass(frozen=True, slots=True)
class Pile:
    """Rankings that `times` ballots each have; the first `depth` preferences are used up.

    Most rankings are cast once where many options stand. Rankings that lie bare in a list, their
    number beside it, are sorted nearly twice as fast as pairs of a ranking and a number.
    """

    rankings: list[Ranking]
    times: int
    depth: int = 0

    @property
    def votes(self) -> int:
        """Ballots in the pile."""
        return len(self.rankings) * self.times


Piles = dict[tuple[int, int], Pile]
"""(times, depth) → pile: what lies in one place, as few piles as it can be."""


def lay(pile: Pile, on: Piles) -> None:
    """Lay a pile down, on its like if there is one."""
    like = on.setdefault((pile.times, pile.depth), pile)
    if like is not pile:
        like.rankings.extend(pile.rankings)


def laid_out(batch: Batch) -> tuple[Batch, tuple[Pile, ...]]:
    """All papers of a batch, and the batch with the ballots spoilt that rank options equal."""
    rankings, batch = as_rankings(batch, strict=True)
    piles: defaultdict[int, list[Ranking]] = defaultdict(list)
    for ranking, times in rankings.counts.items():
        piles[times].append(ranking)
    return batch, tuple(Pile(same, times) for times, same in piles.items())


def sorted_on(pile: Pile, standing: Container[int]) -> Iterator[tuple[int, Pile]]:
    """The pile by the next preference that is `standing`; what has none left falls away.

    An option may come up more than once, with papers of different depth.
    """
    depth, left = pile.depth, pile.rankings
    while left:
        by_rank: defaultdict[tuple[int, ...], list[Ranking]] = defaultdict(list)
        for ranking in left:
            if len(ranking) > depth:
                by_rank[ranking[depth]].append(ranking)
        depth += 1
        left = []
        for (option,), same in by_rank.items():
            if option in standing:
                yield option, Pile(same, pile.times, depth)
            else:
                left += same
