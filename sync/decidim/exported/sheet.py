# SPDX-License-Identifier: AGPL-3.0-or-later
"""An exported file, CSV or JSON, as records: the name of a column → what stands there, and where.

Nested JSON is made flat as Decidim does it for CSV: `{"title": {"ca": …}}` is the column
`title/ca`, and lists are joined by ", ".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, TypeAlias

import msgspec

from ballots.errors import Problem
from sync.decidim.exported.errors import ImportProblem, ImportRefused
from sync.decidim.exported.table import MOST_PROBLEMS, Cell, Reading, decoded, place_after

MOST_BYTES: Final = 64 * 1024 * 1024
SEPARATORS: Final = ";,\t"
_GUARD: Final = re.compile(r"\A'(?=[=+\-@])")  # Decidim guards spreadsheets against formulas
_BYTE: Final = re.compile(r"\(byte (\d+)\)")

Record: TypeAlias = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's columns, and its records as they are asked for; `problems` grow meanwhile.

    A file of nothing, as Decidim exports it, has no columns.
    """

    columns: frozenset[str]
    records: Iterator[Record]
    problems: list[Problem]


def open_sheet(data: bytes) -> Sheet:
    """Begin to read a file.

    Raises:
        ImportRefused: what is wrong with the file as a whole.
    """
    if len(data) > MOST_BYTES:
        facts = {"most": MOST_BYTES // 1024**2}
        raise ImportRefused([Problem(ImportProblem.TOO_LARGE, 1, 1, facts)])
    text = decoded(data)
    start = text.lstrip()[:1]
    return _json_sheet(text) if start in ("[", "{") else _csv_sheet(text)


# --- CSV ----------------------------------------------------------------------------------------


def _csv_sheet(text: str) -> Sheet:
    reading = Reading(text, _separator(text))
    rows = reading.rows()
    header = next(rows, ())
    names = [cell.text for cell in header]
    if len(names) == 1:
        raise ImportRefused([Problem(ImportProblem.SEPARATOR, 1, 1)])
    for number, cell in enumerate(header):
        if cell.text in names[:number]:
            facts = {"name": cell.text}
            place = cell.line, cell.column
            reading.problems.append(Problem(ImportProblem.DUPLICATE_COLUMN, *place, facts))
    records = _csv_records(names, rows, reading.problems)
    return Sheet(frozenset(names), records, reading.problems)


def _separator(text: str) -> str:
    """The one that makes a column `id` of the first line; it is set for each installation."""
    first = re.split(r"\r\n|\r|\n", text, maxsplit=1)[0].replace('"', "")
    return next((sign for sign in SEPARATORS if "id" in first.split(sign)), ";")


def _csv_records(
    names: list[str], rows: Iterator[tuple[Cell, ...]], problems: list[Problem]
) -> Iterator[Record]:
    for row in rows:
        if len(problems) > MOST_PROBLEMS:
            return
        if len(row) == len(names):
            yield {name: _bare(cell) for name, cell in zip(names, row, strict=True)}
        else:
            facts = {"n": len(row), "expected": len(names)}
            problems.append(Problem(ImportProblem.CELLS, row[0].line, 1, facts))


def _bare(cell: Cell) -> Cell:
    text = _GUARD.sub("", cell.text)
    return cell if text == cell.text else Cell(text, cell.line, cell.column)


# --- JSON ---------------------------------------------------------------------------------------


def _json_sheet(text: str) -> Sheet:
    data = text.encode()
    try:
        raws = msgspec.json.decode(data, type=list[msgspec.Raw])
        records = list(_json_records(text, [bytes(raw) for raw in raws]))
    except msgspec.ValidationError as error:
        raise ImportRefused([Problem(ImportProblem.NOT_A_LIST, 1, 1)]) from error
    except (msgspec.DecodeError, RecursionError) as error:
        found = _BYTE.search(str(error))
        before = data[: int(found[1])] if found else data
        place = place_after(before.decode(errors="replace"))
        raise ImportRefused([Problem(ImportProblem.JSON, *place)]) from error
    return Sheet(frozenset(chain.from_iterable(records)), iter(records), [])


def _json_records(text: str, raws: list[bytes]) -> Iterator[Record]:
    """Each with the place where it begins."""
    line, start, at = 1, 0, 0
    for raw in raws:
        written = raw.decode()
        begins = text.index(written, at)
        line += text.count("\n", at, begins)
        start = max(start, text.rfind("\n", at, begins) + 1)
        value = msgspec.json.decode(raw, type=dict[str, Any])
        place = line, begins - start + 1
        yield {name: Cell(told, *place) for name, told in _flat(value, "")}
        line += written.count("\n")
        at = begins + len(written)
        start = max(start, text.rfind("\n", begins, at) + 1)


def _flat(value: Mapping[str, Any], above: str) -> Iterator[tuple[str, str]]:
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from _flat(inner, f"{above}{name}/")
        else:
            yield above + name, _told(inner)


def _told(value: object) -> str:
    """As Ruby writes it into a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(_told(each) for each in value if not isinstance(each, dict))
    return str(value)
