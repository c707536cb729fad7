# SPDX-License-Identifier: AGPL-3.0-or-later
"""Adopted or rejected. Equal sides without a majority stay undecided: no lot is drawn for them.

The sides are the options `yes` and `no`, whatever their order; under other ids the first is in
favour. A third option `abstain` is a blank ballot.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ballots.counting.contest import Contest
from ballots.counting.count import Count, Reason, Stage
from ballots.counting.draw import Draw
from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.profile import Batch
from ballots.counting.rule import YesNo
from ballots.counting.sums.conditions import conditions
from ballots.counting.sums.outcome import Verdict
from ballots.counting.sums.reading import choices
from ballots.counting.sums.sides import weigh
from ballots.counting.sums.tally import Tally
from ballots.counting.sums.told import SumTold
from ballots.counting.sums.votes import no_quorum
from ballots.counting.trace import Step, Told, step

YES: Final = "yes"
NO: Final = "no"
ABSTAIN: Final = "abstain"


def yes_no(rule: YesNo, batch: Batch, _draw: Draw) -> Count:
    """Count ballots with one mark each. Refuses a contest of more or fewer than two sides."""
    return decide(rule, choices(batch))


def decide(rule: YesNo, tally: Tally) -> Count:
    """The same from votes that are added up already."""
    tally.refuse_unless(least=1, most=1)
    yes, no = _sides(tally.contest)
    votes = tally.by_id
    valid = _without_abstentions(tally)
    asked = conditions(rule, valid)
    if not asked.quorum:
        return replace(no_quorum(rule, tally, asked), cast=valid.cast)
    decided = weigh(yes=votes[yes], no=votes[no], majority=asked.majority)
    winners = (yes,) if decided.chosen else ()
    sides, why = decided.trace[:1], decided.trace[1:]
    if decided.verdict is Verdict.UNDECIDED:
        why = (*why, step(SumTold.NO_LOT))
    return Count(
        rule=rule,
        contest=tally.contest,
        cast=valid.cast,
        winners=winners,
        verdict=decided.verdict,
        stages=(Stage(votes=votes, elected=winners, needed=asked.needed),),
        told=(
            *asked.told,
            *(() if asked.majority else (step(Told.MORE_VOTES),)),
            *sides,
            *why,
            *asked.margin_told(decided.margin),
        ),
        reasons=tuple(_reasons(votes, yes, why, winners)),
    )


def _sides(contest: Contest) -> tuple[str, str]:
    """In favour, against."""
    sides = [option for option in contest.options if option.id != ABSTAIN]
    if len(sides) != 2 or any(option.withdrawn for option in sides):
        raise CountingRefused(CountingProblem.CONTEST, place=contest.title)
    yes, no = sorted(
        (option.id for option in sides), key=lambda side: {YES: 0, NO: 2}.get(side, 1)
    )
    return yes, no


def _without_abstentions(tally: Tally) -> Tally:
    """Marks for `abstain` as blank ballots."""
    votes = tally.by_id
    blank = tally.cast.blank + votes.get(ABSTAIN, 0)
    return replace(
        tally,
        cast=replace(tally.cast, blank=blank),
        votes=tuple(0 if id == ABSTAIN else n for id, n in votes.items()),
    )


def _reasons(
    votes: dict[str, int], yes: str, why: tuple[Step, ...], winners: tuple[str, ...]
) -> Iterator[Reason]:
    for id, n in votes.items():
        told = why if id == yes else (step(SumTold.MARKS, option=id, n=n),)
        yield Reason(option=id, won=id in winners, steps=told)
