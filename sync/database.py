# SPDX-License-Identifier: AGPL-3.0-or-later
"""The file of a record: created whole, opened durable, refused when foreign or damaged."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from sync.durable import draft_of, put_in_place
from sync.errors import SyncError, SyncProblem

APPLICATION_ID = 0x55524E41  # "URNA", as `file` and SQLite's own tools show it
SCHEMA_VERSION = 1
# In this order: the change to WAL unlinks the journal of the creation, and only EXTRA syncs the
# folder after that. Without it a power cut on the first day can lose everything.
DURABLE = (
    "PRAGMA synchronous=EXTRA",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
)
_BUSY_SECONDS = 5.0

_PROBLEMS = {
    sqlite3.SQLITE_FULL: SyncProblem.DISK_FULL,
    sqlite3.SQLITE_BUSY: SyncProblem.RECORD_BUSY,
    sqlite3.SQLITE_LOCKED: SyncProblem.RECORD_BUSY,
    sqlite3.SQLITE_READONLY: SyncProblem.RECORD_UNWRITABLE,
    sqlite3.SQLITE_PERM: SyncProblem.RECORD_UNWRITABLE,
    sqlite3.SQLITE_CANTOPEN: SyncProblem.RECORD_UNWRITABLE,
    sqlite3.SQLITE_IOERR: SyncProblem.RECORD_UNWRITABLE,
    sqlite3.SQLITE_NOTADB: SyncProblem.RECORD_FOREIGN,
}


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turns what SQLite and the file system raise into a `SyncError` about `path`."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a connection used after its end is our own fault
    except sqlite3.Error as error:
        problem = _PROBLEMS.get(_primary(error), SyncProblem.RECORD_DAMAGED)
        raise SyncError(problem, file=str(path), place="sqlite") from error
    except OSError as error:
        raise SyncError(SyncProblem.RECORD_UNWRITABLE, file=str(path)) from error


def _primary(error: sqlite3.Error) -> int:
    """SQLite's primary result code; errors of Python's own making (text that is none) lack it."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return code & 0xFF


def create(path: Path) -> None:
    """Makes an empty record at `path`, which exists only when it is complete and on disk.

    What an interrupted creation left behind is thrown away: it never held an entry.
    """
    with told(path):
        draft = draft_of(path)
        for leftover in (draft, draft.with_name(draft.name + "-journal")):
            leftover.unlink(missing_ok=True)
        database = _connected(f"{draft.absolute().as_uri()}?mode=rwc")
        _lay_out(database)
        database.close()
        put_in_place(draft, path)


def open_for_writing(path: Path) -> Database:
    """The record at `path`, intact as far as SQLite can tell, with every commit durable."""
    with told(path):
        database = _connected(f"{path.absolute().as_uri()}?mode=rw")
        with _closed_on_failure(database):
            _recognise(database, path)
            for pragma in DURABLE:
                database.execute(pragma)
        return database


def open_for_reading(path: Path) -> Database:
    """The record at `path`, never written to; nothing new appears beside it either."""
    with told(path):
        # Without a log nobody is writing, and only `immutable` keeps SQLite from making one.
        log = path.with_name(path.name + "-wal")
        database = _connected(
            f"{path.absolute().as_uri()}?mode=ro" + ("" if log.exists() else "&immutable=1")
        )
        with _closed_on_failure(database):
            _recognise(database, path)
        return database


@contextmanager
def transaction(database: Database) -> Iterator[None]:
    """All or nothing, on disk when it ends; the write lock is taken at the beginning."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        database.rollback()
        raise


def _connected(uri: str) -> Database:
    connection = sqlite3.connect(
        uri, uri=True, isolation_level=None, check_same_thread=False, timeout=_BUSY_SECONDS
    )
    return Database(connection, recursive_triggers=False, execute_plugins=False)


@contextmanager
def _closed_on_failure(database: Database) -> Iterator[None]:
    try:
        yield
    except BaseException:
        database.close()
        raise


def _lay_out(database: Database) -> None:
    database.execute("PRAGMA synchronous=EXTRA")
    columns = {"segment": str, "number": int, "id": bytes, "body": str, "entry": bytes}
    with transaction(database):
        entries = database.table("entries").create(
            columns, pk=("segment", "number"), not_null=columns, strict=True
        )
        entries.create_index(["id"], unique=True)
        del columns["body"]
        database.table("rivals").create(
            columns, pk=("segment", "number", "id"), not_null=columns, strict=True
        )
        database.execute(f"PRAGMA application_id={APPLICATION_ID}")
        database.execute(f"PRAGMA user_version={SCHEMA_VERSION}")


def _recognise(database: Database, path: Path) -> None:
    """Refuses what is not a record of this version, or is damaged below the level of entries."""
    if _pragma(database, "application_id") != APPLICATION_ID:
        raise SyncError(SyncProblem.RECORD_FOREIGN, file=str(path))
    version = _pragma(database, "user_version")
    if version != SCHEMA_VERSION:
        raise SyncError(SyncProblem.RECORD_VERSION, file=str(path), version=str(version))
    if _pragma(database, "integrity_check") != "ok":
        raise SyncError(SyncProblem.RECORD_DAMAGED, file=str(path), place="integrity_check")


def _pragma(database: Database, name: str) -> int | str:
    value: int | str = database.execute(f"PRAGMA {name}").fetchone()[0]
    return value
