# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tar layout of an archive: old style, one time for all, no trailing blocks (belenios §6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ballots.election.errors import ElectionProblem, ElectionRefused

_BLOCK = 512
_MODE_AND_OWNERS = b"\0".join([b"0000644", b"0000000", b"0000000", b""])


class Record(NamedTuple):
    """One file in the tar and where its header begins."""

    offset: int
    name: str
    body: bytes


def record(name: str, body: bytes, time: int) -> bytes:
    """Header, body and padding. `name` has at most 100 ASCII characters."""
    head = name.encode().ljust(100, b"\0") + _MODE_AND_OWNERS
    head += b"%011o\0%011o\0" % (len(body), time)
    tail = b"0".ljust(_BLOCK - len(head) - 8, b"\0")
    checksum = sum(head) + sum(tail) + 8 * ord(" ")
    return head + b"%06o\0 " % checksum + tail + body + bytes(-len(body) % _BLOCK)


def time_of(data: bytes) -> int:
    """The time that the first header states."""
    try:
        return int(data[136:147], 8)
    except ValueError:
        raise _wrong(min(len(data), 136)) from None


def read_records(data: bytes, time: int) -> Iterator[Record]:
    """The records of a tar; `ARCHIVE_RECORD` at the first byte that `record` would not write."""
    offset = 0
    while offset < len(data):
        header = data[offset : offset + _BLOCK]
        try:
            name, size = header[:100].rstrip(b"\0").decode("ascii"), int(header[124:135], 8)
        except ValueError:
            raise _wrong(offset) from None
        body = data[offset + _BLOCK : offset + _BLOCK + max(size, 0)]
        expected = record(name, body, time)
        found = data[offset : offset + len(expected)]
        if found != expected:
            pairs = zip(found, expected, strict=False)
            same = next((n for n, (a, b) in enumerate(pairs) if a != b), len(found))
            raise _wrong(offset + same)
        yield Record(offset, name, body)
        offset += len(expected)


def _wrong(offset: int) -> ElectionRefused:
    return ElectionRefused(ElectionProblem.ARCHIVE_RECORD, byte=offset, place=f"byte:{offset}")
