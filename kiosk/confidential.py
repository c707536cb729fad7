# SPDX-License-Identifier: AGPL-3.0-or-later
"""Names and words on record: sealed to desks and facilitators, readable by nobody else.

The body of such an entry is canonical JSON: recipient's device key (hex) → libsodium sealed box
(X25519, XSalsa20-Poly1305) in base64. Device keys are Ed25519 and converted. What is sealed is
padded to a multiple of 128 bytes, so that lengths tell little.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable

import msgspec
from nacl.exceptions import CryptoError
from nacl.public import SealedBox
from nacl.signing import SigningKey, VerifyKey

from ballots import canonical
from ballots.errors import Refusal
from ballots.record.kinds import Role
from ballots.session import Session
from ballots.signing import SecretKey

BLOCK = 128


class Note(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was said about an item of the agenda, by its id; `speaker` is empty for a summary."""

    item: str
    text: str
    speaker: str = ""


def readers(session: Session, me: SecretKey) -> list[bytes]:
    """Whom personal bodies are sealed to: every desk and facilitator so far, and this device."""
    known = {
        bytes.fromhex(device.id)
        for device in session.devices.values()
        if device.role in (Role.DESK, Role.FACILITATOR)
    }
    return sorted({me.public, *known})


def seal_name(name: str, recipients: Iterable[bytes]) -> bytes:
    """The body of a check-in."""
    return _seal(name.encode(), recipients)


def open_name(body: bytes | None, key: SecretKey) -> str:
    """The name in a check-in's body, or empty: erased, or not sealed to this device."""
    return _open(body, key).decode(errors="replace")


def seal_note(note: Note, recipients: Iterable[bytes]) -> bytes:
    """The body of a note."""
    return _seal(canonical.encode(note), recipients)


def open_note(body: bytes | None, key: SecretKey) -> Note | None:
    """The note in a body, or None: erased, not sealed to this device, or no note at all."""
    try:
        return canonical.decode(_open(body, key), Note)
    except Refusal:
        return None


def _seal(message: bytes, recipients: Iterable[bytes]) -> bytes:
    padded = message.ljust(-(-len(message) // BLOCK) * BLOCK, b"\0")
    boxes = {
        recipient.hex(): b64encode(
            SealedBox(VerifyKey(recipient).to_curve25519_public_key()).encrypt(padded)
        ).decode("ascii")
        for recipient in recipients
    }
    return canonical.encode(boxes)


def _open(body: bytes | None, key: SecretKey) -> bytes:
    if body is None:
        return b""
    try:
        sealed = canonical.decode(body, dict[str, str]).get(key.public.hex(), "")
        box = SealedBox(SigningKey(key.seed).to_curve25519_private_key())
        return box.decrypt(b64decode(sealed, validate=True)).rstrip(b"\0")
    except (Refusal, CryptoError, ValueError):
        return b""
