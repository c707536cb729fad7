# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files of participatory budgets (.pb, pabulib.org/format): META, PROJECTS and VOTES.

Limits that META states for votes are not applied: cities have counted votes beyond them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Final

from ballots.counting.contest import Amount, Contest, Option
from ballots.counting.formats.ballot_file import BallotFile, FileKind, Noted
from ballots.counting.formats.cells import Cell, cells_of
from ballots.counting.formats.errors import BallotFileProblem
from ballots.counting.formats.pabulib_labels import UNKNOWN, rule_of
from ballots.counting.formats.pabulib_votes import VoteType, read_votes
from ballots.counting.formats.source import MOST_OPTIONS, Source, is_number, shown, word
from ballots.counting.profile import Batch
from ballots.counting.rule import GreedyExclusive, Rule
from ballots.counting.trace import Step, step

_AMOUNT: Final = re.compile(rb"[0-9]{1,15}(?:\.[0-9]{1,9})?")
_MARKS: Final = (b"0", b"1", b"2", b"3")

Rows = list[list[Cell]]
"""Rows of cells with their places in the file."""


def read_pabulib(source: Source) -> BallotFile:
    """A .pb file; raises `BallotFileRefused` with all of its problems."""
    source.must_be_utf8()
    sections, votes = _sections(source)
    meta = _Meta(source, sections[b"META"])
    vote_type = meta.vote_type()
    options, selected = _projects(source, sections[b"PROJECTS"])
    places = {option.id.encode(): place for place, option in enumerate(options)}
    profile, spoilt = read_votes(source, votes, vote_type, places)
    budget = meta.amount(b"budget")
    rule = rule_of(
        meta.text(b"rule"),
        threshold=meta.number(b"min_project_score_threshold"),
        first_place=meta.number(b"max_length") if vote_type is VoteType.ORDINAL else 0,
    )
    meta.stated(b"num_projects", len(options))
    source.check()
    meta.stated(b"num_votes", sum(profile.counts.values()) + sum(spoilt.values()))
    source.check()
    contest = Contest(
        title=meta.text(b"description"),
        options=tuple(options),
        budget=budget,
        currency=meta.text(b"currency"),
    )
    return BallotFile(
        kind=FileKind.PABULIB,
        batch=Batch(contest=contest, profile=profile, spoilt=dict(spoilt)),
        rule=rule,
        selected=selected,
        notes=tuple(_notes(meta, rule, selected)),
    )


def _sections(source: Source) -> tuple[Mapping[bytes, Rows], int]:
    """The rows of META and PROJECTS, and where the header of VOTES begins."""
    sections: dict[bytes, Rows] = {b"META": [], b"PROJECTS": []}
    rows: Rows | None = None
    for at, line in source.lines(0, len(source.data)):
        title = line.strip().rstrip(b";").upper()
        if title == b"VOTES":
            return sections, at + len(line)
        if title in sections:
            rows = sections[title]
        elif title and rows is None:
            raise source.refusal(BallotFileProblem.SECTION, at, name="META")
        elif title and rows is not None:
            rows.append(cells_of(source, at, line, b";"))
            if len(rows) > MOST_OPTIONS + 1:
                raise source.refusal(BallotFileProblem.OPTIONS, at, most=MOST_OPTIONS)
    raise source.refusal(BallotFileProblem.SECTION, len(source.data) - 1, name="VOTES")


def _notes(meta: _Meta, rule: Rule | None, selected: Mapping[str, int]) -> Iterator[Step]:
    if rule is None:
        yield step(Noted.RULE, rule=meta.text(b"rule") or UNKNOWN)
    if isinstance(rule, GreedyExclusive):
        yield step(Noted.EXCLUSIVE)
    for mark in sorted(set(selected.values()) - {1}):
        options = tuple(option for option, each in selected.items() if each == mark)
        yield step(Noted.MARKED, n=len(options), mark=mark, options=options)
    if meta.text(b"comment"):
        yield step(Noted.COMMENT, comment=meta.text(b"comment"))


class _Meta:
    """Values of META by their keys; what is not there is empty or 0."""

    def __init__(self, source: Source, rows: Rows) -> None:
        self._source = source
        self._cells: dict[bytes, Cell] = {}
        for row in rows:
            if [cell.text.lower() for cell in row] == [b"key", b"value"] or not row:
                continue
            key, at = row[0].text, row[0].at
            if len(row) != 2:
                source.wrong(BallotFileProblem.CELLS, at, n=len(row), expected=2)
            elif key in self._cells:
                source.wrong(BallotFileProblem.DUPLICATE, at, name=word(key))
            else:
                self._cells[key] = row[1]

    def text(self, key: bytes) -> str:
        """A text that people may read."""
        cell = self._cells.get(key)
        return shown(str(cell)) if cell else ""

    def number(self, key: bytes) -> int:
        """A whole number from 0."""
        cell = self._cells.get(key)
        if cell and not is_number(cell.text):
            self._source.wrong(BallotFileProblem.NUMBER, cell.at, word=word(cell.text))
            return 0
        return int(cell.text) if cell else 0

    def amount(self, key: bytes) -> Amount:
        """An amount of money."""
        cell = self._cells.get(key)
        return _amount(self._source, cell) if cell else 0

    def stated(self, key: bytes, n: int) -> None:
        """Note a problem where a number is stated and it is not `n`."""
        if key in self._cells and self.number(key) != n:
            at, stated = self._cells[key].at, self.number(key)
            self._source.wrong(BallotFileProblem.STATED, at, name=key.decode(), stated=stated, n=n)

    def vote_type(self) -> VoteType:
        """How people voted; refuses a file that does not say it."""
        cell = self._cells.get(b"vote_type")
        if cell is None:
            raise self._source.refusal(BallotFileProblem.MISSING, 0, name="vote_type")
        if cell.text.decode() not in set(VoteType):
            known = ", ".join(VoteType)
            raise self._source.refusal(
                BallotFileProblem.VOTE_TYPE, cell.at, word=word(cell.text), known=known
            )
        return VoteType(cell.text.decode())


def _projects(source: Source, rows: Rows) -> tuple[list[Option], dict[str, int]]:
    """The projects, and the marks of those that were selected."""
    names = [cell.text.lower() for cell in rows[0]] if rows else []
    at = rows[0][0].at if names else 0
    for name in (b"project_id", b"cost"):
        if name not in names:
            raise source.refusal(BallotFileProblem.MISSING, at, name=name.decode())
    options: list[Option] = []
    selected: dict[str, int] = {}
    seen: set[bytes] = set()
    for row in rows[1:]:
        if len(row) != len(names):
            if row:
                facts = {"n": len(row), "expected": len(names)}
                source.wrong(BallotFileProblem.CELLS, row[0].at, **facts)
            continue
        cells = dict(zip(names, row, strict=True))
        option = _project(source, cells, seen)
        if option:
            options.append(option)
            mark = _mark(source, cells.get(b"selected"))
            if mark:
                selected[option.id] = mark
    if not options:
        source.wrong(BallotFileProblem.OPTIONS, at, most=MOST_OPTIONS)
    return options, selected


def _project(source: Source, cells: Mapping[bytes, Cell], seen: set[bytes]) -> Option | None:
    id, name = cells[b"project_id"], cells.get(b"name")
    cost = _amount(source, cells[b"cost"])
    if not id.text:
        source.wrong(BallotFileProblem.UNNAMED, id.at)
        return None
    if id.text in seen:
        source.wrong(BallotFileProblem.DUPLICATE, id.at, name=word(id.text))
        return None
    seen.add(id.text)
    return Option(
        id=source.id(str(id), id.at),
        name=shown(str(name)) if name else "",
        cost=cost,
    )


def _amount(source: Source, cell: Cell) -> Amount:
    if not _AMOUNT.fullmatch(cell.text):
        source.wrong(BallotFileProblem.AMOUNT, cell.at, word=word(cell.text))
        return 0
    amount = Fraction(str(cell))
    return int(amount) if amount.denominator == 1 else amount


def _mark(source: Source, cell: Cell | None) -> int:
    """Whether a project was selected, and in what way; 0 for one that was not."""
    if cell is None or not cell.text:
        return 0
    if cell.text not in _MARKS:
        source.wrong(BallotFileProblem.NUMBER, cell.at, word=word(cell.text))
        return 0
    return int(cell.text)
