# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bytes at rest, read in pieces: an archive may be larger than memory (ELECTION.md §11)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


class Source(Protocol):
    """Bytes that are to say the same each time; who reads them twice compares hashes."""

    @property
    def size(self) -> int:
        """How many bytes there are."""
        ...

    def read(self, start: int, size: int) -> bytes:
        """`size` bytes from `start` on, fewer only where the bytes end."""
        ...


@dataclass(frozen=True, slots=True)
class InMemory:
    """Bytes that are there already."""

    data: bytes = field(repr=False)

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return len(self.data)

    def read(self, start: int, size: int) -> bytes:
        """A slice."""
        return self.data[start : start + size]
