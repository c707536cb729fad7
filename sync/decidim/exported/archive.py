# SPDX-License-Identifier: AGPL-3.0-or-later
"""The files of an archive that may hold what is read: open data, or an export as it is mailed.

Nothing is written to disk, and no more is unpacked than is read.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from ballots.errors import Problem
from sync.decidim.exported.errors import ImportProblem, ImportRefused
from sync.decidim.exported.sheet import MOST_BYTES

MOST_FILES: Final = 1000
MOST_UNPACKED: Final = 4 * MOST_BYTES
MAGIC: Final = b"PK"
_ENTRY: Final = b"PK\x01\x02"  # of each file, in the list at the end
_LOCKED: Final = 0x1
_PACKED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PLACE: Final = (1, 1)

_OPEN_DATA: Final = re.compile(r".+-open-data-([a-z_]+)\.csv")
_READ: Final = frozenset(
    {"assemblies", "participatory_processes", "meetings", "proposals", "projects", "results"}
)
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,  # UnicodeDecodeError too
    RuntimeError,  # NotImplementedError too
    OverflowError,
)


def files_of(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of one file after the other.

    Raises:
        ImportRefused: by the code of an archive, or `too-large`.
    """
    if data.count(_ENTRY) > MOST_FILES:
        raise _refused(ImportProblem.ZIP_FILES, most=MOST_FILES)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as error:
        raise _refused(ImportProblem.ZIP) from error
    with archive:
        entries = archive.infolist()
        _check_names([entry.filename for entry in entries])
        wanted = [entry for entry in entries if _is_read(entry.filename)]
        if not wanted:
            raise _refused(ImportProblem.ZIP_NOTHING)
        left = MOST_UNPACKED
        for entry in wanted:
            unpacked = _unpacked(archive, entry, min(left, MOST_BYTES))
            left -= len(unpacked)
            yield entry.filename, unpacked


def _check_names(names: list[str]) -> None:
    for name in names:
        parts = re.split(r"[/\\]", name)
        if ".." in parts or not parts[0] or ":" in name or names.count(name) > 1:
            raise _refused(ImportProblem.ZIP_NAME, name=_shown(name))


def _is_read(name: str) -> bool:
    """Of open data the kinds that are read, and every other CSV or JSON file: its columns tell."""
    base = name.rpartition("/")[2]
    found = _OPEN_DATA.fullmatch(base)
    return found[1] in _READ if found else base.lower().endswith((".csv", ".json"))


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """All of a file, whatever the archive says of its size."""
    if entry.flag_bits & _LOCKED or entry.compress_type not in _PACKED:
        raise _refused(ImportProblem.ZIP_LOCKED, name=_shown(entry.filename))
    try:
        with archive.open(entry) as file:
            data = file.read(most + 1)
    except _BROKEN as error:
        raise _refused(ImportProblem.ZIP) from error
    if len(data) > most:
        raise _refused(ImportProblem.TOO_LARGE, most=most // 1024**2)
    return data


def _shown(name: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in name)[:100]


def _refused(code: ImportProblem, **facts: str | int) -> ImportRefused:
    return ImportRefused([Problem(code, *_PLACE, facts)])
