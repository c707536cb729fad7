# SPDX-License-Identifier: AGPL-3.0-or-later
"""A line cut into cells (RFC 4180), with the place of each. A cell does not go over a line end.

Quotation marks that do not stand around a whole cell are text, as in `"Big" trees`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ballots.counting.formats.errors import BallotFileProblem
from ballots.counting.formats.source import Source
from ballots.counting.formats.tally import Flaw, flaw

_QUOTED: Final = re.compile(rb' *+"([^"]*+(?:""[^"]*+)*+)" *+')


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell without spaces at its ends; `at` is where in the line it begins."""

    text: bytes
    at: int

    def __str__(self) -> str:
        """As text; the line is UTF-8."""
        return self.text.decode()


def cut(line: bytes, separator: bytes) -> list[Cell] | Flaw:
    """The cells of a line, or what is wrong with its quotation marks."""
    line = line.rstrip(b"\n")
    cells: list[Cell] = []
    at = 0
    while True:
        found = _QUOTED.match(line, at)
        if found and (line.startswith(separator, found.end()) or found.end() == len(line)):
            cells.append(Cell(found[1].replace(b'""', b'"').strip(), at))
            at = found.end()
        elif not found and line.startswith(b'"', at):
            return flaw(BallotFileProblem.UNCLOSED, at)
        else:
            end = line.find(separator, at)
            end = len(line) if end < 0 else end
            cells.append(Cell(line[at:end].strip(), at))
            at = end
        if at == len(line):
            return cells
        at += len(separator)


def cells_of(source: Source, at: int, line: bytes, separator: bytes) -> list[Cell]:
    """The cells of the line at a place of a file, with their own places in it.

    None at all where quotation marks are misused, which is noted.
    """
    cells = cut(line, separator)
    if isinstance(cells, Flaw):
        source.wrong(cells.code, at + cells.at)
        return []
    return [Cell(cell.text, at + cell.at) for cell in cells]
