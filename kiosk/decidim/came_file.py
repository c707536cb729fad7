# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who of a list came: `urna-came/v1`, a key, then one mark a line, added as people come.

A mark is the number of a registration, or the keyed hash of a token: without the list, which
only its owner has, it tells nobody. What a power cut left of a last line is cut off.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from ballots.randomness import Randomness
from kiosk.keys import write_secret
from sync.decidim.refusals import DecidimProblem, DecidimRefused
from sync.decidim.uploads.census import KEY_SIZE

_HEAD: Final = re.compile(rf"urna-came/v1 ([0-9a-f]{{{2 * KEY_SIZE}}})", re.ASCII)
_MARK: Final = re.compile(r"[0-9a-f]{1,128}", re.ASCII)


class CameFile:
    """One program at a time. `key` is that of the marks, `marks` are those so far."""

    def __init__(self, path: Path, random: Randomness) -> None:
        """A file that is there, or a new one that only its owner may read.

        Raises:
            DecidimRefused: `came-damaged`.
            OSError: it cannot be read or written.
        """
        self._path = path
        if not path.exists():
            write_secret(path, f"urna-came/v1 {random(KEY_SIZE).hex()}\n".encode())
        whole, _, torn = path.read_bytes().rpartition(b"\n")
        lines = whole.decode("ascii", "replace").split("\n")
        head = _HEAD.fullmatch(lines[0])
        if head is None or not all(map(_MARK.fullmatch, lines[1:])):
            raise DecidimRefused(DecidimProblem.CAME_DAMAGED, path=str(path))
        if torn:
            os.truncate(path, len(whole) + 1)
        self.key: Final = bytes.fromhex(head[1])
        self.marks: Final = set(lines[1:])

    def add(self, mark: str) -> None:
        """On disk on return.

        Raises:
            OSError: it cannot be written.
        """
        with self._path.open("ab") as file:
            file.write(f"{mark}\n".encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
        self.marks.add(mark)
