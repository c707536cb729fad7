# SPDX-License-Identifier: AGPL-3.0-or-later
"""The author's side: who may write what, and how a segment is opened."""

from __future__ import annotations

from hashlib import sha256
from itertools import pairwise

import pytest

from ballots import canonical
from ballots.record.bodies import Opening, OpenSegment, Slips, read
from ballots.record.entry import Entry, decode
from ballots.record.errors import RecordProblem, RecordRefused
from ballots.record.kinds import MAY_WRITE, Kind, Role
from ballots.record.opening import check_opening, sign_opening
from ballots.record.roster import certify
from ballots.record.segment import Segment
from ballots.record.shapes import MAX_BODY, MAX_NUMBER
from ballots.signing import SecretKey
from tests.told_evenings import ASSEMBLY, ROOT, UUID, ballot_body, certificates, key, opened

BOOT = bytes(range(16))


def code_of(refused: pytest.ExceptionInfo[RecordRefused]) -> RecordProblem:
    assert isinstance(refused.value.code, RecordProblem)
    return refused.value.code


def test_entries_follow_one_another() -> None:
    booth = opened("Cabina 1", Role.BOOTH)
    entries = [booth.first, *(booth.write(Kind.BALLOT, b"b", UUID) for _ in range(3))]
    assert [entry.header.number for entry in entries] == [0, 1, 2, 3]
    for before, entry in pairwise(entries):
        assert entry.header.previous == before.id.hex()
    assert booth.last == entries[-1]


def test_the_first_entry_tells_who_writes() -> None:
    heads = {"ab" * 32: 7}
    chain = certificates("Cabina 1", Role.BOOTH)
    segment = Segment.open(
        key("Cabina 1"), chain, ASSEMBLY, BOOT, heads, key("fresh"), software="urna 1.0"
    )
    opening, certificate = check_opening(decode(segment.first.encode()))
    assert opening == Opening(
        assembly=ASSEMBLY,
        boot=BOOT.hex(),
        certificates=(chain[0].decode(),),
        device=key("Cabina 1").public.hex(),
        heads=heads,
        segment=key("fresh").public.hex(),
        software="urna 1.0",
    )
    assert (certificate.role, certificate.name) == (Role.BOOTH, "Cabina 1")
    assert segment.certificate == certificate


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("kind", Kind)
def test_a_segment_refuses_what_its_role_may_not_write(role: Role, kind: Kind) -> None:
    segment = opened("someone", role)
    may = kind in MAY_WRITE[role] and kind is not Kind.OPEN_SEGMENT
    with pytest.raises(RecordRefused) as refused:
        segment.write(kind, b"", "")  # no body is empty, so what may be written is refused too
    assert (code_of(refused) is RecordProblem.ROLE) is not may
    assert segment.last == segment.first


def test_a_body_that_is_not_of_its_kind_is_refused_and_changes_nothing() -> None:
    desk = opened("Taula", Role.DESK)
    with pytest.raises(RecordRefused) as refused:
        desk.write(Kind.SLIP_ISSUED, b'{"count":0}')
    assert code_of(refused) is RecordProblem.FORM
    assert desk.write(Kind.SLIP_ISSUED, Slips(count=1).encode()).header.number == 1


@pytest.mark.parametrize("poll", ["", "too-short", UUID + "\n"])
def test_a_ballot_needs_its_poll(poll: str) -> None:
    with pytest.raises(RecordRefused) as refused:
        opened("Cabina 1", Role.BOOTH).write(Kind.BALLOT, ballot_body("a"), poll)
    assert code_of(refused) is RecordProblem.FORM


def test_a_body_has_at_most_64_kib() -> None:
    booth = opened("Cabina 1", Role.BOOTH)
    assert booth.write(Kind.BALLOT, bytes(MAX_BODY), UUID).header.body_size == MAX_BODY
    with pytest.raises(RecordRefused):
        booth.write(Kind.BALLOT, bytes(MAX_BODY + 1), UUID)


def test_a_full_segment_refuses_more() -> None:
    booth = opened("Cabina 1", Role.BOOTH)
    header = canonical.decode(booth.write(Kind.BALLOT, b"b", UUID).header_bytes, dict)
    header_bytes = canonical.encode(header | {"number": MAX_NUMBER})
    signature = key("Cabina 1 segment 0").sign("urna-entry/v1", header_bytes)
    booth._last = Entry(header_bytes=header_bytes, signature=signature, body=b"b")
    with pytest.raises(RecordRefused) as refused:
        booth.write(Kind.BALLOT, b"b", UUID)
    assert code_of(refused) is RecordProblem.FULL


def open_with(**changes: object) -> Segment:
    facts: dict[str, object] = {
        "device": key("Cabina 1"),
        "certificates": certificates("Cabina 1", Role.BOOTH),
        "assembly": ASSEMBLY,
        "boot": BOOT,
        "heads": {},
        "segment_key": key("fresh"),
    }
    return Segment.open(**(facts | changes))  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"device": key("Cabina 2")}, RecordProblem.CERTIFICATE),
        ({"certificates": []}, RecordProblem.FORM),
        ({"certificates": [b"\xff"]}, RecordProblem.FORM),
        ({"certificates": [b"{}"]}, RecordProblem.FORM),
        ({"assembly": "0" * 32}, RecordProblem.ASSEMBLY),
        ({"assembly": ""}, RecordProblem.FORM),
        ({"boot": bytes(15)}, RecordProblem.FORM),
        ({"heads": {"x": 1}}, RecordProblem.FORM),
        ({"heads": {f"{n:064x}": n for n in range(801)}}, RecordProblem.FORM),
        ({"software": ""}, RecordProblem.FORM),
    ],
    ids=str,
)
def test_an_opening_that_a_reader_would_refuse_is_not_written(
    changes: dict[str, object], code: RecordProblem
) -> None:
    with pytest.raises(RecordRefused) as refused:
        open_with(**changes)
    assert code_of(refused) is code


def test_as_many_heads_as_are_allowed_fit_an_opening() -> None:
    heads = {f"{n:064x}": MAX_NUMBER for n in range(800)}
    first = open_with(heads=heads, software="u" * 64).first
    assert first.header.body_size < MAX_BODY


def with_opening(body: bytes, segment_key: SecretKey) -> Entry:
    """An entry 0 with any body."""
    header = canonical.decode(open_with().first.header_bytes, dict)
    header_bytes = canonical.encode(
        header
        | {
            "segment": segment_key.public.hex(),
            "body_hash": sha256(body).hexdigest(),
            "body_size": len(body),
        }
    )
    signature = segment_key.sign("urna-entry/v1", header_bytes)
    return Entry(header_bytes=header_bytes, signature=signature, body=body)


def test_an_opening_cannot_be_used_for_another_segment() -> None:
    body = open_with().first.body
    with pytest.raises(RecordRefused) as refused:
        check_opening(with_opening(body or b"", key("stolen")))
    assert code_of(refused) is RecordProblem.FORM


def test_an_opening_that_its_device_did_not_sign_is_refused() -> None:
    opening = read(open_with().first.body or b"", OpenSegment).opening
    forged = sign_opening(opening, key("Cabina 2"))
    with pytest.raises(RecordRefused) as refused:
        check_opening(with_opening(forged, key("fresh")))
    assert code_of(refused) is RecordProblem.SIGNATURE


def test_an_entry_that_is_no_opening_opens_nothing() -> None:
    with pytest.raises(RecordRefused):
        check_opening(opened("Cabina 1", Role.BOOTH).write(Kind.BALLOT, b"b", UUID))
    with pytest.raises(RecordRefused):
        check_opening(opened("Taula", Role.DESK).write(Kind.CHECK_IN, b"n").without_body())


def test_a_device_enrolled_by_a_facilitator_opens_a_segment() -> None:
    facilitator = certify(
        ROOT,
        assembly=ASSEMBLY,
        device=key("Mesa").public,
        role=Role.FACILITATOR,
        name="Mesa",
        may_enrol=True,
    )
    booth = certify(
        key("Mesa"),
        assembly=ASSEMBLY,
        device=key("Cabina 1").public,
        role=Role.BOOTH,
        name="Cabina nova",
    )
    segment = open_with(certificates=[facilitator, booth])
    assert segment.certificate.name == "Cabina nova"
