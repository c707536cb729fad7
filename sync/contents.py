# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a record holds, as it is read: tips, entries, the evidence of forks.

Everything in it was verified when it was stored, and again when the file was opened; so what is
read from a kiosk's own is only held against its id. A file that was opened to be verified may lie
on a stick that tells something else the second time, and is verified whenever it is read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from heapq import merge as in_order
from itertools import groupby
from pathlib import Path
from threading import RLock
from typing import Any

from sqlite_utils import Database

from ballots.record.entry import Entry, decode, recall
from ballots.record.errors import RecordProblem, RecordRefused
from ballots.record.opening import author_of
from sync.database import told
from sync.errors import SyncError, SyncProblem
from sync.heads import Tip
from sync.merging import place_of

PAGE = 500  # entries that are read at once

# From segment to segment, and to the last entry of each, by the index: of a record of any length
# no more rows are looked at than it has segments.
TIPS = """
    WITH RECURSIVE segments(segment) AS (
        SELECT MIN(segment) FROM entries
        UNION ALL
        SELECT (SELECT MIN(segment) FROM entries WHERE segment > segments.segment)
        FROM segments WHERE segment IS NOT NULL
    )
    SELECT entries.segment, number, id FROM segments JOIN entries ON
        entries.segment = segments.segment AND number = (
            SELECT MAX(number) FROM entries WHERE segment = segments.segment AND number < IFNULL(
                (SELECT MIN(number) FROM rivals WHERE segment = segments.segment), 1 << 32))
    ORDER BY entries.segment
"""


class Contents:
    """Those of one open record; safe to use from several threads."""

    def __init__(self, database: Database, path: Path, *, is_own: bool) -> None:
        self._database = database
        self._entry = recall if is_own else _verified
        self._path = path
        self._lock = RLock()

    def __len__(self) -> int:
        """How many entries are held, rivals not counted."""
        count: int = self._read("SELECT COUNT(*) FROM entries")[0][0]
        return count

    def __contains__(self, entry_id: bytes) -> bool:
        return bool(self._read("SELECT 1 FROM entries WHERE id = ?", entry_id))

    def heads(self) -> dict[str, int]:
        """Segment → number of the last entry held and not contested, in the order of segments."""
        return {segment: tip.number for segment, tip in self.tips().items()}

    def tips(self) -> dict[str, Tip]:
        """Segment → last entry held and not contested, in the order of segments."""
        rows = self._read(TIPS)
        return {segment: Tip(number, entry_id) for segment, number, entry_id in rows}

    def authors(self) -> dict[str, str]:
        """Segment → key (hex) of the device that writes it, in the order of segments."""
        rows = self._read(
            "SELECT segment, number, id, entry FROM entries WHERE number = 0 ORDER BY segment"
        )
        return {first.header.segment: author_of(first) for first in self._recalled(rows)}

    def frozen(self) -> dict[str, int]:
        """Segment → the lowest number that two entries bear; from there on nothing is taken."""
        return dict(self._read("SELECT segment, MIN(number) FROM rivals GROUP BY segment"))

    def encoded(self, segment: str, after: int, limit: int, most: int) -> tuple[bytes, ...]:
        """Entries `after + 1` onwards as bytes: at most `limit`, and `most` bytes together."""
        rows = self._read(
            "SELECT entry FROM entries WHERE segment = ? AND number > ? ORDER BY number LIMIT ?",
            segment,
            after,
            limit,
        )
        chosen, size = [], 0
        for (encoded,) in rows:
            size += len(encoded)
            if size > most:
                break
            chosen.append(encoded)
        return tuple(chosen)

    def entries(self, segment: str, after: int = -1, limit: int = PAGE) -> tuple[Entry, ...]:
        """Entries `after + 1` onwards of one segment, at most `limit`, in order."""
        rows = self._read(
            "SELECT segment, number, id, entry FROM entries WHERE segment = ? AND number > ? "
            "ORDER BY number LIMIT ?",
            segment,
            after,
            limit,
        )
        return tuple(self._recalled(rows))

    def rivals(self) -> tuple[Entry, ...]:
        """All entries that contradict another, in canonical order: the evidence of forks."""
        rows = self._read(
            "SELECT segment, number, id, entry FROM rivals ORDER BY segment, number, id"
        )
        return tuple(self._recalled(rows))

    def rival_pairs(self, segments: Collection[str]) -> tuple[tuple[Entry, Entry], ...]:
        """The evidence of the forks in `segments`: of each number the first with each other."""
        pairs = []
        for _, group in groupby(self.rivals(), key=lambda rival: place_of(rival)[:2]):
            first, *others = group
            pairs += [(first, other) for other in others if first.header.segment in segments]
        return tuple(pairs)

    def everything(self) -> Iterator[Entry]:
        """Every entry and every rival once, in canonical order: segment, number, id.

        What is added meanwhile may or may not be included; each segment is an unbroken run.
        """
        rivals = self.rivals()
        for (segment,) in self._read(
            "SELECT segment FROM entries UNION SELECT segment FROM rivals ORDER BY segment"
        ):
            apart = [
                rival
                for rival in rivals
                if rival.header.segment == segment and rival.id not in self
            ]
            yield from in_order(self._run(segment), apart, key=place_of)

    def _run(self, segment: str) -> Iterator[Entry]:
        after = -1
        while page := self.entries(segment, after):
            yield from page
            after = page[-1].header.number

    def _recalled(self, rows: Iterable[tuple[str, int, bytes, bytes]]) -> Iterator[Entry]:
        """Entries by their ids (SyncError: `record-damaged`, where one is another by now)."""
        for segment, number, id_, encoded in rows:
            try:
                yield self._entry(encoded, id_)
            except RecordRefused as refusal:
                file, place = str(self._path), f"{segment}/{number}"
                raise SyncError(SyncProblem.RECORD_DAMAGED, file=file, place=place) from refusal

    def _read(self, sql: str, *values: str | int | bytes) -> list[Any]:
        with self._lock, told(self._path):
            return self._database.execute(sql, values).fetchall()


def _verified(encoded: bytes, id_: bytes) -> Entry:
    """As `recall`, believing nothing."""
    entry = decode(encoded)
    if entry.id != id_:
        raise RecordRefused(RecordProblem.SIGNATURE, what="entry")
    return entry
