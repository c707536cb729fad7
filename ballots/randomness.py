# SPDX-License-Identifier: AGPL-3.0-or-later
"""Randomness is an argument: a function that returns as many random bytes as it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

Randomness = Callable[[int], bytes]

Item = TypeVar("Item")


def uniform(random: Randomness, below: int) -> int:
    """A number in [0, below), all equally likely (rejection sampling). `below` is at least 1."""
    bits = (below - 1).bit_length()
    size = (bits + 7) // 8
    while True:
        number = int.from_bytes(random(size), "big") >> (8 * size - bits)
        if number < below:
            return number


def shuffled(random: Randomness, items: Iterable[Item]) -> list[Item]:
    """The items in an order of which all are equally likely (Fisher and Yates)."""
    drawn = list(items)
    for last in range(len(drawn) - 1, 0, -1):
        chosen = uniform(random, last + 1)
        drawn[last], drawn[chosen] = drawn[chosen], drawn[last]
    return drawn
