# SPDX-License-Identifier: AGPL-3.0-or-later
"""From three words to a line that nobody else can read or write: SPAKE2 (RFC 9382), then boxes.

Whoever guesses has one guess a conversation, and is noticed: a wrong guess gives another key, and
the first box does not open. Pure: messages in, messages out.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from spake2 import SPAKE2_A, SPAKE2_B, SPAKEError  # type: ignore[import-untyped]
from spake2.ed25519_basic import NotOnCurve  # type: ignore[import-untyped]

from sync.errors import SyncError, SyncProblem

HOST, GUEST = b"urna-pairing/v1 host", b"urna-pairing/v1 guest"


class SecretLine:
    """One side of a line. `hello` is its first message; `agree` takes the other's."""

    def __init__(self, words: str, *, is_host: bool) -> None:
        """The host is a device of the assembly, the guest wants to be one."""
        side = SPAKE2_A if is_host else SPAKE2_B
        self._pake = side(words.encode(), idA=HOST, idB=GUEST)
        self._is_host = is_host
        self.hello: Final[bytes] = self._pake.start()
        self._mine: SecretBox | None = None
        self._theirs: SecretBox | None = None

    def __repr__(self) -> str:
        return "SecretLine(…)"

    def agree(self, hello: bytes) -> None:
        """Take the other side's first message.

        Raises:
            SyncError: `pairing-line`, for what is none.
        """
        try:
            key = self._pake.finish(hello)
        except (SPAKEError, NotOnCurve, ValueError, AssertionError) as error:
            raise SyncError(SyncProblem.PAIRING_LINE) from error
        mine, theirs = (HOST, GUEST) if self._is_host else (GUEST, HOST)
        self._mine = SecretBox(sha256(mine + key).digest())
        self._theirs = SecretBox(sha256(theirs + key).digest())

    def seal(self, message: bytes) -> bytes:
        """What only the other side can open."""
        assert self._mine is not None, "nothing is sealed before both agree"
        return bytes(self._mine.encrypt(message))

    def open(self, sealed: bytes) -> bytes:
        """What the other side has sealed.

        Raises:
            SyncError: `pairing-words`, where its words were others, or somebody meddled.
        """
        assert self._theirs is not None, "nothing is opened before both agree"
        try:
            return self._theirs.decrypt(sealed)
        except (CryptoError, ValueError) as error:
            raise SyncError(SyncProblem.PAIRING_WORDS) from error
