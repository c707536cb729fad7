# SPDX-License-Identifier: AGPL-3.0-or-later
"""The course of a verification: which checks are made, and what came of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from ballots.checks import Check
from ballots.election.errors import ElectionRefused

Value = TypeVar("Value")
Facts = Mapping[str, str | int]


class CheckName(StrEnum):
    """The checks in the order in which they are made."""

    FORM = "archive.form"  # every byte of the file, every hash and link of the chain
    ORDER = "archive.order"  # one setup, one phase of voting, one tally, one result
    ELECTION = "setup.election"  # the document makes sense and asks what can be verified
    TRUSTEES = "setup.trustees"  # who holds the key knows it, and the key is theirs
    ROLL = "setup.roll"  # no credential twice
    BALLOT_FORM = "ballots.form"  # exact form, this election, none twice
    BALLOT_ROLL = "ballots.roll"  # every credential is on the roll
    BALLOT_PROOFS = "ballots.proofs"  # every signature and every proof of a valid vote
    TALLY = "tally.sum"  # the sealed sum, added up again
    DECRYPTION = "decryption.proofs"  # every trustee's factors, and enough of them
    RESULT = "result.counts"  # every count, compared with what the trustees opened


class Course:
    """Writes down each check as it is made."""

    def __init__(self) -> None:
        self.checks: list[Check] = []

    def take(
        self,
        name: CheckName,
        judge: Callable[[], Value],
        tell: Callable[[Value], Facts],
        *,
        event: int = 0,
    ) -> Value:
        """What `judge` found, with the facts of it told; a refusal is written down and goes on.

        `event` is the place of a refusal that names none.
        """
        try:
            value = judge()
        except ElectionRefused as refusal:
            facts: dict[str, str | int] = {"code": refusal.key, **refusal.facts}
            place = str(facts.pop("place", f"event:{event}"))
            self.checks.append(Check(name=name, passed=False, place=place, facts=facts))
            raise
        self.checks.append(Check(name=name, passed=True, facts=tell(value)))
        return value
