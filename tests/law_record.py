# SPDX-License-Identifier: AGPL-3.0-or-later
"""Laws of the record's decoders: one error for any bytes, any types and any wrong value."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots import canonical, seal
from ballots.record.bodies import (
    DOCUMENTS,
    Body,
    Challenge,
    Close,
    Correction,
    HubReceipt,
    Leftover,
    Minutes,
    OpenSegment,
    Reach,
    Result,
    Revoke,
    Slips,
    read,
)
from ballots.record.entry import CONTEXT, decode, entry_id, recall
from ballots.record.errors import RecordRefused
from ballots.record.forks import check_fork_proof, prove_fork
from ballots.record.kinds import MAY_WRITE, OF_A_POLL, Kind, Role
from ballots.record.roster import check_certificates, read_certificate
from ballots.signing import SecretKey
from tests.told_evenings import (
    ASSEMBLY,
    UUID,
    ballot_body,
    certificates,
    evening,
    final,
    key,
    opened,
    poll_open,
)

TOLD = evening()
BALLOT = TOLD.cast("Cabina 1", "a")
OTHER = opened("Cabina 1", Role.BOOTH).write(Kind.BALLOT, b"other", UUID)
CERTIFICATE = certificates("Cabina 1", Role.BOOTH)[0]
TEXT = seal.Checkpoint(
    assembly=ASSEMBLY, poll=UUID, size=2, root=bytes(32), cut={"0" * 64: 1}
).text
NOTE = seal.sign(TEXT, key("Mesa"))

Decoder = Callable[[object], object]


def certificate_chain(data: object) -> object:
    return check_certificates([data], ASSEMBLY)  # type: ignore[list-item]  # wrong on purpose


def recalled(data: object) -> object:
    return recall(data, BALLOT.id)


def opening(data: object) -> object:
    return read(data, OpenSegment)


def sealed(data: object) -> object:
    return seal.read_seal(data, key("Mesa").public)


DECODERS: dict[Decoder, bytes] = {
    decode: BALLOT.encode(),
    recalled: BALLOT.encode(),
    read_certificate: CERTIFICATE,
    certificate_chain: CERTIFICATE,
    check_fork_proof: prove_fork(BALLOT, OTHER),
    seal.read_note: NOTE,
    sealed: NOTE,
    opening: TOLD.segments["Mesa"].first.body or b"",
}
# These say what form bytes have; that the words in it are signed is another's check.
FORM_ONLY = {seal.read_note, opening}
each_decoder = pytest.mark.parametrize("decoder", DECODERS, ids=lambda d: d.__name__)
each_check = pytest.mark.parametrize(
    "decoder", [d for d in DECODERS if d not in FORM_ONLY], ids=lambda d: d.__name__
)

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@each_decoder
def test_what_was_written_is_read(decoder: Decoder) -> None:
    decoder(DECODERS[decoder])


@each_decoder
@given(data=ANYTHING)
def test_any_bytes_and_any_types_meet_the_one_error(decoder: Decoder, data: object) -> None:
    with pytest.raises(RecordRefused):
        decoder(data)


@each_check
@given(data=st.data())
def test_any_changed_byte_meets_the_one_error(decoder: Decoder, data: st.DataObject) -> None:
    valid = DECODERS[decoder]
    place = data.draw(st.integers(0, len(valid) - 1))
    change = data.draw(st.integers(1, 255))
    with pytest.raises(RecordRefused):
        decoder(valid[:place] + bytes([valid[place] ^ change]) + valid[place + 1 :])


@each_check
@given(data=st.data())
def test_what_is_cut_or_lengthened_meets_the_one_error(
    decoder: Decoder, data: st.DataObject
) -> None:
    valid = DECODERS[decoder]
    kept = data.draw(st.integers(0, len(valid) - 1))
    added = data.draw(st.binary(min_size=1, max_size=8))
    for wrong in (valid[:kept], valid + added, added + valid):
        with pytest.raises(RecordRefused):
            decoder(wrong)


@given(text=st.text() | st.just(TEXT).map(str.upper))
def test_any_text_but_a_checkpoint_meets_the_one_error(text: str) -> None:
    with pytest.raises(RecordRefused):
        seal.read_checkpoint(text)


@given(body=st.binary(), document=st.sampled_from(sorted(set(DOCUMENTS.values()), key=str)))
def test_any_body_meets_the_one_error(body: bytes, document: type[Body]) -> None:
    with pytest.raises(RecordRefused):
        read(body, document)


WRONG: tuple[object, ...] = (
    True,
    False,
    None,
    1.0,
    1e3,
    "1",
    "",
    -3,
    2**64,
    [],
    {},
    [[1]],
    {"a": 1},
)
# Any text is right in these fields, as far as the record goes.
FREE = {"election", "poll", "certificates", "software", "ballot", "opening"}

BODIES: dict[Kind, bytes] = {
    Kind.OPEN_SEGMENT: TOLD.segments["Mesa"].first.body or b"",
    Kind.SLIPS_PRINTED: Slips(count=60).encode(),
    Kind.SLIP_ISSUED: Slips(count=1).encode(),
    Kind.SLIP_RETURNED: Slips(count=1).encode(),
    Kind.POLL_OPEN: poll_open(),
    Kind.SLIPS_LEFT: Leftover(left=12, void=3).encode(),
    Kind.CHALLENGE: Challenge(ballot="{}", opening="{}").encode(),
    Kind.CLOSE: Close(at="21:05").encode(),
    Kind.FINAL: final({"0" * 64: (7, 3)}),
    Kind.RESULT: Result(archive="0" * 64, counts=((1, 20, 3),)).encode(),
    Kind.MINUTES: Minutes(full="0" * 64, public="f" * 64).encode(),
    Kind.CORRECTION: Correction(entry="0" * 64).encode(),
    Kind.HUB_RECEIPT: HubReceipt(heads={"0" * 64: 3}, root="4" * 64).encode(),
    Kind.REVOKE: Revoke(device="0" * 64, segments=(Reach(segment="1" * 64, number=3),)).encode(),
}


def altered(value: object, *, free: bool = False) -> Iterator[object]:
    """Copies of a JSON value with something wrong in one place inside."""
    match value:
        case dict():
            for name, item in value.items():
                for wrong in instead_of(item, free=name in FREE):
                    yield value | {name: wrong}
        case list():
            for at, item in enumerate(value):
                for wrong in instead_of(item, free=free):
                    yield [*value[:at], wrong, *value[at + 1 :]]
        case _:
            return


def instead_of(item: object, *, free: bool) -> Iterator[object]:
    for wrong in WRONG:
        same = (type(wrong), wrong) == (type(item), item)
        if not same and not (free and isinstance(wrong, str)):
            yield wrong
    yield from altered(item, free=free)


def spelt(value: object) -> bytes:
    """Canonical but for its types: floats are written too."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def wrong_documents(valid: bytes) -> Iterator[bytes]:
    """Documents with a wrong value in one field, and with a field that lacks or is unknown."""
    document = json.loads(valid)
    yield from map(spelt, altered(document))
    for name in document:
        yield spelt({key: item for key, item in document.items() if key != name})
    yield spelt(document | {"unknown": 1})


def test_there_is_an_example_of_every_document() -> None:
    assert set(BODIES) == set(DOCUMENTS)


@pytest.mark.parametrize("kind", BODIES, ids=str)
def test_a_wrong_value_in_any_field_of_a_body_is_refused(kind: Kind) -> None:
    assert read(BODIES[kind], DOCUMENTS[kind]).encode() == BODIES[kind]
    for wrong in wrong_documents(BODIES[kind]):
        if wrong not in ALSO_RIGHT:
            with pytest.raises(RecordRefused):
                read(wrong, DOCUMENTS[kind])


# Other values that are right: no time, one count, no segment.
ALSO_RIGHT = {
    Revoke(device="0" * 64, segments=()).encode(),
    Result(archive="0" * 64, counts=((1,),)).encode(),
    Close(at="").encode(),
    spelt(json.loads(BODIES[Kind.POLL_OPEN]) | {"at": ""}),
}


def entry_with(header_bytes: bytes, body: bytes, secret: SecretKey) -> bytes:
    rest = len(header_bytes).to_bytes(2) + header_bytes + secret.sign(CONTEXT, header_bytes) + body
    return len(rest).to_bytes(4) + rest


def test_a_wrong_value_in_any_field_of_a_signed_header_is_refused() -> None:
    secret = key("Cabina 1 segment 0")
    assert BALLOT.body
    assert decode(entry_with(BALLOT.header_bytes, BALLOT.body, secret)) == BALLOT
    for wrong in wrong_documents(BALLOT.header_bytes):
        with pytest.raises(RecordRefused):
            decode(entry_with(wrong, BALLOT.body, secret))


@given(header=st.binary(max_size=300), body=st.binary(max_size=9))
def test_what_was_never_an_entry_is_not_recalled_even_under_its_id(
    header: bytes, body: bytes
) -> None:
    secret = key("Cabina 1 segment 0")
    for bytes_ in (header, b"{" + header):
        id_ = entry_id(bytes_, secret.sign(CONTEXT, bytes_))
        with pytest.raises(RecordRefused):
            recall(entry_with(bytes_, body, secret), id_)


def test_an_entry_is_recalled_without_its_body_where_that_may_be_erased() -> None:
    note = opened("someone", Role.DESK).write(Kind.CHECK_IN, b"sealed")
    bare = note.without_body()
    assert recall(bare.encode(), note.id) == bare
    with pytest.raises(RecordRefused):
        recall(BALLOT.encode()[: -len(BALLOT.body or b"")], BALLOT.id)


def test_a_wrong_value_in_any_field_of_a_signed_certificate_is_refused() -> None:
    grant = json.loads(CERTIFICATE)["grant"]
    assert granted(grant) == CERTIFICATE
    for wrong in wrong_documents(spelt(grant)):
        if json.loads(wrong) != grant | {"name": "1"}:  # another label, which is right
            with pytest.raises(RecordRefused):
                read_certificate(granted(json.loads(wrong)))
    for wrong in wrong_documents(CERTIFICATE):
        with pytest.raises(RecordRefused):
            read_certificate(wrong)


def granted(grant: object) -> bytes:
    """A certificate of any grant, signed by the root key."""
    signature = key("root").sign("urna-certificate/v1", spelt(grant))
    return spelt({"grant": grant, "signature": signature.hex()})


def test_a_wrong_value_in_any_field_of_a_proof_is_refused() -> None:
    for wrong in wrong_documents(prove_fork(BALLOT, OTHER)):
        with pytest.raises(RecordRefused):
            check_fork_proof(wrong)


@given(
    body=st.binary(min_size=1, max_size=200),
    kind=st.sampled_from(sorted(Kind)),
    n=st.integers(0, 3),
)
def test_decoding_is_the_inverse_of_encoding(body: bytes, kind: Kind, n: int) -> None:
    role = next(role for role in Role if kind in MAY_WRITE[role])
    segment = opened("someone", role)
    if kind is not Kind.OPEN_SEGMENT:
        for _ in range(n + 1):
            poll = UUID if kind in OF_A_POLL else ""
            segment.write(kind, BODIES.get(kind, body), poll)
    written = segment.last
    again = decode(written.encode())
    assert (again, again.encode()) == (written, written.encode())
    kept = recall(written.encode(), written.id)
    assert (kept, kept.encode(), kept.id) == (written, written.encode(), written.id)
    assert sha256(again.body or b"").hexdigest() == again.header.body_hash


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers(1 - 2**53, 2**53 - 1) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_canonical_bytes_are_read_back_and_are_those_of_the_json_that_python_sorts(
    value: object,
) -> None:
    written = canonical.encode(value)
    assert canonical.decode(written, object) == value
    assert json.loads(written) == value
    assert canonical.encode(json.loads(written)) == written


def test_a_ballot_is_whatever_its_room_says() -> None:
    assert ballot_body("a") == BALLOT.body
