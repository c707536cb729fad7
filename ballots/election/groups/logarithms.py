# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts from powers of the generator, known to be small (ELECTION.md §10)."""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt

from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.groups.elements import Element, Group


def logarithms(group: Group, elements: Sequence[Element], most: int) -> list[int]:
    """The n in [0, most] with g^n = element, for each (Shanks: some 2·√most multiplications).

    `TALLY` where there is none: it was no sum of that many valid votes.
    """
    stride = isqrt(most) + 1
    steps, step, one = {}, group.identity, group.generate(1)
    for exponent in range(stride):
        steps[step] = exponent
        step = group.times(step, one)
    back = group.generate(-stride)
    return [_logarithm(group, element, steps, back) for element in elements]


def _logarithm(group: Group, element: Element, steps: dict[Element, int], back: Element) -> int:
    for giant in range(len(steps)):
        if element in steps:
            return giant * len(steps) + steps[element]
        element = group.times(element, back)
    raise ElectionRefused(ElectionProblem.TALLY)
