# SPDX-License-Identifier: AGPL-3.0-or-later
"""Requests and answers on sticks, wherever mounted; what lies on a stick is a stranger's."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path

from kiosk.errors import KioskProblem, KioskRefused
from sync.errors import SyncError, SyncProblem
from sync.pairing.papers import MOST_BYTES, read_answer

ENROL = ".enrol"
MOUNTED = (Path("/media"), Path("/run/media"))
_MOST_FILES = 1000  # of one folder that are looked at


@dataclass(frozen=True, slots=True)
class Sticks:
    """Folders that are sticks, if `given`; else what is mounted where systems do so."""

    given: tuple[Path, ...] = ()

    def write(self, asked: bytes) -> str:
        """Put a request on the first stick, to stay when it is pulled out; its name, or "".

        Several kiosks may share a stick: the name tells requests apart.

        Raises:
            KioskRefused: `folder-not-writable`.
        """
        place = next(self._places(), None)
        if place is None:
            return ""
        path = place / f"request-{sha256(asked).hexdigest()[:8]}{ENROL}"
        try:
            descriptor = os.open(
                path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o644
            )
            with os.fdopen(descriptor, "wb") as file:
                file.write(asked)
                file.flush()
                os.fsync(descriptor)
        except OSError as error:
            detail = error.strerror or str(error)
            raise KioskRefused(
                KioskProblem.FOLDER_NOT_WRITABLE, path=str(place), detail=detail
            ) from error
        return path.name

    def answer_to(self, asked: bytes) -> bytes | None:
        """The answer to a request, if some stick has it.

        Raises:
            SyncError: `pairing-form` or `pairing-other`, where there are only others.
        """
        other: SyncError | None = None
        for content in self._papers():
            if content == asked or b'"urna-answer/v1"' not in content:
                continue  # requests lie there too
            try:
                read_answer(content, asked)
            except SyncError as error:
                other = error
            else:
                return content
        if other is not None:
            raise SyncError(SyncProblem(other.code))
        return None

    def _papers(self) -> Iterator[bytes]:
        for place in self._places():
            with suppress(OSError):  # pulled out meanwhile
                for path in sorted(islice(place.iterdir(), _MOST_FILES)):
                    if path.suffix == ENROL:
                        yield from _content(path)

    def _places(self) -> Iterator[Path]:
        if self.given:
            yield from (place for place in self.given if place.is_dir())
            return
        for root in MOUNTED:
            for pattern in ("*", "*/*"):
                with suppress(OSError):
                    yield from (path for path in sorted(root.glob(pattern)) if path.is_mount())


def _content(path: Path) -> Iterator[bytes]:
    """Of a plain file that is not too long; nothing else is opened or followed."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            about = os.fstat(descriptor)
            if stat.S_ISREG(about.st_mode) and about.st_size <= MOST_BYTES:
                yield file.read(MOST_BYTES)
