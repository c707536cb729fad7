# SPDX-License-Identifier: AGPL-3.0-or-later
"""Laws of archives: one byte changed is refused, and so is everything that is no archive.

A forger who makes every hash good again is refused as well, by a named check, or has changed
nothing that the archive says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ballots.election.election import read_election
from ballots.election.errors import ElectionRefused
from ballots.election.groups.elements import Group
from ballots.election.groups.named import group_named
from ballots.election.roll import read_roll
from ballots.election.slip import Credential
from ballots.election.trustees.board import read_board
from tests.forgeries import (
    FIELD_VALUES,
    FIELDS,
    Place,
    Told,
    forged,
    judged,
    parsed,
    paths,
    put_at,
    put_together,
    signed_again,
    signed_hash,
    steps,
    summed_up,
    take_apart,
    with_document,
    with_header,
)
from tests.other_elections import committee, of_a_committee, of_one_trustee, with_a_ranking
from tests.small_elections import VECTORS, seeded, small_election, surveyed

GROUP = group_named("Ed25519")
LISTS = VECTORS / "v33-ed25519-lists"


class Sound(NamedTuple):
    """An archive that verifies, and those who voted in it."""

    data: bytes
    group: Group
    voters: Sequence[Credential]


def voters_of(folder: Path) -> list[Credential]:
    uuid = take_apart((folder / "election.bel").read_bytes()).uuid
    lines = (folder / "private_creds.txt").read_text("ascii").splitlines()
    return [Credential.derive(line.split()[1], uuid, GROUP) for line in lines]


ELECTION = committee("Ed25519")
MODULAR = small_election("BELENIOS-2048")
SOUND = {
    "added up": Sound(of_a_committee("Ed25519"), GROUP, ELECTION.credentials),
    "shuffled": Sound(with_a_ranking("Ed25519"), GROUP, ELECTION.credentials),
    "lists": Sound((LISTS / "election.bel").read_bytes(), GROUP, voters_of(LISTS)),
    "modular": Sound(of_one_trustee("BELENIOS-2048"), MODULAR.group, MODULAR.credentials),
}
DATA = SOUND["shuffled"].data
STORY = take_apart(DATA)
DOCUMENTS = ELECTION.setup.documents
BALLOT = 1  # the first event after the setup
GENERATOR = f'"{GROUP.text(GROUP.generate(1))}"'.encode()


def require_refusal(data: bytes) -> None:
    verified = judged(data)
    last = verified.checks[-1]
    assert not verified.passed
    assert not last.passed
    assert last.place
    assert str(last.facts["code"]).startswith("error.election.")


@given(st.sampled_from(sorted(SOUND)), st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_one_byte_changed_anywhere_is_refused(name: str, where: float, difference: int) -> None:
    data = bytearray(SOUND[name].data)
    data[int(where * len(data))] ^= difference
    require_refusal(bytes(data))


def test_one_byte_changed_in_each_stretch_of_the_file_is_refused() -> None:
    random = seeded(31)
    data = bytearray(DATA)
    for position in range(0, len(data), 97):
        difference = random(1)[0] or 1
        data[position] ^= difference
        require_refusal(bytes(data))
        data[position] ^= difference


@given(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=600))
def test_bytes_put_in_or_taken_out_are_refused(where: float, more: bytes) -> None:
    data = DATA
    place = int(where * len(data))
    require_refusal(data[:place] + more + data[place:])
    require_refusal(data[:place] + data[place + len(more) :])


@given(st.binary(max_size=2000))
@example(b"")
@example(bytes(1024))
@example(b"0" * 1024)
def test_any_bytes_are_refused_as_an_archive(data: bytes) -> None:
    require_refusal(data)
    try:
        surveyed(data)
    except ElectionRefused:
        return
    raise AssertionError(data)


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused_as_any_document(document: bytes) -> None:
    for reader in (
        read_election,
        lambda said: read_board(GROUP, said),
        lambda said: read_roll(GROUP, said),
    ):
        try:
            reader(document)
        except ElectionRefused:
            continue
        assert document == b"[]"


@given(
    st.sampled_from([DOCUMENTS.trustees, DOCUMENTS.election]),
    st.floats(0, 1, exclude_max=True),
    st.integers(1, 255),
)
def test_a_document_with_one_byte_changed_is_read_or_refused(
    document: bytes, where: float, difference: int
) -> None:
    data = bytearray(document)
    data[int(where * len(data))] ^= difference
    for reader in (read_election, lambda said: read_board(GROUP, said)):
        with suppress(ElectionRefused):
            reader(bytes(data))


def said(data: bytes) -> tuple[object, ...] | None:
    """What a verified archive says, but for what the format does not bind.

    That is the order of ballots, the roll of those who did not vote, and whose each shuffle is.
    """
    published = judged(data).published
    if published is None:
        return None
    known = replace(published, trackers=tuple(sorted(published.trackers)), roll=0, mixers=0)
    return tuple(getattr(known, name) for name in known.__dataclass_fields__ if name != "setup")


def shapes(documents: tuple[bytes, ...]) -> Iterator[tuple[int, Place]]:
    """One of each kind of place in them: all items of a list are of one kind."""
    seen = set()
    for number, document in enumerate(documents):
        for path in paths(parsed(document)):
            named = tuple("" if isinstance(step, int) else step for step in steps(document, path))
            if (number, named) not in seen:
                seen.add((number, named))
                yield number, path


def first_of_each_type() -> dict[str, tuple[int, Told]]:
    events = reversed(list(enumerate(STORY.events)))
    return {event.type: (number, event) for number, event in events}


@pytest.mark.parametrize(
    "archive", sorted(VECTORS.glob("*/election.bel")), ids=lambda it: it.parent.name
)
def test_the_forger_puts_together_what_was_taken_apart(archive: Path) -> None:
    data = archive.read_bytes()
    assert put_together(take_apart(data)) == data


@given(st.data())
def test_a_forger_is_refused_by_name_or_has_changed_nothing(data: st.DataObject) -> None:
    valid, group, voters = SOUND[data.draw(st.sampled_from(sorted(SOUND)))]
    cast = {signed_hash(ballot) for ballot in take_apart(valid).ballots()}

    def sealed(ballot: bytes) -> bytes:
        if signed_hash(summed_up(ballot)) in cast:
            return ballot
        return signed_again(ballot, group, voters)

    forgery = forged(valid, lambda many: data.draw(st.sampled_from(many)), sealed)
    if (heard := said(forgery)) is None:
        require_refusal(forgery)
    else:
        assert heard == said(valid)


@pytest.mark.parametrize("kind", sorted(first_of_each_type()))
def test_no_place_of_any_document_takes_another_type(kind: str) -> None:
    event, told = first_of_each_type()[kind]
    for number, path in shapes(told.documents):
        for raw in (b"null", b"{}", b'"x"'):
            document = put_at(told.documents[number], path, raw)
            require_refusal(put_together(with_document(STORY, event, number, document)))


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_no_field_of_a_tar_header_takes_another_value(field: str) -> None:
    for value in FIELD_VALUES:
        for number in (0, 1, 7):
            forgery = with_header(DATA, number, field, value)
            if forgery != DATA:
                require_refusal(forgery)


@pytest.mark.timeout(10)
def test_a_record_that_states_a_negative_size_is_refused() -> None:
    """It would send a reader back to where it came from, for ever."""
    document = put_together(STORY.having(*STORY.events[:1], Told("Ballot", (b"",))))
    number = 6  # the header, the setup's four documents and event
    empty = with_header(document, number, "size", b"-0000001000")
    assert empty != document
    require_refusal(empty)


HOSTILE = (
    b"[" * 3000 + b"]" * 3000,
    b'{"a":' * 3000,
    b"9" * 5000,
    b"NaN",
    b'"\\ud800"',
    b'"\xff"',
    b"",
)


@pytest.mark.parametrize("kind", sorted(first_of_each_type()))
def test_no_document_takes_what_is_hostile_to_readers(kind: str) -> None:
    event, told = first_of_each_type()[kind]
    for number, document in enumerate(told.documents):
        last = [path for place, path in shapes(told.documents) if place == number][-1]
        for path in ((), last):
            for raw in HOSTILE:
                forgery = with_document(STORY, event, number, put_at(document, path, raw))
                require_refusal(put_together(forgery))


def test_no_place_of_an_event_takes_another_value() -> None:
    for number, event in enumerate(STORY.events):
        height = str(number).encode()
        parent = b'"parent":"' + b"0" * 64 + b'",' if number else b""
        for said_instead in (
            b'{%s"height":%s,"type":"%s"}' % (parent, height, event.type.encode()),
            b'{"height":-1,"type":"Setup"}',
            b'{"height":%s,"type":"Another"}' % height,
            b"[]",
            b"",
        ):
            told = replace(event, said=said_instead)
            events = (*STORY.events[:number], told, *STORY.events[number + 1 :])
            require_refusal(put_together(STORY.having(*events)))


@pytest.mark.parametrize("value", [GENERATOR, b'"0"', b'"1"'])
def test_a_voter_who_signs_a_changed_ballot_is_refused(value: bytes) -> None:
    ballot = STORY.events[BALLOT].documents[0]
    for _, path in shapes((ballot,)):
        if steps(ballot, path)[:1] == ["answers"]:
            forgery = signed_again(put_at(ballot, path, value), GROUP, ELECTION.credentials)
            assert forgery != ballot
            require_refusal(put_together(with_document(STORY, BALLOT, 0, forgery)))


def test_a_voter_may_sign_an_unchanged_ballot_again() -> None:
    ballot = STORY.events[BALLOT].documents[0]
    again = signed_again(ballot, GROUP, ELECTION.credentials)
    assert again != summed_up(ballot) == ballot
    valid = judged(put_together(with_document(STORY, BALLOT, 0, again)))
    assert valid.passed


@given(st.sampled_from(sorted(SOUND)), st.floats(0, 1, exclude_max=True))
def test_an_archive_that_ends_early_is_refused(name: str, where: float) -> None:
    require_refusal(SOUND[name].data[: int(where * len(SOUND[name].data))])


def test_an_archive_that_ends_after_an_event_is_refused() -> None:
    for number in range(len(STORY.events)):
        require_refusal(put_together(STORY.having(*STORY.events[:number])))


@pytest.mark.parametrize("type_", sorted(set(first_of_each_type()) - {"PartialDecryption"}))
def test_an_event_that_is_missing_or_stands_twice_is_refused(type_: str) -> None:
    number, event = first_of_each_type()[type_]
    before, after = STORY.events[:number], STORY.events[number + 1 :]
    require_refusal(put_together(STORY.having(*before, *after)))
    require_refusal(put_together(STORY.having(*before, event, event, *after)))


def test_records_that_changed_places_are_refused() -> None:
    data = DATA
    starts = [0, *(n for n in range(512, len(data), 512) if data[n + 100 : n + 107] == b"0000644")]
    records = [data[a:b] for a, b in pairwise([*starts, len(data)])]
    assert b"".join(records) == data
    for number in range(1, len(records)):
        swapped = list(records)
        swapped[number - 1 : number + 1] = reversed(swapped[number - 1 : number + 1])
        require_refusal(b"".join(swapped))
        require_refusal(b"".join(records[:number] + records[number + 1 :]))
        require_refusal(b"".join(records[:number] + records[number - 1 :]))
