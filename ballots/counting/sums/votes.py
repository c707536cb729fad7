# SPDX-License-Identifier: AGPL-3.0-or-later
"""The options with most votes are chosen, if there is a quorum and they have the majority."""

from __future__ import annotations

from collections.abc import Mapping

from ballots.counting.count import Count, Reason, Stage
from ballots.counting.draw import Draw
from ballots.counting.rule import Approval, Decided, Plurality
from ballots.counting.sums.conditions import Conditions
from ballots.counting.sums.outcome import Decision, Verdict
from ballots.counting.sums.places import fill_places, withdrawn
from ballots.counting.sums.tally import Tally
from ballots.counting.sums.told import SumTold
from ballots.counting.trace import Step, Told, step


def elect(rule: Plurality | Approval, tally: Tally, draw: Draw, asked: Conditions) -> Count:
    """Fill the seats with the options that have the votes that are needed, and most."""
    places = fill_places(
        tally.contest, tally.standing, draw, seats=rule.seats, needed=asked.needed or 1
    )
    return Count(
        rule=rule,
        contest=tally.contest,
        cast=tally.cast,
        winners=places.winners,
        verdict=places.verdict,
        stages=(Stage(votes=tally.by_id, elected=places.winners, needed=asked.needed),),
        told=(
            *asked.told,
            step(Told.MOST_VOTES, n=rule.seats),
            *places.told,
            *asked.margin_told(places.decided.margin),
        ),
        reasons=tuple(places.reasons(tally.contest, steps_of(places.decided))),
    )


def no_quorum(rule: Decided, tally: Tally, asked: Conditions) -> Count:
    """Nothing is decided, whatever the votes."""
    reasons = (
        withdrawn(option)
        if option.withdrawn
        else Reason(
            option=option.id,
            won=False,
            steps=(step(SumTold.NO_QUORUM, option=option.id, n=votes),),
        )
        for option, votes in zip(tally.contest.options, tally.votes, strict=True)
    )
    return Count(
        rule=rule,
        contest=tally.contest,
        cast=tally.cast,
        winners=(),
        verdict=Verdict.NO_QUORUM,
        stages=(Stage(votes=tally.by_id),),
        told=asked.told,
        reasons=tuple(reasons),
    )


def steps_of(decided: Decision) -> Mapping[str, tuple[Step, ...]]:
    """Id → what is told of this option."""
    return {str(each.facts["option"]): (each,) for each in decided.trace if "option" in each.facts}
