# SPDX-License-Identifier: AGPL-3.0-or-later
"""Text separated by `;` as Ruby's CSV writes it (RFC 4180 otherwise), with the place of each cell.

Line ends are CRLF, LF or CR, within quotation marks too, and every one of them counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from ballots.errors import Problem
from sync.decidim.exported.errors import ImportProblem

_NEWLINE: Final = re.compile(r"\r\n|\r|\n")
_QUOTED: Final = re.compile(r'"[^"]*+(?:""[^"]*+)*+"')
_BARE: Final = re.compile(r"[^;\r\n]*")


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
    return _Reading(text).table()


class _Reading:
    """One pass over a text: an offset, and the line and its first offset."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._line_start = 0
        self._table = Table()

    def table(self) -> Table:
        while self._at < len(self._text):
            row = self._row()
            if row[1:] or row[0].text:
                self._table.rows.append(row)
        return self._table

    def _row(self) -> tuple[Cell, ...]:
        cells = [self._cell()]
        while self._text.startswith(";", self._at):
            self._at += 1
            cells.append(self._cell())
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
        found = _BARE.match(self._text, self._at)
        assert found
        self._at = found.end()
        return found[0]

    def _pass(self, newline: re.Match[str] | None) -> None:
        if newline:
            self._at = self._line_start = newline.end()
            self._line += 1

    def _problem(self, code: ImportProblem, line: int, column: int) -> None:
        self._table.problems.append(Problem(code, line, column))
