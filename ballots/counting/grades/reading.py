# SPDX-License-Identifier: AGPL-3.0-or-later
"""From ballots with grades to histograms, and histograms as they are printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ballots.counting.count import Grades
from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.grades.value import Histogram, majority_value
from ballots.counting.profile import Batch, Scores
from ballots.counting.sums.reading import histograms
from ballots.counting.sums.tally import Histograms


def graded(
    rule: str, batch: Batch, *, worst: int | None, best: int | None, no_opinion: int | None = None
) -> Histograms:
    """Grades by option. Refuses rankings and marks: which grade they stand for is a guess."""
    scores = batch.profile
    if not isinstance(scores, Scores):
        kind = type(scores).__name__.lower()
        raise CountingRefused(CountingProblem.BALLOTS, rule=rule, kind=kind)
    return histograms(batch, scores, low=worst, high=best, no_opinion=no_opinion)


def scale_of(tally: Histograms, worst: int | None, best: int | None) -> tuple[int, ...]:
    """The grades from the worst up: all that were fixed, or those that occur and a fixed end.

    Raises:
        CountingRefused: `sum`, for a grade that is not on the scale.
    """
    tally.refuse_unless(low=worst, high=best)
    if worst is not None and best is not None:
        return tuple(range(worst, best + 1))
    ends = {end for end in (worst, best) if end is not None}
    return tuple(sorted(ends.union(*tally.given)))


def printed(
    scale: Sequence[int],
    given: Mapping[str, Histogram],
    order: tuple[tuple[str, ...], ...],
) -> Grades:
    """Histograms with a number for each grade of the scale, and medians where there are any."""
    return Grades(
        scale=tuple(scale),
        given={id: tuple(each.get(grade, 0) for grade in scale) for id, each in given.items()},
        median={
            id: majority_value(each).median for id, each in given.items() if any(each.values())
        },
        order=order,
    )
