# SPDX-License-Identifier: AGPL-3.0-or-later
"""Records as the bytes of a file that an administrator uploads: CSV or JSON.

Decidim's readers take the keys of the first record of a JSON file for those of all, a blank line
for a record, and bytes that are not UTF-8 for a failure of the server. So every record has the
same keys in the same order, no cell breaks a line, and a file without records is not written.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ballots import canonical
from sync.decidim.uploads.errors import ExportProblem, ExportRefused

SEPARATORS: Final = (";", ",", "\t")  # of an installation; `;` unless it was set otherwise
_BREAKING: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})

Record = Mapping[str, str]


def csv(records: Sequence[Record], separator: str = ";") -> bytes:
    """UTF-8 without a mark at its beginning, lines that end in a line feed, the header first.

    Raises:
        ExportRefused: `empty`, `separator`, `cell`, `locales`.
    """
    if separator not in SEPARATORS:
        raise ExportRefused(ExportProblem.SEPARATOR)
    header = _header(records)
    rows = [header, *([record[name] for name in header] for record in records)]
    lines = (separator.join(_cells(row, header, separator)) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode()


def json(records: Sequence[Record]) -> bytes:
    """A list of flat objects, as text in every cell; raises as `csv`."""
    header = _header(records)
    for record in records:
        list(_cells([record[name] for name in header], header, ";"))
    return canonical.encode([dict(record) for record in records])


def _header(records: Sequence[Record]) -> list[str]:
    if not records:
        raise ExportRefused(ExportProblem.EMPTY)
    header = list(records[0])
    for place, record in enumerate(records, 1):
        if list(record) != header:
            raise ExportRefused(ExportProblem.LOCALES, place=place)
    return header


def _cells(row: Sequence[str], header: Sequence[str], separator: str) -> Iterator[str]:
    for name, cell in zip(header, row, strict=True):
        if any(unicodedata.category(sign) in _BREAKING for sign in cell):
            raise ExportRefused(ExportProblem.CELL, place=name)
        quoted = separator in cell or '"' in cell or cell != cell.strip()
        yield '"' + cell.replace('"', '""') + '"' if quoted else cell
