# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether what a database holds is a record: every signature, id and chain, once at opening."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from ballots.record.entry import NO_PREVIOUS, Entry, decode
from ballots.record.errors import RecordRefused
from ballots.record.opening import check_opening
from sync.errors import SyncError, SyncProblem
from sync.merging import Body
from sync.readers import Read

AT_ONCE = 1_000  # rows


def inspect(database: Database, path: Path, read: Read) -> str | None:
    """The assembly of the record; None when it is empty.

    Raises:
        SyncError: `record-damaged`, naming the first segment and number that are not as they
            were written.
    """
    assemblies: set[str] = set()
    before: Entry | None = None
    rows = database.execute(
        "SELECT segment, number, id, entry, body FROM entries ORDER BY segment, number"
    )
    for (segment, number, _, _, body), entry in _read_all(rows, read):
        if entry is None or not _follows(entry, before) or body not in _bodies(entry):
            raise _damaged(path, segment, number)
        before = entry
        assemblies.add(entry.header.assembly)
    rows = database.execute(
        "SELECT segment, number, id, entry FROM rivals ORDER BY segment, number, id"
    )
    for (segment, number, _, _), rival in _read_all(rows, read):
        if rival is None:
            raise _damaged(path, segment, number)
        assemblies.add(rival.header.assembly)
    if len(assemblies) > 1:
        raise _damaged(path, "assembly", 0)
    return next(iter(assemblies), None)


def _read_all(rows: Iterator[Any], read: Read) -> Iterator[tuple[Any, Entry | None]]:
    """Each row with its entry; None where that is not what the row says."""
    while several := list(islice(rows, AT_ONCE)):
        for row, entry in zip(several, _decoded([row[3] for row in several], read), strict=True):
            is_it = entry and (entry.header.segment, entry.header.number, entry.id) == row[:3]
            yield row, entry if is_it else None


def _decoded(encoded: Sequence[bytes], read: Read) -> Sequence[Entry | None]:
    """All at once, or each by itself where one of them is damaged."""
    try:
        return tuple(read(encoded))
    except RecordRefused:
        return tuple(map(_decoded_alone, encoded))


def _decoded_alone(encoded: bytes) -> Entry | None:
    try:
        return decode(encoded)
    except RecordRefused:
        return None


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
