# SPDX-License-Identifier: AGPL-3.0-or-later
"""A key at rest behind a passphrase, and in memory once somebody has said it.

On the card lies `urna-key/v1`: canonical JSON with the public key and a box (SecretBox) whose key
is argon2id of the passphrase. Unlocked, the key lies in the system's memory file system, readable
by its owner only, until the machine is switched off or it is locked again.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox

from ballots import canonical
from ballots.randomness import Randomness
from ballots.record.errors import RecordRefused
from ballots.record.shapes import Hex64
from ballots.signing import SecretKey
from kiosk.errors import KioskProblem, KioskRefused

SHORTEST = 8  # characters of a passphrase
PASSES, MEMORY = 3, 128 << 20  # bytes; some seconds on a Raspberry Pi
MEMORIES = (Path("/run"), Path("/dev/shm"))  # noqa: S108 - a folder of the owner's own in it
_MOST_PASSES, _MOST_MEMORY = 16, 256 << 20


class LockedKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What lies on the card. `box` and `salt` are in hex."""

    box: Annotated[str, Meta(pattern=r"\A([0-9a-f]{2}){72}\Z")]
    memory: Annotated[int, Meta(ge=argon2id.MEMLIMIT_MIN, le=_MOST_MEMORY)]
    passes: Annotated[int, Meta(ge=1, le=_MOST_PASSES)]
    public: Hex64
    salt: Annotated[str, Meta(pattern=r"\A([0-9a-f]{2}){16}\Z")]
    format: Literal["urna-key/v1"] = "urna-key/v1"


def lock(
    key: SecretKey,
    passphrase: str,
    random: Randomness,
    *,
    passes: int = PASSES,
    memory: int = MEMORY,
) -> bytes:
    """What to keep of a key.

    Raises:
        KioskRefused: `passphrase-short`.
    """
    if len(passphrase) < SHORTEST:
        raise KioskRefused(KioskProblem.PASSPHRASE_SHORT, least=SHORTEST)
    salt = random(argon2id.SALTBYTES)
    box = _box(passphrase, salt, passes, memory)
    sealed = box.encrypt(key.seed, random(SecretBox.NONCE_SIZE))
    return canonical.encode(
        LockedKey(
            box=bytes(sealed).hex(),
            memory=memory,
            passes=passes,
            public=key.public.hex(),
            salt=salt.hex(),
        )
    )


def unlock(locked: LockedKey, passphrase: str) -> SecretKey:
    """The key (`passphrase-wrong`)."""
    box = _box(passphrase, bytes.fromhex(locked.salt), locked.passes, locked.memory)
    try:
        key = SecretKey.from_seed(box.decrypt(bytes.fromhex(locked.box)))
    except (CryptoError, ValueError):
        raise KioskRefused(KioskProblem.PASSPHRASE_WRONG) from None
    if key.public.hex() != locked.public:
        raise KioskRefused(KioskProblem.PASSPHRASE_WRONG)
    return key


def read_locked(content: bytes) -> LockedKey | None:
    """What is on a card, if it is a locked key."""
    try:
        return canonical.decode(content, LockedKey)
    except RecordRefused:
        return None


class Memory:
    """Keys that were unlocked, in a folder that no disk holds."""

    def __init__(self, places: Sequence[Path] = MEMORIES) -> None:
        """In the user's own part of memory, or in the first of `places` that may be written."""
        own = os.environ.get("XDG_RUNTIME_DIR")
        self._places = ([Path(own)] if own else []) + list(places)

    def put(self, key: SecretKey) -> None:
        """Keep a key until the machine is switched off (`no-memory`)."""
        for place in self._places:
            folder = self._folder(place)
            with suppress(OSError):
                folder.mkdir(mode=0o700, exist_ok=True)
                folder.chmod(0o700)
                descriptor = os.open(
                    folder / _name(key.public.hex()), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600
                )
                with os.fdopen(descriptor, "wb") as file:
                    file.write(key.seed)
                return
        raise KioskRefused(KioskProblem.NO_MEMORY)

    def get(self, public: str) -> SecretKey | None:
        """A key that was unlocked; its public half in hex."""
        for place in self._places:
            path = self._folder(place) / _name(public)
            with suppress(OSError, ValueError):
                if path.stat().st_uid == os.getuid():
                    key = SecretKey.from_seed(path.read_bytes())
                    return key if key.public.hex() == public else None
        return None

    def forget(self, public: str) -> None:
        """As if it had never been unlocked."""
        for place in self._places:
            with suppress(OSError):
                (self._folder(place) / _name(public)).unlink()

    @staticmethod
    def _folder(place: Path) -> Path:
        return place / f"urna-{os.getuid()}"


def _name(public: str) -> str:
    return sha256(f"urna-key {public}".encode()).hexdigest()[:32]


def _box(passphrase: str, salt: bytes, passes: int, memory: int) -> SecretBox:
    try:
        derived = argon2id.kdf(
            SecretBox.KEY_SIZE, passphrase.encode(), salt, opslimit=passes, memlimit=memory
        )
    except CryptoError:  # libsodium fails for one reason: it was given no memory
        raise KioskRefused(KioskProblem.NO_MEMORY) from None
    return SecretBox(derived)
