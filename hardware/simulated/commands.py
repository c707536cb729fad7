# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the simulated printer understands ESC/POS: any bytes give commands, never an error. Pure.

Understood: ESC @, ESC J, ESC d, GS a, GS r, GS v 0, GS V, DLE EOT, LF and NUL. A byte of anything
else is a `Stray`: on real paper it would be a wrong character.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

LINE_DOTS = 30  # the default line spacing, 3.75 mm


@dataclass(frozen=True, slots=True)
class Initialise:
    """ESC @."""


@dataclass(frozen=True, slots=True)
class Picture:
    """GS v 0 in normal size: rows of `width` bytes, 1 is black."""

    width: int
    rows: bytes


@dataclass(frozen=True, slots=True)
class Feed:
    """Blank paper."""

    dots: int


@dataclass(frozen=True, slots=True)
class Cut:
    """GS V."""


@dataclass(frozen=True, slots=True)
class SayWhenDone:
    """GS r."""


@dataclass(frozen=True, slots=True)
class Ask:
    """DLE EOT n."""

    question: int


@dataclass(frozen=True, slots=True)
class Stray:
    """A byte that means nothing."""

    byte: int


Deed = Initialise | Picture | Feed | Cut | SayWhenDone | Stray
Command = Deed | Ask
Read = tuple[Command | None, int]  # a command, or none for what does nothing; the bytes it took


class CommandReader:
    """Reads commands in order, each once its last byte is there."""

    def __init__(self) -> None:
        self._held = bytearray()

    def read(self, data: bytes) -> list[Command]:
        """Add bytes and give the commands that they complete."""
        self._held += data
        found: list[Command] = []
        start = 0
        while start < len(self._held) and (read := _read(self._held, start)) is not None:
            command, size = read
            if command is not None:
                found.append(command)
            start += size
        del self._held[:start]
        return found


class QuestionSpotter:
    """Finds DLE EOT n wherever it stands, within a picture too, as most printers do."""

    def __init__(self) -> None:
        self._tail = b""

    def spot(self, data: bytes) -> list[int]:
        """Add bytes and give the questions that they complete."""
        seen = self._tail + data
        self._tail = seen[-2:]
        return [found[1][0] for found in _QUESTION.finditer(seen)]


_QUESTION = re.compile(rb"\x10\x04([\x01-\x04])")


def _read(held: bytearray, at: int) -> Read | None:
    """Read what begins at `at`; `None` if it is not all there."""
    first = held[at]
    if first in _ALONE:
        return _ALONE[first], 1
    if first not in _FIRST_OF_WORDS:
        return Stray(first), 1
    word = bytes(held[at : at + 2])
    return _WORDS.get(word, _read_stray)(held, at) if len(word) == 2 else None


def _read_stray(held: bytearray, at: int) -> Read:
    return Stray(held[at]), 1


def _read_cut(held: bytearray, at: int) -> Read | None:
    """GS V m, or GS V m n for m from 65 on."""
    size = 3 if held[at + 2 : at + 3] < b"A" else 4
    return (Cut(), size) if len(held) >= at + size else None


def _read_picture(held: bytearray, at: int) -> Read | None:
    """GS v 0 m xL xH yL yH and the rows; m = 0 or "0" is the normal size, the only one here."""
    head = bytes(held[at + 2 : at + 8])
    if not b"0".startswith(head[:1]) or head[1:2] not in (b"", b"\0", b"0"):
        return _read_stray(held, at)
    if len(head) < 6:
        return None
    width = int.from_bytes(head[2:4], "little")
    size = width * int.from_bytes(head[4:6], "little")
    if len(held) < at + 8 + size:
        return None
    return (Picture(width, bytes(held[at + 8 : at + 8 + size])) if size else None), 8 + size


def _with_number(make: Callable[[int], Command | None]) -> Callable[[bytearray, int], Read | None]:
    """Read a word and the byte that follows."""
    return lambda held, at: (make(held[at + 2]), 3) if len(held) >= at + 3 else None


_ALONE: Mapping[int, Command | None] = {0: None, ord("\n"): Feed(LINE_DOTS)}
_WORDS: Mapping[bytes, Callable[[bytearray, int], Read | None]] = {
    b"\x1b@": lambda _held, _at: (Initialise(), 2),
    b"\x1bJ": _with_number(Feed),
    b"\x1bd": _with_number(lambda lines: Feed(lines * LINE_DOTS)),
    b"\x1da": _with_number(lambda _: None),
    b"\x1dr": _with_number(lambda _: SayWhenDone()),
    b"\x1dV": _read_cut,
    b"\x1dv": _read_picture,
    b"\x10\x04": _with_number(Ask),
}
_FIRST_OF_WORDS = frozenset(word[0] for word in _WORDS)
