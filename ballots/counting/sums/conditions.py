# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a rule asks for beside most votes: a quorum and a majority. A share of 0 asks for nothing.

Spoilt ballots are ballots that were cast, and not valid ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ballots.assembly import Majority, MajorityBase, Quorum, QuorumBase
from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.profile import Cast
from ballots.counting.rule import Decided
from ballots.counting.settings import QuorumOf
from ballots.counting.sums.outcome import MajorityUsed
from ballots.counting.sums.shares import (
    Turnout,
    at_least,
    majority_told,
    majority_used,
    quorum_reached,
    quorum_told,
)
from ballots.counting.sums.tally import Tally
from ballots.counting.sums.told import SumTold
from ballots.counting.trace import Step, Told, step


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Whether there is a quorum, and the majority where there is one and the rule asks for it.

    `spare` is how many ballots, marked otherwise, it hangs on that there is a quorum of ballots
    which are not blank. None for a quorum of people, who came whatever they marked.
    """

    quorum: bool
    spare: int | None
    majority: MajorityUsed | None
    needed: int | None  # votes that an option needs, at least 1; None where nothing is asked for
    told: tuple[Step, ...]  # ballots, quorum, majority

    def margin_told(self, margin: int | None) -> tuple[Step, ...]:
        """How many ballots could have changed it, where it is more than a tie."""
        if not margin:
            return ()
        return (step(Told.MARGIN, n=margin if self.spare is None else min(margin, self.spare)),)

    def hanging_on(self, ballots: int) -> Conditions:
        """The same, where so many ballots, marked otherwise, change what the rule makes of it."""
        spare = ballots if self.spare is None else min(ballots, self.spare)
        return replace(self, spare=spare)


def conditions(rule: Decided, tally: Tally) -> Conditions:
    """What the rule asks of these ballots.

    Raises:
        CountingRefused: `census` or `present`, where a share is asked of people whom nobody
            counted.
    """
    turnout = _turnout(rule, tally)
    reached, spare, told = _quorum(rule, turnout)
    majority = _majority(rule, turnout) if reached and rule.majority else None
    return Conditions(
        quorum=reached,
        spare=spare,
        majority=majority,
        needed=majority.needed if majority else None,
        told=(
            *ballots_told(tally.cast),
            *told,
            *(majority_told(majority) if majority else ()),
        ),
    )


def ballots_told(cast: Cast) -> Iterator[Step]:
    """How many ballots there were; spoilt ones where there are any."""
    yield step(Told.BALLOTS, n=cast.ballots, valid=cast.valid, blank=cast.blank)
    spoilt = sum(cast.spoilt.values())
    if spoilt:
        yield step(SumTold.SPOILT, n=spoilt)


def _turnout(rule: Decided, tally: Tally) -> Turnout:
    of_present = (rule.quorum and rule.quorum_of is QuorumOf.PRESENT) or (
        rule.majority and rule.majority_of is MajorityBase.PRESENT
    )
    if of_present and not tally.present:
        raise CountingRefused(CountingProblem.PRESENT, place="present")
    return Turnout(
        ballots=tally.cast.ballots,
        blank=tally.cast.ballots - tally.cast.valid,
        present=tally.present,
        census=tally.census,
    )


def _quorum(rule: Decided, turnout: Turnout) -> tuple[bool, int | None, Iterator[Step]]:
    """Whether it is reached, the ballots that it hangs on, and what is told of it."""
    if not rule.quorum:
        return True, None, iter(())
    if rule.quorum_of is QuorumOf.BALLOTS:
        spare = turnout.of(MajorityBase.VALID) - at_least(rule.quorum, turnout.ballots) + 1
        return spare > 0, spare, _marked_told(rule, turnout)
    asked = Quorum(share=rule.quorum, base=QuorumBase(rule.quorum_of.value))
    quorum = quorum_reached(asked, turnout)
    return quorum.reached, None, quorum_told(quorum)


def _marked_told(rule: Decided, turnout: Turnout) -> Iterator[Step]:
    """A quorum of ballots that say something, as a share of all of them."""
    of, valid = turnout.ballots, turnout.of(MajorityBase.VALID)
    needed = at_least(rule.quorum, of)
    yield step(SumTold.QUORUM_BALLOTS, share=str(rule.quorum), of=of, n=needed)
    if valid >= needed:
        yield step(SumTold.MARKED, n=valid, needed=needed)
    else:
        yield step(SumTold.UNMARKED, n=needed - valid, valid=valid, needed=needed)


def _majority(rule: Decided, turnout: Turnout) -> MajorityUsed:
    asked = Majority(share=rule.majority, base=rule.majority_of, strict=rule.majority_strict)
    return majority_used(asked, turnout)
