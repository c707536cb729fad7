# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ed25519 signatures under a named context, so that none can serve for something else.

What is signed is the context in ASCII, a zero byte and the message. The one exception is the
note of the seal, whose signed bytes a standard fixes (`ballots.seal`); it begins with `urna/`,
which no context does.
"""

from __future__ import annotations

from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

KEY_SIZE = 32
SIGNATURE_SIZE = 64


class SecretKey:
    """A signing key. It prints as `SecretKey(…)` and compares by identity only."""

    __slots__ = ("_key", "public")

    public: bytes  # 32 bytes

    def __init__(self, key: SigningKey) -> None:
        self._key = key
        self.public = bytes(key.verify_key)

    @classmethod
    def from_seed(cls, seed: bytes) -> SecretKey:
        """The key of RFC 8032 §5.1.5 for 32 secret bytes (ValueError for another length)."""
        return cls(SigningKey(seed))

    @property
    def seed(self) -> bytes:
        """The 32 secret bytes, for whoever keeps the key."""
        return bytes(self._key)

    def __repr__(self) -> str:
        return "SecretKey(…)"

    def sign(self, context: str, message: bytes) -> bytes:
        """64 bytes; deterministic (RFC 8032)."""
        return self.sign_exactly(_in_context(context, message))

    def sign_exactly(self, message: bytes) -> bytes:
        """Signs bytes without a context: only where another's standard fixes what is signed."""
        return self._key.sign(message).signature


def verify(public: bytes, context: str, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is `public`'s on `message` in `context`; false for any other bytes.

    libsodium refuses keys of small order and signatures whose scalar is not reduced, so a
    signature cannot be rewritten into another valid one.
    """
    return verify_exactly(public, _in_context(context, message), signature)


def verify_exactly(public: bytes, message: bytes, signature: bytes) -> bool:
    """As `verify`, for bytes signed without a context."""
    if len(public) != KEY_SIZE or len(signature) != SIGNATURE_SIZE:
        return False
    try:
        VerifyKey(public).verify(message, signature)
    except CryptoError:
        return False
    return True


def _in_context(context: str, message: bytes) -> bytes:
    return context.encode("ascii") + b"\0" + message
