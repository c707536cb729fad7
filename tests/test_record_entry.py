# SPDX-License-Identifier: AGPL-3.0-or-later
"""One entry: what its bytes are, and what is not an entry."""

from __future__ import annotations

from hashlib import sha256

import pytest

from ballots import canonical
from ballots.record.entry import (
    CONTEXT,
    MAX_ENTRY,
    NO_PREVIOUS,
    Entry,
    Header,
    decode,
    encoded_size,
)
from ballots.record.errors import RecordProblem, RecordRefused
from ballots.record.kinds import Kind, Role
from tests.told_evenings import UUID, ballot_body, key, opened

BOOTH = opened("Cabina 1", Role.BOOTH)
BALLOT = BOOTH.write(Kind.BALLOT, ballot_body("a"), UUID)
CHECK_IN = opened("Taula", Role.DESK).write(Kind.CHECK_IN, b"sealed name")


def refusal(data: object) -> RecordRefused:
    with pytest.raises(RecordRefused) as refused:
        decode(data)
    return refused.value


def signed(header: bytes, body: bytes | None, name: str = "Cabina 1 segment 0") -> bytes:
    """An entry of any header, signed by the segment's key all the same."""
    rest = len(header).to_bytes(2) + header + key(name).sign(CONTEXT, header) + (body or b"")
    return len(rest).to_bytes(4) + rest


def with_header(**changes: object) -> bytes:
    header = canonical.decode(BALLOT.header_bytes, dict)
    return signed(canonical.encode(header | changes), BALLOT.body)


def test_decoding_gives_back_the_entry_and_its_bytes() -> None:
    for entry in (BOOTH.first, BALLOT, CHECK_IN, CHECK_IN.without_body()):
        assert decode(entry.encode()) == entry
        assert decode(entry.encode()).encode() == entry.encode()


def test_the_header_says_what_was_written() -> None:
    assert BALLOT.header == Header(
        assembly=BOOTH.first.header.assembly,
        segment=BOOTH.public,
        number=1,
        previous=BOOTH.first.id.hex(),
        kind=Kind.BALLOT,
        poll=UUID,
        body_hash=sha256(ballot_body("a")).hexdigest(),
        body_size=len(ballot_body("a")),
    )


def test_the_id_is_the_leaf_hash_of_header_and_signature() -> None:
    leaf = sha256(b"\0" + BALLOT.header_bytes + BALLOT.signature)
    assert BALLOT.id == leaf.digest()


def test_a_body_that_holds_a_name_can_be_erased_and_the_id_stays() -> None:
    erased = CHECK_IN.without_body()
    assert (erased.body, erased.id) == (None, CHECK_IN.id)
    assert len(erased.encode()) == len(CHECK_IN.encode()) - len(b"sealed name")


def test_a_ballot_cannot_be_erased() -> None:
    with pytest.raises(RecordRefused) as refused:
        BALLOT.without_body()
    assert refused.value.code is RecordProblem.BODY
    cut = len(ballot_body("a"))
    rest = BALLOT.encode()[4:-cut]
    assert refusal(len(rest).to_bytes(4) + rest).code is RecordProblem.BODY


@pytest.mark.parametrize("body", [ballot_body("b"), ballot_body("a") + b" ", b"x"])
def test_another_body_is_refused(body: bytes) -> None:
    assert refusal(signed(BALLOT.header_bytes, body)).code is RecordProblem.BODY


def test_a_body_of_the_right_hash_and_another_length_is_refused() -> None:
    assert refusal(with_header(body_size=1)).code is RecordProblem.BODY


def test_what_is_cut_short_or_trails_is_refused() -> None:
    data = BALLOT.encode()
    for wrong in (b"", data[:3], data[:-1], data + b"\0", data[1:]):
        assert refusal(wrong).code is RecordProblem.LENGTH


def test_a_header_that_leaves_no_room_for_its_signature_is_refused() -> None:
    rest = (500).to_bytes(2) + bytes(400)
    assert refusal(len(rest).to_bytes(4) + rest).code is RecordProblem.LENGTH


def test_a_header_of_any_length_is_not_even_read() -> None:
    assert refusal(signed(b" " * 1025, b"x")).code is RecordProblem.LENGTH


def test_the_first_four_bytes_tell_the_size() -> None:
    data = BALLOT.encode()
    assert encoded_size(data[:4]) == len(data)


@pytest.mark.parametrize("prefix", [b"", b"\0\0\0", (MAX_ENTRY - 3).to_bytes(4), b"\xff" * 4])
def test_a_size_beyond_any_entry_is_refused_before_it_is_read(prefix: bytes) -> None:
    with pytest.raises(RecordRefused) as refused:
        encoded_size(prefix)
    assert refused.value.code is RecordProblem.LENGTH


def test_another_signature_is_refused() -> None:
    other = signed(BALLOT.header_bytes, BALLOT.body, name="Cabina 2 segment 0")
    assert refusal(other).code is RecordProblem.SIGNATURE


@pytest.mark.parametrize(
    "changes",
    [
        {"number": 0},
        {"kind": "open-segment", "poll": ""},
        {"previous": NO_PREVIOUS},
        {"poll": ""},
        {"kind": "check-in"},
        {"number": 100_000},
        {"body_size": 131_073},
        {"body_size": 0},
        {"kind": "unheard-of"},
        {"format": "urna-entry/v2"},
        {"poll": "0OIl0OIl0OIl0O"},
        {"assembly": "A" * 32},
        {"segment": "0" * 63},
        {"extra": 1},
    ],
    ids=str,
)
def test_a_header_that_makes_no_sense_is_refused_although_it_is_signed(
    changes: dict[str, object],
) -> None:
    assert refusal(with_header(**changes)).code is RecordProblem.FORM


def test_a_header_in_another_spelling_is_refused_although_it_is_signed() -> None:
    spaced = BALLOT.header_bytes.replace(b",", b", ")
    assert refusal(signed(spaced, BALLOT.body)).code is RecordProblem.FORM


def test_an_entry_cannot_be_made_by_hand_with_a_wrong_signature() -> None:
    with pytest.raises(RecordRefused):
        Entry(header_bytes=BALLOT.header_bytes, signature=bytes(64), body=BALLOT.body)
