# SPDX-License-Identifier: AGPL-3.0-or-later
"""The record and its elections in one file (`.urna`, format in `BUNDLE.md`) that travels.

Importing is joining sets: in any order, any number of times, of older or partial bundles.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from errno import EDQUOT, ENOSPC
from hashlib import sha256
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from ballots import canonical
from ballots.record.entry import Entry
from ballots.record.kinds import ERASABLE
from ballots.record.roster import read_certificate
from ballots.signing import SecretKey
from sync import ustar
from sync.contents import PAGE
from sync.durable import draft_of, put_in_place
from sync.errors import SyncError, SyncProblem
from sync.manifest import (
    MANIFEST,
    RECORD,
    SIDECAR,
    SIGNATURE,
    Manifest,
    Part,
    check,
    election_name,
    sign,
)
from sync.merging import Place, place_of
from sync.opened_bundle import Bundle, read_bundle
from sync.replica import Replica

__all__ = ["Bundle", "Imported", "import_into", "read_bundle", "write_bundle"]

_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of a bundle's entries, as in `sync.merging.Merged`."""

    bundle: Bundle
    new: int
    known: int
    filled: int
    missing: tuple[Place, ...]
    contested: tuple[Place, ...]


def import_into(replica: Replica, path: Path | str, *, assembly: str | None = None) -> Imported:
    """Add to a replica what it lacks of a bundle, after checking all of the bundle.

    Args:
        replica: open for writing.
        path: of the bundle.
        assembly: id to insist on while the replica is still empty.

    Raises:
        SyncError: as `read_bundle` and `Replica.merge`; `other-assembly`.
    """
    bundle = read_bundle(path)
    if any(own not in (None, bundle.manifest.assembly) for own in (assembly, replica.assembly)):
        raise SyncError(SyncProblem.OTHER_ASSEMBLY, assembly=bundle.manifest.assembly)
    entries = bundle.entries()
    merged = [replica.merge(batch) for batch in iter(lambda: tuple(islice(entries, PAGE)), ())]
    return Imported(
        bundle=bundle,
        new=sum(part.new for part in merged),
        known=sum(part.known for part in merged),
        filled=sum(part.filled for part in merged),
        missing=tuple(place for part in merged for place in part.missing),
        contested=tuple(place for part in merged for place in part.contested),
    )


def write_bundle(  # noqa: PLR0913 - each is one fact of the bundle
    path: Path | str,
    *,
    entries: Iterable[Entry],
    elections: Mapping[str, bytes],
    signer: SecretKey,
    certificates: Sequence[bytes],
    sidecar: bytes | None = None,
    withhold: bool = False,
) -> str:
    """Write a bundle, read it back from the disk, and return its SHA-256 in hex.

    Args:
        path: replaced if it exists, and only by a complete file.
        entries: in canonical order, as `Replica.everything` gives them.
        elections: uuid → archive.
        signer: the key of a device.
        certificates: the chain from the root key to `signer`.
        sidecar: bytes that travel along, up to 1 MiB.
        withhold: leave out the bodies that hold names.

    Raises:
        SyncError: `bundle-order` or `other-assembly` for the entries, `bundle-signer`,
            `disk-full`, `bundle-unwritable`, or what is wrong with what was read back.
        RecordRefused: `form`, for a uuid that is none.
    """
    path = Path(path)
    draft = draft_of(path)
    others = {election_name(uuid): archive for uuid, archive in sorted(elections.items())}
    if sidecar is not None:
        others[SIDECAR] = sidecar
    with _told(path), TemporaryFile(dir=path.parent) as spool, _gone_on_failure(draft):
        record = _Spooled(spool, read_certificate(certificates[-1]).assembly)
        for entry in entries:
            record.add(entry.without_body() if _personal(entry) and withhold else entry)
        manifest = canonical.encode(record.manifest(others))
        canonical.decode(manifest, Manifest)
        signature = sign(manifest, signer, certificates)
        check(manifest, signature)
        small = {MANIFEST: manifest, SIGNATURE: signature}
        with draft.open("wb") as file:
            written = sha256()
            for piece in _pieces(small, record, others):
                written.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        put_in_place(draft, path)
    back = read_bundle(path)
    if back.sha256 != written.hexdigest():
        raise SyncError(SyncProblem.BUNDLE_DAMAGED, part=path.name, place=0)
    return back.sha256


class _Spooled:
    """The record's part on its way: a nameless file, because the manifest comes before it."""

    def __init__(self, spool: BinaryIO, assembly: str) -> None:
        self.spool = spool
        self.size = self._entries = self._withheld = 0
        self._assembly = assembly
        self._hash = sha256()
        self._heads: dict[str, int] = {}
        self._last = ("", -1, b"")

    def add(self, entry: Entry) -> None:
        header = entry.header
        if header.assembly != self._assembly:
            raise SyncError(SyncProblem.OTHER_ASSEMBLY, assembly=header.assembly)
        if place_of(entry) <= self._last:
            raise SyncError(SyncProblem.BUNDLE_ORDER, segment=header.segment, number=header.number)
        self._last = place_of(entry)
        self._heads[header.segment] = header.number
        self._entries += 1
        self._withheld += entry.body is None
        encoded = entry.encode()
        self._hash.update(encoded)
        self.size += self.spool.write(encoded)

    def manifest(self, others: Mapping[str, bytes]) -> Manifest:
        record = Part(name=RECORD, sha256=self._hash.hexdigest(), size=self.size)
        parts = (
            Part(name=name, sha256=sha256(content).hexdigest(), size=len(content))
            for name, content in others.items()
        )
        return Manifest(
            assembly=self._assembly,
            entries=self._entries,
            heads=self._heads,
            parts=(record, *parts),
            withheld=self._withheld,
        )


def _pieces(
    small: Mapping[str, bytes], record: _Spooled, others: Mapping[str, bytes]
) -> Iterator[bytes]:
    """The file from its beginning to its end."""
    for name, content in small.items():
        yield from (ustar.header(name, len(content)), content, ustar.padding(len(content)))
    yield ustar.header(RECORD, record.size)
    record.spool.seek(0)
    yield from iter(lambda: record.spool.read(_CHUNK), b"")
    yield ustar.padding(record.size)
    for name, content in others.items():
        yield from (ustar.header(name, len(content)), content, ustar.padding(len(content)))
    yield ustar.END


def _personal(entry: Entry) -> bool:
    return entry.header.kind in ERASABLE


@contextmanager
def _gone_on_failure(draft: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in (ENOSPC, EDQUOT)
        problem = SyncProblem.DISK_FULL if full else SyncProblem.BUNDLE_UNWRITABLE
        raise SyncError(problem, file=str(path)) from error
