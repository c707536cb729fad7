# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sealing a vote: a ballot that anyone can check and that only trustees, together, can open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ballots.election.ballot_check import CheckedBallot, check, summed
from ballots.election.ballot_forms import (
    AnswerForm,
    BallotForm,
    Ciphertext,
    SignatureForm,
    UnsignedForm,
    answer_text,
    ballot_text,
    blank_prefix,
    pair_prefix,
    signature_prefix,
)
from ballots.election.election import HomomorphicQuestion
from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.numerals import encode, short_hash
from ballots.election.opening import Opening, OpenMark, check_opening
from ballots.election.proofs import Proof, SealingKey, Witness, prove_key, prove_one_of
from ballots.election.setup import Setup
from ballots.election.slip import Credential
from ballots.randomness import Randomness, uniform

__all__ = [
    "CheckedBallot",
    "Opening",
    "SealedBallot",
    "check",
    "check_opening",
    "encrypt",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedBallot:
    """`body` is cast or spoilt, never both; `opening` must be forgotten once it is cast."""

    body: bytes
    tracker: str
    opening: Opening


def encrypt(
    setup: Setup,
    credential: Credential,
    marks: Sequence[Sequence[int]],
    random: Randomness,
) -> SealedBallot:
    """The ballot of these marks: per question 0 or 1 per slot, the blank slot first if any.

    Refuses marks that are no valid vote, and a credential that is not on the roll.
    """
    if credential.public not in setup.roll:
        raise ElectionRefused(ElectionProblem.BALLOT_CREDENTIAL)
    opened = _open_marks(setup, marks, random)
    text = ballot_text(setup.fingerprint, credential.public)
    answers = tuple(
        _answer(setup.key, question, answer, text, random)
        for question, answer in zip(setup.questions, opened, strict=True)
    )
    unsigned = UnsignedForm(setup.uuid, setup.fingerprint, credential.public, answers)
    summary = unsigned.summary()
    proof = prove_key(setup.group, signature_prefix(summary), credential.secret, random)
    body = encode(
        BallotForm(
            unsigned.election_uuid,
            unsigned.election_hash,
            unsigned.credential,
            unsigned.answers,
            SignatureForm(summary, proof),
        )
    )
    return SealedBallot(body=body, tracker=short_hash(body), opening=Opening(answers=opened))


def _open_marks(
    setup: Setup, marks: Sequence[Sequence[int]], random: Randomness
) -> tuple[tuple[OpenMark, ...], ...]:
    if len(marks) != len(setup.questions):
        raise ElectionRefused(
            ElectionProblem.MARKS, question=min(len(marks), len(setup.questions)) + 1
        )
    for n, (question, answer) in enumerate(zip(setup.questions, marks, strict=True), 1):
        if not question.accepts(answer):
            raise ElectionRefused(ElectionProblem.MARKS, question=n)
    return tuple(
        tuple(OpenMark(mark, uniform(random, setup.group.q)) for mark in answer)
        for answer in marks
    )


def _answer(
    key: SealingKey,
    question: HomomorphicQuestion,
    marks: tuple[OpenMark, ...],
    ballot: str,
    random: Randomness,
) -> AnswerForm:
    pairs = tuple(key.seal(mark, randomness) for mark, randomness in marks)
    choices = tuple(Ciphertext.of(key.group, pair) for pair in pairs)
    individual = []
    for choice, (mark, randomness) in zip(choices, marks, strict=True):
        witnesses = [Witness(randomness, mark), Witness(randomness, mark - 1)]
        zero, one = prove_one_of(key, pair_prefix(ballot, choice), witnesses, mark, random)
        individual.append((zero, one))
    text = answer_text(ballot, choices)
    if question.blank:
        blank, overall = _prove_blank_or_range(key, question, marks, text, random)
        return AnswerForm(choices, tuple(individual), overall, blank)
    total = Ciphertext.of(key.group, summed(key.group, pairs))
    range_, true = _range(question, marks)
    overall = prove_one_of(key, pair_prefix(text, total), range_, true, random)
    return AnswerForm(choices, tuple(individual), overall)


def _total(marks: Sequence[OpenMark]) -> OpenMark:
    return OpenMark(sum(mark.mark for mark in marks), sum(mark.randomness for mark in marks))


def _range(question: HomomorphicQuestion, marks: Sequence[OpenMark]) -> tuple[list[Witness], int]:
    """What is known of "the sum is n" for each n allowed, and the index of the true one."""
    mark, randomness = _total(marks)
    allowed = range(question.minimum, question.maximum + 1)
    return [Witness(randomness, mark - n) for n in allowed], mark - question.minimum


def _prove_blank_or_range(
    key: SealingKey,
    question: HomomorphicQuestion,
    marks: tuple[OpenMark, ...],
    text: str,
    random: Randomness,
) -> tuple[tuple[Proof, Proof], tuple[Proof, ...]]:
    """Not blank or nothing else marked; blank or a sum in range."""
    blank, total = marks[0], _total(marks[1:])
    alone = [Witness(blank.randomness, blank.mark), Witness(total.randomness, total.mark)]
    first, second = prove_one_of(key, blank_prefix(text, 0), alone, blank.mark, random)
    range_, true = _range(question, marks[1:])
    valid = [Witness(blank.randomness, blank.mark - 1), *range_]
    true = 0 if blank.mark else true + 1
    return (first, second), prove_one_of(key, blank_prefix(text, 1), valid, true, random)
