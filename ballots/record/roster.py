# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may write what: certificates from the assembly's root key down to a device.

A chain has one or two certificates. The root key certifies any device for any role; a
facilitator that it lets enrol may certify desks and booths, and nobody below may certify.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Literal

import msgspec

from ballots import canonical, signing
from ballots.record.errors import RecordProblem, RecordRefused
from ballots.record.kinds import Role
from ballots.record.shapes import Hex32, Hex64, Hex128, Label

CONTEXT = "urna-certificate/v1"
MAX_DEPTH = 2


class _Grant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    assembly: Hex32
    device: Hex64
    issuer: Hex64
    may_enrol: bool
    name: Label
    role: Role
    format: Literal["urna-certificate/v1"] = "urna-certificate/v1"


class _Signed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    grant: _Grant
    signature: Hex128


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What a checked chain says of a device. Keys are in hex; `name` is for people."""

    assembly: str
    device: str
    issuer: str
    role: Role
    name: str
    may_enrol: bool


def assembly_id(root_public: bytes) -> str:
    """The id of the assembly of a root key: 16 bytes of its SHA-256, in hex."""
    return sha256(root_public).digest()[:16].hex()


def certify(
    issuer: signing.SecretKey,
    *,
    assembly: str,
    device: bytes,
    role: Role,
    name: str,
    may_enrol: bool = False,
) -> bytes:
    """A certificate signed by `issuer` (the root key, or a facilitator's that may enrol).

    Whether the issuer may issue it is seen by who checks the chain.

    Raises:
        RecordRefused: `form`, for a label that is no line of 1 to 64 characters, a key or an
            assembly that is none; `certificate`, for a desk or booth that should enrol.
    """
    grant = _Grant(
        assembly=assembly,
        device=device.hex(),
        issuer=issuer.public.hex(),
        may_enrol=may_enrol,
        name=name,
        role=role,
    )
    signature = issuer.sign(CONTEXT, canonical.encode(grant))
    certificate = canonical.encode(_Signed(grant=grant, signature=signature.hex()))
    read_certificate(certificate)
    return certificate


def read_certificate(certificate: object) -> Certificate:
    """What one certificate says; its signature is checked, its issuer's right to sign is not.

    Raises:
        RecordRefused: whatever the bytes or their type.
    """
    signed = canonical.decode(certificate, _Signed)
    grant = signed.grant
    if not signing.verify(
        bytes.fromhex(grant.issuer),
        CONTEXT,
        canonical.encode(grant),
        bytes.fromhex(signed.signature),
    ):
        raise RecordRefused(RecordProblem.SIGNATURE, what="certificate")
    if grant.may_enrol and grant.role is not Role.FACILITATOR:
        raise RecordRefused(RecordProblem.CERTIFICATE, name=grant.name)
    return Certificate(
        assembly=grant.assembly,
        device=grant.device,
        issuer=grant.issuer,
        role=grant.role,
        name=grant.name,
        may_enrol=grant.may_enrol,
    )


def check_certificates(chain: Sequence[bytes], assembly: str) -> Certificate:
    """The last certificate of a chain that leads from the root key of `assembly` to it.

    Raises:
        RecordRefused: `certificate`, for a chain that is empty, too long, interrupted, or in
            which someone gives what they do not have; `assembly`, for one made elsewhere; and
            whatever `read_certificate` raises.
    """
    if not 1 <= len(chain) <= MAX_DEPTH:
        raise RecordRefused(RecordProblem.CERTIFICATE, name="")
    certificates = [read_certificate(certificate) for certificate in chain]
    root = bytes.fromhex(certificates[0].issuer)
    if assembly_id(root) != assembly or any(c.assembly != assembly for c in certificates):
        raise RecordRefused(RecordProblem.ASSEMBLY, assembly=assembly)
    for above, below in pairwise(certificates):
        if not _may_certify(above, below):
            raise RecordRefused(RecordProblem.CERTIFICATE, name=below.name)
    return certificates[-1]


def _may_certify(above: Certificate, below: Certificate) -> bool:
    return (
        below.issuer == above.device
        and above.may_enrol
        and not below.may_enrol
        and below.role is not Role.FACILITATOR
    )
