# SPDX-License-Identifier: AGPL-3.0-or-later
"""How Decidim reads a file that an admin uploads, and what she sees of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

CSV = "text/csv"
JSON = "application/json"
Record = Mapping[str, str | None]
_END = re.compile(r"\r\n|\r|\n")


class Verdict(StrEnum):
    TAKEN = "taken"
    INVALID_FILE = "invalid-file"
    HEADERS = "headers"  # detail: the names that are missing, or there twice
    ROWS = "rows"  # detail: the numbers of the rows that were not taken
    CRASHED = "crashed"  # a page of the server, no message of the form; detail: what was raised


@dataclass(frozen=True, slots=True)
class Seen:
    """What the admin sees."""

    verdict: Verdict
    detail: tuple[str, ...] = ()


class Refused(Exception):
    """Nothing of the file was taken."""

    def __init__(self, verdict: Verdict, *detail: str) -> None:
        super().__init__(verdict)
        self.seen = Seen(verdict, detail)


def rows_of_csv(data: bytes, separator: str) -> list[list[str | None]]:
    """Rows of cells; a blank line is a row without cells, an empty cell is None."""
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Refused(Verdict.CRASHED, "CSV::MalformedCSVError") from error
    stop = rf"(?=[{re.escape(separator)}\r\n]|\Z)"
    cell = re.compile(rf'"((?:[^"]|"")*)"{stop}|([^"{re.escape(separator)}\r\n]*){stop}')
    rows: list[list[str | None]] = []
    at = 0
    while at < len(text):
        row: list[str | None] = []
        while True:
            found = cell.match(text, at)
            if not found:
                raise Refused(Verdict.CRASHED, "CSV::MalformedCSVError")
            at = found.end()
            row.append((found[1] or "").replace('""', '"') or found[2] or None)
            if not text.startswith(separator, at):
                break
            at += 1
        rows.append([] if row == [None] else row)
        end = _END.match(text, at)
        at = end.end() if end else at
    return rows


def _rows_of_json(data: bytes) -> list[list[str | None]]:
    """The columns are the keys of the first record: what others have besides is dropped."""
    try:
        records = json.loads(data)
    except ValueError as error:
        raise Refused(Verdict.INVALID_FILE) from error
    if not isinstance(records, list):
        raise Refused(Verdict.CRASHED, "NoMethodError")
    flat = [_flat(record) for record in records]
    columns = list(flat[0]) if flat else []
    return [list(columns), *([record.get(name) for name in columns] for record in flat)]


def _flat(value: Mapping[str, Any], above: str = "") -> dict[str, str | None]:
    flat: dict[str, str | None] = {}
    for key, inner in value.items():
        if isinstance(inner, dict):
            flat |= _flat(inner, f"{above}{key}/")
        else:
            flat[above + key] = None if inner is None else str(inner)
    return flat


def records_of(data: bytes, mime: str, separator: str, required: list[str]) -> list[Record]:
    """Of a file with a header. Rows that are too short end in None.

    Raises:
        Refused: for the whole file.
    """
    if mime not in {CSV, JSON}:
        raise Refused(Verdict.INVALID_FILE)
    rows = rows_of_csv(data, separator) if mime == CSV else _rows_of_json(data)
    if len(rows) < 2:
        raise Refused(Verdict.INVALID_FILE)
    header, *rest = rows
    names = [name or "" for name in header]
    wrong = [name for name in required if name not in names]
    wrong += sorted({name for name in names if names.count(name) > 1})
    if wrong:
        raise Refused(Verdict.HEADERS, *wrong)
    return [
        {name: row[at] if at < len(row) else None for at, name in enumerate(names)} for row in rest
    ]
