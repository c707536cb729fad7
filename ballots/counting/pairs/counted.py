# SPDX-License-Identifier: AGPL-3.0-or-later
"""From what a rule judged to a count: seats are filled, ties broken, everything told."""

from __future__ import annotations

from fractions import Fraction

from ballots.counting.count import Count, Duels, Reason, Stage
from ballots.counting.draw import Draw, TieFor
from ballots.counting.pairs.explaining import reasons, told
from ballots.counting.pairs.judged import Judged
from ballots.counting.pairs.others import winners_by_rule
from ballots.counting.pairs.tally import Options, Order, Tally
from ballots.counting.pairs.told import PairTold
from ballots.counting.rule import Seated
from ballots.counting.sums.outcome import Verdict
from ballots.counting.trace import step


def counted(rule: Seated, tally: Tally, draw: Draw, judged: Judged) -> Count:
    """The count of a tally that a rule has judged.

    Its one stage holds the rule's own score, 0 for options that were withdrawn or dropped. Where
    a seat stays free there are fewer winners.
    """
    if not tally.cast.valid or not judged.options:
        return _nothing(rule, tally)
    contest = tally.contest
    winners = seated(judged.order, rule.seats, draw)
    others = winners_by_rule(tally.matrix, judged.options, judged.by, rule.seats)
    others = {name: named for name, named in others.items() if name != rule.name}
    halves = any(Fraction(score).denominator > 1 for score in judged.score.values())
    left_out = contest.ids(judged.dropped)
    stage = Stage(
        votes={each.id: judged.score.get(i, 0) for i, each in enumerate(contest.options)},
        elected=contest.ids(winners),
        excluded=left_out,
    )
    return Count(
        rule=rule,
        contest=contest,
        cast=tally.cast,
        winners=contest.ids(winners),
        stages=(stage,),
        decimals=int(halves),
        told=tuple(told(tally, judged, winners, rule.seats, others)),
        reasons=tuple(reasons(tally, judged, winners)),
        duels=Duels(
            matrix=tally.matrix,
            order=tuple(contest.ids(group) for group in judged.order),
            strength=judged.strength,
            left_out=left_out,
            others={name: contest.ids(named) for name, named in others.items()},
        ),
    )


def seated(order: Order, seats: int, draw: Draw) -> Options:
    """The first of an order; the draw decides between options that are equal for the last seat."""
    winners: list[int] = []
    for group in order:
        free, left = seats - len(winners), list(group)
        if len(left) <= free:
            winners += left
            continue
        for _ in range(free):
            winners.append(draw.pick(left, TieFor.SEAT))
            left.remove(winners[-1])
    return tuple(winners)


def _nothing(rule: Seated, tally: Tally) -> Count:
    """Nobody ranked anything, or nobody stands."""
    nothing = (step(PairTold.NOTHING),)
    ids = [option.id for option in tally.contest.options]
    return Count(
        rule=rule,
        contest=tally.contest,
        cast=tally.cast,
        winners=(),
        stages=(Stage(votes=dict.fromkeys(ids, 0)),),
        verdict=Verdict.NOTHING_CHOSEN,
        told=nothing,
        reasons=tuple(Reason(option=id, won=False, steps=nothing) for id in ids),
        duels=Duels(matrix=tally.matrix, order=()),
    )
