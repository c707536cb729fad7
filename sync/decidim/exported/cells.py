# SPDX-License-Identifier: AGPL-3.0-or-later
"""What stands in the cells of one record: texts, numbers, times, what other pages are linked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from ballots.errors import Problem
from sync.decidim.address import Wish, wish_of
from sync.decidim.exported.errors import ImportProblem
from sync.decidim.exported.sheet import Record
from sync.decidim.exported.table import Cell
from sync.decidim.reading.answers import moment
from sync.decidim.reading.rows import Label, Texts

_ID: Final = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(?:\.0*)?", re.ASCII)
_LOCALE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII)
_ZONE: Final = re.compile(r"(?:Z|[+-]\d\d:\d\d)\Z")
_NOWHERE: Final = Cell("", 1, 1)


@dataclass(frozen=True, slots=True)
class Cells:
    """A record; what is wrong with it is added to `problems`."""

    record: Record
    problems: list[Problem]

    def text(self, *names: str) -> str:
        """Of the first of these columns in which something stands."""
        return self._cell(*names).text

    def texts(self, field: str) -> Texts:
        """By locale; machine translations are not taken for the author's words."""
        found = {
            name.removeprefix(field): cell.text
            for name, cell in self.record.items()
            if name.startswith(field) and cell.text
        }
        return {name: text for name, text in found.items() if _LOCALE.fullmatch(name)}

    def id(self, *names: str) -> str:
        """The number of a thing, in the column of its own; else a problem."""
        cell = self._cell(*names)
        if not _ID.fullmatch(cell.text):
            self._problem(ImportProblem.ID, cell)
        return cell.text

    def linked(self, name: str) -> str | None:
        """The number of another thing, if one is named."""
        return self.id(name) if self.text(name) else None

    def ids(self, name: str) -> tuple[str, ...]:
        """Of a joined list of numbers, or of addresses that end in them."""
        cell = self._cell(name)
        found = [
            each.rstrip("/").rpartition("/")[2] for each in cell.text.split(", ") if cell.text
        ]
        if not all(_ID.fullmatch(each) for each in found):
            self._problem(ImportProblem.VALUE, cell, name=name)
        return tuple(found)

    def number(self, *names: str) -> int | None:
        """A whole number, which Ruby may write with a fraction of nothing."""
        cell = self._cell(*names)
        if not cell.text:
            return None
        if not _NUMBER.fullmatch(cell.text):
            self._problem(ImportProblem.VALUE, cell, name=names[0])
            return None
        return int(cell.text.partition(".")[0])

    def flag(self, name: str) -> bool | None:
        """True or false, as Ruby writes them."""
        cell = self._cell(name)
        if cell.text not in ("true", "false", ""):
            self._problem(ImportProblem.VALUE, cell, name=name)
        return cell.text == "true" if cell.text else None

    def when(self, name: str) -> str:
        """A time; Ruby writes them in UTC, and some without saying so."""
        said = moment(self.text(name))
        return said if not said or _ZONE.search(said) else f"{said}+00:00"

    def labels(self) -> tuple[Label, ...]:
        """Taxonomies without their names, which are joined so that nothing tells them apart."""
        joined = self.ids("taxonomies/id")
        found = [Label(id=each, of="taxonomy", name={}) for each in joined]
        found += self._label("category") + self._label("scope")
        return tuple(found)

    def space(self) -> Wish | None:
        """The space by the address of the thing; None for kinds of spaces that are not read."""
        cell = self._cell("url", "participatory_space/url")
        try:
            parts = urlsplit(cell.text)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in ("http", "https") or not parts.path.strip("/"):
            self._problem(ImportProblem.ADDRESS, cell)
            return None
        found = wish_of(parts.path)
        return Wish(kind=found.kind, space=found.space) if found else None

    def lacks_title(self) -> bool:
        """Whether no language has a title, which is a problem."""
        lacks = not self.texts("title/")
        if lacks:
            titles = (cell for name, cell in self.record.items() if name.startswith("title/"))
            self._problem(ImportProblem.NO_TITLE, next(titles, self._cell("id")))
        return lacks

    def _label(self, of: Literal["category", "scope"]) -> list[Label]:
        id_ = self.linked(f"{of}/id")
        return [Label(id=id_, of=of, name=self.texts(f"{of}/name/"))] if id_ else []

    def _cell(self, *names: str) -> Cell:
        found = [self.record[name] for name in names if name in self.record]
        said = (cell for cell in found if cell.text)
        return next(said, found[0] if found else self._anywhere())

    def _anywhere(self) -> Cell:
        first = next(iter(self.record.values()), _NOWHERE)
        return Cell("", first.line, first.column)

    def _problem(self, code: ImportProblem, cell: Cell, **facts: str) -> None:
        self.problems.append(Problem(code, cell.line, cell.column, facts))
