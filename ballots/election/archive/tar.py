# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tar layout: old style, one time for all records, no trailing blocks (ELECTION.md §11)."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import NamedTuple

from ballots.election.archive.source import Source
from ballots.election.errors import ElectionProblem, ElectionRefused

_BLOCK = 512
_PIECE = 1 << 20  # bytes of a body that are in memory at once
_MODE_AND_OWNERS = b"\0".join([b"0000644", b"0000000", b"0000000", b""])


class Place(NamedTuple):
    """Where a document lies in an archive, and its SHA-256 in hex."""

    start: int
    size: int
    sha256: str


class Record(NamedTuple):
    """One file in the tar: where its header begins, its name, where its body lies."""

    offset: int
    name: str
    body: Place


def record(name: str, body: bytes, time: int) -> bytes:
    """Header, body and padding. `name` has at most 100 ASCII characters."""
    return _header(name, len(body), time) + body + bytes(-len(body) % _BLOCK)


def _header(name: str, size: int, time: int) -> bytes:
    head = name.encode().ljust(100, b"\0") + _MODE_AND_OWNERS
    head += b"%011o\0%011o\0" % (size, time)
    tail = b"0".ljust(_BLOCK - len(head) - 8, b"\0")
    checksum = sum(head) + sum(tail) + 8 * ord(" ")
    return head + b"%06o\0 " % checksum + tail


def time_of(source: Source) -> int:
    """The time that the first header states."""
    try:
        return int(source.read(136, 11), 8)
    except ValueError:
        raise wrong(min(source.size, 136)) from None


def read_records(source: Source, time: int) -> Iterator[Record]:
    """The records of a tar; `ARCHIVE_RECORD` at the first byte that `record` would not write."""
    offset = 0
    while offset < source.size:
        header = source.read(offset, _BLOCK)
        try:
            name, size = header[:100].rstrip(b"\0").decode("ascii"), int(header[124:135], 8)
            expected = _header(name, size, time)
        except ValueError:
            raise wrong(offset) from None
        if size < 0:  # which has a spelling too, and would lead back
            raise wrong(offset + 124)
        _require_same(header, expected, offset)
        start = offset + _BLOCK
        digest = sha256()
        for at in range(start, start + size, _PIECE):
            piece = source.read(at, min(_PIECE, start + size - at))
            digest.update(piece)
        offset = start + size
        if offset > source.size:
            raise wrong(source.size)
        padding = bytes(-size % _BLOCK)
        _require_same(source.read(offset, len(padding)), padding, offset)
        offset += len(padding)
        yield Record(start - _BLOCK, name, Place(start, size, digest.hexdigest()))


def _require_same(found: bytes, expected: bytes, offset: int) -> None:
    if found != expected:
        pairs = zip(found, expected, strict=False)
        same = next((n for n, (a, b) in enumerate(pairs) if a != b), len(found))
        raise wrong(offset + same)


def wrong(offset: int) -> ElectionRefused:
    """The byte at `offset` is not what it must be."""
    return ElectionRefused(ElectionProblem.ARCHIVE_RECORD, byte=offset, place=f"byte:{offset}")
