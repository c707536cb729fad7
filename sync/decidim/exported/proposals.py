# SPDX-License-Identifier: AGPL-3.0-or-later
"""Proposals from the CSV file that Decidim exports (0.27 to 0.31).

Only what a ballot paper needs is read: columns with names of authors or of people who endorse
are never looked at. Other unknown columns are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ballots.assembly import Wording
from ballots.errors import Problem
from sync.decidim.exported.errors import ImportProblem, ImportRefused
from sync.decidim.exported.table import Cell, decoded, read_table
from sync.decidim.plain import plain_line, plain_lines

_ID: Final = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_LOCALISED: Final = re.compile(r"(title|body)/([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)", re.ASCII)
_GUARD: Final = re.compile(r"\A'(?=[=+\-@])")  # Decidim guards spreadsheets against formulas


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One proposal, its texts plain and without mark-up.

    `state` is Decidim's token (`accepted`, `not_answered`, …), `withdrawn` when the author took
    it back, or empty. `categories` are ids of taxonomies, or of the category before 0.30.
    """

    id: str
    title: Wording
    body: Wording | None
    state: str
    categories: tuple[str, ...]


def read_proposals(data: bytes) -> tuple[Proposal, ...]:
    """The proposals of an export, in its order.

    Raises:
        ImportRefused: with every problem of the file; then nothing was read.
    """
    table = read_table(decoded(data))
    header, *rows = table.rows or [()]
    wrong_header = list(_header_problems(header))
    problems = table.problems + wrong_header
    proposals: list[Proposal] = []
    seen: dict[str, int] = {}
    for row in rows:
        if len(row) != len(header):
            facts = {"n": len(row), "expected": len(header)}
            problems.append(Problem(ImportProblem.CELLS, row[0].line, 1, facts))
        elif not wrong_header:
            cells = {name.text: cell for name, cell in zip(header, row, strict=True)}
            match _proposal(cells, seen):
                case Proposal() as proposal:
                    proposals.append(proposal)
                case wrong:
                    problems += wrong
    if problems:
        raise ImportRefused(problems)
    return tuple(proposals)


def _header_problems(header: tuple[Cell, ...]) -> Iterator[Problem]:
    names = [cell.text for cell in header]
    if len(names) < 2:
        yield Problem(ImportProblem.SEPARATOR, 1, 1)
        return
    if "id" not in names:
        yield Problem(ImportProblem.MISSING_COLUMN, 1, 1, {"name": "id"})
    if not any(_language(name, "title") for name in names):
        yield Problem(ImportProblem.MISSING_COLUMN, 1, 1, {"name": "title/…"})
    for number, cell in enumerate(header):
        if cell.text in names[:number]:
            facts = {"name": cell.text}
            yield Problem(ImportProblem.DUPLICATE_COLUMN, cell.line, cell.column, facts)


def _proposal(cells: Mapping[str, Cell], seen: dict[str, int]) -> Proposal | list[Problem]:
    """The proposal of a row, or what is wrong with it; its id is added to `seen`."""
    number = cells["id"]
    wrong: list[Problem] = []
    if not _ID.fullmatch(number.text):
        wrong.append(Problem(ImportProblem.ID, number.line, number.column))
    elif number.text in seen:
        facts: dict[str, str | int] = {"id": number.text, "first": seen[number.text]}
        wrong.append(Problem(ImportProblem.DUPLICATE_ID, number.line, number.column, facts))
    seen.setdefault(number.text, number.line)
    titles = _texts(cells, "title")
    if not titles:
        at = next(cell for name, cell in cells.items() if _language(name, "title"))
        wrong.append(Problem(ImportProblem.NO_TITLE, at.line, at.column))
    if wrong:
        return wrong
    bodies = _texts(cells, "body")
    withdrawn = _text(cells, "withdrawn") == "true"
    joined = _text(cells, "taxonomies/id") or _text(cells, "category/id")
    return Proposal(
        id=number.text,
        title=Wording(titles),
        body=Wording(bodies) if bodies else None,
        state="withdrawn" if withdrawn else _text(cells, "state"),
        categories=tuple(joined.split(", ")) if joined else (),
    )


def _texts(cells: Mapping[str, Cell], field: str) -> dict[str, str]:
    """Language → what a localised field says in it; languages that say nothing are left out."""
    plain = plain_line if field == "title" else plain_lines
    texts = {
        language: plain(_GUARD.sub("", cell.text))
        for name, cell in cells.items()
        if (language := _language(name, field))
    }
    return {language: text for language, text in texts.items() if text}


def _text(cells: Mapping[str, Cell], name: str) -> str:
    return plain_line(cells[name].text) if name in cells else ""


def _language(column: str, field: str) -> str:
    found = _LOCALISED.fullmatch(column)
    return found[2] if found and found[1] == field else ""
