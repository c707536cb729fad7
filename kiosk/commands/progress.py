# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far something long is: one line on a terminal, nothing anywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from ballots.election.course import CheckName
from kiosk.demo.narrator import CLEAR_LINE
from kiosk.i18n import Voice

OFTEN = 0.1  # seconds between two changes of the line


class Progress:
    """Told what `verify_archive` tells whoever watches; `clock` tells seconds."""

    def __init__(self, said: Voice, stream: TextIO, clock: Callable[[], float]) -> None:
        """Silent unless `stream` is a terminal."""
        self._said = said
        self._stream = stream
        self._clock = clock
        self._terminal = stream.isatty()
        self._last = -OFTEN

    def __call__(self, name: CheckName, done: int, of: int) -> None:
        """How far a check is."""
        self.tell(f"check.{name}", done, of)

    def tell(self, code: str, done: int, of: int) -> None:
        """Say it in the words of `code`, if the last time was long enough ago."""
        now = self._clock()
        if self._terminal and now - self._last >= OFTEN:
            self._last = now
            self._write(f"{CLEAR_LINE}{self._said.say(code)}  {done}/{of}")

    @contextmanager
    def shown(self) -> Iterator[Progress]:
        """Leaves the line clean for what is printed next, however it ends."""
        try:
            yield self
        finally:
            if self._terminal:
                self._write(CLEAR_LINE)

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
