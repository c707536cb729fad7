# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a ballot may be counted: form, voter, signature and every proof (ELECTION.md §6)."""

from __future__ import annotations

from dataclasses import dataclass

from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.groups.elements import claimed_key
from ballots.election.numerals import decode_exactly, short_hash
from ballots.election.proofs import Pair, proves_key
from ballots.election.sealed.forms import BallotForm, ballot_text, signature_prefix
from ballots.election.sealed.paper import Paper
from ballots.election.setup import Setup

Sealed = tuple[tuple[Pair, ...], ...]
"""The pairs of a ballot, per question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedBallot:
    """A ballot that was found valid. `ciphertexts` are per question, flat."""

    credential: str
    tracker: str
    ciphertexts: Sealed


def read_ballot(paper: Paper, body: bytes) -> BallotForm:
    """A ballot in its exact form, for this election."""
    form = decode_exactly(body, BallotForm, "ballot")
    if form.election_uuid != paper.uuid or form.election_hash != paper.fingerprint:
        raise ElectionRefused(ElectionProblem.BALLOT_ELECTION)
    if len(form.answers) != len(paper.questions):
        raise ElectionRefused(ElectionProblem.FORM, what="ballot")
    for question, answer in zip(paper.questions, form.answers, strict=True):
        question.require_form(answer)
    return form


def require_proofs(paper: Paper, form: BallotForm) -> Sealed:
    """The signature and every proof hold; the sealed marks."""
    group, summary = paper.group, form.unsigned().summary()
    key = claimed_key(group, form.credential)  # its signature raises it to a power
    prefix = signature_prefix(summary)
    if form.signature.hash != summary or not proves_key(group, prefix, key, form.signature.proof):
        raise ElectionRefused(ElectionProblem.BALLOT_SIGNATURE)
    text = ballot_text(paper.fingerprint, form.credential)
    sealed = []
    for n, (question, answer) in enumerate(zip(paper.questions, form.answers, strict=True), 1):
        pairs = question.judge(paper.key, text, answer)
        if pairs is None:
            raise ElectionRefused(ElectionProblem.BALLOT_PROOF, question=n)
        sealed.append(pairs)
    return tuple(sealed)


def check(setup: Setup, body: bytes) -> CheckedBallot:
    """The ballot of these bytes; refuses everything that may not be counted."""
    form = read_ballot(setup.paper, body)
    if form.credential not in setup.roll:
        raise ElectionRefused(ElectionProblem.BALLOT_CREDENTIAL)
    return CheckedBallot(
        credential=form.credential,
        tracker=short_hash(body),
        ciphertexts=require_proofs(setup.paper, form),
    )
