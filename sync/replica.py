# SPDX-License-Identifier: AGPL-3.0-or-later
"""This kiosk's copy of the record: add, read, never change. An entry acknowledged is on disk.

Entries are kept as the bytes they came in, and of each segment only an unbroken run from entry 0.
A second entry with a number that is taken is a rival: kept apart as evidence, and the segment
takes no entry from that number on. What entries mean is not decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlite_utils import Database

from ballots.record.entry import Entry, decode
from ballots.record.forks import prove_fork
from ballots.record.kinds import ERASABLE
from sync.contents import Contents
from sync.database import create as create_file
from sync.database import open_for_reading, open_for_writing, told, transaction
from sync.errors import SyncError, SyncProblem
from sync.inspection import inspect
from sync.merging import Body, Merged, Merging, place_of
from sync.readers import Readers


class Replica(Contents):
    """One open record; safe to use from several threads. Use as a context, or `close` it."""

    def __init__(
        self, database: Database, path: Path, assembly: str | None, *, is_own: bool = True
    ) -> None:
        super().__init__(database, path, is_own=is_own)
        self._assembly = assembly
        self._watchers: list[Callable[[Merged], None]] = []
        self._revision = 0

    @classmethod
    def open(cls, path: Path | str, *, create: bool = False, read_only: bool = False) -> Self:
        """Open the record at `path`, after checking every page, signature, id and chain in it.

        Args:
            path: the database; its folder exists.
            create: make an empty record where there is no file. An existing one stays as it is.
            read_only: for verification; the file and its folder are not written to.

        Raises:
            SyncError: `record-missing`, `record-foreign`, `record-version`, `record-damaged`,
                `record-busy`, `record-unwritable` or `disk-full`. The file stays as it was.
        """
        path = Path(path)
        if not path.exists():
            if not create or read_only:
                raise SyncError(SyncProblem.RECORD_MISSING, file=str(path))
            create_file(path)
        database = open_for_reading(path) if read_only else open_for_writing(path)
        try:
            with told(path), Readers() as read:
                assembly = inspect(database, path, read)
        except BaseException:
            database.close()
            raise
        return cls(database, path, assembly, is_own=not read_only)

    def close(self) -> None:
        """Close the file; nothing is pending, so nothing can be lost here."""
        with self._lock:
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def append(self, entry: Entry) -> None:
        """Put the next entry of an own segment on disk; writing it again changes nothing.

        Raises:
            SyncError: as `add`.
        """
        self.add((entry,))

    def add(self, entries: Iterable[Entry]) -> int:
        """Put entries on disk, all or none, in any order; returns how many were new.

        Raises:
            SyncError: `gap` when one comes without the entry before it, `forked` when one
                contradicts what is held (the evidence is kept) or its segment is frozen,
                `other-assembly`, `too-many-segments`, `disk-full`, `record-busy`,
                `record-unwritable`.
            RecordRefused: for an entry 0 whose device is not certified.
        """
        merged = self._merge(entries, whole=True)
        if merged.contested:
            segment, number = merged.contested[0]
            raise SyncError(SyncProblem.FORKED, segment=segment, number=number)
        return merged.new

    def merge(self, entries: Iterable[Entry]) -> Merged:
        """Put on disk what fits, in any order, and say what became of the rest.

        Raises:
            SyncError: as `add`, but neither `gap` nor `forked`; then nothing was stored.
            RecordRefused: for an entry 0 whose device is not certified; nothing was stored.
        """
        return self._merge(entries, whole=False)

    def _merge(self, entries: Iterable[Entry], *, whole: bool) -> Merged:
        ordered = sorted(entries, key=place_of)
        with self._merging() as merging:
            for entry in ordered:
                merging.take(entry)
            merged = merging.finish()
            if whole and merged.missing:
                segment, number = merged.missing[0]
                raise SyncError(SyncProblem.GAP, segment=segment, number=number)
        self._tell(merged)
        return merged

    def keep_rivals(self, one: Entry, other: Entry) -> Merged:
        """Keep two entries of one segment and number; `missing` if the segment is not held.

        Raises:
            SyncError: as `merge`.
            RecordRefused: `fork`, for entries that do not contradict each other.
        """
        prove_fork(one, other)
        with self._merging() as merging:
            merging.oppose(one, other)
            merged = merging.finish()
        self._tell(merged)
        return merged

    def erase_body(self, entry_id: bytes) -> None:
        """Erase the body of an entry for good; a copy that comes later is not taken back.

        Raises:
            SyncError: `unknown-entry`; `body-stays` for a kind that is not personal.
        """
        with self._writing():
            known = self._read("SELECT entry FROM entries WHERE id = ?", entry_id)
            if not known:
                raise SyncError(SyncProblem.UNKNOWN_ENTRY, entry=entry_id.hex())
            entry = decode(known[0][0])
            if entry.header.kind not in ERASABLE:
                raise SyncError(SyncProblem.BODY_STAYS, entry=entry_id.hex())
            bare = entry.without_body().encode()
            self._database.execute(
                "UPDATE entries SET entry = ?, body = ? WHERE id = ?",
                (bare, Body.ERASED, entry_id),
            )
            self._database.execute("UPDATE rivals SET entry = ? WHERE id = ?", (bare, entry_id))
        with self._lock, told(self._path):
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @property
    def revision(self) -> int:
        """Rises with every write; what was read after it was looked at holds while it stays."""
        return self._revision

    @property
    def assembly(self) -> str | None:
        """The id of the assembly whose record this is; None while it is empty."""
        return self._assembly

    def watch(self, told: Callable[[Merged], None]) -> Callable[[], None]:
        """Call `told` after each commit that changed something, in the thread that made it.

        Returns a function that ends it.
        """
        with self._lock:
            self._watchers.append(told)

        def end() -> None:
            with self._lock, suppress(ValueError):  # ended before
                self._watchers.remove(told)

        return end

    def _tell(self, merged: Merged) -> None:
        with self._lock:
            watchers = tuple(self._watchers) if merged.changed else ()
        for watcher in watchers:
            watcher(merged)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._lock:
            try:
                with told(self._path), transaction(self._database):
                    yield
            finally:
                self._revision += 1  # before anybody can read what was written

    @contextmanager
    def _merging(self) -> Iterator[Merging]:
        with self._lock:
            with self._writing():
                merging = Merging(self._database, self._assembly)
                yield merging
            self._assembly = merging.assembly
