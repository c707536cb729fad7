# SPDX-License-Identifier: AGPL-3.0-or-later
"""Copeland, minimax and Borda: the best score wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ballots.counting.count import Count
from ballots.counting.draw import Draw
from ballots.counting.pairs.above import by_score
from ballots.counting.pairs.counted import counted
from ballots.counting.pairs.duels import NO_WAY, strength, worst_defeat, written
from ballots.counting.pairs.judged import Judged
from ballots.counting.pairs.points import (
    Points,
    as_fact,
    borda_points,
    copeland_points,
    worst_defeats,
)
from ballots.counting.pairs.tally import Options, Tally, tallied
from ballots.counting.pairs.told import MEASURE, PairTold
from ballots.counting.profile import Batch
from ballots.counting.rule import Borda, Copeland, Minimax
from ballots.counting.settings import Unranked
from ballots.counting.trace import Step, step

_BORDA: Final[Mapping[Unranked, PairTold]] = {
    Unranked.SHARED: PairTold.BORDA_SHARED,
    Unranked.ZERO: PairTold.BORDA_ZERO,
}


def copeland(rule: Copeland, batch: Batch, draw: Draw) -> Count:
    """The count of ballots by Copeland's rule. A score is duels won and half of the draws."""
    return copeland_of(rule, tallied(batch), draw)


def copeland_of(rule: Copeland, tally: Tally, draw: Draw) -> Count:
    """The same from a matrix alone."""
    points = copeland_points(tally.matrix, tally.contest.standing)
    judged = _most_points(
        tally, points, PairTold.COPELAND, PairTold.WON_DUELS, PairTold.LOST_DUELS
    )
    return counted(rule, tally, draw, judged)


def minimax(rule: Minimax, batch: Batch, draw: Draw) -> Count:
    """The count of ballots by minimax. A score is the worst defeat: the mildest wins."""
    return minimax_of(rule, tallied(batch), draw)


def minimax_of(rule: Minimax, tally: Tally, draw: Draw) -> Count:
    """The same from a matrix alone."""
    matrix, options, id = tally.matrix, tally.contest.standing, tally.contest.id
    defeats = worst_defeats(matrix, options, rule.by)

    def worst(option: int) -> tuple[str, str]:
        """By whom, and how strongly."""
        other = worst_defeat(matrix, options, rule.by, option)
        if other is None:
            return "", written(NO_WAY, rule.by)
        return id(other), written(strength(matrix, (other, option), rule.by), rule.by)

    def won(option: int, _losers: Options) -> Step:
        other, strong = worst(option)
        if not other:
            return step(PairTold.WON_UNBEATEN, option=id(option))
        return step(PairTold.WON_MILDEST, option=id(option), other=other, worst=strong)

    def lost(option: int, last: int) -> Step:
        (other, strong), (_, mildest) = worst(option), worst(last)
        facts = {"other": other, "worst": strong, "mildest": mildest}
        return step(PairTold.LOST_WORSE, option=id(option), **facts)

    judged = Judged(
        options=options,
        order=by_score({option: -defeat for option, defeat in defeats.items()}),
        score=defeats,
        opening=(step(PairTold.MINIMAX), step(MEASURE[rule.by])),
        won=won,
        lost=lost,
        by=rule.by,
    )
    return counted(rule, tally, draw, judged)


def borda(rule: Borda, batch: Batch, draw: Draw) -> Count:
    """The count of ballots by Borda's rule. A score is the sum of points."""
    return borda_of(rule, tallied(batch), draw)


def borda_of(rule: Borda, tally: Tally, draw: Draw) -> Count:
    """The same from a matrix alone."""
    points = borda_points(
        tally.matrix, tally.contest.standing, ballots=tally.cast.valid, unranked=rule.unranked
    )
    judged = _most_points(
        tally, points, _BORDA[rule.unranked], PairTold.WON_POINTS, PairTold.LOST_POINTS
    )
    return counted(rule, tally, draw, replace(judged, by_duels=False))


def _most_points(
    tally: Tally, points: Points, opening: PairTold, has_won: PairTold, has_lost: PairTold
) -> Judged:
    id = tally.contest.id

    def won(option: int, _losers: Options) -> Step:
        return step(has_won, option=id(option), points=as_fact(points[option]))

    def lost(option: int, last: int) -> Step:
        facts = {"points": as_fact(points[option]), "needed": as_fact(points[last])}
        return step(has_lost, option=id(option), **facts)

    return Judged(
        options=tally.contest.standing,
        order=by_score(points),
        score=points,
        opening=(step(opening),),
        won=won,
        lost=lost,
    )
