# SPDX-License-Identifier: AGPL-3.0-or-later
"""How one entry meets those that are held: new, known, filled in, missing its way, or a rival."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf

from sqlite_utils import Database

from ballots.record.entry import NO_PREVIOUS, Entry, decode
from ballots.record.kinds import Kind
from ballots.record.opening import check_opening
from sync.errors import SyncError, SyncProblem
from sync.heads import MAX_SEGMENTS, Tip

MAX_RIVALS = 8  # kept of one segment; two prove the fork

Place = tuple[str, int]  # segment and number


class Body(StrEnum):
    """What is held of an entry's body."""

    WHOLE = "whole"
    WITHHELD = "withheld"  # it came without; a copy that has it fills it in
    ERASED = "erased"  # erased here, for good


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What became of the entries that were offered.

    `heads` are the tips that moved, back to before the fork where there is a new one; `forked`
    are the segments with new evidence, each with the number from which it is frozen now. `kinds`
    are those of new entries.
    """

    new: int = 0
    known: int = 0
    filled: int = 0  # known, but their withheld body was not
    missing: tuple[Place, ...] = ()  # not stored: they don't follow what is held
    contested: tuple[Place, ...] = ()  # not in the chain: rivals, and what comes after a fork
    heads: Mapping[str, Tip] = field(default_factory=dict)
    forked: Mapping[str, int] = field(default_factory=dict)
    kinds: frozenset[Kind] = frozenset()

    @property
    def changed(self) -> bool:
        """Whether anything on disk is different now."""
        return bool(self.new or self.filled or self.forked)


def place_of(entry: Entry) -> tuple[str, int, bytes]:
    """What canonical order goes by."""
    return entry.header.segment, entry.header.number, entry.id


class Merging:
    """Takes entries in canonical order inside one transaction; `finish` says what came of them.

    `assembly` is that of the record, None while it is empty.
    """

    def __init__(self, database: Database, assembly: str | None) -> None:
        self.assembly = assembly
        self._database = database
        self._tips: dict[str, Tip | None] = {}
        self._frozen_at: dict[str, float] = {}
        self._moved: dict[str, Tip] = {}
        self._forked: dict[str, int] = {}
        self._missing: list[Place] = []
        self._contested: list[Place] = []
        self._kinds: set[Kind] = set()
        self._chained: list[tuple[str, int, bytes, Body, bytes]] = []  # not in the table yet
        self._new = self._known = self._filled = 0

    def finish(self) -> Merged:
        """What became of everything that was taken."""
        self._insert()
        return Merged(
            new=self._new,
            known=self._known,
            filled=self._filled,
            missing=tuple(self._missing),
            contested=tuple(self._contested),
            heads=self._moved | self._cut_short(),
            forked=dict(self._forked),
            kinds=frozenset(self._kinds),
        )

    def take(self, entry: Entry) -> None:
        """Chain the entry, recognise it, keep it as a rival, or set it aside.

        Raises:
            SyncError: `other-assembly`, `too-many-segments`.
            RecordRefused: for an entry 0 whose device is not certified.
        """
        self._belongs(entry)
        segment, number = place = entry.header.segment, entry.header.number
        tip = self._tip(segment)
        after, previous = (tip.number, tip.id.hex()) if tip else (-1, NO_PREVIOUS)
        if number <= after:
            self._meet(entry)
        elif number >= self._frozen(segment):
            self._contested.append(place)
        elif number == after + 1 and entry.header.previous == previous:
            self._chain(entry)
        else:
            self._missing.append(place)

    def oppose(self, one: Entry, other: Entry) -> None:
        """Keep two entries of one number as evidence, if who wrote them is known.

        Of one segment the `MAX_RIVALS` lowest by number and id are kept, so that all replicas
        end with the same ones whatever order they heard of them in.
        """
        self._belongs(one)
        segment, number = place = one.header.segment, one.header.number
        if self._tip(segment) is None and number > 0:
            self._missing.append(place)
            return
        if number == 0:
            check_opening(one)
            check_opening(other)
        offered = {(rival.header.number, rival.id): rival for rival in (one, other)}
        held = set(
            self._database.execute("SELECT number, id FROM rivals WHERE segment = ?", (segment,))
        )
        kept = sorted(held | set(offered))[:MAX_RIVALS]
        for key in held.difference(kept):
            self._database.execute(
                "DELETE FROM rivals WHERE segment = ? AND number = ? AND id = ?", (segment, *key)
            )
        for key in sorted(set(kept) - held):
            self._database.execute(
                "INSERT INTO rivals VALUES (?, ?, ?, ?)", (segment, *key, offered[key].encode())
            )
            self._forked[segment] = self._frozen_at[segment] = kept[0][0]
        self._contested.append(place)

    def _cut_short(self) -> dict[str, Tip]:
        """The last entries before new forks."""
        rows = {
            segment: self._database.execute(
                "SELECT number, id FROM entries WHERE segment = ? AND number < ? "
                "ORDER BY number DESC LIMIT 1",
                (segment, number),
            ).fetchone()
            for segment, number in self._forked.items()
        }
        return {segment: Tip(*row) for segment, row in rows.items() if row}

    def _belongs(self, entry: Entry) -> None:
        assembly = entry.header.assembly
        if self.assembly not in (None, assembly):
            raise SyncError(SyncProblem.OTHER_ASSEMBLY, assembly=assembly)
        self.assembly = assembly

    def _tip(self, segment: str) -> Tip | None:
        if segment not in self._tips:
            row = self._database.execute(
                "SELECT number, id FROM entries WHERE segment = ? ORDER BY number DESC LIMIT 1",
                (segment,),
            ).fetchone()
            self._tips[segment] = Tip(*row) if row else None
        return self._tips[segment]

    def _frozen(self, segment: str) -> float:
        if segment not in self._frozen_at:
            (number,) = self._database.execute(
                "SELECT MIN(number) FROM rivals WHERE segment = ?", (segment,)
            ).fetchone()
            self._frozen_at[segment] = inf if number is None else float(number)
        return self._frozen_at[segment]

    def _chain(self, entry: Entry) -> None:
        segment, number = entry.header.segment, entry.header.number
        if number == 0:
            check_opening(entry)
            self._has_room()
        body = Body.WITHHELD if entry.body is None else Body.WHOLE
        self._chained.append((segment, number, entry.id, body, entry.encode()))
        self._tips[segment] = self._moved[segment] = Tip(number, entry.id)
        self._kinds.add(entry.header.kind)
        self._new += 1

    def _insert(self) -> None:
        """Put what was chained into the table, which is to be done before it is looked at."""
        self._database.conn.executemany(
            "INSERT INTO entries VALUES (?, ?, ?, ?, ?)", self._chained
        )
        self._chained.clear()

    def _has_room(self) -> None:
        self._insert()
        (count,) = self._database.execute(
            "SELECT COUNT(*) FROM entries WHERE number = 0"
        ).fetchone()
        if count >= MAX_SEGMENTS:
            raise SyncError(SyncProblem.TOO_MANY_SEGMENTS, most=MAX_SEGMENTS)

    def _meet(self, entry: Entry) -> None:
        self._insert()
        held_id, body, encoded = self._database.execute(
            "SELECT id, body, entry FROM entries WHERE segment = ? AND number = ?",
            (entry.header.segment, entry.header.number),
        ).fetchone()
        if held_id != entry.id:
            self._contradict(decode(encoded), entry)
        elif body == Body.WITHHELD and entry.body is not None:
            self._database.execute(
                "UPDATE entries SET entry = ?, body = ? WHERE id = ?",
                (entry.encode(), Body.WHOLE, entry.id),
            )
            self._filled += 1
        else:
            self._known += 1

    def _contradict(self, held: Entry, entry: Entry) -> None:
        """The first contradiction is evidence; those after it only follow from it."""
        segment, number = entry.header.segment, entry.header.number
        if number <= self._frozen(segment):
            self.oppose(held, entry)
        else:
            self._contested.append((segment, number))
