# SPDX-License-Identifier: AGPL-3.0-or-later
"""Separated text as Ruby's CSV writes it (RFC 4180 otherwise), with the place of each cell.

Line ends are CRLF, LF or CR, within quotation marks too, and every one of them counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from ballots.errors import Problem
from sync.decidim.exported.errors import ImportProblem, ImportRefused

MOST_COLUMNS: Final = 2000
MOST_PROBLEMS: Final = 1000  # that are kept of one text
_NEWLINE: Final = re.compile(r"\r\n|\r|\n")
_QUOTED: Final = re.compile(r'"[^"]*+(?:""[^"]*+)*+"')


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell, and where it begins."""

    text: str
    line: int
    column: int


@dataclass(slots=True)
class Table:
    """Rows of cells, the first being the header; empty lines are left out.

    `problems` tell where quotation marks are misused; those cells hold what could be read.
    """

    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_table(text: str) -> Table:
    """Split a text into rows and cells. Never raises."""
    reading = Reading(text)
    return Table(list(reading.rows()), reading.problems)


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, without the mark that it may begin with.

    Raises:
        ImportRefused: `encoding`, at the first byte that is not UTF-8.
    """
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8").removeprefix("\ufeff")
        raise ImportRefused([Problem(ImportProblem.ENCODING, *place_after(before))]) from error


def place_after(text: str) -> tuple[int, int]:
    """Line and column of what follows a text."""
    lines = _NEWLINE.split(text)
    return len(lines), len(lines[-1]) + 1


class Reading:
    """One pass over a text: an offset, and the line and its first offset.

    `problems` grow while rows are taken. A row of more than `MOST_COLUMNS` cells is one.
    """

    def __init__(self, text: str, separator: str = ";") -> None:
        self.problems: list[Problem] = []
        self._text = text
        self._separator = separator
        self._bare_cell = re.compile(rf"[^{separator}\r\n]*")
        self._at = 0
        self._line = 1
        self._line_start = 0

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """Rows that are not empty, the header first."""
        while self._at < len(self._text):
            row = self._row()
            if row[1:] or row[0].text:
                yield row

    def _row(self) -> tuple[Cell, ...]:
        cells = [self._cell()]
        while self._text.startswith(self._separator, self._at):
            self._at += 1
            cell = self._cell()
            if len(cells) < MOST_COLUMNS:
                cells.append(cell)
            elif len(cells) == MOST_COLUMNS:
                cells.append(cell)
                facts = {"n": len(cells), "expected": MOST_COLUMNS}
                self.problems.append(Problem(ImportProblem.CELLS, cell.line, cell.column, facts))
        self._pass(_NEWLINE.match(self._text, self._at))
        return tuple(cells)

    def _cell(self) -> Cell:
        line, column = self._line, self._at - self._line_start + 1
        if self._text.startswith('"', self._at):
            return Cell(self._quoted(line, column), line, column)
        bare = self._bare()
        if '"' in bare:
            self._problem(ImportProblem.QUOTE, line, column + bare.index('"'))
        return Cell(bare, line, column)

    def _quoted(self, line: int, column: int) -> str:
        found = _QUOTED.match(self._text, self._at)
        if not found:
            self._problem(ImportProblem.UNCLOSED, line, column)
            rest, self._at = self._text[self._at + 1 :], len(self._text)
            return rest
        for newline in _NEWLINE.finditer(found[0]):
            self._line += 1
            self._line_start = self._at + newline.end()
        self._at = found.end()
        after = self._at - self._line_start + 1
        if self._bare():
            self._problem(ImportProblem.QUOTE, self._line, after)
        return found[0][1:-1].replace('""', '"')

    def _bare(self) -> str:
        found = self._bare_cell.match(self._text, self._at)
        assert found
        self._at = found.end()
        return found[0]

    def _pass(self, newline: re.Match[str] | None) -> None:
        if newline:
            self._at = self._line_start = newline.end()
            self._line += 1

    def _problem(self, code: ImportProblem, line: int, column: int) -> None:
        if len(self.problems) <= MOST_PROBLEMS:
            self.problems.append(Problem(code, line, column))
