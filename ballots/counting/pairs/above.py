# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is above whom: relations between options, and the order that they come to.

A relation is a list of numbers: bit b of `above[a]` says that a is above b. It is kept closed: who
is above an option is above all that are below it. In a circle an option is above itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ballots.counting.contest import Amount
from ballots.counting.pairs.tally import Options, Order

Above = list[int]
Duel = tuple[int, int]
"""The option that wins it, the option that loses it."""


def put(above: Above, duel: Duel) -> None:
    """Add that the first is above the second, with all that follows."""
    upper, lower = duel
    gained = above[lower] | 1 << lower
    for option, below in enumerate(above):
        if option == upper or below >> upper & 1:
            above[option] |= gained


def joined(above: Above, duels: Iterable[Duel]) -> Above:
    """A relation with duels added."""
    wider = list(above)
    for duel in duels:
        put(wider, duel)
    return wider


def holds(above: Above, a: int, b: int) -> bool:
    """Whether a is above b."""
    return bool(above[a] >> b & 1)


def circles(above: Above, options: Options) -> Order:
    """The groups of options that are each above all others of their group, by first option."""
    groups = {
        tuple(b for b in options if holds(above, a, b) and holds(above, b, a)) for a in options
    }
    return tuple(sorted(group for group in groups if group))


def layers(options: Options, is_above: Callable[[int, int], bool]) -> Order:
    """Those that nobody is above, then those that nobody of the rest is above, and so on.

    Whoever is above another comes before it, which a relation without circles makes sure of.
    """
    order, left = [], options
    while left:
        top = tuple(a for a in left if not any(is_above(b, a) for b in left))
        order.append(top)
        left = tuple(a for a in left if a not in top)
    return tuple(order)


def first_above(order: Order, option: int, is_above: Callable[[int, int], bool]) -> int:
    """The first in an order by layers that is above an option; there is one but for the top."""
    return next(other for group in order for other in group if is_above(other, option))


def by_score(score: Mapping[int, Amount]) -> Order:
    """The highest score first."""
    return tuple(
        tuple(option for option in sorted(score) if score[option] == amount)
        for amount in sorted(set(score.values()), reverse=True)
    )
