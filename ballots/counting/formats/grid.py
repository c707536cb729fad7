# SPDX-License-Identifier: AGPL-3.0-or-later
"""CSV files with one ballot a row: the header names the options, cells are whole numbers.

A first column without a name numbers the ballots and is not read. An empty cell is no opinion; a
number that stands for none is a setting of the rule. Cells are separated by `;`, `,` or tabs.
An option's id is its name.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from ballots.counting.contest import Contest, Option
from ballots.counting.formats.ballot_file import BallotFile, FileKind
from ballots.counting.formats.cells import Cell, cells_of, cut
from ballots.counting.formats.errors import BallotFileProblem
from ballots.counting.formats.source import MOST_DIGITS, MOST_OPTIONS, Source, is_number, word
from ballots.counting.formats.tally import Flaw, Found, Section, flaw
from ballots.counting.profile import Batch, Scores

_SEPARATORS: Final = (b";", b"\t", b",")


def read_grid(source: Source) -> BallotFile:
    """A CSV file; raises `BallotFileRefused` with all of its problems."""
    source.must_be_utf8()
    lines = source.lines(0, len(source.data))
    at, header = next((at, line) for at, line in lines if line.strip())
    start = at + len(header)
    separator = _separator(header, next((line for _, line in lines if line.strip()), header))
    cells = cells_of(source, at, header, separator)
    numbered = len(cells) > 1 and not cells[0].text
    options = _options(source, cells[1:] if numbered else cells)
    source.check()
    rows = _Rows(separator, len(options), numbered=numbered)
    section = Section(
        source=source, start=start, end=len(source.data), keys=rows.keys, begins=rows.begins
    )
    tally = section.tally(rows.read)
    source.check()
    batch = Batch(contest=Contest(options=tuple(options)), profile=Scores(tally.counts))
    return BallotFile(kind=FileKind.CSV, batch=batch)


def _separator(header: bytes, row: bytes) -> bytes:
    """Told from the first ballot, since a name may hold any of them; else from the header."""
    for line in (row, header):
        for separator in _SEPARATORS:
            if separator in line:
                return separator
    return _SEPARATORS[0]


def _options(source: Source, cells: list[Cell]) -> list[Option]:
    seen: set[bytes] = set()
    for cell in cells:
        if not cell.text:
            source.wrong(BallotFileProblem.UNNAMED, cell.at)
        elif cell.text in seen:
            source.wrong(BallotFileProblem.DUPLICATE, cell.at, name=word(cell.text))
        seen.add(cell.text)
    if len(cells) > MOST_OPTIONS:
        source.wrong(BallotFileProblem.OPTIONS, cells[0].at, most=MOST_OPTIONS)
    names = [source.id(str(cell), cell.at) for cell in cells]
    source.check()
    return [Option(id=name, name=name) for name in names]


class _Rows:
    """Reads rows of numbers."""

    def __init__(self, separator: bytes, options: int, *, numbered: bool) -> None:
        self._separator = separator
        self._options = options
        self._numbered = numbered
        self._plain = b"0123456789" + separator
        self._pairs: dict[tuple[int, int], tuple[int, int]] = {}

    def keys(self, lines: list[bytes]) -> list[Hashable]:
        """Rows without the number of the ballot; None for an empty line."""
        return [self._key(line) for line in lines]

    def begins(self, line: bytes) -> int:
        """Where in a line the cell of the first option begins."""
        if not self._numbered:
            return 0
        if not line.startswith(b'"'):
            return line.index(self._separator) + len(self._separator)
        cells = cut(line, self._separator)
        assert not isinstance(cells, Flaw)
        return cells[1].at

    def _key(self, line: bytes) -> Hashable:
        if not line.strip(b" \n"):
            return None
        if not self._numbered:
            return line
        if not line.startswith(b'"') and self._separator in line:
            return line.partition(self._separator)[2]
        cells = cut(line, self._separator)
        if isinstance(cells, Flaw):
            return cells
        return line[cells[1].at :] if len(cells) > 1 else self._wrong_width(0)

    def read(self, row: bytes | None) -> Found:
        """The ballot of a row."""
        if row is None:
            return None
        texts = row.rstrip(b"\n").split(self._separator)
        plain = not row.rstrip(b"\n").translate(None, self._plain)
        if plain and len(texts) == self._options and max(map(len, texts)) <= MOST_DIGITS:
            pairs = [(option, int(text)) for option, text in enumerate(texts) if text]
            return 1, tuple([self._pairs.setdefault(pair, pair) for pair in pairs])
        cells = cut(row, self._separator)
        if isinstance(cells, Flaw):
            return cells
        if len(cells) != self._options:
            return self._wrong_width(len(cells))
        for cell in cells:
            if cell.text and not is_number(cell.text.removeprefix(b"-")):
                return flaw(BallotFileProblem.NUMBER, cell.at, word=word(cell.text))
        return 1, tuple(
            [(option, int(cell.text)) for option, cell in enumerate(cells) if cell.text]
        )

    def _wrong_width(self, n: int) -> Flaw:
        n, expected = n + self._numbered, self._options + self._numbered
        return flaw(BallotFileProblem.CELLS, n=n, expected=expected)
