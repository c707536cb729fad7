# SPDX-License-Identifier: AGPL-3.0-or-later
"""The majority value: what majority judgment compares (Balinski and Laraki 2007).

An option's grades are sorted; the median (of an even number the lower one) is read and removed,
again and again. Of two options that one is better whose sequence of medians is higher where they
first differ. The medians go outwards from the middle, so only two things can happen to them: the
next one falls below, or rises above, all that were read. It falls to a grade as soon as no more
ballots are left between the middle and the ballots that give this grade or less; the more of
these there are, the sooner. That is one comparison for each grade in use, not one for each
ballot, and with shares instead of numbers it compares options that different numbers of ballots
grade: exactly as if each ballot were copied until the numbers are equal.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from fractions import Fraction
from itertools import accumulate
from typing import Final, NamedTuple

Histogram = Mapping[int, int]
"""Grade → ballots that give it; at least one."""


class Turn(NamedTuple):
    """The next median falls (-1) or rises (1) to `grade`, or none is left (0).

    `weight` is the share of ballots at this grade or beyond it, with the sign of the direction.
    Turns compare as what they mean: to fall late is better than to fall soon, not to turn is
    better than to fall, to rise is better still, and the sooner the better.
    """

    direction: int
    weight: Fraction
    grade: int

    @property
    def soon(self) -> tuple[Fraction, int]:
        """Sorts turns as they come: the largest share first, a fall before an equal rise."""
        return -abs(self.weight), self.direction


END: Final = Turn(0, Fraction(0), 0)


class Value(NamedTuple):
    """A majority value; the greater one is the better one. Equal ones are ties."""

    median: int
    turns: tuple[Turn, ...]


class Parting(NamedTuple):
    """Where two options with one median part: `turn` comes first, to one of them or to both.

    `next` is the median grade of the worse option just then, `better` that of the other.
    """

    turn: Turn
    next: int
    better: int

    def removed(self, total: int) -> int:
        """Medians that are removed from each before, where both have `total` grades."""
        beyond = abs(self.turn.weight) * total
        return int(total - 2 * beyond) + (self.turn.direction > 0)

    @property
    def share(self) -> Fraction:
        """The share of grades in the middle that are alike."""
        return 1 - 2 * abs(self.turn.weight)


def majority_value(histogram: Histogram) -> Value:
    """What an option with these grades is compared by."""
    grades = sorted(grade for grade, n in histogram.items() if n)
    at_most = dict(zip(grades, accumulate(histogram[grade] for grade in grades), strict=True))
    total = at_most[grades[-1]]
    median = next(grade for grade in grades if 2 * at_most[grade] >= total)
    turns = [
        Turn(-1, Fraction(-at_most[grade], total), grade)
        if grade < median
        else Turn(1, Fraction(total - at_most[grade] + histogram[grade], total), grade)
        for grade in grades
        if grade != median
    ]
    return Value(median, (*sorted(turns, key=lambda turn: turn.soon), END))


def parting(worse: Value, better: Value) -> Parting:
    """Where two different values with one median part."""
    alike = next(
        i
        for i, (one, other) in enumerate(zip(worse.turns, better.turns, strict=False))
        if one != other
    )
    one, other = worse.turns[alike], better.turns[alike]
    first = min(one, other, key=lambda turn: turn.soon)
    before = [t.grade for t in worse.turns[:alike] if t.direction == first.direction]
    until_now = before[-1] if before else worse.median

    def then(turn: Turn) -> int:
        return turn.grade if turn.soon == first.soon else until_now

    return Parting(first, then(one), then(other))


def moved(histogram: Histogram, n: int, *, to: int) -> dict[int, int]:
    """The grades if `n` ballots that are furthest from `to` gave this grade."""
    left, counts = n, dict(histogram)
    for grade in sorted(counts, key=lambda grade: abs(grade - to), reverse=True):
        taken = min(left, counts[grade])
        counts[grade] -= taken
        left -= taken
    counts[to] = counts.get(to, 0) + n - left
    return counts


def fewest_to_pass(histogram: Histogram, best: int, value: Value) -> int | None:
    """The fewest ballots that could make an option better than `value` by giving it `best`.

    None where even all of them could not.
    """
    total = sum(histogram.values())

    def passes(n: int) -> bool:
        return majority_value(moved(histogram, n, to=best)) > value

    return bisect_left(range(total), True, key=passes) if passes(total) else None


def fewest_to_meet(worse: Histogram, better: Histogram, *, worst: int, best: int) -> int:
    """No fewer ballots than these, marked otherwise, can make two options change their order."""
    total = max(sum(worse.values()), sum(better.values()))

    def meet(n: int) -> bool:
        raised, lowered = moved(worse, n, to=best), moved(better, n, to=worst)
        return majority_value(raised) >= majority_value(lowered)

    return bisect_left(range(total), True, key=meet)
