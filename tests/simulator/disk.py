# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a folder's disk may hold after the process, or the power, is gone.

A disk is a log of what was done to the files of one folder. From its first `until` operations
follow the one state that a killed process leaves, and the many that a power cut may leave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

SECTOR = 512  # bytes that are written wholly or not at all

Files = Mapping[str, bytes]  # a disk at rest: name in the folder → content


class Promise(StrEnum):
    """What a file system keeps of a folder's entries that was not asked to sync."""

    POSIX = "posix"  # nothing: each made, removed or renamed entry may be undone
    EXT4 = "ext4"  # in order, up to some point; at least to the last sync of a changed size


@dataclass(frozen=True, slots=True)
class Made:
    """A new file has a name."""

    file: int
    name: str


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes were put into a file."""

    file: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Resized:
    """A file was cut short, or made longer with zeros."""

    file: int
    size: int


@dataclass(frozen=True, slots=True)
class Synced:
    """A file was synced; `commits` if its size had changed, so that ext4 writes its journal."""

    file: int
    commits: bool


@dataclass(frozen=True, slots=True)
class Removed:
    """A name is gone."""

    name: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """A file has another name; what bore that name is gone."""

    name: str
    to: str


@dataclass(frozen=True, slots=True)
class FolderSynced:
    """The folder's entries are on disk."""


Operation = Made | Written | Resized | Synced | Removed | Renamed | FolderSynced
OF_THE_FOLDER = (Made, Removed, Renamed)


@dataclass
class Disk:
    """`files` lay on it, durably, when the log began."""

    files: Files = field(default_factory=dict)
    log: list[Operation] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._named = dict(zip(self.files, range(len(self.files)), strict=True))
        self._made = len(self.files)
        self._sizes = {file: len(self.files[name]) for name, file in self._named.items()}
        self._synced_sizes = dict(self._sizes)

    def file(self, name: str) -> int:
        """The file of this name, made if there is none."""
        if name not in self._named:
            self._named[name] = self._made
            self._sizes[self._made] = 0
            self.log.append(Made(self._made, name))
            self._made += 1
        return self._named[name]

    def write(self, file: int, offset: int, data: bytes) -> None:
        self._sizes[file] = max(self._sizes[file], offset + len(data))
        self.log.append(Written(file, offset, data))

    def resize(self, file: int, size: int) -> None:
        self._sizes[file] = size
        self.log.append(Resized(file, size))

    def sync(self, file: int) -> None:
        commits = self._synced_sizes.get(file) != self._sizes[file]
        self._synced_sizes[file] = self._sizes[file]
        self.log.append(Synced(file, commits))

    def remove(self, name: str) -> None:
        if self._named.pop(name, None) is not None:
            self.log.append(Removed(name))

    def rename(self, name: str, to: str) -> None:
        self._named[to] = self._named.pop(name)
        self.log.append(Renamed(name, to))

    def sync_folder(self) -> None:
        self.log.append(FolderSynced())

    def as_written(self, until: int | None = None) -> Files:
        """The system's own view, which outlives every process."""
        return self._replayed(self.log[:until])

    def after_a_cut(self, until: int, promise: Promise, chance: Random) -> Files:
        """One of the states that a power cut may leave after the first `until` operations."""
        return self._replayed(_survivors(self.log[:until], promise, chance))

    def _replayed(self, log: list[Operation]) -> Files:
        contents = {file: bytearray(self.files[name]) for file, name in enumerate(self.files)}
        named = {name: file for file, name in enumerate(self.files)}
        for operation in log:
            match operation:
                case Made(file, name):
                    named[name] = file
                    contents.setdefault(file, bytearray())
                case Written(file, offset, data):
                    content = contents.setdefault(file, bytearray())
                    content.extend(bytes(max(0, offset - len(content))))
                    content[offset : offset + len(data)] = data
                case Resized(file, size):
                    content = contents.setdefault(file, bytearray())
                    del content[size:]
                    content.extend(bytes(size - len(content)))
                case Removed(name):
                    named.pop(name, None)
                case Renamed(name, to) if name in named:
                    named[to] = named.pop(name)
                case _:
                    pass
        return {name: bytes(contents[file]) for name, file in named.items()}


def _survivors(log: list[Operation], promise: Promise, chance: Random) -> list[Operation]:
    """What was synced, and of the rest whatever the chance wants that the promise allows."""
    durable = _durable(log, promise)
    ordered = chance.randint(0, len(log))
    keeps: dict[str, Callable[[int], bool]] = {
        "nothing": lambda _at: False,
        "everything": lambda _at: True,
        "the first": lambda at: at < ordered,
        "some": lambda _at: chance.random() < 0.5,
        "some sectors": lambda _at: chance.random() < 0.75,
    }
    how = chance.choice(sorted(keeps))
    kept: list[Operation] = []
    for at, operation in enumerate(log):
        if at in durable:
            kept.append(operation)
        elif promise is Promise.EXT4 and isinstance(operation, OF_THE_FOLDER):
            if at < ordered:
                kept.append(operation)
        elif keeps[how](at):
            if how == "some sectors" and isinstance(operation, Written):
                kept += _torn(operation, chance)
            else:
                kept.append(operation)
    return kept


def _durable(log: list[Operation], promise: Promise) -> set[int]:
    durable: set[int] = set()
    files: set[int] = set()
    folder = False
    for at in reversed(range(len(log))):
        match log[at]:
            case Synced(file, commits):
                files.add(file)
                folder = folder or (commits and promise is Promise.EXT4)
            case FolderSynced():
                folder = True
            case Written(file) | Resized(file) if file in files:
                durable.add(at)
            case Made() | Removed() | Renamed() if folder:
                durable.add(at)
            case _:
                pass
    return durable


def _torn(written: Written, chance: Random) -> Iterator[Written]:
    """Some of the sectors that a write touched."""
    end = written.offset + len(written.data)
    for sector in range(written.offset // SECTOR * SECTOR, end, SECTOR):
        start, stop = max(sector, written.offset), min(sector + SECTOR, end)
        if chance.random() < 0.5:
            data = written.data[start - written.offset : stop - written.offset]
            yield Written(written.file, start, data)
