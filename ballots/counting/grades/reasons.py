# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why an option has its place or lost it, and what would have changed that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ballots.counting.grades.told import GradeTold
from ballots.counting.grades.value import (
    Histogram,
    Value,
    fewest_to_pass,
    majority_value,
    parting,
)
from ballots.counting.sums.told import rounded
from ballots.counting.trace import Fact, Step, step


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An option that some ballot grades. What no opinion counts as is among its grades."""

    id: str
    given: Histogram
    value: Value

    @classmethod
    def of(cls, id: str, given: Histogram) -> Judged:
        """With the value of its grades, which are at least one."""
        return cls(id=id, given=given, value=majority_value(given))

    @property
    def total(self) -> int:
        """How many grades it has."""
        return sum(self.given.values())

    @property
    def median(self) -> int:
        """Its median grade."""
        return self.value.median

    def per_cent(self, grades: Iterator[int]) -> Decimal:
        """The ballots that give any of these grades."""
        return rounded(Fraction(100 * sum(map(self.given.__getitem__, grades)), self.total), 1)


def placed(code: GradeTold, one: Judged) -> Step:
    """Its median, and how many grade it better or worse."""
    return step(
        code,
        option=one.id,
        grade=one.median,
        above=one.per_cent(grade for grade in one.given if grade > one.median),
        below=one.per_cent(grade for grade in one.given if grade < one.median),
    )


def lost(one: Judged, last: Judged, best: int) -> Iterator[Step]:
    """Against the option with the last place: a lower median, or where the two part after it."""
    if one.median < last.median:
        yield step(
            GradeTold.LOWER,
            option=one.id,
            grade=one.median,
            other=last.id,
            better=last.median,
            n=_short_of_median(one, last.median),
        )
    else:
        yield _parted(one, last)
    short = fewest_to_pass(one.given, best, last.value)
    if short:
        yield step(GradeTold.SHORT, option=one.id, n=short)


def _short_of_median(one: Judged, grade: int) -> int:
    """Ballots below `grade` that would have had to give it, or more, to make it the median."""
    below = sum(n for each, n in one.given.items() if each < grade)
    return below - (one.total - 1) // 2


def _parted(one: Judged, last: Judged) -> Step:
    at = parting(one.value, last.value)
    facts: dict[str, Fact] = {
        "option": one.id,
        "other": last.id,
        "grade": one.median,
        "next": at.next,
        "better": at.better,
    }
    if one.total == last.total:
        return step(GradeTold.REMOVED, **facts, n=at.removed(one.total))
    return step(GradeTold.MIDDLE, **facts, share=rounded(100 * at.share, 1))
