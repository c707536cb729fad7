# SPDX-License-Identifier: AGPL-3.0-or-later
"""The course of a verification: which checks are made, what came of each (ELECTION.md §12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from ballots.checks import Check
from ballots.election.errors import ElectionProblem, ElectionRefused

Value = TypeVar("Value")
Facts = Mapping[str, str | int]


class CheckName(StrEnum):
    """The checks in the order in which they are told."""

    FORM = "archive.form"  # every byte of the file is where its writer would put it
    CHAIN = "archive.chain"  # every event and document is the one that is named by its hash
    ORDER = "archive.order"  # one setup, one phase of voting, one tally, one result
    ELECTION = "setup.election"  # the document makes sense and asks what can be verified
    TRUSTEES = "setup.trustees"  # who holds the key knows it, and the key is theirs
    ROLL = "setup.roll"  # no credential twice
    BALLOT_FORM = "ballots.form"  # every ballot in the one spelling that it can have
    BALLOT_ELECTION = "ballots.election"  # made for this election
    BALLOT_ONCE = "ballots.once"  # no ballot there twice
    BALLOT_ROLL = "ballots.roll"  # every credential is on the roll
    BALLOT_SIGNATURES = "ballots.signatures"  # by the credential that the ballot names
    BALLOT_PROOFS = "ballots.proofs"  # every proof of a valid vote
    TALLY_SIZE = "tally.size"  # how many ballots were tallied, and what they weigh
    TALLY_SUM = "tally.sum"  # the sealed sum, added up again
    SHUFFLES = "shuffles.proofs"  # every mixer changed order and nothing else
    DECRYPTION = "decryption.proofs"  # every trustee's factors, and enough of them
    RESULT = "result.counts"  # every count, compared with what the trustees opened


# Where one look at the archive serves several checks, the reason of a refusal tells which failed.
_FAILED: Mapping[ElectionProblem, CheckName] = MappingProxyType(
    {
        ElectionProblem.ARCHIVE_LINK: CheckName.CHAIN,
        ElectionProblem.BALLOT_ELECTION: CheckName.BALLOT_ELECTION,
        ElectionProblem.BALLOT_TWICE: CheckName.BALLOT_ONCE,
        ElectionProblem.BALLOT_CREDENTIAL: CheckName.BALLOT_ROLL,
        ElectionProblem.BALLOT_SIGNATURE: CheckName.BALLOT_SIGNATURES,
        ElectionProblem.BALLOT_PROOF: CheckName.BALLOT_PROOFS,
        ElectionProblem.ELEMENT: CheckName.BALLOT_PROOFS,
        ElectionProblem.NUMBER: CheckName.BALLOT_PROOFS,
    }
)


class Course:
    """Writes down each check as it is made."""

    def __init__(self) -> None:
        self.checks: list[Check] = []

    def take(
        self,
        names: CheckName | Sequence[CheckName],
        judge: Callable[[], Value],
        tell: Callable[[Value], Facts | Sequence[Facts]],
        *,
        event: int = 0,
    ) -> Value:
        """What `judge` found, with the facts of each check told.

        A refusal is written down under the check that failed, and goes on. `event` is the place
        of a refusal that names none.
        """
        named = [names] if isinstance(names, CheckName) else list(names)
        try:
            value = judge()
        except ElectionRefused as refusal:
            facts: dict[str, str | int] = {"code": refusal.key, **refusal.facts}
            place = str(facts.pop("place", f"event:{event}"))
            failed = _FAILED.get(ElectionProblem(refusal.code), named[0])
            name = failed if failed in named else named[0]
            self.checks.append(Check(name=name, passed=False, place=place, facts=facts))
            raise
        told = tell(value)
        facts_of = [told] if isinstance(told, Mapping) else told
        for name, each in zip(named, facts_of, strict=True):
            self.checks.append(Check(name=name, passed=True, facts=each))
        return value
