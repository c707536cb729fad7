# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ballot paper: what a ballot is sealed for and judged by, but the roll (ELECTION.md §3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ballots.election.election import Election, Question, read_election
from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.groups.elements import Element, Group, read_key
from ballots.election.groups.modp import ModularPower
from ballots.election.groups.named import group_named
from ballots.election.numerals import short_hash
from ballots.election.proofs import SealingKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """`fingerprint` is the hash of the election document in base64; every ballot names it."""

    uuid: str
    fingerprint: str
    key: SealingKey
    questions: tuple[Question, ...]

    @property
    def group(self) -> Group:
        """That everything is computed in."""
        return self.key.group

    @classmethod
    def of(cls, document: bytes, election: Election, group: Group, key: Element) -> Paper:
        """From an election document that was read, and its checked key."""
        return cls(
            uuid=election.uuid,
            fingerprint=short_hash(document),
            key=SealingKey.of(group, key),
            questions=election.questions,
        )

    @classmethod
    def read(cls, document: bytes, power: ModularPower = pow) -> Paper:
        """From the election document alone; whose key it is, it does not tell."""
        election = read_election(document)
        group = group_of(election, power)
        return cls.of(document, election, group, read_key(group, election.public_key))

    def require_marks(self, marks: Sequence[Sequence[int]]) -> None:
        """Refuses what is no valid vote, with the number of the first question that it is not."""
        if len(marks) != len(self.questions):
            first = min(len(marks), len(self.questions)) + 1
            raise ElectionRefused(ElectionProblem.MARKS, question=first)
        for number, (question, answer) in enumerate(zip(self.questions, marks, strict=True), 1):
            if not question.accepts(answer):
                raise ElectionRefused(ElectionProblem.MARKS, question=number)


def group_of(election: Election, power: ModularPower = pow) -> Group:
    """The group of an election; refuses one whose elements cannot hold what is asked."""
    group = group_named(election.group, power)
    for number, question in enumerate(election.questions, 1):
        if not question.additive and question.values > group.most_values:
            raise ElectionRefused(
                ElectionProblem.TOO_MANY_ANSWERS,
                question=number,
                group=group.name,
                most=group.most_values,
                place=f"question:{number}",
            )
    return group
