# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading a bundle: every byte is checked before anything is believed, a piece at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ballots.record.entry import PREFIX_SIZE, Entry, decode, encoded_size
from ballots.record.errors import RecordRefused
from ballots.record.opening import check_opening
from ballots.record.roster import Certificate
from sync.errors import SyncError, SyncProblem
from sync.manifest import (
    MANIFEST,
    MAX_PART,
    RECORD,
    SIDECAR,
    SIGNATURE,
    Manifest,
    Part,
    check,
    election_name,
)
from sync.merging import place_of
from sync.ustar import Unpacking

MAX_MANIFEST = 1 << 18
MAX_SIGNATURE = 1 << 13
MAX_ELECTION = MAX_PART  # verified in pieces
MAX_SIDECAR = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A bundle all of whose bytes were checked. What is read again is hashed again."""

    path: Path
    sha256: str
    manifest: Manifest
    signer: Certificate
    places: Mapping[str, int]  # part → where its bytes begin in the file

    def elections(self) -> tuple[str, ...]:
        """The uuids of the elections in the bundle, sorted."""
        names = [part.name for part in self.manifest.parts]
        return tuple(Path(name).stem for name in names if name.startswith("elections/"))

    def election(self, uuid: str) -> bytes:
        """The archive of an election (KeyError if the bundle lacks it)."""
        return self._content(election_name(uuid))

    def place_of(self, uuid: str) -> tuple[int, int]:
        """Where that archive begins in the file, and its size: for whoever reads it in pieces."""
        name = election_name(uuid)
        size = next(part.size for part in self.manifest.parts if part.name == name)
        return self.places[name], size

    def archive_hash(self, uuid: str) -> str:
        """The SHA-256 (hex) of that archive, as the manifest says and as was checked."""
        name = election_name(uuid)
        return next(part.sha256 for part in self.manifest.parts if part.name == name)

    def sidecar(self) -> bytes | None:
        """The bytes that travel along, if any do."""
        return self._content(SIDECAR) if SIDECAR in self.places else None

    def entries(self) -> Iterator[Entry]:
        """The entries in canonical order, read as they are asked for."""
        part = self.manifest.parts[0]
        with self._at(part.name) as archive:
            yield from _entries(archive, part.size)
            archive.leave(part.size, part.sha256)

    def _content(self, name: str) -> bytes:
        with self._at(name) as archive:
            part = next(part for part in self.manifest.parts if part.name == name)
            content = archive.take(part.size)
            archive.leave(part.size, part.sha256)
            return content

    @contextmanager
    def _at(self, name: str) -> Iterator[Unpacking]:
        place = self.places[name]
        with _opened(self.path) as file:
            file.seek(place)
            yield Unpacking(file, part=name, at=place)


def read_bundle(path: Path | str) -> Bundle:
    """The bundle at `path`, after checking that each of its bytes is as it must be.

    Raises:
        SyncError: `bundle-unreadable`; `bundle-damaged` with the part and the byte;
            `bundle-signer`, `bundle-signature`, `bundle-too-large`.
    """
    path = Path(path)
    with _opened(path) as file:
        archive = Unpacking(file)
        told = _small(archive, MANIFEST, MAX_MANIFEST)
        manifest, signer = check(told, _small(archive, SIGNATURE, MAX_SIGNATURE))
        places = {part.name: _passed(archive, part, manifest) for part in manifest.parts}
        archive.end()
    return Bundle(
        path=path, sha256=archive.sha256, manifest=manifest, signer=signer, places=places
    )


def _small(archive: Unpacking, name: str, most: int) -> bytes:
    size = archive.enter(name, most)
    content = archive.take(size)
    archive.leave(size)
    return content


def _passed(archive: Unpacking, part: Part, manifest: Manifest) -> int:
    """Check one part, and return where its bytes begin."""
    size = archive.enter(part.name, _most(part.name))
    if size != part.size:
        raise archive.damaged()
    begin = archive.at
    if part.name == RECORD:
        _check_record(archive, size, manifest)
    else:
        archive.skip(size)
    archive.leave(size, part.sha256)
    return begin


def _most(name: str) -> int:
    match name:
        case "record.entries":
            return MAX_PART
        case "sidecar.json":
            return MAX_SIDECAR
        case _:
            return MAX_ELECTION


def _check_record(archive: Unpacking, size: int, manifest: Manifest) -> None:
    """Order, assembly, openings, and the sums that the manifest gives."""
    heads: dict[str, int] = {}
    count = withheld = 0
    last = ("", -1, b"")
    for entry in _entries(archive, size):
        if place_of(entry) <= last or entry.header.assembly != manifest.assembly:
            raise archive.damaged()
        last = place_of(entry)
        heads[entry.header.segment] = entry.header.number
        count += 1
        withheld += entry.body is None
    if (heads, count, withheld) != (manifest.heads, manifest.entries, manifest.withheld):
        raise archive.damaged()


def _entries(archive: Unpacking, size: int) -> Iterator[Entry]:
    end = archive.at + size
    while archive.at < end:
        begin = archive.at
        try:
            prefix = archive.take(PREFIX_SIZE)
            left = encoded_size(prefix) - PREFIX_SIZE
            if archive.at + left > end:
                raise archive.damaged(begin)
            entry = decode(prefix + archive.take(left))
            if entry.header.number == 0:
                check_opening(entry)
        except RecordRefused as refusal:
            raise archive.damaged(begin) from refusal
        yield entry


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        if not path.is_file():
            raise SyncError(SyncProblem.BUNDLE_UNREADABLE, file=str(path))
        with path.open("rb") as file:
            # What was just written must come from the disk, not from memory.
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            yield file
    except OSError as error:
        raise SyncError(SyncProblem.BUNDLE_UNREADABLE, file=str(path)) from error
