# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ranked pairs: duels hold from the strongest, unless they would close a circle.

T. N. Tideman, "Independence of clones as a criterion for voting rules", Social Choice and Welfare
4 (1987). Of equally strong duels those that a lucky option loses come last, so that of a circle of
equals the luckiest wins. In which order the duels come that one option loses makes no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Final

from ballots.counting.pairs.above import Above, Duel, holds, joined, layers
from ballots.counting.pairs.duels import Strength, strength, won
from ballots.counting.pairs.matrix import Matrix
from ballots.counting.pairs.tally import Options, Order
from ballots.counting.settings import By

MOST_LOOKED_AT: Final = 5_000  # duels, in all the ways to break ties together

Choose = Callable[[Options], int]
"""Of whom equal duels that it loses are looked at last."""


def locked(matrix: Matrix, options: Options, by: By, choose: Choose) -> Above:
    """Who is above whom by the duels that hold.

    `choose` is asked only where equal duels would close a circle together, none of which closes
    one with those that hold already.
    """

    def strong(duel: Duel) -> Strength:
        return strength(matrix, duel, by)

    above: Above = [0] * len(matrix)
    for _, equal in groupby(sorted(won(matrix, options), key=strong, reverse=True), strong):
        above = _held(above, equal, choose)
    return above


def _held(above: Above, equal: Iterable[Duel], choose: Choose) -> Above:
    """What holds after equal duels."""
    waiting = [(a, b) for a, b in equal if not holds(above, b, a)]
    all_held = joined(above, waiting)
    sure = [(a, b) for a, b in waiting if not holds(all_held, b, a)]
    above = joined(above, sure)
    open_ = [(a, b) for a, b in waiting if holds(all_held, b, a)]
    if not open_:
        return above
    spared = choose(_losers_in_a_circle(all_held, open_))
    above = _held(above, [(a, b) for a, b in open_ if b != spared], choose)
    return joined(above, [(a, b) for a, b in open_ if b == spared and not holds(above, b, a)])


def _losers_in_a_circle(above: Above, duels: list[Duel]) -> Options:
    """Of duels that all lie in circles, the losers of those in one circle."""
    losers = {loser for _, loser in duels}
    start = min(losers)
    return tuple(b for b in sorted(losers) if holds(above, b, start) and holds(above, start, b))


def locked_order(above: Above, options: Options) -> Order:
    """Those that nobody is above first."""
    return layers(options, lambda a, b: holds(above, a, b))


def every_order(matrix: Matrix, options: Options, by: By) -> Iterator[Order]:
    """The orders of all ways to break ties between duels, some perhaps more than once.

    After `MOST_LOOKED_AT` duels it ends with an empty order, to say that there are more.
    """
    untried: list[Options] = [()]
    runs = max(1, MOST_LOOKED_AT // len(matrix) ** 2)
    while untried:
        if not runs:
            yield ()
            return
        runs -= 1
        picks = untried.pop()
        above, asked = _picking(picks, matrix, options, by)
        yield locked_order(above, options)
        for number in range(len(picks), len(asked)):
            before = (*picks, *(tied[0] for tied in asked[len(picks) : number]))
            untried += [(*before, other) for other in asked[number][1:]]


def _picking(
    picks: Options, matrix: Matrix, options: Options, by: By
) -> tuple[Above, list[Options]]:
    """What holds with these picks, then always the first; and what it was asked each time."""
    asked: list[Options] = []

    def choose(tied: Options) -> int:
        asked.append(tied)
        return picks[len(asked) - 1] if len(asked) <= len(picks) else tied[0]

    return locked(matrix, options, by, choose), asked
