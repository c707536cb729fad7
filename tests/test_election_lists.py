# SPDX-License-Identifier: AGPL-3.0-or-later
"""Questions about lists, as another tool seals them: read, verified, never sealed here."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ballots.election.archive.contents import in_order
from ballots.election.archive.events import EventType
from ballots.election.election import ListsQuestion
from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.numerals import encode
from ballots.election.proofs import Proof
from ballots.election.questions.question import OpenAnswer
from ballots.election.sealed.ballot import check, encrypt
from ballots.election.sealed.size import largest_ballot
from ballots.election.setup import Setup
from ballots.election.slip import Credential
from tests.forgeries import signed_again
from tests.small_elections import VECTORS, events_of, seeded, surveyed

FOLDER = VECTORS / "v33-ed25519-lists"
DATA = (FOLDER / "election.bel").read_bytes()
DOCUMENTS = in_order(surveyed(DATA)).setup()
SETUP = Setup.read(DOCUMENTS.election, DOCUMENTS.trustees, DOCUMENTS.credentials)
BODY = next(event.documents[0] for event in events_of(DATA) if event.type is EventType.BALLOT)
CREDENTIALS = [
    Credential.derive(line.split()[1], SETUP.uuid, SETUP.group)
    for line in (FOLDER / "private_creds.txt").read_text().splitlines()
]
(NUMBER, QUESTION), *_ = [
    (n, it) for n, it in enumerate(SETUP.questions) if isinstance(it, ListsQuestion)
]


def forged(change: Callable[[dict[str, Any]], object]) -> bytes:
    """A ballot whose voter changed something and signed again."""
    plain = json.loads(BODY)
    change(plain["answers"][NUMBER])
    return signed_again(encode(plain), SETUP.group, CREDENTIALS)


def test_a_question_of_lists_says_what_it_is() -> None:
    assert QUESTION.additive
    assert QUESTION.values == 0
    assert QUESTION.sealed == sum(map(len, QUESTION.lists))
    said = json.loads(DOCUMENTS.election)["questions"][NUMBER]
    assert json.loads(encode(QUESTION.form())) == said
    flat = list(range(QUESTION.sealed))
    assert QUESTION.flat(json.loads(encode(QUESTION.nested(flat))), "tally") == tuple(flat)


@pytest.mark.parametrize("lists", [(), ((),), (("List", "x"), ())])
def test_lists_without_anything_make_no_sense(lists: tuple[tuple[str, ...], ...]) -> None:
    with pytest.raises(ElectionRefused) as refusal:
        ListsQuestion(question="?", lists=lists)
    assert refusal.value.code is ElectionProblem.ELECTION


def test_lists_are_not_sealed_here() -> None:
    marks = [[0] * question.sealed for question in SETUP.questions]
    marks[NUMBER][0] = 1
    assert not QUESTION.accepts(marks[NUMBER])
    with pytest.raises(ElectionRefused) as refusal:
        encrypt(SETUP, CREDENTIALS[0], marks, seeded(1))
    assert refusal.value.code is ElectionProblem.MARKS
    with pytest.raises(ElectionRefused) as refusal:
        QUESTION.seal(SETUP.key, "", OpenAnswer((), ()), seeded(1))
    assert refusal.value.code is ElectionProblem.UNSUPPORTED_QUESTION


def test_a_ballot_signed_again_without_a_change_is_valid() -> None:
    assert check(SETUP, forged(lambda _: None)).credential
    assert check(SETUP, BODY).credential


def swap(answer: dict[str, Any]) -> None:
    answer["list_proofs"].reverse()


def other_commitment(answer: dict[str, Any]) -> None:
    answer["nonzero_proof"]["commitment"] = SETUP.group.text(SETUP.group.generate(3))


def no_commitment(answer: dict[str, Any]) -> None:
    answer["nonzero_proof"]["commitment"] = SETUP.group.text(SETUP.group.identity)


def swapped_marks(answer: dict[str, Any]) -> None:
    row = answer["choices"][0]
    row[0], row[1] = row[1], row[0]


@pytest.mark.parametrize(
    "change",
    [
        swap,
        other_commitment,
        no_commitment,
        swapped_marks,
        lambda it: it["overall_proof"].update(response="7"),
        lambda it: it["list_proofs"][0][0].update(response="7"),
        lambda it: it["individual_proofs"][1][0][0].update(response="7"),
        lambda it: it["nonzero_proof"].update(challenge="7"),
        lambda it: it["nonzero_proof"].update(response=["7", "7"]),
    ],
)
def test_every_proof_about_lists_counts(change: Callable[[dict[str, Any]], object]) -> None:
    with pytest.raises(ElectionRefused) as refusal:
        check(SETUP, forged(change))
    assert refusal.value.code is ElectionProblem.BALLOT_PROOF
    assert refusal.value.facts == {"question": NUMBER + 1}


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it["choices"].pop(),
        lambda it: it["choices"][0].pop(),
        lambda it: it["individual_proofs"][0].pop(),
        lambda it: it["list_proofs"].pop(),
        lambda it: it.pop("nonzero_proof"),
    ],
)
def test_an_answer_of_another_shape_is_refused(
    change: Callable[[dict[str, Any]], object],
) -> None:
    with pytest.raises(ElectionRefused) as refusal:
        check(SETUP, forged(change))
    assert refusal.value.code is ElectionProblem.FORM


def test_no_answer_about_lists_is_longer_than_the_widest() -> None:
    element, number = "9" * 78, str(SETUP.group.q)
    widest = bytes(QUESTION.widest(element, Proof(number, number)))
    assert len(encode(json.loads(BODY)["answers"][NUMBER])) <= len(widest)
    assert len(BODY) <= largest_ballot(SETUP.group, SETUP.questions)
