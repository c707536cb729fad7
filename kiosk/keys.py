# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where secrets come from and where they lie: the system's randomness and a device's key file."""

from __future__ import annotations

import os
from pathlib import Path

from ballots.randomness import Randomness
from ballots.signing import SecretKey
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.locked_keys import Memory, read_locked
from sync.durable import keep

SEED_SIZE = 32

chance: Randomness = os.urandom


def new_key(random: Randomness) -> SecretKey:
    """A fresh Ed25519 key."""
    return SecretKey.from_seed(random(SEED_SIZE))


def save_key(key: SecretKey, path: Path) -> None:
    """Write a device's key, readable by its owner only; an existing file is never overwritten."""
    write_secret(path, f"{key.seed.hex()}\n".encode("ascii"))


def write_secret(path: Path, content: bytes) -> None:
    """A new file that only its owner may read, on disk on return.

    Raises:
        OSError: it exists, or cannot be written.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def replace_key(path: Path, content: bytes) -> None:
    """Put a key's other form in its place, whole or not at all, readable by its owner only."""
    keep(path, content, mode=0o600)


def load_key(path: Path) -> SecretKey:
    """Read a device's key; refuses a file that others may read or that is no key.

    One that is locked has to be unlocked already (`key-locked`).
    """
    try:
        if path.stat().st_mode & 0o077:
            raise KioskRefused(KioskProblem.KEY_OPEN, path=str(path))
        content = path.read_bytes()
        locked = read_locked(content)
        if locked is None:
            return SecretKey.from_seed(bytes.fromhex(content.decode("ascii").strip()))
    except (OSError, ValueError) as error:
        raise KioskRefused(KioskProblem.KEY_FILE, path=str(path)) from error
    key = Memory().get(locked.public)
    if key is None:
        raise KioskRefused(KioskProblem.KEY_LOCKED, path=str(path.parent))
    return key
