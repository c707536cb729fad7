# SPDX-License-Identifier: AGPL-3.0-or-later
"""The roll in the simulated printer: what was printed on it, as pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from hardware.devices import Paper

NEAR_END = 16_000  # dots, 2 m of paper
DOTS_PER_INCH = 203  # 8 dots per millimetre

_NEGATIVE = bytes(255 - byte for byte in range(256))


def save_picture(picture: Image.Image, path: Path) -> None:
    """Save as PNG in the size of the paper; folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, dpi=(DOTS_PER_INCH, DOTS_PER_INCH))


@dataclass(frozen=True, slots=True)
class Strip:
    """A piece of paper without the blank end; torn if it holds no whole receipt."""

    picture: Image.Image
    torn: bool


class Roll:
    """Paper of a width in dots. `left` is how many dots remain; `None` on a full roll."""

    def __init__(self, dots: int) -> None:
        self.left: int | None = None
        self._dots = dots
        self._rows = bytearray()
        self._blank = 0  # dots fed since the last row
        self._torn = False

    @property
    def paper(self) -> Paper:
        """What the sensors see."""
        if self.left is None or self.left > NEAR_END:
            return Paper.OK
        return Paper.LOW if self.left else Paper.OUT

    def feed(self, dots: int) -> int:
        """Move on; the dots that there was paper for."""
        moved = self._used(dots)
        self._blank += moved
        return moved

    def draw(self, width: int, rows: bytes) -> int:
        """Print rows of `width` bytes, cut or filled up to the paper; how many had paper."""
        drawn = self._used(len(rows) // width)
        line = self._dots // 8
        if drawn:
            self._rows += bytes(self._blank * line)
            self._blank = 0
        for start in range(0, drawn * width, width):
            self._rows += rows[start : start + min(width, line)].ljust(line, b"\0")
        return drawn

    def begin(self) -> None:
        """Note that a receipt begins: what is on the strip was never cut off, so it is torn."""
        self._torn = self._torn or bool(self._rows)

    def cut(self) -> Strip | None:
        """Cut the strip off; `None` if nothing is printed on it."""
        strip = self._strip()
        self._torn = False
        return strip

    def load(self) -> Strip | None:
        """Put a full roll in; what was printed and not cut goes off with the old one."""
        unfinished = bool(self._rows)
        self._torn = True
        strip = self._strip()
        self._torn = unfinished
        self.left = None
        return strip

    def _strip(self) -> Strip | None:
        rows, self._rows, self._blank = bytes(self._rows), bytearray(), 0
        if not rows:
            return None
        size = (self._dots, len(rows) // (self._dots // 8))
        return Strip(Image.frombytes("1", size, rows.translate(_NEGATIVE)), self._torn)

    def _used(self, dots: int) -> int:
        if self.left is None:
            return dots
        used = min(dots, self.left)
        self.left -= used
        return used
