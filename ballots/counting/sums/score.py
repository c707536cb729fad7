# SPDX-License-Identifier: AGPL-3.0-or-later
"""Points on a scale for each option; the highest sum is chosen.

Where a ballot that says nothing of an option is left out for it, options are rated by different
numbers of ballots: then the mean decides, as an exact fraction.
"""

from __future__ import annotations

from fractions import Fraction

from ballots.counting.count import Count
from ballots.counting.draw import Draw
from ballots.counting.marks import as_scores
from ballots.counting.profile import Batch
from ballots.counting.rule import Score
from ballots.counting.settings import NoOpinion
from ballots.counting.sums.points import Means, Sums, elect
from ballots.counting.sums.reading import histograms
from ballots.counting.sums.tally import Points
from ballots.counting.sums.told import SumTold
from ballots.counting.trace import step


def score(rule: Score, batch: Batch, draw: Draw) -> Count:
    """Count ballots with points; a ballot with others than those of the scale is spoilt."""
    scores, batch = as_scores(batch, rule.name)
    given = histograms(
        batch, scores, low=rule.low, high=rule.high or None, no_opinion=rule.no_opinion
    )
    return decide(rule, given.points, draw)


def decide(rule: Score, tally: Points, draw: Draw) -> Count:
    """The same from points that are added up already."""
    tally.refuse_unless(low=rule.low, high=rule.high or None)
    if rule.no_opinion_counts_as is NoOpinion.EXCLUDED:
        return elect(rule, tally, draw, _means(rule, tally))
    worst = step(SumTold.UNRATED_WORST, low=rule.low)
    return elect(rule, tally, draw, _sums(rule, tally), [worst])


def _sums(rule: Score, tally: Points) -> Sums:
    """Ballots that say nothing of an option give it the lowest points."""
    valid = tally.cast.valid
    return Sums(
        values={
            id: points + rule.low * (valid - rated) for id, points, rated in tally.by_option()
        },
        lowest=rule.low * valid,
        swing=rule.high - rule.low if rule.high else 0,
    )


def _means(rule: Score, tally: Points) -> Means:
    return Means(
        values={
            id: Fraction(points, rated) if rated else Fraction(rule.low)
            for id, points, rated in tally.by_option()
        },
        lowest=rule.low,
        rated={id: rated for id, _, rated in tally.by_option()},
    )
