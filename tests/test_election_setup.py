# SPDX-License-Identifier: AGPL-3.0-or-later
"""The election document, the roll, and both against the trustees."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ballots.election.election import Election, HomomorphicQuestion, read_election
from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.groups.named import group_named
from ballots.election.numerals import encode
from ballots.election.roll import read_roll, roll_document
from ballots.election.setup import Setup
from ballots.election.trustees.share import make_single
from tests.small_elections import QUESTIONS, UUID, YES_NO, seeded, small_election

ED25519 = group_named("Ed25519")
KEYS = [ED25519.text(ED25519.generate(n)) for n in (2, 3, 4)]


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    plain = json.loads(small_election().setup.documents.election)
    change(plain)
    return encode(plain)


def refusal_of(document: bytes) -> ElectionRefused:
    with pytest.raises(ElectionRefused) as refusal:
        read_election(document)
    return refusal.value


def test_an_election_is_read_as_it_was_written() -> None:
    setup = small_election().setup
    assert setup.questions == QUESTIONS
    assert setup.election.x_assembly == {"assembly": "00" * 16, "poll": "pressupost"}
    assert setup.election.encode() == setup.documents.election
    assert setup.group.text(setup.key.element) == setup.election.public_key
    assert setup.uuid == UUID


def test_what_binds_to_the_assembly_comes_after_the_keys_of_the_format() -> None:
    keys = list(json.loads(small_election().setup.documents.election))
    assert keys == [
        *["version", "description", "name", "group", "public_key", "questions", "uuid"],
        "x_assembly",
    ]


def test_authorities_are_kept_where_they_are_named() -> None:
    document = changed(lambda it: it.update(administrator="A", credential_authority="B"))
    election = read_election(document)
    assert (election.administrator, election.credential_authority) == ("A", "B")
    assert list(json.loads(election.encode()))[-3:] == [
        "administrator",
        "credential_authority",
        "x_assembly",
    ]


def test_an_election_without_an_assembly_has_no_key_for_it() -> None:
    election = read_election(changed(lambda it: it.pop("x_assembly")))
    assert election.x_assembly == {}
    assert b"x_assembly" not in election.encode()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda it: it.update(version=2), ElectionProblem.FORM),
        (lambda it: it.update(version=True), ElectionProblem.FORM),
        (lambda it: it.update(name=None), ElectionProblem.FORM),
        (lambda it: it.update(x_assembly={"a": 1}), ElectionProblem.FORM),
        (lambda it: it.pop("public_key"), ElectionProblem.FORM),
        (lambda it: it.update(uuid="short"), ElectionProblem.ELECTION),
        (lambda it: it.update(uuid="0" * 14), ElectionProblem.ELECTION),
        (lambda it: it.update(questions=[]), ElectionProblem.ELECTION),
        (lambda it: it["questions"][0].update(min="1"), ElectionProblem.FORM),
        (lambda it: it["questions"][0].update(min=True), ElectionProblem.FORM),
        (lambda it: it["questions"][0].update(min=2), ElectionProblem.ELECTION),
        (lambda it: it["questions"][0].update(min=-1), ElectionProblem.ELECTION),
        (lambda it: it["questions"][0].update(max=3), ElectionProblem.ELECTION),
        (
            lambda it: it["questions"][0].update(answers=[], min=0, max=0),
            ElectionProblem.ELECTION,
        ),
        (
            lambda it: it["questions"].append({"type": "WriteIn", "value": {}}),
            ElectionProblem.UNSUPPORTED_QUESTION,
        ),
    ],
)
def test_an_election_that_makes_no_sense_is_refused(
    change: Callable[[dict[str, Any]], object], code: ElectionProblem
) -> None:
    assert refusal_of(changed(change)).code is code


def test_the_question_that_is_not_supported_is_named() -> None:
    refusal = refusal_of(changed(lambda it: it["questions"].append({"type": "NonHomomorphic"})))
    assert refusal.facts["place"] == "question:3"


def test_an_election_in_another_spelling_is_refused() -> None:
    document = small_election().setup.documents.election
    assert (
        refusal_of(document.replace(b'"version":1', b'"version": 1')).facts["what"] == "election"
    )
    assert refusal_of(document.replace(b'"version":1', b'"version":1.0')).family == "election"
    twice = document.replace(b'"version":1', b'"version":1,"version":1')
    assert refusal_of(twice).code is ElectionProblem.FORM


def test_an_unknown_group_is_refused() -> None:
    documents = small_election().setup.documents
    with pytest.raises(ElectionRefused) as refusal:
        Setup.read(
            changed(lambda it: it.update(group="Ed448")), documents.trustees, documents.credentials
        )
    assert refusal.value.code is ElectionProblem.GROUP


def test_a_key_that_is_not_the_trustees_is_refused() -> None:
    documents = small_election().setup.documents
    other, _ = make_single(ED25519, seeded(99))
    with pytest.raises(ElectionRefused) as refusal:
        Setup.read(documents.election, other, documents.credentials)
    assert refusal.value.code is ElectionProblem.PUBLIC_KEY


def test_the_roll_is_sorted_so_that_it_tells_no_order() -> None:
    assert roll_document(sorted(KEYS, reverse=True)) == encode(sorted(KEYS))


def test_lines_of_the_roll_carry_weights_and_user_names() -> None:
    lines = [KEYS[0], f"{KEYS[1]},1000", f"{KEYS[2]},,veina"]
    assert dict(read_roll(ED25519, encode(lines))) == {KEYS[0]: 1, KEYS[1]: 1000, KEYS[2]: 1}
    assert dict(read_roll(ED25519, encode([f"{KEYS[0]},7,veina"]))) == {KEYS[0]: 7}


@pytest.mark.parametrize(
    "line",
    [
        f"{KEYS[1]},",
        f"{KEYS[1]},01",
        f"{KEYS[1]},-1",
        f"{KEYS[1]},1.5",
        f"{KEYS[1]},100000000001",
        f"{KEYS[1]},1,veina,x",
        KEYS[0],
    ],
)
def test_a_bad_line_of_the_roll_is_refused_by_its_number(line: str) -> None:
    with pytest.raises(ElectionRefused) as refusal:
        read_roll(ED25519, encode([KEYS[0], line]))
    assert refusal.value.code is ElectionProblem.ROLL
    assert refusal.value.facts == {"line": 2, "place": "credential:2"}


def test_a_line_that_is_no_credential_is_refused_by_its_number() -> None:
    with pytest.raises(ElectionRefused) as refusal:
        read_roll(ED25519, encode([KEYS[0], "0" * 63 + "1"]))
    assert refusal.value.code is ElectionProblem.ELEMENT
    assert refusal.value.facts["place"] == "credential:2"


@pytest.mark.parametrize(
    ("marks", "valid"),
    [
        ((1, 0, 0), True),
        ((0, 1, 0), True),
        ((0, 0, 0), False),
        ((0, 1, 1), False),
        ((1, 1, 0), False),
        ((0, 1), False),
        ((0, 2, 0), False),
    ],
)
def test_marks_are_a_vote_or_not(marks: tuple[int, ...], valid: bool) -> None:
    assert YES_NO.accepts(marks) is valid


def test_a_question_states_its_blank_vote_only_where_it_has_one() -> None:
    plain = HomomorphicQuestion(question="?", answers=("a",), minimum=0, maximum=1)
    assert list(plain.form()) == ["answers", "min", "max", "question"]
    assert list(YES_NO.form()) == ["answers", "blank", "min", "max", "question"]


def test_an_election_cannot_be_made_with_a_bad_uuid() -> None:
    with pytest.raises(ElectionRefused):
        Election(
            uuid="O0Il",
            name="",
            description="",
            group="Ed25519",
            public_key="",
            questions=QUESTIONS,
        )
