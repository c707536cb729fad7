# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading a TOML file so that every problem of it is told, each with line and column.

A `Table` hands out values by key and notes what is wrong with them; in place of a wrong value
it gives a harmless one, so that reading goes on. What was read may be used only while the
table is `clean`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeVar

from ballots.assembly import Wording
from ballots.errors import Problem
from kiosk.file_problems import FileProblem, FileRefused
from kiosk.toml_places import Path, Places, find_places

_Word = TypeVar("_Word", bound=StrEnum)
_Kind = TypeVar("_Kind")

_NAME: Final = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*", re.ASCII)
_SHARE: Final = re.compile(r"(0|[1-9][0-9]{0,5})/([1-9][0-9]{0,5})", re.ASCII)
_LONGEST_NAME: Final = 40
_ANY: Final = Wording({"?": "?"})


class Source:
    """The text of a file and the problems found in it so far."""

    def __init__(self, text: str) -> None:
        """Parse `text`; raises `FileRefused` where it is not TOML."""
        self.problems: list[Problem] = []
        try:
            tree = tomllib.loads(text)
            self.places: Places = find_places(text)
        except (ValueError, RecursionError) as error:
            raise FileRefused([_syntax(text, str(error))]) from error
        self.root = Table(self, (), tree)


class Table:
    """One table of a file. Ask for each key that may be there, then call `done`.

    A key without a default must be there. Low and high bounds are included.
    """

    def __init__(self, source: Source, path: Path, values: dict[str, object]) -> None:
        self._source = source
        self._path = path
        self._values = values
        self._asked: set[str] = set()
        self._before = len(source.problems)

    @property
    def clean(self) -> bool:
        """Whether no problem was found since this table was taken up."""
        return len(self._source.problems) == self._before

    def done(self) -> None:
        """Note every key that was not asked for."""
        for key in self._values.keys() - self._asked:
            place = self._source.places.keys[*self._path, key]
            self._source.problems.append(Problem(FileProblem.UNKNOWN_KEY, *place, {"key": key}))

    def wrong(self, code: FileProblem, *below: str | int, **facts: str | int) -> None:
        """Note a problem with what stands at the path `below` this table, or with all of it."""
        place = self._source.places.values[*self._path, *below]
        self._source.problems.append(Problem(code, *place, facts))

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._values

    def keys(self) -> tuple[str, ...]:
        """The keys that are there, in the order of the file."""
        return tuple(self._values)

    def holds_table(self, key: str) -> bool:
        """Whether the key is there and its value is a table."""
        return isinstance(self._values.get(key), dict)

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not empty, without spaces at its ends."""
        text = self._value(key, str, FileProblem.NOT_TEXT, required=default is None)
        if text is None:
            return "?" if default is None else default
        if not text.strip():
            self.wrong(FileProblem.EMPTY, key, key=key)
        return text.strip()

    def number(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number from `low` to `high`."""
        number = self._value(key, int, FileProblem.NOT_NUMBER, required=default is None)
        if number is None:
            return low if default is None else default
        if not low <= number <= high:
            self.wrong(FileProblem.RANGE, key, key=key, low=low, high=high)
        return min(max(low, number), high)

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        flag = self._value(key, bool, FileProblem.NOT_FLAG, required=False)
        return default if flag is None else flag

    def day(self, key: str) -> str:
        """A date, as ISO 8601."""
        day = self._value(key, date, FileProblem.NOT_DATE)
        return day.isoformat() if day else "?"

    def moment(self, key: str, default: str | None = None) -> str:
        """A local date and time, as ISO 8601 to the minute."""
        moment = self._value(key, datetime, FileProblem.NOT_TIME, required=default is None)
        if moment is None:
            return "?" if default is None else default
        if moment.tzinfo:
            self.wrong(FileProblem.NOT_TIME, key, key=key)
        return moment.isoformat(timespec="minutes")

    def choice(self, key: str, words: type[_Word]) -> _Word:
        """One of the words of an enumeration."""
        word = self._value(key, str, FileProblem.NOT_TEXT)
        if word is not None and word not in set(words):
            self.wrong(FileProblem.CHOICE, key, key=key, choices=", ".join(words))
        return words(word) if word in set(words) else next(iter(words))

    def share(self, key: str, *, zero: bool) -> Fraction:
        """A fraction written as `"1/2"`, from 0 (or above it) to 1."""
        written = self._value(key, str, FileProblem.NOT_TEXT)
        if written is None:
            return Fraction(1)
        share = Fraction(written) if _SHARE.fullmatch(written) else Fraction(-1)
        if not (0 <= share <= 1 and (share or zero)):
            self.wrong(FileProblem.NOT_SHARE, key, key=key)
            return Fraction(1)
        return share

    def name(self, key: str, taken: set[str]) -> str:
        """An id, added to those `taken`: small letters and digits, with `-`, `_`, `.` between."""
        name = self._value(key, str, FileProblem.NOT_TEXT)
        if name is None:
            return "?"
        if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
            self.wrong(FileProblem.NOT_NAME, key, key=key)
        elif name in taken:
            self.wrong(FileProblem.DUPLICATE, key, id=name)
        taken.add(name)
        return name

    def wording(self, key: str, languages: Collection[str]) -> Wording:
        """A table with one text for each of `languages` and no other (for any, if none given)."""
        table = self.table(key)
        if table is None:
            return _ANY
        texts = {}
        for language in languages or table.keys():
            if table.has(language):
                texts[language] = table.text(language)
            else:
                table.wrong(FileProblem.MISSING_LANGUAGE, key=key, language=language)
        table.done()
        return Wording(texts) if table.clean and texts else _ANY

    def table(self, key: str, *, required: bool = True) -> Table | None:
        """A table, if it is there."""
        values = self._value(key, dict, FileProblem.NOT_TABLE, required=required)
        return None if values is None else Table(self._source, (*self._path, key), values)

    def tables(self, key: str, low: int, high: int) -> Iterator[Table]:
        """Each table of a list; take them up one after the other."""
        for number, values in self._elements(key, low, high):
            if isinstance(values, dict):
                yield Table(self._source, (*self._path, key, number), values)
            else:
                self.wrong(FileProblem.NOT_TABLE, key, number, key=key)

    def texts(self, key: str, low: int, high: int) -> Iterator[tuple[int, str]]:
        """Each text of a list with its number in it, from 0."""
        for number, text in self._elements(key, low, high):
            if isinstance(text, str):
                yield number, text
            else:
                self.wrong(FileProblem.NOT_TEXT, key, number, key=key)

    def _elements(self, key: str, low: int, high: int) -> Iterator[tuple[int, object]]:
        elements = self._value(key, list, FileProblem.NOT_LIST)
        if elements is not None:
            if not low <= len(elements) <= high:
                self.wrong(FileProblem.LENGTH, key, key=key, low=low, high=high)
            yield from enumerate(elements)

    def _value(
        self, key: str, kind: type[_Kind], code: FileProblem, *, required: bool = True
    ) -> _Kind | None:
        self._asked.add(key)
        if key not in self._values:
            if required:
                self.wrong(FileProblem.MISSING_KEY, key=key)
            return None
        value = self._values[key]
        if type(value) is not kind:
            self.wrong(code, key, key=key)
            return None
        return value


def _syntax(text: str, said: str) -> Problem:
    detail, _, place = said.removesuffix(")").rpartition(" (at ")
    found = re.fullmatch(r"line (\d+), column (\d+)", place)
    if found:
        return Problem(FileProblem.SYNTAX, int(found[1]), int(found[2]), {"detail": detail})
    lines = text.split("\n")
    at_end = place == "end of document"
    line, column = (len(lines), len(lines[-1]) + 1) if at_end else (1, 1)
    return Problem(FileProblem.SYNTAX, line, column, {"detail": detail or said})
