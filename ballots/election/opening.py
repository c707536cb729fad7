# SPDX-License-Identifier: AGPL-3.0-or-later
"""The challenge: a booth reveals how it sealed a ballot, which is then spoilt, never counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import msgspec

from ballots.election.ballot_check import check
from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.numerals import decode_exactly, encode, read_number
from ballots.election.secrecy import Hidden
from ballots.election.setup import Setup


class OpenMark(NamedTuple):
    """A mark (0 or 1) and the randomness that seals it. Both are secret."""

    mark: int
    randomness: int


class _AnswerForm(msgspec.Struct, frozen=True):
    marks: tuple[int, ...]
    randomness: tuple[str, ...]


class _OpeningForm(msgspec.Struct, frozen=True):
    type: Literal["urna-opening/1"]
    answers: tuple[_AnswerForm, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Opening(Hidden):
    """What opens one ballot without the trustees, per question and slot."""

    answers: tuple[tuple[OpenMark, ...], ...]

    def reveal(self) -> bytes:
        """For whoever challenges; after this the ballot must never be cast."""
        answers = tuple(
            _AnswerForm(
                tuple(mark.mark for mark in answer),
                tuple(str(mark.randomness) for mark in answer),
            )
            for answer in self.answers
        )
        return encode(_OpeningForm("urna-opening/1", answers))


def check_opening(setup: Setup, body: bytes, revealed: bytes) -> tuple[tuple[int, ...], ...]:
    """The marks that a ballot truly holds; `OPENING` where it was not sealed as was revealed."""
    checked = check(setup, body)
    form = decode_exactly(revealed, _OpeningForm, "opening")
    for answer in form.answers:
        if len(answer.marks) != len(answer.randomness) or not set(answer.marks) <= {0, 1}:
            raise ElectionRefused(ElectionProblem.OPENING)
    sealed = tuple(
        tuple(
            setup.key.seal(mark, read_number(randomness, setup.group.q))
            for mark, randomness in zip(answer.marks, answer.randomness, strict=True)
        )
        for answer in form.answers
    )
    if sealed != checked.ciphertexts:
        raise ElectionRefused(ElectionProblem.OPENING)
    return tuple(answer.marks for answer in form.answers)
