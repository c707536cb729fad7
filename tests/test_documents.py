# SPDX-License-Identifier: AGPL-3.0-or-later
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import pytest

from ballots.assembly import (
    AgendaItem,
    Alone,
    Assembly,
    AssemblyProblem,
    AssemblyRefused,
    Call,
    Kind,
    Majority,
    MajorityBase,
    Option,
    Poll,
    Question,
    Quorum,
    QuorumBase,
    Reference,
    Rule,
    Thing,
    Wording,
)
from ballots.documents import assembly_document, poll_document, read_assembly, read_poll, rule_hash

VECTORS = Path(__file__).parent / "vectors" / "documents-v1"
NEWER = Path(__file__).parent / "vectors" / "documents-v2"

SIDES = (
    Option(id="yes", text=Wording({"ca": "Sí", "en": "Yes"})),
    Option(id="no", text=Wording({"ca": "No", "en": "No"})),
)
POLL = Poll(
    id="paper",
    title=Wording({"ca": "Votació", "en": "Vote"}),
    questions=(
        Question(
            id="ombra",
            kind=Kind.YES_NO,
            text=Wording({"ca": "Més ombra?", "en": "More shade?"}),
            options=SIDES,
            rule=Rule(
                quorum=Quorum(share=Fraction(1, 4), base=QuorumBase.CENSUS),
                majority=Majority(share=Fraction(2, 3), base=MajorityBase.CAST, strict=False),
            ),
            item="places",
        ),
    ),
)
ASSEMBLY = Assembly(
    title=Wording({"ca": "Assemblea", "en": "Assembly"}),
    body=Wording({"ca": "Veïnat", "en": "Residents"}),
    place="Sala Exemple",
    call=Call(convened_by="Junta Exemple", convened_on="2026-11-12", first="2026-11-26T18:30"),
    languages=("en", "ca"),
    agenda=(AgendaItem(id="places", title=Wording({"ca": "Places", "en": "Squares"})),),
    polls=(POLL,),
    chair="Presidència Exemple",
    secretary="Secretaria Exemple",
    census=180,
)


STRICT = replace(POLL, alone=Alone.STRICT)
ABOUT = replace(
    POLL,
    questions=(
        replace(
            POLL.questions[0],
            options=(
                replace(SIDES[0], about=Reference(kind=Thing.PROJECT, id="51")),
                replace(SIDES[1], about=Reference(kind=Thing.PROPOSAL, id="12")),
            ),
        ),
    ),
)


@pytest.mark.parametrize(("name", "poll"), [("strict", STRICT), ("about", ABOUT)])
def test_what_version_1_cannot_say_is_written_in_version_2(name: str, poll: Poll) -> None:
    document = (NEWER / f"poll-{name}.json").read_bytes()
    assert poll_document(poll) == document
    assert read_poll(document) == poll
    assembly = replace(ASSEMBLY, polls=(poll,))
    document = (NEWER / f"assembly-{name}.json").read_bytes()
    assert assembly_document(assembly) == document
    assert read_assembly(document) == assembly


def test_proposals_are_written_in_version_1() -> None:
    options = (replace(SIDES[0], about=Reference(kind=Thing.PROPOSAL, id="12")), SIDES[1])
    poll = replace(POLL, questions=(replace(POLL.questions[0], options=options),))
    document = poll_document(poll)
    assert document == (VECTORS / "poll.json").read_bytes().replace(
        b'"id":"yes","proposal":""', b'"id":"yes","proposal":"12"'
    )
    assert read_poll(document) == poll


@pytest.mark.parametrize("name", ["poll-strict", "poll-about"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"alone":"strict"', b'"alone":"open"'),  # has to be written in version 1
        (b'"alone":"strict"', b'"alone":"home"'),
        (b'"alone":"strict",', b""),
        (b'"kind":"project"', b'"kind":"proposal"'),
        (b'"kind":"project"', b'"kind":"street"'),
        (b'"id":"51"', b'"id":51'),
        (b'"about":{"id":"51","kind":"project"}', b'"proposal":"51"'),
        (b"urna-poll/v2", b"urna-poll/v1"),
        (b"urna-poll/v2", b"urna-poll/v3"),
        (b'"urna-poll/v2"', b"2"),
    ],
)
def test_another_spelling_of_version_2_is_refused(name: str, old: bytes, new: bytes) -> None:
    document = (NEWER / f"{name}.json").read_bytes()
    if old not in document:
        return
    with pytest.raises(AssemblyRefused) as refused:
        read_poll(document.replace(old, new, 1))
    assert refused.value.facts == {"place": "document"}


def test_a_reference_to_nothing_is_refused_as_its_value_is() -> None:
    document = (NEWER / "poll-about.json").read_bytes()
    with pytest.raises(AssemblyRefused) as refused:
        read_poll(document.replace(b'"id":"51"', b'"id":""'))
    assert refused.value.code is AssemblyProblem.EMPTY


@pytest.mark.parametrize(
    "document",
    [
        b"{}",
        b'{"format":"urna-poll/v1"}',
        b'{"assembly":{"polls":5},"format":"urna-assembly/v1"}',
        b'{"assembly":[],"format":"urna-assembly/v1"}',
        b'{"format":"urna-poll/v1","poll":[]}',
        b'{"format":"urna-poll/v1","poll":{"questions":[{"options":[5]}]}}',
        b'{"format":"urna-poll/v1","poll":{"questions":5}}',
        b'{"format":"urna-poll/v1","poll":null}',
    ],
)
def test_any_other_tree_is_refused(document: bytes) -> None:
    for read in (read_poll, read_assembly):
        with pytest.raises(AssemblyRefused) as refused:
            read(document)
        assert refused.value.facts == {"place": "document"}


def test_a_poll_is_written_as_in_its_vector() -> None:
    assert poll_document(POLL) == (VECTORS / "poll.json").read_bytes()


def test_an_assembly_is_written_as_in_its_vector() -> None:
    assert assembly_document(ASSEMBLY) == (VECTORS / "assembly.json").read_bytes()


def test_the_vectors_are_read() -> None:
    assert read_poll((VECTORS / "poll.json").read_bytes()) == POLL
    assert read_assembly((VECTORS / "assembly.json").read_bytes()) == ASSEMBLY


def test_the_rule_hash_is_that_of_the_document() -> None:
    assert rule_hash(POLL) == sha256((VECTORS / "poll.json").read_bytes()).hexdigest()


def test_the_order_of_a_wordings_languages_changes_no_byte() -> None:
    turned = Poll(
        id=POLL.id, title=Wording({"en": "Vote", "ca": "Votació"}), questions=POLL.questions
    )
    assert rule_hash(turned) == rule_hash(POLL)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"format":"urna-poll/v1"', b'"format":"urna-poll/v2"'),
        (b'"format":"urna-poll/v1"', b'"format":"urna-assembly/v1"'),
        (b'"share":"1/4"', b'"share":"2/8"'),
        (b'"share":"1/4"', b'"share":"01/4"'),
        (b'"share":"1/4"', b'"share":"0.25"'),
        (b'"share":"1/4"', b'"share":"1/0"'),
        (b'"share":"1/4"', b'"share":"1/4\\n"'),
        (b'"share":"1/4"', b'"share":0'),
        (b'"base":"census"', b'"base":"street"'),
        (b'"seats":1', b'"seats":true'),
        (b'"seats":1', b'"seats":1.0'),
        (b'"seats":1', b'"seats":"1"'),
        (b'"seats":1', b'"seats":1,"seats":1'),
        (b'"seats":1', b'"seats":1,"secret":1'),
        (b',"seats":1', b""),
        (b'"strict":false', b'"strict":0'),
        (b'"item":"places"', b'"item":null'),
        (b'"questions":[', b'"questions":[null,'),
        (b'{"format"', b' {"format"'),
        ("í".encode(), b"\\u00ed"),
    ],
)
def test_another_spelling_is_refused(old: bytes, new: bytes) -> None:
    document = poll_document(POLL)
    assert old in document
    with pytest.raises(AssemblyRefused) as refused:
        read_poll(document.replace(old, new, 1))
    assert refused.value.facts == {"place": "document"}


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (b'"share":"1/4"', b'"share":"5/4"', AssemblyProblem.RANGE),
        (b'"seats":1', b'"seats":3', AssemblyProblem.RANGE),
        (b'"id":"no"', b'"id":"nope"', AssemblyProblem.UNKNOWN),
        (b'"id":"no"', b'"id":"yes"', AssemblyProblem.DUPLICATE),
        (b'{"texts":{"ca":"No","en":"No"}}', b'{"texts":{}}', AssemblyProblem.EMPTY),
    ],
)
def test_a_document_without_sense_is_refused_as_its_value_is(
    old: bytes, new: bytes, problem: AssemblyProblem
) -> None:
    with pytest.raises(AssemblyRefused) as refused:
        read_poll(poll_document(POLL).replace(old, new, 1))
    assert refused.value.code is problem


def test_a_poll_is_no_assembly() -> None:
    with pytest.raises(AssemblyRefused):
        read_assembly(poll_document(POLL))
