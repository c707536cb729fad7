# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who would win by each rule, as information: no lot is drawn, all that are equal are named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from ballots.counting.pairs.above import by_score
from ballots.counting.pairs.locking import every_order
from ballots.counting.pairs.matrix import Matrix
from ballots.counting.pairs.paths import path_order, strongest
from ballots.counting.pairs.points import borda_points, copeland_points, worst_defeats
from ballots.counting.pairs.tally import Options, Order
from ballots.counting.settings import By, Unranked


@lru_cache(maxsize=16)  # a count is run once for each way to break its ties
def winners_by_rule(matrix: Matrix, options: Options, by: By, seats: int) -> Mapping[str, Options]:
    """The winners by the name of the rule, in the order of the contest.

    Ranked pairs are left out where equal duels have too many orders to try them all.
    """
    found = {rule: _seated([order], seats) for rule, order in _orders(matrix, options, by)}
    locked = list(every_order(matrix, options, by))
    if all(locked):
        found["ranked-pairs"] = _seated(locked, seats)
    return found


def _orders(matrix: Matrix, options: Options, by: By) -> Iterator[tuple[str, Order]]:
    yield "schulze", path_order(strongest(matrix, options, by), options)
    yield "copeland", by_score(copeland_points(matrix, options))
    defeats = worst_defeats(matrix, options, by)
    yield "minimax", by_score({option: -defeat for option, defeat in defeats.items()})
    # How many ballots there are gives each option as much, which changes no order.
    yield "borda", by_score(borda_points(matrix, options, ballots=0, unranked=Unranked.SHARED))


def _seated(orders: Iterable[Order], seats: int) -> Options:
    """All that have a seat in one of the orders, or are equal for the last one."""
    seated: set[int] = set()
    for order in orders:
        taken = 0
        for group in order:
            if taken < seats:
                seated |= set(group)
                taken += len(group)
    return tuple(sorted(seated))
