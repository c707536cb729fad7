# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a device shows and asks to see on its connections: TLS 1.3, both ways, from one root.

The key of the connections is made at each start and never lies on a disk: OpenSSL reads it from
a file in memory.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ballots.signing import SecretKey
from sync.network.certificates import Party, authority, leaf, pem

NO_CHECK_TIME: Final = 0x200000  # OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which `ssl` has no name for


class Passport:
    """One device's side of TLS. `server` and `client` are contexts that share one key."""

    def __init__(self, device: SecretKey, twins: Sequence[bytes], root: bytes, start: str) -> None:
        """Make the key of the connections.

        Args:
            device: the device's key, which signs it.
            twins: those of the device's certificates, from the root's down (DER).
            root: the assembly's root key, the public half.
            start: a name of this start of the device; it says nothing of the device.
        """
        self.party = Party(device.public.hex(), start)
        key = Ed25519PrivateKey.generate()
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        chain = [leaf(device, key.public_key(), start), *reversed(twins)]
        shown = secret + pem(chain).encode("ascii")
        trusted = authority(root)
        self.server = _context(ssl.PROTOCOL_TLS_SERVER, shown, trusted)
        self.client = _context(ssl.PROTOCOL_TLS_CLIENT, shown, trusted)

    def __repr__(self) -> str:
        return f"Passport({self.party.device[:8]}…)"


def _context(protocol: int, shown: bytes, trusted: bytes) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False  # kiosks are called by their keys
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= ssl.VerifyFlags(NO_CHECK_TIME)
    context.load_verify_locations(cadata=trusted)
    descriptor = os.memfd_create("passport")
    try:
        with os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(shown)
        context.load_cert_chain(f"/proc/self/fd/{descriptor}")
    finally:
        with suppress(OSError):
            os.close(descriptor)
    return context
