# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a bundle says it holds, and which device says so (`BUNDLE.md`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, Literal, TypeVar

import msgspec
from msgspec import Meta

from ballots import canonical, signing
from ballots.record.errors import RecordRefused
from ballots.record.roster import Certificate, check_certificates, read_certificate
from ballots.record.shapes import Hex32, Hex64, Hex128, Number
from sync.errors import SyncError, SyncProblem
from sync.heads import MAX_SEGMENTS

FORMAT: Final = "urna-bundle/v1"
MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
RECORD = "record.entries"
SIDECAR = "sidecar.json"
MAX_ELECTIONS = 100
MAX_PART = 1 << 30  # bytes

T = TypeVar("T")

PartName = Annotated[
    str,
    Meta(
        pattern=r"\A(record\.entries|elections/[1-9A-HJ-NP-Za-km-z]{14,40}\.bel|sidecar\.json)\Z"
    ),
]
Size = Annotated[int, Meta(ge=0, le=MAX_PART)]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of the bundle after the manifest and its signature."""

    name: PartName
    sha256: Hex64
    size: Size


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first file. `parts` are in the order in which they follow.

    `heads` tells the highest number of each segment in the record, `entries` how many entries it
    has, and `withheld` how many of them come without their body.
    """

    assembly: Hex32
    entries: Annotated[int, Meta(ge=0)]
    heads: Annotated[dict[Hex64, Number], Meta(max_length=MAX_SEGMENTS)]
    parts: Annotated[tuple[Part, ...], Meta(min_length=1, max_length=MAX_ELECTIONS + 2)]
    withheld: Annotated[int, Meta(ge=0)]
    format: Literal["urna-bundle/v1"] = FORMAT

    def __post_init__(self) -> None:
        names = [part.name for part in self.parts]
        if names != sorted(set(names), key=_rank) or names[:1] != [RECORD]:
            raise ValueError("parts")


class Signed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The second file: who signs the first, with the chain from the assembly's root key."""

    certificates: Annotated[tuple[str, ...], Meta(min_length=1, max_length=2)]
    public: Hex64
    signature: Hex128


def election_name(uuid: str) -> str:
    """The part that holds the archive of an election."""
    return f"elections/{uuid}.bel"


def sign(manifest: bytes, signer: signing.SecretKey, certificates: Sequence[bytes]) -> bytes:
    """The second file for a manifest; `certificates` lead from the root key to `signer`."""
    signed = Signed(
        certificates=tuple(certificate.decode() for certificate in certificates),
        public=signer.public.hex(),
        signature=signer.sign(FORMAT, manifest).hex(),
    )
    return canonical.encode(signed)


def check(manifest: bytes, signature: bytes) -> tuple[Manifest, Certificate]:
    """What a manifest says and who signed it.

    Raises:
        SyncError: `bundle-damaged`, `bundle-signer`, `bundle-signature`.
    """
    signed = _decoded(signature, Signed, SIGNATURE)
    certificate = _certificate(signed)
    public = bytes.fromhex(signed.public)
    if not signing.verify(public, FORMAT, manifest, bytes.fromhex(signed.signature)):
        raise SyncError(SyncProblem.BUNDLE_SIGNATURE, part=MANIFEST)
    told = _decoded(manifest, Manifest, MANIFEST)
    if told.assembly != certificate.assembly:
        raise SyncError(SyncProblem.BUNDLE_SIGNER, part=MANIFEST)
    return told, certificate


def _rank(name: str) -> tuple[int, str]:
    """Record, elections by name, sidecar."""
    return (0 if name == RECORD else 2 if name == SIDECAR else 1, name)


def _decoded(data: bytes, document: type[T], part: str) -> T:
    try:
        return canonical.decode(data, document)
    except RecordRefused as refusal:
        raise SyncError(SyncProblem.BUNDLE_DAMAGED, part=part, place=0) from refusal


def _certificate(signed: Signed) -> Certificate:
    chain = [text.encode() for text in signed.certificates]
    try:
        certificate = check_certificates(chain, read_certificate(chain[0]).assembly)
    except RecordRefused as refusal:
        raise SyncError(SyncProblem.BUNDLE_SIGNER, part=SIGNATURE) from refusal
    if certificate.device != signed.public:
        raise SyncError(SyncProblem.BUNDLE_SIGNER, part=SIGNATURE)
    return certificate
