# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ranked pairs: whoever nobody is above by the duels that hold."""

from __future__ import annotations

from functools import partial

from ballots.counting.count import Count
from ballots.counting.draw import Draw, TieFor
from ballots.counting.pairs.above import first_above, holds
from ballots.counting.pairs.counted import counted
from ballots.counting.pairs.duels import worst_defeat
from ballots.counting.pairs.judged import Judged
from ballots.counting.pairs.locking import locked, locked_order
from ballots.counting.pairs.tally import Options, Tally, tallied
from ballots.counting.pairs.told import MEASURE, PairTold
from ballots.counting.profile import Batch
from ballots.counting.rule import RankedPairs
from ballots.counting.trace import Step, step


def ranked_pairs(rule: RankedPairs, batch: Batch, draw: Draw) -> Count:
    """The count of ballots by ranked pairs. A score is how many options one is above."""
    return ranked_pairs_of(rule, tallied(batch), draw)


def ranked_pairs_of(rule: RankedPairs, tally: Tally, draw: Draw) -> Count:
    """The same from a matrix alone."""
    matrix, options, id = tally.matrix, tally.contest.standing, tally.contest.id
    above = locked(matrix, options, rule.by, lambda tied: draw.pick(tied, TieFor.DUEL))
    order = locked_order(above, options)

    def won(option: int, losers: Options) -> Step:
        other = worst_defeat(matrix, losers, rule.by, option)
        if other is None:
            return step(PairTold.WON_UNBEATEN, option=id(option))
        votes, against = matrix[option][other], matrix[other][option]
        facts = {"votes": votes, "against": against}
        return step(PairTold.WON_HELD, option=id(option), other=id(other), **facts)

    def lost(option: int, _last: int) -> Step:
        other = first_above(order, option, partial(holds, above))
        return step(PairTold.LOST_HELD, option=id(option), other=id(other))

    judged = Judged(
        options=options,
        order=order,
        score={option: above[option].bit_count() for option in options},
        opening=(step(PairTold.RANKED_PAIRS), step(MEASURE[rule.by])),
        won=won,
        lost=lost,
        by=rule.by,
    )
    return counted(rule, tally, draw, judged)
