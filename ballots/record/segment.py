# SPDX-License-Identifier: AGPL-3.0-or-later
"""The author's side of the record: one segment, from the start of a device to its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from ballots import canonical, signing
from ballots.record.bodies import DOCUMENTS, Opening, read
from ballots.record.entry import CONTEXT, NO_PREVIOUS, Entry, Header
from ballots.record.errors import RecordProblem, RecordRefused
from ballots.record.kinds import MAY_WRITE, Kind
from ballots.record.opening import check_opening, sign_opening
from ballots.record.roster import Certificate
from ballots.record.shapes import MAX_NUMBER


class Segment:
    """Writes the entries of one start of one device. Its key lives here and nowhere else.

    `write` moves on as soon as it has signed. An entry that could then not be stored must be
    stored before the next is written; when that fails too, this segment is given up and a new
    one opened, because signing another entry of the same number would be a fork.
    """

    __slots__ = ("_key", "_last", "certificate", "first")

    first: Entry
    certificate: Certificate

    def __init__(self, key: signing.SecretKey, first: Entry) -> None:
        self._key = key
        self.first = self._last = first
        _, self.certificate = check_opening(first)

    @classmethod
    def open(  # noqa: PLR0913 - each is one fact of the opening
        cls,
        device: signing.SecretKey,
        certificates: Sequence[bytes],
        assembly: str,
        boot: bytes,
        heads: Mapping[str, int],
        segment_key: signing.SecretKey,
        *,
        software: str = "urna",
    ) -> Segment:
        """Open a segment for `device` and write its entry 0.

        Args:
            device: the long-lived key; it signs the opening and is not kept.
            certificates: the chain from the root key to `device`, as `roster.certify` made it.
            assembly: id of the assembly.
            boot: 16 random bytes, drawn at this start.
            heads: segment → last number, of every segment that the device holds.
            segment_key: drawn at this start, and never stored.
            software: name and version, up to 64 characters.

        Raises:
            RecordRefused: when a reader would refuse the opening.
        """
        opening = Opening(
            assembly=assembly,
            boot=boot.hex(),
            # Bytes that are no text make a chain that no reader takes, so none is written.
            certificates=tuple(chain.decode(errors="replace") for chain in certificates),
            device=device.public.hex(),
            heads=dict(heads),
            segment=segment_key.public.hex(),
            software=software,
        )
        header = _header(opening.assembly, opening.segment, sign_opening(opening, device))
        return cls(segment_key, _signed(segment_key, *header))

    @property
    def public(self) -> str:
        """The key of the segment, in hex: its name."""
        return self.first.header.segment

    @property
    def last(self) -> Entry:
        """The entry that was written last."""
        return self._last

    def write(self, kind: Kind, body: bytes, poll: str = "") -> Entry:
        """The next entry, signed; `poll` for the kinds that belong to one.

        Raises:
            RecordRefused: `role`, for a kind that the device may not write or that only opens a
                segment; `full`, after 100,000 entries; `form`, for a body that is not of the
                kind, or a poll where none belongs or lacks; `length`, for a body over 128 KiB.
        """
        role, before = self.certificate.role, self._last
        if kind not in MAY_WRITE[role] or kind is Kind.OPEN_SEGMENT:
            raise RecordRefused(RecordProblem.ROLE, kind=kind, role=role)
        if before.header.number == MAX_NUMBER:
            raise RecordRefused(RecordProblem.FULL)
        if kind in DOCUMENTS:
            read(body, DOCUMENTS[kind])
        header = Header(
            assembly=before.header.assembly,
            segment=before.header.segment,
            number=before.header.number + 1,
            previous=before.id.hex(),
            kind=kind,
            poll=poll,
            body_hash=sha256(body).hexdigest(),
            body_size=len(body),
        )
        self._last = _signed(self._key, header, body)
        return self._last


def _header(assembly: str, segment: str, body: bytes) -> tuple[Header, bytes]:
    header = Header(
        assembly=assembly,
        segment=segment,
        number=0,
        previous=NO_PREVIOUS,
        kind=Kind.OPEN_SEGMENT,
        poll="",
        body_hash=sha256(body).hexdigest(),
        body_size=len(body),
    )
    return header, body


def _signed(key: signing.SecretKey, header: Header, body: bytes) -> Entry:
    header_bytes = canonical.encode(header)
    return Entry(header_bytes=header_bytes, signature=key.sign(CONTEXT, header_bytes), body=body)
