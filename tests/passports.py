# SPDX-License-Identifier: AGPL-3.0-or-later
"""Passports of the invented assembly's devices, and whoever comes to a kiosk's door with one."""

from __future__ import annotations

import socket
import ssl
from datetime import datetime, timedelta
from os import urandom
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from ballots.signing import SecretKey
from sync.network.certificates import twin
from sync.network.node import Place
from sync.network.passport import Passport
from sync.wire import Deframer
from tests.kept_records import ROOT, key

LONG = 30.0  # seconds: never waited for unless something is broken
HERE = Place(host="127.0.0.1", is_announced=False)


def passport(name: str, root: SecretKey = ROOT) -> Passport:
    device = key(name)
    return Passport(device, [twin(root, device.public)], root.public, urandom(8).hex())


def name_of(name: str) -> str:
    """How peers call it."""
    return key(name).public.hex()


def signed_again(
    certificate: x509.Certificate,
    by: SecretKey,
    issuer: x509.Name | None = None,
    day: datetime | None = None,
) -> bytes:
    """The same (DER) by another key, as if of another issuer, or good on one day alone."""
    builder = x509.CertificateBuilder(
        issuer or certificate.issuer,
        certificate.subject,
        certificate.public_key(),
        certificate.serial_number,
        day or certificate.not_valid_before_utc,
        day + timedelta(days=1) if day else certificate.not_valid_after_utc,
        list(certificate.extensions),
    )
    key_ = Ed25519PrivateKey.from_private_bytes(by.seed)
    return builder.sign(key_, None).public_bytes(Encoding.DER)


def dated(certificate: bytes, root: SecretKey, day: datetime) -> bytes:
    """A certificate of the root's that is good on one day alone."""
    return signed_again(x509.load_der_x509_certificate(certificate), root, day=day)


class Stranger:
    """A bare TLS connection that says what the test wants."""

    def __init__(self, port: int, shows: Passport) -> None:
        plain = socket.create_connection(("127.0.0.1", port), timeout=LONG)
        self.socket: ssl.SSLSocket = shows.client.wrap_socket(plain)
        self.deframer = Deframer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def hear(self) -> list[object]:
        """Everything until the other side closes."""
        heard: list[object] = []
        try:
            while received := self.socket.recv(1 << 16):
                heard += self.deframer.feed(received)
        except (ConnectionError, ssl.SSLError):
            pass
        return heard
