# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is found in exported files: rows, the spaces that they are in, and every problem."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from ballots.errors import Problem
from sync.decidim.address import Wish
from sync.decidim.exported.archive import MAGIC, files_of
from sync.decidim.exported.cells import Cells
from sync.decidim.exported.columns import every_field, kind_of, row_of, told_by, unseen
from sync.decidim.exported.errors import ImportProblem, ImportRefused
from sync.decidim.exported.sheet import open_sheet
from sync.decidim.exported.table import MOST_PROBLEMS
from sync.decidim.reading.rows import Kind, Row


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that an administrator or anyone took out of Decidim."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Space:
    """One of the spaces in the files; `number` is empty where none of them tells it."""

    wish: Wish
    number: str
    url: str


@dataclass(frozen=True, slots=True)
class Found:
    """A row, and which space it is in."""

    row: Row
    space: Wish


class Findings:
    """What was found in the files so far."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.sources: dict[str, str] = {}
        self._unseen: dict[Kind, frozenset[str]] = {}
        self.found: dict[tuple[Kind, str], Found] = {}
        self._places: dict[tuple[Kind, str], tuple[str, int]] = {}
        self.spaces: dict[Wish, Space] = {}

    def take(self, file: Exported) -> None:
        """Read one file, or the files of an archive."""
        name, number = file.name, 2
        while name in self.sources:
            name, number = f"{file.name} ({number})", number + 1
        self.sources[name] = hashlib.sha256(file.data).hexdigest()
        if not file.data.startswith(MAGIC):
            self._read(name, file.data)
            return
        inside = files_of(file.data)
        try:
            for entry, data in inside:
                if data.strip():  # else Decidim had nothing to export
                    self._read(f"{name}/{entry}", data)
        except ImportRefused as refused:
            self._add(name, refused.problems)

    def _read(self, file: str, data: bytes) -> None:
        try:
            sheet = open_sheet(data)
        except ImportRefused as refused:
            self._add(file, refused.problems)
            return
        columns = told_by(sheet.columns)
        kind = kind_of(columns)
        if kind is None:
            self._add(file, [Problem(ImportProblem.NOT_AN_EXPORT, 1, 1)])
            return
        for seen in (kind, Kind.BUDGETS) if kind is Kind.PROJECTS else (kind,):
            self._unseen[seen] = self._unseen.get(seen, frozenset()) | unseen(seen, columns)
        for record in sheet.records:
            self._record(file, kind, Cells(record, sheet.problems))
            if len(sheet.problems) > MOST_PROBLEMS:
                break
        told = sheet.problems
        if len(told) > MOST_PROBLEMS:
            facts = {"most": MOST_PROBLEMS}
            told = [*told[:MOST_PROBLEMS], Problem(ImportProblem.TOO_MANY, 1, 1, facts)]
        self._add(file, told)

    def _add(self, file: str, problems: Iterable[Problem]) -> None:
        self.problems += (
            Problem(each.code, each.line, each.column, each.facts, file) for each in problems
        )

    # --- records --------------------------------------------------------------------------------

    def _record(self, file: str, kind: Kind, cells: Cells) -> None:
        if cells.text("is_amend") == "true" or cells.text("published") == "false":
            return
        before = len(cells.problems)
        space = cells.space()
        cells.lacks_title()
        row = row_of(kind, cells, **_known(kind, space))
        if len(cells.problems) > before:
            return
        if space is None:  # a conference or an initiative
            return
        self._see_space(space, kind, cells)
        place = file, cells.record["id"].line
        self._keep(kind, row, space, place, cells)
        if kind is Kind.PROJECTS:
            budget = row_of(Kind.BUDGETS, cells)
            self.found[Kind.BUDGETS, budget.id] = Found(budget, space)

    def _keep(
        self, kind: Kind, row: Row, space: Wish, place: tuple[str, int], cells: Cells
    ) -> None:
        key = kind, row.id if kind is not Kind.SPACE else f"{space.kind} {row.id}"
        first = self._places.get(key)
        if first is None:
            self._places[key] = place
            self.found[key] = Found(row, space)
            return
        at = cells.record["id"]
        same = first[0] == place[0]
        code = ImportProblem.DUPLICATE_ID if same else ImportProblem.TWICE
        facts: dict[str, str | int] = {"id": row.id, "first": first[1]}
        facts |= {} if same else {"other": first[0]}
        cells.problems.append(Problem(code, at.line, at.column, facts))

    def _see_space(self, space: Wish, kind: Kind, cells: Cells) -> None:
        number = cells.text("id" if kind is Kind.SPACE else "participatory_space/id")
        known = self.spaces.get(space)
        if known is None or not known.number:
            url = cells.text("url" if kind is Kind.SPACE else "participatory_space/url")
            page = url or cells.text("url").partition("/f/")[0]
            self.spaces[space] = Space(space, number, page.rstrip("/"))

    def unseen(self) -> dict[Kind, tuple[str, ...]]:
        """What the files do not tell of each kind; of a kind without a file, nothing is told."""
        lacking = {kind: self._unseen.get(kind, every_field(kind)) for kind in Kind}
        # Known by the addresses of what is in it.
        lacking[Kind.SPACE] -= {"id", "kind", "slug", "url"}
        lacking[Kind.COMPONENTS] = frozenset({"name", "weight"})
        return {kind: tuple(sorted(fields)) for kind, fields in lacking.items() if fields}


def _known(kind: Kind, space: Wish | None) -> dict[str, str]:
    return {"kind": space.kind if space else "process"} if kind is Kind.SPACE else {}
