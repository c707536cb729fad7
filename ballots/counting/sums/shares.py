# SPDX-License-Identifier: AGPL-3.0-or-later
"""Quorums and majorities as whole numbers: how many are needed, of how many, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import assert_never

from ballots.assembly import Majority, MajorityBase, Quorum, QuorumBase
from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.sums.outcome import MajorityUsed, QuorumReached
from ballots.counting.trace import Step, Told, step

_QUORUM = {
    QuorumBase.CENSUS: Told.QUORUM_CENSUS,
    QuorumBase.PRESENT: Told.QUORUM_PRESENT,
}
_BASE = {
    MajorityBase.VALID: Told.BASE_VALID,
    MajorityBase.CAST: Told.BASE_CAST,
    MajorityBase.PRESENT: Told.BASE_PRESENT,
    MajorityBase.CENSUS: Told.BASE_CENSUS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnout:
    """How many there are of each that a share can be taken of. A census of 0 is unknown."""

    ballots: int
    blank: int
    present: int
    census: int

    def of(self, base: QuorumBase | MajorityBase) -> int:
        """The number that a base stands for; refuses a census that is not known."""
        match base:
            case MajorityBase.VALID:
                return self.ballots - self.blank
            case MajorityBase.CAST:
                return self.ballots
            case MajorityBase.PRESENT | QuorumBase.PRESENT:
                return self.present
            case MajorityBase.CENSUS | QuorumBase.CENSUS:
                if not self.census:
                    raise CountingRefused(CountingProblem.CENSUS, place="census")
                return self.census
            case _:
                assert_never(base)


def at_least(share: Fraction, of: int) -> int:
    """The smallest whole number that is not less than `share` of `of`."""
    return ceil(share * of)


def more_than(share: Fraction, of: int) -> int:
    """The smallest whole number that is greater than `share` of `of`."""
    return floor(share * of) + 1


def quorum_reached(rule: Quorum, turnout: Turnout) -> QuorumReached:
    """How many ballots a quorum asks for, beside those that were cast."""
    of = turnout.of(rule.base)
    return QuorumReached(
        rule=rule, of=of, needed=at_least(rule.share, of), ballots=turnout.ballots
    )


def majority_used(rule: Majority, turnout: Turnout) -> MajorityUsed:
    """How many votes a majority asks for: at least one, whatever the share."""
    of = turnout.of(rule.base)
    needed = more_than(rule.share, of) if rule.strict else at_least(rule.share, of)
    return MajorityUsed(rule=rule, of=of, needed=max(1, needed))


def quorum_told(quorum: QuorumReached) -> Iterator[Step]:
    """What the quorum was and whether it was reached."""
    share = str(quorum.rule.share)
    yield step(_QUORUM[quorum.rule.base], share=share, of=quorum.of, n=quorum.needed)
    if quorum.reached:
        yield step(Told.QUORUM_REACHED, n=quorum.ballots, needed=quorum.needed)
    else:
        missing = quorum.needed - quorum.ballots
        yield step(Told.QUORUM_MISSED, n=missing, ballots=quorum.ballots, needed=quorum.needed)


def majority_told(majority: MajorityUsed) -> Iterator[Step]:
    """What the majority is a share of, and how many votes that makes."""
    yield step(_BASE[majority.rule.base], n=majority.of)
    code = Told.MORE_THAN if majority.rule.strict else Told.AT_LEAST
    yield step(code, share=str(majority.rule.share), of=majority.of, n=majority.needed)
