# SPDX-License-Identifier: AGPL-3.0-or-later
"""A round of consent: adopted where somebody consents and not too many object.

Reservations stop nothing; they are told, for the minutes. A blank ballot stands aside.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ballots.counting.count import Count, Reason, Stage
from ballots.counting.draw import Draw
from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.profile import Batch
from ballots.counting.rule import Consent
from ballots.counting.sums.conditions import ballots_told
from ballots.counting.sums.outcome import Verdict
from ballots.counting.sums.reading import choices
from ballots.counting.sums.tally import Tally
from ballots.counting.sums.told import SumTold
from ballots.counting.trace import Step, Told, step

CONSENT: Final = "consent"
RESERVATION: Final = "reservation"
OBJECTION: Final = "objection"


def consent(rule: Consent, batch: Batch, _draw: Draw) -> Count:
    """Count ballots with one mark each. Refuses a contest with other options than these three."""
    return decide(rule, choices(batch))


def decide(rule: Consent, tally: Tally) -> Count:
    """The same from votes that are added up already."""
    votes = tally.standing
    if set(votes) != {CONSENT, RESERVATION, OBJECTION} or len(votes) != len(tally.votes):
        raise CountingRefused(CountingProblem.CONTEST, place=tally.contest.title)
    tally.refuse_unless(least=1, most=1)
    why = _why(votes, rule.objections)
    adopted = why.code is SumTold.CONSENTED
    winners = (CONSENT,) if adopted else ()
    return Count(
        rule=rule,
        contest=tally.contest,
        cast=tally.cast,
        winners=winners,
        verdict=Verdict.ADOPTED if adopted else Verdict.REJECTED,
        stages=(Stage(votes=tally.by_id, elected=winners),),
        told=(
            *ballots_told(tally.cast),
            _rule_told(rule.objections),
            step(
                SumTold.ROUND,
                consent=votes[CONSENT],
                reservations=votes[RESERVATION],
                objections=votes[OBJECTION],
            ),
            why,
            *_reserved(votes[RESERVATION]),
            step(Told.MARGIN, n=_margin(votes, rule.objections, adopted=adopted)),
        ),
        reasons=tuple(
            Reason(
                option=id,
                won=id in winners,
                steps=(why,) if id == CONSENT else (step(SumTold.MARKS, option=id, n=n),),
            )
            for id, n in votes.items()
        ),
    )


def _rule_told(objections: int) -> Step:
    return step(SumTold.DOES_NOT_STOP, n=objections) if objections else step(SumTold.STOPS)


def _why(votes: dict[str, int], allowed: int) -> Step:
    too_many = votes[OBJECTION] - allowed
    if too_many > 0:
        return step(SumTold.OBJECTED, n=too_many)
    if not votes[CONSENT]:
        return step(SumTold.NOBODY_CONSENTS)
    return step(SumTold.CONSENTED, n=votes[CONSENT])


def _reserved(n: int) -> Iterator[Step]:
    if n:
        yield step(SumTold.RESERVED, n=n)


def _margin(votes: dict[str, int], allowed: int, *, adopted: bool) -> int:
    """Ballots that, marked otherwise, could turn it: an objection can become consent."""
    if adopted:
        return min(allowed + 1 - votes[OBJECTION], votes[CONSENT])
    return max(votes[OBJECTION] - allowed, 1 - votes[CONSENT])
