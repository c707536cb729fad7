# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file of ballots of any kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from ballots.counting.formats.abif import read_abif
from ballots.counting.formats.ballot_file import BallotFile, FileKind
from ballots.counting.formats.blt import read_blt
from ballots.counting.formats.errors import BallotFileProblem, BallotFileRefused
from ballots.counting.formats.grid import read_grid
from ballots.counting.formats.pabulib import read_pabulib
from ballots.counting.formats.preflib import read_categories, read_orders
from ballots.counting.formats.source import Source
from ballots.errors import Problem

_READERS: Final[Mapping[FileKind, Callable[[Source], BallotFile]]] = {
    FileKind.BLT: read_blt,
    FileKind.PABULIB: read_pabulib,
    FileKind.PREFLIB: read_orders,
    FileKind.CATEGORIES: read_categories,
    FileKind.ABIF: read_abif,
    FileKind.CSV: read_grid,
}
ENDINGS: Final[Mapping[str, FileKind]] = {
    "blt": FileKind.BLT,
    "pb": FileKind.PABULIB,
    "soc": FileKind.PREFLIB,
    "soi": FileKind.PREFLIB,
    "toc": FileKind.PREFLIB,
    "toi": FileKind.PREFLIB,
    "cat": FileKind.CATEGORIES,
    "abif": FileKind.ABIF,
    "csv": FileKind.CSV,
    "tsv": FileKind.CSV,
}
_LOOKED_AT: Final = 1 << 16  # bytes
_SIGNS: Final = tuple(
    (re.compile(sign, re.MULTILINE), kind)
    for sign, kind in (
        (rb"\s*+META[ \t;]*+$", FileKind.PABULIB),
        (rb"(?:.*+\n)*?# DATA TYPE:[ \t]*+cat\b", FileKind.CATEGORIES),
        (rb"#.*+\n(?:.*+\n)*?# ALTERNATIVE NAME [0-9]", FileKind.PREFLIB),
        (rb"\s*+[0-9]++[ \t]*+\n1,", FileKind.PREFLIB),
        (rb"(?:\s++|#.*+\n)*+[0-9]++[ \t]++[0-9]++(?:\s|#)", FileKind.BLT),
        (rb"(?:\s++|#.*+\n)*+(?:[0-9]++[ \t]*+[:*]|[={])", FileKind.ABIF),
        (rb'[^\n;,\t]*+[;,\t].*+\n[0-9 ";,\t-]*+\n', FileKind.CSV),
    )
)


def read(data: bytes, kind: FileKind) -> BallotFile:
    """What a file holds.

    Raises:
        BallotFileRefused: with every problem of the file; then nothing was read. Whatever the
            bytes are, nothing else is raised.
    """
    return _READERS[kind](Source(data))


def kind_of(name: str, data: bytes) -> FileKind:
    """The kind of a file by the ending of its name, or else by what is in it.

    Raises:
        BallotFileRefused: `kind`, where neither tells.
    """
    ending = name.rpartition(".")[2].lower()
    if ending in ENDINGS:
        return ENDINGS[ending]
    begins = Source(data[:_LOOKED_AT]).data
    for sign, kind in _SIGNS:
        if sign.match(begins):
            return kind
    known = ", ".join(f".{ending}" for ending in ENDINGS)
    raise BallotFileRefused([Problem(BallotFileProblem.KIND, 1, 1, {"known": known})])
