# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a ballot may be counted: its form, its voter, its signature and every proof in it."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import UNSET

from ballots.election.ballot_forms import (
    AnswerForm,
    BallotForm,
    Ciphertext,
    answer_text,
    ballot_text,
    blank_prefix,
    pair_prefix,
    signature_prefix,
)
from ballots.election.election import HomomorphicQuestion
from ballots.election.elements import Group, product, read_key
from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.numerals import decode_exactly, short_hash
from ballots.election.proofs import Pair, SealingKey, Statement, proves_key, proves_one_of
from ballots.election.setup import Setup


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedBallot:
    """A ballot that was found valid. `ciphertexts` are per question, per slot."""

    credential: str
    tracker: str
    ciphertexts: tuple[tuple[Pair, ...], ...]


def read_ballot(setup: Setup, body: bytes) -> BallotForm:
    """A ballot in its exact form, for this election."""
    form = decode_exactly(body, BallotForm, "ballot")
    if form.election_uuid != setup.uuid or form.election_hash != setup.fingerprint:
        raise ElectionRefused(ElectionProblem.BALLOT_ELECTION)
    return form


def require_voter(setup: Setup, form: BallotForm) -> None:
    """The credential stands on the roll."""
    if form.credential not in setup.roll:
        raise ElectionRefused(ElectionProblem.BALLOT_CREDENTIAL)


def require_proofs(setup: Setup, form: BallotForm) -> tuple[tuple[Pair, ...], ...]:
    """The signature and every proof hold; the sealed marks."""
    group, summary = setup.group, form.unsigned().summary()
    key = read_key(group, form.credential)
    prefix = signature_prefix(summary)
    if form.signature.hash != summary or not proves_key(group, prefix, key, form.signature.proof):
        raise ElectionRefused(ElectionProblem.BALLOT_SIGNATURE)
    if len(form.answers) != len(setup.questions):
        raise ElectionRefused(ElectionProblem.FORM, what="ballot")
    text = ballot_text(setup.fingerprint, form.credential)
    sealed = []
    for n, (question, answer) in enumerate(zip(setup.questions, form.answers, strict=True), 1):
        _require_shape(question, answer)
        pairs = tuple(choice.read(group) for choice in answer.choices)
        if not _is_vote(setup.key, question, answer, pairs, text):
            raise ElectionRefused(ElectionProblem.BALLOT_PROOF, question=n)
        sealed.append(pairs)
    return tuple(sealed)


def check(setup: Setup, body: bytes) -> CheckedBallot:
    """The ballot of these bytes; refuses everything that may not be counted."""
    form = read_ballot(setup, body)
    require_voter(setup, form)
    return CheckedBallot(
        credential=form.credential,
        tracker=short_hash(body),
        ciphertexts=require_proofs(setup, form),
    )


def _require_shape(question: HomomorphicQuestion, answer: AnswerForm) -> None:
    shape = (
        len(answer.choices),
        len(answer.individual_proofs),
        len(answer.overall_proof),
        answer.blank_proof is not UNSET,
    )
    span = question.maximum - question.minimum + 1 + question.blank
    if shape != (question.slots, question.slots, span, question.blank):
        raise ElectionRefused(ElectionProblem.FORM, what="ballot")


def _is_vote(
    key: SealingKey,
    question: HomomorphicQuestion,
    answer: AnswerForm,
    pairs: tuple[Pair, ...],
    ballot: str,
) -> bool:
    """Every mark is 0 or 1, and together they are in range or blank."""
    for choice, pair, proofs in zip(answer.choices, pairs, answer.individual_proofs, strict=True):
        zero_or_one = [Statement(pair, 0), Statement(pair, 1)]
        if not proves_one_of(key, pair_prefix(ballot, choice), zero_or_one, proofs):
            return False
    text = answer_text(ballot, answer.choices)
    total = summed(key.group, pairs[question.blank :])
    range_ = [Statement(total, n) for n in range(question.minimum, question.maximum + 1)]
    if answer.blank_proof is UNSET:
        prefix = pair_prefix(text, Ciphertext.of(key.group, total))
        return proves_one_of(key, prefix, range_, answer.overall_proof)
    alone = [Statement(pairs[0], 0), Statement(total, 0)]
    valid = [Statement(pairs[0], 1), *range_]
    return proves_one_of(key, blank_prefix(text, 0), alone, answer.blank_proof) and proves_one_of(
        key, blank_prefix(text, 1), valid, answer.overall_proof
    )


def summed(group: Group, pairs: tuple[Pair, ...]) -> Pair:
    """The sealed sum of sealed marks."""
    return Pair(
        product(group, (pair.alpha for pair in pairs)),
        product(group, (pair.beta for pair in pairs)),
    )
