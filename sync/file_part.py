# SPDX-License-Identifier: AGPL-3.0-or-later
"""Part of a file, read where it lies: what `ballots.election.archive.source.Source` asks for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FilePart:
    """`size` bytes from `begin` on of an open file.

    Processes that were forked meanwhile may read it too: nobody moves the other's place.
    """

    descriptor: int
    begin: int
    size: int

    def read(self, start: int, size: int) -> bytes:
        """`size` bytes from `start` on, fewer only where the part ends; OSError as the file's."""
        left = max(0, min(size, self.size - start))
        pieces = []
        while left:
            piece = os.pread(self.descriptor, left, self.begin + start)
            if not piece:
                break
            pieces.append(piece)
            start, left = start + len(piece), left - len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)


@contextmanager
def file_part(path: Path, begin: int = 0, size: int | None = None) -> Iterator[FilePart]:
    """Part of the file at `path`, to its end where no size is given; OSError as `open`."""
    with path.open("rb") as file:
        end = os.fstat(file.fileno()).st_size
        yield FilePart(file.fileno(), begin, end - begin if size is None else size)
