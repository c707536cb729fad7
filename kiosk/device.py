# SPDX-License-Identifier: AGPL-3.0-or-later
"""One kiosk from switching on to switching off: its key, its replica and its running segment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from shutil import disk_usage
from threading import RLock

import msgspec

from ballots.randomness import Randomness
from ballots.record.entry import Entry
from ballots.record.kinds import Kind
from ballots.record.segment import Segment
from ballots.record.shapes import MAX_HEADS
from ballots.session import Session, fold
from ballots.signing import SecretKey
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.keys import load_key, new_key
from kiosk.prepared import Prepared, load_prepared
from sync.errors import SyncError
from sync.replica import Replica

BOOT_SIZE = 16
LEAST_FREE = 200_000_000  # bytes of the disk, kept for what ends an evening


class Device:
    """Writes what its role may write, keeps what others wrote, and knows the state of the evening.

    The segment's key is made at each start, lives in memory only and is never stored.
    Safe to use from several threads.

    An entry that could not be stored never was: its segment is given up, and the next entry opens
    a fresh one. Whoever was told that something was not kept will not find it kept later.
    Rejected: storing the lost entry first, which would cast a ballot whose person has left.
    """

    segment: Segment

    def __init__(self, folder: Path, random: Randomness) -> None:
        """Start the device whose key, certificates, preparation and record lie in `folder`."""
        self.folder = folder
        self.key, self.certificates = load_identity(folder)
        self.prepared: Prepared = load_prepared(folder / "assembly")
        self.replica = Replica.open(folder / "record.db", create=False)
        self._random = random
        self._lock = RLock()
        self._session: Session | None = None
        self._folded = -1  # the record's revision at which `_session` was read
        self._begin()

    def write(self, kind: Kind, body: bytes = b"{}", poll: str = "") -> Entry:
        """Sign an entry and keep it; on return it is on disk.

        Raises:
            SyncError: it is not, and never will be; writing it again makes another entry.
        """
        with self.alone():
            entry = self.segment.write(kind, body, poll)
            self._store(entry)
            return entry

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While it is held, this device writes only what its holder writes, in `segment`.

        Raises:
            SyncError: the segment was given up, and a fresh one could not be stored either.
        """
        with self._lock:
            if self._torn:
                self._begin()
            yield

    def _begin(self) -> None:
        segment = Segment.open(
            device=self.key,
            certificates=self.certificates,
            assembly=self.prepared.assembly_id,
            boot=self._random(BOOT_SIZE),
            heads=dict(islice(self.replica.heads().items(), MAX_HEADS)),
            segment_key=new_key(self._random),
        )
        self._store(segment.first)
        self.segment, self._torn = segment, False

    def _store(self, entry: Entry) -> None:
        try:
            self.replica.append(entry)
        except SyncError:
            self._torn = True
            raise

    def has_room(self) -> bool:
        """Whether the disk has room for more than what must still be written to its end.

        A disk that does not answer says so when something is written.
        """
        try:
            return disk_usage(self.folder).free >= LEAST_FREE
        except OSError:
            return True

    def session(self) -> Session:
        """The state of the assembly as far as this device has heard."""
        with self._lock:
            revision = self.replica.revision
            if self._session is None or self._folded != revision:
                self._session, self._folded = fold(self.replica.everything()), revision
            return self._session

    def close(self) -> None:
        """Close the record; the segment's key is gone with this object."""
        self.replica.close()


def load_identity(folder: Path) -> tuple[SecretKey, tuple[bytes, ...]]:
    """A device's key, and the chain of certificates from the root key to it."""
    key, path = load_key(folder / "device.key"), folder / "certificates.json"
    try:
        chain = msgspec.json.decode(path.read_bytes(), type=tuple[str, ...])
    except (OSError, msgspec.DecodeError) as error:
        raise KioskRefused(KioskProblem.NO_FILE, path=str(path)) from error
    return key, tuple(certificate.encode() for certificate in chain)
