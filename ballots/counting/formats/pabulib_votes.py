# SPDX-License-Identifier: AGPL-3.0-or-later
"""The section VOTES of a .pb file. Only the cells of the vote are kept, nothing of a voter."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from operator import itemgetter
from typing import Any, Final

from ballots.counting.formats.cells import cells_of, cut
from ballots.counting.formats.errors import BallotFileProblem
from ballots.counting.formats.source import Source, is_number, word
from ballots.counting.formats.tally import Flaw, Found, Section, counted, flaw
from ballots.counting.profile import Approvals, Profile, Rankings, Scores, Spoilt


class VoteType(StrEnum):
    """How people voted, as META calls it."""

    APPROVAL = "approval"
    CHOOSE_1 = "choose-1"
    ORDINAL = "ordinal"
    CUMULATIVE = "cumulative"
    SCORING = "scoring"

    @property
    def columns(self) -> tuple[bytes, ...]:
        """The columns that hold a vote."""
        points = self in (VoteType.CUMULATIVE, VoteType.SCORING)
        return (b"vote", b"points") if points else (b"vote",)


def read_votes(
    source: Source, start: int, vote_type: VoteType, places: Mapping[bytes, int]
) -> tuple[Profile, Mapping[Spoilt, int]]:
    """The ballots, and those that are spoilt; problems are noted in the source.

    Args:
        source: the file.
        start: where the header of the section begins.
        vote_type: how people voted.
        places: the position of each project.
    """
    after = source.data.find(b"\n", start) + 1
    header = cells_of(source, start, source.data[start:after], b";")
    names = [cell.text.lower() for cell in header]
    missing = [name for name in vote_type.columns if name not in names]
    for name in missing:
        source.wrong(BallotFileProblem.MISSING, start, name=name.decode())
    if missing:
        source.check()
    columns = _Columns(len(names), tuple(names.index(name) for name in vote_type.columns))
    section = Section(
        source=source,
        start=after,
        end=len(source.data),
        keys=columns.keys,
        begins=columns.begins,
    )
    if names[0] == b"voter_id":
        _no_voter_twice(section)
    kind, read = _READ[vote_type]
    votes = _Votes(places)
    tally = section.tally(lambda key: None if key is None else read(votes, key))
    return kind(tally.counts), tally.spoilt


@dataclass(frozen=True, slots=True)
class _Columns:
    """How many cells a row has, and which of them hold the vote."""

    width: int
    wanted: tuple[int, ...]

    def keys(self, lines: list[bytes]) -> list[Any]:
        """What is read of each line: one cell, or a tuple of cells."""
        rows = [line.split(b";") for line in lines]
        if any(b'"' in line for line in lines) or any(len(row) != self.width for row in rows):
            return [self._key(line) for line in lines]
        return list(map(itemgetter(*self.wanted), rows))

    def begins(self, line: bytes) -> int:
        """Where in a line the vote begins."""
        cells = cut(line, b";")
        assert not isinstance(cells, Flaw)
        return cells[self.wanted[0]].at

    def _key(self, line: bytes) -> Hashable:
        """The same for a line that needs care; None for an empty one."""
        if line.isspace():
            return None
        n = line.count(b";") + 1
        if n != self.width and b'"' not in line:
            return flaw(BallotFileProblem.CELLS, n=n, expected=self.width)
        cells = cut(line, b";")
        if isinstance(cells, Flaw):
            return cells
        if len(cells) != self.width:
            return flaw(BallotFileProblem.CELLS, n=len(cells), expected=self.width)
        key: Hashable = itemgetter(*self.wanted)([cell.text for cell in cells])
        return key


def _no_voter_twice(section: Section) -> None:
    source, start, end = section.source, section.start, section.end
    rows = chain.from_iterable(source.chunks(start, end))
    voters = counted(source, start, (row.split(b";", 1)[0] for row in rows if b";" in row))
    twice = {voter for voter, n in voters.items() if n > 1}
    seen: set[bytes] = set()
    for at, row in source.lines(start, end) if twice else ():
        voter = row.split(b";", 1)[0]
        if voter in seen:
            source.wrong(BallotFileProblem.VOTER, at)
        if voter in twice:
            seen.add(voter)


class _Votes:
    """Reads votes; `places` maps a project to its position."""

    def __init__(self, places: Mapping[bytes, int]) -> None:
        self._places = places
        self._ranks = [(place,) for place in range(len(places))]
        self._pairs: dict[tuple[int, int], tuple[int, int]] = {}

    def approval(self, cell: bytes) -> Found:
        marked = self._marked(cell)
        return 1, marked if isinstance(marked, Spoilt) else tuple(sorted(marked))

    def choice(self, cell: bytes) -> Found:
        marked = self._marked(cell)
        if isinstance(marked, Spoilt):
            return 1, marked
        return 1, Spoilt.OVER_MARKED if len(marked) > 1 else tuple(marked)

    def order(self, cell: bytes) -> Found:
        marked = self._marked(cell)
        if isinstance(marked, Spoilt):
            return 1, marked
        return 1, tuple([self._ranks[place] for place in marked])

    def points(self, cells: tuple[bytes, bytes]) -> Found:
        marked = self._marked(cells[0])
        points = [each.strip() for each in cells[1].split(b",")] if cells[1].strip() else []
        named = cells[0].count(b",") + 1 if cells[0].strip() else 0
        if len(points) != named:
            return flaw(BallotFileProblem.POINTS, n=len(points), expected=named)
        for each in points:
            if not is_number(each.removeprefix(b"-")):
                return flaw(BallotFileProblem.NUMBER, word=word(each))
        if isinstance(marked, Spoilt):
            return 1, marked
        given = sorted(zip(marked, map(int, points), strict=True))
        return 1, tuple([self._pairs.setdefault(pair, pair) for pair in given])

    def _marked(self, cell: bytes) -> list[int] | Spoilt:
        """The projects of a vote in its order, or why it is spoilt."""
        try:
            marked = [self._places[each] for each in cell.strip().split(b",")]
        except KeyError:
            if not cell.strip():
                return []
            named = [each.strip() for each in cell.split(b",")]
            if any(each not in self._places for each in named):
                return Spoilt.UNKNOWN_OPTION
            marked = [self._places[each] for each in named]
        return marked if len(set(marked)) == len(marked) else Spoilt.REPEATED


_Kind = tuple[Callable[[Mapping[Any, int]], Profile], Callable[[_Votes, Any], Found]]

_READ: Final[Mapping[VoteType, _Kind]] = {
    VoteType.APPROVAL: (Approvals, _Votes.approval),
    VoteType.CHOOSE_1: (Approvals, _Votes.choice),
    VoteType.ORDINAL: (Rankings, _Votes.order),
    VoteType.CUMULATIVE: (Scores, _Votes.points),
    VoteType.SCORING: (Scores, _Votes.points),
}
