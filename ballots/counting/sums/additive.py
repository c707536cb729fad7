# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counting by sums: yes/no/abstain, single choice, approval.

The tally holds one number per option and one for blank ballots, as a homomorphic election
opens it; no single ballot is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ballots.assembly import Kind, Question
from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.sums.outcome import Decision, Fate, MajorityUsed, Outcome, Standing, Verdict
from ballots.counting.sums.seats import fill_seats
from ballots.counting.sums.shares import (
    Turnout,
    majority_told,
    majority_used,
    quorum_reached,
    quorum_told,
)
from ballots.counting.sums.sides import weigh
from ballots.counting.trace import Step, Told, step


def decide(
    question: Question, tally: Sequence[int], *, ballots: int, present: int, census: int
) -> Outcome:
    """What the votes for a question come to under its rule.

    Args:
        question: what was asked, with its rule.
        tally: votes: blank ballots first, then each option in paper order.
        ballots: ballots that were counted, blank ones too.
        present: people present.
        census: people entitled to take part; 0 when unknown.

    Raises:
        CountingRefused: the tally cannot come from so many ballots, a number is negative, or
            the rule takes a share of a census that is not known.
    """
    _check(question, tally, ballots=ballots, present=present, census=census)
    turnout = Turnout(ballots=ballots, blank=tally[0], present=present, census=census)
    rule = question.rule
    quorum = quorum_reached(rule.quorum, turnout) if rule.quorum else None
    majority = majority_used(rule.majority, turnout) if rule.majority else None
    missed = quorum is not None and not quorum.reached
    decided = _open(question, tally) if missed else _decide(question, tally, majority)
    told = step(Told.BALLOTS, n=ballots, valid=ballots - tally[0], blank=tally[0])
    return Outcome(
        question=question.id,
        verdict=decided.verdict,
        ballots=ballots,
        blank=tally[0],
        standings=decided.standings,
        chosen=decided.chosen,
        tied=decided.tied,
        open_seats=decided.open_seats,
        quorum=quorum,
        majority=majority,
        margin=decided.margin,
        trace=(told, *(quorum_told(quorum) if quorum else ()), *decided.trace),
    )


def _check(
    question: Question, tally: Sequence[int], *, ballots: int, present: int, census: int
) -> None:
    if len(tally) != 1 + len(question.options):
        raise CountingRefused(CountingProblem.LENGTH, place=question.id)
    for number in (*tally, ballots, present, census):
        if type(number) is not int or number < 0:
            raise CountingRefused(CountingProblem.RANGE, place=question.id)
    valid, votes = ballots - tally[0], tally[1:]
    if not question.minimum * valid <= sum(votes) <= question.maximum * valid:
        raise CountingRefused(CountingProblem.SUM, place=question.id)
    if max(votes) > valid:
        raise CountingRefused(CountingProblem.SUM, place=question.id)


def _open(question: Question, tally: Sequence[int]) -> Decision:
    """Too few ballots: no number of them, marked otherwise, would make a quorum."""
    standings = tuple(
        Standing(option=option.id, votes=votes, fate=Fate.OPEN)
        for option, votes in zip(question.options, tally[1:], strict=True)
    )
    return Decision(verdict=Verdict.NO_QUORUM, standings=standings)


def _decide(question: Question, tally: Sequence[int], majority: MajorityUsed | None) -> Decision:
    votes = {option.id: given for option, given in zip(question.options, tally[1:], strict=True)}
    seats = question.rule.seats
    told: list[Step] = list(majority_told(majority)) if majority else []
    if question.kind is Kind.YES_NO:
        told += [] if majority else [step(Told.MORE_VOTES)]
        decided = weigh(yes=votes["yes"], no=votes["no"], majority=majority)
    else:
        told.append(step(Told.MOST_VOTES, n=seats))
        needed = majority.needed if majority else 1
        decided = fill_seats(votes, seats=seats, needed=needed)
    changed = [step(Told.MARGIN, n=decided.margin)] if decided.margin else []
    return replace(decided, trace=(*told, *decided.trace, *changed))
