# SPDX-License-Identifier: AGPL-3.0-or-later
"""One entry of the record: header, signature and body, as bytes and as a value.

On disk and on the wire (`RECORD.md`): length of what follows (4 bytes, big-endian), length of
the header (2 bytes), header, signature (64 bytes), and the body unless it is erased.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

import msgspec

from ballots import canonical, signing
from ballots.record.errors import RecordProblem, RecordRefused
from ballots.record.kinds import ERASABLE, OF_A_POLL, Kind
from ballots.record.shapes import (
    MAX_BODY,
    MAX_HEADER,
    BodySize,
    Hex32,
    Hex64,
    Number,
    PollIdOrNone,
)

CONTEXT = "urna-entry/v1"
NO_PREVIOUS = "0" * 64
PREFIX_SIZE = 4
MAX_ENTRY = PREFIX_SIZE + 2 + MAX_HEADER + signing.SIGNATURE_SIZE + MAX_BODY


class Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The signed part. `segment` is the public key that signs; hashes are SHA-256 in hex."""

    assembly: Hex32
    segment: Hex64
    number: Number
    previous: Hex64  # id of entry number - 1; 64 zeros in entry 0
    kind: Kind
    poll: PollIdOrNone  # uuid, for the kinds that belong to a poll; else empty
    body_hash: Hex64
    body_size: BodySize
    format: Literal["urna-entry/v1"] = "urna-entry/v1"


_headers = msgspec.json.Decoder(Header)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry whose signature and body have been checked. `body` is None once erased.

    That its segment may write it, and that it follows its predecessor, is the session's matter.
    """

    header_bytes: bytes
    signature: bytes
    body: bytes | None
    header: Header = field(init=False, repr=False)
    id: bytes = field(init=False, repr=False)  # 32 bytes: RFC 6962 leaf of header and signature

    def __post_init__(self) -> None:
        header = read_header(self.header_bytes, self.signature)
        object.__setattr__(self, "header", header)
        object.__setattr__(self, "id", entry_id(self.header_bytes, self.signature))
        _check_body(header, self.body)

    def encode(self) -> bytes:
        """The form on disk and on the wire, byte for byte as it came."""
        rest = (
            len(self.header_bytes).to_bytes(2)
            + self.header_bytes
            + self.signature
            + (self.body or b"")
        )
        return len(rest).to_bytes(PREFIX_SIZE) + rest

    def without_body(self) -> Entry:
        """The same entry with its body erased; refused for kinds that count."""
        return Entry(header_bytes=self.header_bytes, signature=self.signature, body=None)


def entry_id(header_bytes: bytes, signature: bytes) -> bytes:
    """SHA-256(0x00 ‖ header ‖ signature): the leaf hash of RFC 6962 §2.1."""
    return sha256(b"\0" + header_bytes + signature).digest()


def read_header(header_bytes: bytes, signature: bytes) -> Header:
    """The header, if it is canonical, makes sense and is signed by its segment's key."""
    if len(header_bytes) > MAX_HEADER:
        raise RecordRefused(RecordProblem.LENGTH, what="header")
    header = canonical.decode(header_bytes, Header)
    first = header.number == 0
    if (
        first != (header.kind is Kind.OPEN_SEGMENT)
        or first != (header.previous == NO_PREVIOUS)
        or bool(header.poll) != (header.kind in OF_A_POLL)
    ):
        raise RecordRefused(RecordProblem.FORM, what="header")
    if not signing.verify(bytes.fromhex(header.segment), CONTEXT, header_bytes, signature):
        raise RecordRefused(RecordProblem.SIGNATURE, what="entry")
    return header


def encoded_size(prefix: bytes) -> int:
    """Bytes of the whole entry whose first four are `prefix`; refuses more than any entry has."""
    size = PREFIX_SIZE + int.from_bytes(prefix)
    if len(prefix) != PREFIX_SIZE or size > MAX_ENTRY:
        raise RecordRefused(RecordProblem.LENGTH, what="entry")
    return size


def decode(data: object) -> Entry:
    """The entry that `data` is, exactly.

    Raises:
        RecordRefused: for anything else, whatever its bytes or its type.
    """
    header_bytes, signature, body = _parts(data)
    return Entry(header_bytes=header_bytes, signature=signature, body=body)


def recall(data: object, id_: bytes) -> Entry:
    """The entry that was decoded before and has been kept under `id_`, exactly.

    An id covers header and signature, and a header its body, so what has this id was verified
    then. Its signature, which takes four fifths of the time of `decode`, is not checked again:
    only for whoever keeps entries that were, and nobody else can have written the id.

    Raises:
        RecordRefused: for anything else, whatever its bytes or its type.
    """
    header_bytes, signature, body = _parts(data)
    if entry_id(header_bytes, signature) != id_:
        raise RecordRefused(RecordProblem.SIGNATURE, what="entry")
    try:
        header = _headers.decode(header_bytes)
    except (ValueError, RecursionError):
        raise RecordRefused(RecordProblem.FORM, what="header") from None
    _check_body(header, body)
    entry, values = object.__new__(Entry), (header_bytes, signature, body, header, id_)
    for name, value in zip(Entry.__slots__, values, strict=True):
        object.__setattr__(entry, name, value)
    return entry


def _parts(data: object) -> tuple[bytes, bytes, bytes | None]:
    """Header, signature and body, if there is one."""
    if not isinstance(data, bytes) or encoded_size(data[:PREFIX_SIZE]) != len(data):
        raise RecordRefused(RecordProblem.LENGTH, what="entry")
    header_end = PREFIX_SIZE + 2 + int.from_bytes(data[PREFIX_SIZE : PREFIX_SIZE + 2])
    body_start = header_end + signing.SIGNATURE_SIZE
    if body_start > len(data):
        raise RecordRefused(RecordProblem.LENGTH, what="entry")
    header_bytes, signature = data[PREFIX_SIZE + 2 : header_end], data[header_end:body_start]
    return header_bytes, signature, data[body_start:] or None


def _check_body(header: Header, body: bytes | None) -> None:
    if body is None:
        fits = header.kind in ERASABLE
    else:
        fits = len(body) == header.body_size and sha256(body).hexdigest() == header.body_hash
    if not fits:
        raise RecordRefused(RecordProblem.BODY, kind=header.kind, number=header.number)
