# SPDX-License-Identifier: AGPL-3.0-or-later
"""A code scanner on a pty: what a hand would hold before it is called with `scan`."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from hardware.simulated.pty_line import PtyLine


class ScannerSimulator:
    """A scanner; attach a driver to `url`, close it when done.

    A driver drops what was scanned before it first read or forgot: no scanner keeps it either.
    """

    def __init__(self) -> None:
        self._line = PtyLine("scanner")
        self._open = True

    def __repr__(self) -> str:
        return "<ScannerSimulator>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _1: type[BaseException] | None, _2: BaseException | None, _3: TracebackType | None
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The address to attach a driver to."""
        return f"serial://{self._line.path}?baud=115200"

    def scan(self, text: str, *, chunks: int = 1, terminator: str = "\r", aim: str = "") -> None:
        """Read a code that holds `text`, and send it in so many pieces."""
        data = (aim + text + terminator).encode()
        step = -(-len(data) // chunks)
        for start in range(0, len(data), step):
            self.send(data[start : start + step])

    def send(self, data: bytes) -> None:
        """Send these very bytes: half a code, or garbage."""
        self._line.write(data)

    def unplug(self) -> None:
        """Pull the cable."""
        self._line.unplug()

    def plug_in(self) -> None:
        """Plug the cable in again, at the same address."""
        self._line.plug_in()

    def close(self) -> None:
        """Put it away for good."""
        if self._open:
            self._open = False
            self._line.hang_up()
            self._line.remove()
