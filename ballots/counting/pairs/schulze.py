# SPDX-License-Identifier: AGPL-3.0-or-later
"""Schulze's rule: whoever has the stronger paths, as in Debian after quorum and majorities."""

from __future__ import annotations

from functools import partial

from ballots.counting.count import Count
from ballots.counting.draw import Draw
from ballots.counting.pairs.above import first_above
from ballots.counting.pairs.counted import counted
from ballots.counting.pairs.dropping import dropped, opening
from ballots.counting.pairs.duels import worst_defeat, written
from ballots.counting.pairs.judged import Judged
from ballots.counting.pairs.paths import over, path_order, strongest
from ballots.counting.pairs.tally import Options, Tally, tallied
from ballots.counting.pairs.told import MEASURE, PairTold
from ballots.counting.profile import Batch
from ballots.counting.rule import Schulze
from ballots.counting.trace import Step, step


def schulze(rule: Schulze, batch: Batch, draw: Draw) -> Count:
    """The count of ballots by Schulze's rule. A score is how many options one has paths over."""
    return schulze_of(rule, tallied(batch), draw)


def schulze_of(rule: Schulze, tally: Tally, draw: Draw) -> Count:
    """The same from a matrix alone."""
    return counted(rule, tally, draw, _judged(rule, tally))


def _judged(rule: Schulze, tally: Tally) -> Judged:
    matrix, id = tally.matrix, tally.contest.id
    failed = dropped(rule, tally)
    options = tuple(option for option in tally.contest.standing if option not in failed)
    paths = strongest(matrix, options, rule.by)
    order = path_order(paths, options)

    def ways(option: int, other: int) -> dict[str, str]:
        way, back = paths[option][other], paths[other][option]
        return {"way": written(way, rule.by), "back": written(back, rule.by)}

    def won(option: int, losers: Options) -> Step:
        other = worst_defeat(matrix, losers, rule.by, option)
        if other is None:
            return step(PairTold.WON_UNBEATEN, option=id(option))
        return step(
            PairTold.WON_PATH,
            option=id(option),
            other=id(other),
            votes=matrix[option][other],
            against=matrix[other][option],
            **ways(option, other),
        )

    def lost(option: int, _last: int) -> Step:
        other = first_above(order, option, partial(over, paths))
        return step(PairTold.LOST_PATH, option=id(option), other=id(other), **ways(other, option))

    return Judged(
        options=options,
        order=order,
        score={a: sum(over(paths, a, b) for b in options) for a in options},
        opening=(step(PairTold.SCHULZE), step(MEASURE[rule.by]), *opening(rule)),
        won=won,
        lost=lost,
        strength=tuple(tuple(strong for strong, _ in row) for row in paths),
        dropped=failed,
        by=rule.by,
    )
