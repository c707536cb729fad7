# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether what a database holds is a record: every signature, id and chain, once at opening."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database

from ballots.record.entry import NO_PREVIOUS, Entry, decode
from ballots.record.errors import RecordRefused
from ballots.record.opening import check_opening
from sync.errors import SyncError, SyncProblem
from sync.merging import Body


def inspect(database: Database, path: Path) -> str | None:
    """The assembly of the record; None when it is empty.

    Raises:
        SyncError: `record-damaged`, naming the first segment and number that are not as they
            were written.
    """
    assemblies: set[str] = set()
    before: Entry | None = None
    for segment, number, entry_id, body, encoded in database.execute(
        "SELECT segment, number, id, body, entry FROM entries ORDER BY segment, number"
    ):
        entry = _written(encoded, segment, number, entry_id)
        if entry is None or not _follows(entry, before) or body not in _bodies(entry):
            raise _damaged(path, segment, number)
        before = entry
        assemblies.add(entry.header.assembly)
    for segment, number, entry_id, encoded in database.execute(
        "SELECT segment, number, id, entry FROM rivals ORDER BY segment, number, id"
    ):
        rival = _written(encoded, segment, number, entry_id)
        if rival is None:
            raise _damaged(path, segment, number)
        assemblies.add(rival.header.assembly)
    if len(assemblies) > 1:
        raise _damaged(path, "assembly", 0)
    return next(iter(assemblies), None)


def _written(encoded: bytes, segment: str, number: int, entry_id: bytes) -> Entry | None:
    try:
        entry = decode(encoded)
    except RecordRefused:
        return None
    written = (entry.header.segment, entry.header.number, entry.id)
    return entry if written == (segment, number, entry_id) else None


def _follows(entry: Entry, before: Entry | None) -> bool:
    if before is not None and before.header.segment == entry.header.segment:
        number, previous = before.header.number + 1, before.id.hex()
        return (entry.header.number, entry.header.previous) == (number, previous)
    if entry.header.previous != NO_PREVIOUS:
        return False
    try:
        check_opening(entry)
    except RecordRefused:
        return False
    return True


def _bodies(entry: Entry) -> tuple[Body, ...]:
    return (Body.WHOLE,) if entry.body is not None else (Body.WITHHELD, Body.ERASED)


def _damaged(path: Path, segment: str, number: int) -> SyncError:
    place = f"{segment}/{number}"
    return SyncError(SyncProblem.RECORD_DAMAGED, file=str(path), place=place)
