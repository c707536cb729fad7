# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lets the product's own code work on a disk that is recorded: its SQL, its pragmas, its renames.

SQLite's calls come in through a VFS of APSW, those of `sync.database` and `sync.durable` through
`os`. Everything is done in a real folder as well, except that nothing waits for a sync. What lies
in shared memory (`-shm`) is no part of the disk: SQLite makes it anew.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote, urlsplit

import apsw
from sqlite_utils import Database

from sync import database
from tests.simulator.disk import Disk, Files

NAME = "urna-recorded"
_JOURNALS = apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL | apsw.SQLITE_OPEN_WAL
_OPEN = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI
_BUSY = 5_000  # milliseconds
_disks: dict[str, Disk] = {}  # folder → what is done to it
_unlink, _replace, _fsync, _stock = os.unlink, os.replace, os.fsync, database._connected


class _File(apsw.VFSFile):
    def __init__(self, path: str, given: str | apsw.URIFilename, flags: list[int]) -> None:
        folder, name = os.path.split(path)
        self._disk = _disks[folder]
        # As SQLite does on unix: the first sync of a new journal syncs the folder too.
        self._is_new_journal = bool(flags[0] & _JOURNALS) and not os.path.exists(path)  # noqa: PTH110
        super().__init__("unix", given, flags)
        self._file = self._disk.file(name)

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: ANN401, N802 - a buffer; SQLite's name
        self._disk.write(self._file, offset, bytes(data))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        self._disk.resize(self._file, newsize)
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: ARG002, N802
        self._disk.sync(self._file)
        if self._is_new_journal:
            self._is_new_journal = False
            self._disk.sync_folder()


class _System(apsw.VFS):
    def __init__(self) -> None:
        super().__init__(NAME, "unix")

    def xOpen(  # noqa: N802
        self, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> apsw.VFSFile:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        if path is None or name is None:
            return apsw.VFSFile("unix", name, flags)
        return _File(path, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        folder, name = os.path.split(filename)
        super().xDelete(filename, False)
        _disks[folder].remove(name)
        if syncdir:
            _disks[folder].sync_folder()


_system = _System()


class Rows:
    """An APSW cursor with the manners of the standard library's."""

    def __init__(self, cursor: apsw.Cursor) -> None:
        self._cursor = cursor
        self.fetchone, self.fetchall = cursor.fetchone, cursor.fetchall

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cursor)

    @property
    def description(self) -> object:
        try:
            return self._cursor.description
        except apsw.ExecutionCompleteError:
            return None


@contextmanager
def _told_as_sqlite3() -> Iterator[None]:
    try:
        yield
    except apsw.Error as error:
        told = sqlite3.OperationalError(str(error))
        told.sqlite_errorcode = max(apsw.SQLITE_ERROR, getattr(error, "result", -1))
        raise told from error


class Connection:
    """What `sqlite_utils.Database` and the replica ask of a connection, answered by APSW's."""

    isolation_level = None

    def __init__(self, uri: str) -> None:
        self._apsw = apsw.Connection(uri, flags=_OPEN, vfs=NAME)
        self._apsw.set_busy_timeout(_BUSY)

    @property
    def in_transaction(self) -> bool:
        return self._apsw.in_transaction

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Rows:
        with _told_as_sqlite3():
            return Rows(self._apsw.execute(sql, values))

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> Rows:
        with _told_as_sqlite3():
            return Rows(self._apsw.executemany(sql, rows))

    def close(self) -> None:
        self._apsw.close()


def _connected(uri: str) -> Database:
    folder, _ = os.path.split(unquote(urlsplit(uri).path))
    if folder not in _disks:
        return _stock(uri)
    stands_in: Any = Connection(uri)
    return Database(stands_in, recursive_triggers=False, execute_plugins=False)


@contextmanager
def recording() -> Iterator[None]:
    """Meanwhile every record is opened on the disk that is attached to its folder."""
    with ExitStack() as stack:
        for name, instead in (("unlink", _unlinked), ("replace", _replaced), ("fsync", _synced)):
            stack.enter_context(patch.object(os, name, instead))
        stack.enter_context(patch.object(database, "_connected", _connected))
        yield


def attach(folder: Path, disk: Disk) -> None:
    """What is done in the folder is recorded on the disk."""
    _disks[str(folder)] = disk


def forget(folder: Path) -> None:
    """Nothing more is recorded of a folder."""
    _disks.pop(str(folder), None)


def lay_down(files: Files, folder: Path) -> None:
    """Files as a disk at rest holds them."""
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _unlinked(path: str | Path, **how: Any) -> None:  # noqa: ANN401
    _unlink(path, **how)
    folder, name = os.path.split(path)
    if disk := _disks.get(folder):
        disk.remove(name)


def _replaced(path: str | Path, to: str | Path) -> None:
    _replace(path, to)
    folder, name = os.path.split(path)
    if disk := _disks.get(folder):
        disk.rename(name, os.path.basename(to))  # noqa: PTH119


def _synced(descriptor: int) -> None:
    """Only of folders: what SQLite syncs comes in below."""
    here = os.fstat(descriptor)
    for folder, disk in _disks.items():
        if os.path.samestat(here, os.stat(folder)):  # noqa: PTH116
            disk.sync_folder()
            return
    _fsync(descriptor)
