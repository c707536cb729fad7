# SPDX-License-Identifier: AGPL-3.0-or-later
"""Certificates for TLS that say what the roster says (RFC 5280, RFC 8410).

Beside each certificate of the roster stands a twin in X.509: the same key signs the same device.
A device's twin lets it certify the keys of its connections and nothing else; that of a
facilitator who may enrol lets it certify devices too. Subjects and issuers are called by their
public keys, in hex. Dates say nothing: kiosks have wrong clocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ballots.signing import SecretKey, verify_exactly
from sync.errors import SyncError, SyncProblem

ALWAYS: Final = datetime(1970, 1, 1), datetime(9999, 12, 31, 23, 59, 59)  # noqa: DTZ001 - in UTC
_SERIAL_BYTES: Final = 19


def twin(issuer: SecretKey, device: bytes, *, may_enrol: bool = False) -> bytes:
    """The twin (DER) of the roster's certificate for a device's public key."""
    key = Ed25519PublicKey.from_public_bytes(device)
    builder = _built(
        _name(issuer.public.hex()), _name(device.hex()), key, depth=1 if may_enrol else 0
    )
    return builder.sign(_private(issuer), None).public_bytes(Encoding.DER)


def authority(root_public: bytes) -> bytes:
    """What TLS has to trust (DER): the name and the key of the assembly's root.

    It is made by anybody from the root's public key, so its signature is not the root's. TLS takes
    a trusted certificate as it is.
    """
    nobody = _stand_in()
    name = _name(root_public.hex())
    key = Ed25519PublicKey.from_public_bytes(root_public)
    return _built(name, name, key, depth=2).sign(nobody, None).public_bytes(Encoding.DER)


def leaf(device: SecretKey, key: Ed25519PublicKey, start: str) -> bytes:
    """The certificate (DER) of a key that a device uses for its connections until it stops."""
    usage = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    builder = _begun(_name(device.public.hex()), _name(start), key)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
    builder = builder.add_extension(x509.ExtendedKeyUsage(usage), False)
    return builder.sign(_private(device), None).public_bytes(Encoding.DER)


@dataclass(frozen=True, slots=True)
class Party:
    """Who is at the end of a connection: a device by its public key (hex), and one start of it."""

    device: str
    start: str


def party_of(certificate: bytes | None) -> Party:
    """Who made the certificate of a connection.

    TLS has checked that a chain leads from the root to it; the last link is checked here again,
    so that no name that somebody gave stands for a key.

    Raises:
        SyncError: `peer-stranger`.
    """
    try:
        read = x509.load_der_x509_certificate(certificate or b"")
        device, start = _common_name(read.issuer), _common_name(read.subject)
        signed = verify_exactly(bytes.fromhex(device), read.tbs_certificate_bytes, read.signature)
    except (ValueError, x509.InvalidVersion) as error:
        raise SyncError(SyncProblem.PEER_STRANGER) from error
    if not signed:
        raise SyncError(SyncProblem.PEER_STRANGER)
    return Party(device, start)


def _common_name(name: x509.Name) -> str:
    (only,) = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(only.value)


def read_pem(text: bytes) -> tuple[bytes, ...]:
    """Certificates (DER) in their order (ValueError for what are none)."""
    return tuple(each.public_bytes(Encoding.DER) for each in x509.load_pem_x509_certificates(text))


def pem(certificates: Sequence[bytes]) -> str:
    """Certificates as text, the first one first."""
    read = map(x509.load_der_x509_certificate, certificates)
    return "".join(each.public_bytes(Encoding.PEM).decode("ascii") for each in read)


def _built(
    issuer: x509.Name, subject: x509.Name, key: Ed25519PublicKey, *, depth: int
) -> x509.CertificateBuilder:
    """One that signs others, so many levels down."""
    only_certificates = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    builder = _begun(issuer, subject, key)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=depth), True)
    return builder.add_extension(only_certificates, True)


def _begun(
    issuer: x509.Name, subject: x509.Name, key: Ed25519PublicKey
) -> x509.CertificateBuilder:
    serial = sha256(key.public_bytes_raw()).digest()[:_SERIAL_BYTES]
    first, last = ALWAYS
    return (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(key)
        .serial_number(int.from_bytes(serial, "big") | 1)
        .not_valid_before(first)
        .not_valid_after(last)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _private(key: SecretKey) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(key.seed)


@cache
def _stand_in() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()
