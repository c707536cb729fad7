# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where each key and each value of a TOML text stands, which `tomllib` does not tell.

The text must be TOML that `tomllib` accepts: nothing is checked here a second time.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Final, NamedTuple

Path = tuple[str | int, ...]

_BLANK: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?""""{0,2}'
    r"|'''.*?''''{0,2}"
    r'|"(?:[^"\\]|\\.)*"'
    r"|'[^']*'",
    re.DOTALL,
)
_KEY: Final = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'""")
_DOT: Final = re.compile(r"[ \t]*\.[ \t]*")
_SCALAR: Final = re.compile(r"[^,\]}#\r\n]+")


class Place(NamedTuple):
    """A place in a text: line and column, both from 1, columns in characters."""

    line: int
    column: int


@dataclass(slots=True)
class Places:
    """Path (keys, and numbers of list elements) → where its key stands and its value begins.

    A table begins at its header or its brace, or where it is first named; the path `()` is the
    whole text.
    """

    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=lambda: {(): Place(1, 1)})


def find_places(text: str) -> Places:
    """The places of everything in a TOML text."""
    scan = _Scan(text)
    scan.document()
    return scan.places


class _Scan:
    def __init__(self, text: str) -> None:
        self.places = Places()
        self._text = text
        self._at = 0
        self._last: dict[Path, int] = {}  # array of tables → number of its last table

    def document(self) -> None:
        table: Path = ()
        while self._blank() < len(self._text):
            if self._text.startswith("[", self._at):
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        start = self._place()
        brackets = 2 if self._text.startswith("[[", self._at) else 1
        self._at += brackets
        path: Path = ()
        keys = self._keys()
        for number, (key, place) in enumerate(keys, start=1):
            path += (key,)
            self._note(path, key=place, value=start)
            if brackets == 2 and number == len(keys):
                self._last[path] = self._last.get(path, -1) + 1
            if path in self._last:
                path += (self._last[path],)
        self.places.keys.setdefault(path, keys[-1][1])
        self.places.values.setdefault(path, start)
        self._blank()
        self._at += brackets
        return path

    def _pair(self, table: Path) -> None:
        path = table
        for key, place in self._keys():
            path += (key,)
            self._note(path, key=place, value=place)
        self._blank()
        self._at += 1  # the equals sign
        self._blank()
        self._value(path)

    def _keys(self) -> list[tuple[str, Place]]:
        keys = []
        while True:
            self._blank()
            place = self._place()
            written = self._take(_KEY)
            keys.append((next(iter(tomllib.loads(f"{written} = 0"))), place))
            if not self._take(_DOT):
                return keys

    def _value(self, path: Path) -> None:
        self.places.values[path] = self._place()
        match self._text[self._at]:
            case "[":
                numbers = count()
                self._series("]", lambda: self._element((*path, next(numbers))))
            case "{":
                self._series("}", lambda: self._pair(path))
            case '"' | "'":
                self._take(_STRING)
            case _:
                self._take(_SCALAR)

    def _element(self, path: Path) -> None:
        self.places.keys[path] = self._place()
        self._value(path)

    def _series(self, end: str, one: Callable[[], None]) -> None:
        self._at += 1
        while not self._text.startswith(end, self._blank()):
            one()
            if self._text.startswith(",", self._blank()):
                self._at += 1
        self._at += 1

    def _note(self, path: Path, *, key: Place, value: Place) -> None:
        self.places.keys.setdefault(path, key)
        self.places.values.setdefault(path, value)

    def _blank(self) -> int:
        self._take(_BLANK)
        return self._at

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if not found:
            return ""
        self._at = found.end()
        return found[0]

    def _place(self) -> Place:
        before = self._text.rfind("\n", 0, self._at)
        return Place(self._text.count("\n", 0, self._at) + 1, self._at - before)
