# SPDX-License-Identifier: AGPL-3.0-or-later
"""What came of a question: the verdict, each option's fate, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from ballots.assembly import Majority, Quorum
from ballots.counting.trace import Step, Told, step


class Verdict(StrEnum):
    """How a question ends; said as `verdict.<value>`."""

    ADOPTED = "adopted"
    REJECTED = "rejected"
    CHOSEN = "chosen"  # one or more options are chosen
    NOTHING_CHOSEN = "nothing-chosen"  # no option has the votes that it needs
    NO_QUORUM = "no-quorum"
    UNDECIDED = "undecided"  # a tie that the rule leaves open
    NOT_DECIDED = "not-decided"  # as many slips used twice as could have changed it
    SECOND_ROUND = "second-round"  # nobody has more than half: the two first are voted on again
    INFORMED = "informed"  # a pulse of the room: nothing was to be decided


class Fate(StrEnum):
    """What became of one option; said as `fate.<value>`."""

    CHOSEN = "chosen"  # for `yes`: adopted
    AGAINST = "against"  # the votes for `no`, which is never chosen for itself
    TIED = "tied"
    OUTVOTED = "outvoted"
    BELOW = "below"  # fewer votes than the majority, or none at all
    OPEN = "open"  # nothing was decided: no quorum, or slips used twice


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One option: its votes, its fate, and how many votes more would have chosen it.

    `short` is against the same base: votes that other ballots would have had to give it. It is
    0 for what is chosen, for votes against, and where nothing was decided.
    """

    option: str
    votes: int
    fate: Fate
    short: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QuorumReached:
    """A quorum: `needed` is the smallest number of ballots that is the share of `of`."""

    rule: Quorum
    of: int
    needed: int
    ballots: int

    @property
    def reached(self) -> bool:
        """Whether enough ballots were cast."""
        return self.ballots >= self.needed


@dataclass(frozen=True, slots=True, kw_only=True)
class MajorityUsed:
    """A majority: `needed` is the smallest number of votes that satisfies it, at least 1."""

    rule: Majority
    of: int
    needed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the votes alone come to, before anything is said of quorum and turnout.

    `standings` are in paper order; `chosen` and `tied` hold option ids, most votes first, then
    by id. `open_seats` are those that the tied options are left to share, or, without a tie,
    those that stay empty. `margin`: no fewer ballots than this, marked otherwise, can change
    the verdict or who is chosen; None when no number of them can.
    """

    verdict: Verdict
    standings: tuple[Standing, ...]
    chosen: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()
    open_seats: int = 0
    margin: int | None = None
    trace: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Decision):
    """The decision on one question with all that it rests on; the trace tells the whole way."""

    question: str
    ballots: int
    blank: int
    quorum: QuorumReached | None = None
    majority: MajorityUsed | None = None

    @property
    def valid(self) -> int:
        """Ballots that are not blank."""
        return self.ballots - self.blank


def not_decided_by(outcome: Outcome, conflicts: int) -> bool:
    """Whether `conflicts` slips used on two kiosks are enough to have changed the outcome.

    Of each such slip one ballot was counted where another could have been.
    """
    return outcome.margin is not None and 0 < conflicts >= outcome.margin


def with_conflicts(outcome: Outcome, conflicts: int) -> Outcome:
    """The outcome as it is declared: not decided where the conflicts reach the margin."""
    if outcome.margin is None or not not_decided_by(outcome, conflicts):
        return outcome
    why = step(Told.CONFLICTS, n=conflicts, margin=outcome.margin)
    return replace(
        outcome,
        verdict=Verdict.NOT_DECIDED,
        standings=tuple(replace(each, fate=Fate.OPEN, short=0) for each in outcome.standings),
        chosen=(),
        tied=(),
        open_seats=0,
        trace=(*outcome.trace, why),
    )
