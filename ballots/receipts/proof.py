# SPDX-License-Identifier: AGPL-3.0-or-later
"""One receipt's proof in a small file: under the seal, and in the list (`RECEIPTS.md`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ballots import canonical
from ballots.receipts.errors import ReceiptProblem, ReceiptRefused
from ballots.receipts.inclusion import Inclusion
from ballots.receipts.listing import Listed
from ballots.record.errors import RecordRefused
from ballots.record.roster import MAX_DEPTH
from ballots.record.shapes import MAX_COUNT, MAX_HEADER, Hex64, Hex128

MAX_PROOF = 1 << 18  # bytes

_Path = Annotated[tuple[Hex64, ...], Meta(max_length=40)]
_Chain = Annotated[tuple[str, ...], Meta(min_length=1, max_length=MAX_DEPTH)]


class _Listed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    index: Annotated[int, Meta(ge=0, le=MAX_COUNT)]
    path: _Path
    root: Hex64
    size: Annotated[int, Meta(ge=1, le=MAX_COUNT)]


class _Sealed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    certificates: Annotated[tuple[_Chain, ...], Meta(min_length=1)]
    header: Annotated[str, Meta(max_length=MAX_HEADER)]
    note: str
    path: _Path
    signature: Hex128


class _Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    listed: _Listed
    sealed: _Sealed
    format: Literal["urna-proof/v1"] = "urna-proof/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That the ballot of one receipt was sealed, and that it was counted.

    `sealed` names a booth's segment and the ballot's number in it, so it tells when the ballot
    was cast among those of that booth; `listed` tells nothing of the kind.

    Raises:
        ReceiptRefused: `proof`, if both are not of one receipt.
    """

    sealed: Inclusion
    listed: Listed

    def __post_init__(self) -> None:
        if self.sealed.tracker != self.listed.tracker:
            raise ReceiptRefused(ReceiptProblem.PROOF, what="list")

    @property
    def tracker(self) -> str:
        """What the receipt says."""
        return self.listed.tracker

    @property
    def election(self) -> str:
        """The uuid of the election."""
        return self.sealed.header.poll

    def encode(self) -> bytes:
        """The file."""
        listed, sealed = self.listed, self.sealed
        document = _Document(
            listed=_Listed(
                index=listed.index,
                path=_said(listed.path),
                root=listed.root.hex(),
                size=listed.size,
            ),
            sealed=_Sealed(
                certificates=tuple(
                    tuple(link.decode() for link in chain) for chain in sealed.certificates
                ),
                header=sealed.header_bytes.decode(),
                note=sealed.note.decode(),
                path=_said(sealed.path),
                signature=sealed.signature.hex(),
            ),
        )
        return canonical.encode(document)


def read_proof(data: object) -> Proof:
    """The proof that `data` is, with all that it says checked.

    Raises:
        ReceiptRefused: `proof`, whatever the bytes or their type.
    """
    if not isinstance(data, bytes) or len(data) > MAX_PROOF:
        raise ReceiptRefused(ReceiptProblem.PROOF, what="length")
    try:
        document = canonical.decode(data, _Document)
    except RecordRefused as refusal:
        raise ReceiptRefused(ReceiptProblem.PROOF, what="form") from refusal
    listed, sealed = document.listed, document.sealed
    inclusion = Inclusion(
        header_bytes=sealed.header.encode(),
        signature=bytes.fromhex(sealed.signature),
        path=_read(sealed.path),
        note=sealed.note.encode(),
        certificates=tuple(
            tuple(link.encode() for link in chain) for chain in sealed.certificates
        ),
    )
    return Proof(
        sealed=inclusion,
        listed=Listed(
            tracker=inclusion.tracker,
            index=listed.index,
            size=listed.size,
            path=_read(listed.path),
            root=bytes.fromhex(listed.root),
        ),
    )


def _said(path: tuple[bytes, ...]) -> tuple[str, ...]:
    return tuple(step.hex() for step in path)


def _read(path: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(step) for step in path)
