# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one form of a POSIX ustar archive that bundles have: every byte of it is decided.

Regular files only, mode 0644, owner and times zero, padding zero, exactly two blocks of zeros at
the end. `tar xf` opens it (IEEE Std 1003.1, pax, "ustar Interchange Format").
"""

from __future__ import annotations

from hashlib import sha256
from typing import BinaryIO

from sync.errors import SyncError, SyncProblem

BLOCK = 512
END = bytes(2 * BLOCK)
_CHUNK = 1 << 16


def header(name: str, size: int) -> bytes:
    """The 512 bytes before a file; `name` is ASCII of at most 100 characters."""
    fields = (
        name.encode("ascii").ljust(100, b"\0")
        + b"0000644\0"  # mode
        + b"0000000\0" * 2  # owner, group
        + b"%011o\0" % size
        + b"00000000000\0"  # time
    )
    rest = b"0" + bytes(100) + b"ustar\00000" + bytes(64) + b"0000000\0" * 2 + bytes(167)
    total = sum(fields) + 8 * ord(" ") + sum(rest)
    return fields + b"%06o\0 " % total + rest


def padding(size: int) -> bytes:
    """The zeros after a file of `size` bytes."""
    return bytes(-size % BLOCK)


class Unpacking:
    """Reads an archive from its beginning to its end, and every byte once.

    `sha256` is of all that was read. Whatever is not as it must be is refused as
    `bundle-damaged`, with the part and the byte where it was seen.
    """

    def __init__(self, file: BinaryIO, part: str = "", at: int = 0) -> None:
        self._file = file
        self._whole = sha256()
        self._part = sha256()
        self.part = part
        self.at = at

    @property
    def sha256(self) -> str:
        """Of what was read so far, in hex."""
        return self._whole.hexdigest()

    def enter(self, name: str, most: int) -> int:
        """Read the header of the next file, which must be `name`; its size.

        Raises:
            SyncError: `bundle-damaged`; `bundle-too-large` above `most` bytes.
        """
        self.part = name
        block = self.take(BLOCK)
        digits = block[124:135]
        size = int(digits, 8) if digits.isdigit() and not set(digits) & set(b"89") else -1
        if size < 0 or block != header(name, size):
            raise self.damaged()
        if size > most:
            raise SyncError(SyncProblem.BUNDLE_TOO_LARGE, part=name, most=most)
        self._part = sha256()
        return size

    def take(self, size: int) -> bytes:
        """Exactly `size` bytes."""
        taken = self._file.read(size)
        self._whole.update(taken)
        self._part.update(taken)
        if len(taken) != size:
            raise self.damaged()
        self.at += size
        return taken

    def skip(self, size: int) -> None:
        """Exactly `size` bytes, which are only hashed."""
        while size > 0:
            size -= len(self.take(min(size, _CHUNK)))

    def leave(self, size: int, sha256: str = "") -> None:
        """Read the padding after a file of `size` bytes, whose hash must be as told."""
        if sha256 and sha256 != self._part.hexdigest():
            raise self.damaged()
        if any(self.take(-size % BLOCK)):
            raise self.damaged()

    def end(self) -> None:
        """Read the end of the archive, after which there is nothing."""
        self.part = "end"
        if any(self.take(len(END))) or self._file.read(1):
            raise self.damaged()

    def damaged(self, at: int | None = None) -> SyncError:
        """What to raise about the place that is being read, or about byte `at`."""
        place = self.at if at is None else at
        return SyncError(SyncProblem.BUNDLE_DAMAGED, part=self.part, place=place)
