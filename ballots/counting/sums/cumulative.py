# SPDX-License-Identifier: AGPL-3.0-or-later
"""Points to share out among the options; the highest sum is chosen. 0 points are no mark."""

from __future__ import annotations

from ballots.counting.count import Count
from ballots.counting.draw import Draw
from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.marks import as_scores
from ballots.counting.profile import Batch, Scored, Scores, Spoilt
from ballots.counting.rule import Cumulative
from ballots.counting.sums.points import Sums, elect
from ballots.counting.sums.reading import histograms, sifted
from ballots.counting.sums.tally import Points


def cumulative(rule: Cumulative, batch: Batch, draw: Draw) -> Count:
    """Count ballots with points; more than the rule allows, or less than 0, spoil one."""

    def broken(ballot: Scored) -> Spoilt | None:
        given = [points for _, points in ballot]
        if min(given, default=0) < 0:
            return Spoilt.RANGE
        over = rule.points and sum(given) > rule.points
        return (
            Spoilt.OVER_MARKED
            if over or (rule.each and max(given, default=0) > rule.each)
            else None
        )

    scores, batch = as_scores(batch, rule.name)
    kept, spoilt = sifted(scores.counts, broken)
    scores = Scores(kept)
    given = histograms(batch.without(scores, spoilt), scores, no_opinion=0)
    return decide(rule, given.points, draw)


def decide(rule: Cumulative, tally: Points, draw: Draw) -> Count:
    """The same from points that are added up already."""
    most = min((limit for limit in (rule.points, rule.each) if limit), default=0)
    tally.refuse_unless(low=0, high=most or None)
    if rule.points and sum(tally.points) > rule.points * tally.cast.valid:
        raise CountingRefused(CountingProblem.SUM, place=tally.contest.title)
    sums = {id: points for id, points, _ in tally.by_option()}
    return elect(rule, tally, draw, Sums(values=sums, lowest=0, swing=most))
