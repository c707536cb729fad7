# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a new kiosk asks (`urna-request/v1`), and what a facilitator answers (`urna-answer/v1`).

Both are canonical JSON, signed; neither holds a secret. A request says which key wants to be what.
An answer certifies it, and brings what every device of the assembly has: `parts`, by name.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

from ballots import canonical, signing
from ballots.record.errors import RecordRefused
from ballots.record.kinds import Role
from ballots.record.roster import Certificate, assembly_id, check_certificates, read_certificate
from ballots.record.shapes import Hex64, Hex128, Label
from sync.errors import SyncError, SyncProblem

REQUEST, ANSWER = "urna-request/v1", "urna-answer/v1"
MOST_BYTES = 64 << 20  # of an answer, whose rolls may be long
T = TypeVar("T")
Texts = Annotated[tuple[str, ...], Meta(min_length=1, max_length=2)]


class _Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    device: Hex64
    name: Label
    role: Literal["booth", "desk"]
    format: Literal["urna-request/v1"] = "urna-request/v1"


class _Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    signature: Hex128
    wish: _Wish


class _Grant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    certificates: Texts
    parts: dict[str, str]
    request: Hex64
    twins: Texts
    format: Literal["urna-answer/v1"] = "urna-answer/v1"


class _Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    grant: _Grant
    signature: Hex128


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Which key (hex) wants to be which device; it has signed that itself."""

    device: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A checked answer: certificates and their twins (DER) from the root's down, and parts."""

    certificate: Certificate
    certificates: tuple[bytes, ...]
    twins: tuple[bytes, ...]
    root: bytes
    parts: Mapping[str, bytes]


def request(key: signing.SecretKey, name: str, role: Role) -> bytes:
    """The request of a device that has made its key.

    Raises:
        SyncError: `pairing-form`, for a name that is no line of 1 to 64 characters, or the role
            of a facilitator, whom only the root certifies.
    """
    document = {
        "device": key.public.hex(),
        "format": REQUEST,
        "name": name,
        "role": str(role),
    }
    signature = key.sign(REQUEST, canonical.encode(document)).hex()
    written = canonical.encode({"signature": signature, "wish": document})
    read_request(written)
    return written


def read_request(data: object) -> Request:
    """What a request asks.

    Raises:
        SyncError: `pairing-form`, whatever the bytes or their type.
    """
    asked = _decoded(data, _Request)
    wish = asked.wish
    key, signature = bytes.fromhex(wish.device), bytes.fromhex(asked.signature)
    if not signing.verify(key, REQUEST, canonical.encode(wish), signature):
        raise SyncError(SyncProblem.PAIRING_FORM)
    return Request(device=wish.device, name=wish.name, role=Role(wish.role))


def answer(
    issuer: signing.SecretKey,
    asked: bytes,
    *,
    certificates: Sequence[bytes],
    twins: Sequence[bytes],
    parts: Mapping[str, bytes],
) -> bytes:
    """The answer to a request, by the facilitator who issued the last certificate."""
    grant = _Grant(
        certificates=tuple(certificate.decode() for certificate in certificates),
        parts={name: b64encode(content).decode() for name, content in parts.items()},
        request=sha256(asked).hexdigest(),
        twins=tuple(twin.hex() for twin in twins),
    )
    signature = issuer.sign(ANSWER, canonical.encode(grant)).hex()
    return canonical.encode(_Answer(grant=grant, signature=signature))


def read_answer(data: object, asked: bytes) -> Answer:
    """The answer to a request that this device has made.

    Whether the root is that of the right assembly, only people can tell: by a fingerprint.

    Raises:
        SyncError: `pairing-form`, whatever the bytes or their type; `pairing-other`, for an answer
            to another request.
    """
    answered = _decoded(data, _Answer)
    grant = answered.grant
    if grant.request != sha256(asked).hexdigest():
        raise SyncError(SyncProblem.PAIRING_OTHER)
    chain = [text.encode() for text in grant.certificates]
    try:
        root = bytes.fromhex(read_certificate(chain[0]).issuer)
        certificate = check_certificates(chain, assembly_id(root))
        twins = tuple(bytes.fromhex(text) for text in grant.twins)
        parts = {name: b64decode(text, validate=True) for name, text in grant.parts.items()}
    except (RecordRefused, ValueError, binascii.Error) as error:
        raise SyncError(SyncProblem.PAIRING_FORM) from error
    wish = read_request(asked)
    key, signature = bytes.fromhex(certificate.issuer), bytes.fromhex(answered.signature)
    holds = (
        (certificate.device, certificate.role, certificate.name)
        == (wish.device, wish.role, wish.name)
        and len(twins) == len(chain)
        and signing.verify(key, ANSWER, canonical.encode(grant), signature)
    )
    if not holds:
        raise SyncError(SyncProblem.PAIRING_FORM)
    return Answer(
        certificate=certificate,
        certificates=tuple(chain),
        twins=twins,
        root=root,
        parts=parts,
    )


def _decoded(data: object, kind: type[T]) -> T:
    if not isinstance(data, bytes) or len(data) > MOST_BYTES:
        raise SyncError(SyncProblem.PAIRING_FORM)
    try:
        return canonical.decode(data, kind)
    except RecordRefused as error:
        raise SyncError(SyncProblem.PAIRING_FORM) from error
