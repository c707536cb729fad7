# SPDX-License-Identifier: AGPL-3.0-or-later
"""One mark each, most votes; where the rule says so, a second round without more than half.

A second round is a vote of its own, another evening or at once. Until then nobody has won: there
are no winners, and `second_round` has the two who go on.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from ballots.counting.count import Count, Stage
from ballots.counting.draw import Draw, TieFor
from ballots.counting.profile import Batch
from ballots.counting.rule import Plurality
from ballots.counting.sums.conditions import Conditions, conditions
from ballots.counting.sums.outcome import Verdict
from ballots.counting.sums.places import fill_places
from ballots.counting.sums.reading import choices
from ballots.counting.sums.shares import more_than
from ballots.counting.sums.tally import Tally
from ballots.counting.sums.told import SumTold
from ballots.counting.sums.votes import elect, no_quorum, steps_of
from ballots.counting.trace import Step, Told, step


def plurality(rule: Plurality, batch: Batch, draw: Draw) -> Count:
    """Count ballots with one mark each."""
    return decide(rule, choices(batch), draw)


def decide(rule: Plurality, tally: Tally, draw: Draw) -> Count:
    """The same from votes that are added up already."""
    tally.refuse_unless(least=1, most=1)
    asked = conditions(rule, tally)
    if not asked.quorum:
        return no_quorum(rule, tally, asked)
    if not rule.second_round:
        return elect(rule, tally, draw, asked)
    half = more_than(Fraction(1, 2), tally.cast.valid)
    told = (*asked.told, step(SumTold.HALF, of=tally.cast.valid, n=half))
    needed = max(asked.needed or 1, half)
    asked = replace(asked, told=told, needed=needed)
    first, *others = sorted(tally.standing.values(), reverse=True)
    if first >= needed:
        return elect(rule, tally, draw, asked)
    if not any(others):
        return elect(rule, tally, draw, asked.hanging_on(1 if first else 2))
    return _second_round(rule, tally, draw, asked.hanging_on(needed - first))


def _second_round(rule: Plurality, tally: Tally, draw: Draw, asked: Conditions) -> Count:
    contest = tally.contest
    places = fill_places(contest, tally.standing, draw, seats=2, what=TieFor.SECOND_ROUND)
    own = {id: tuple(map(_goes_on, steps)) for id, steps in steps_of(places.decided).items()}
    return Count(
        rule=rule,
        contest=contest,
        cast=tally.cast,
        winners=(),
        second_round=places.winners,
        verdict=Verdict.SECOND_ROUND,
        stages=(Stage(votes=tally.by_id, needed=asked.needed),),
        told=(
            *asked.told,
            *places.told,
            step(SumTold.SECOND_ROUND, options=places.winners),
            *asked.margin_told(places.decided.margin),
        ),
        reasons=tuple(replace(each, won=False) for each in places.reasons(contest, own)),
    )


def _goes_on(told: Step) -> Step:
    return Step(SumTold.GOES_ON, told.facts) if told.code is Told.CHOSEN else told
