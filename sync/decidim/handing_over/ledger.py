# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was handed over to Decidim so far: `urna-decidim-ledger/v1`, canonical JSON.

Rows are added and never changed. A row tells what one assembly gave to one thing of Decidim: the
difference for numbers that Decidim adds up, and the digest of the text where it replaces one.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ballots import canonical

Digest = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Number = Annotated[int, Meta(ge=-(2**31 - 1), le=2**31 - 1)]


class Target(StrEnum):
    """What Decidim takes from a room; said as `decidim.target.<value>`."""

    CLOSURE = "closure"  # of a meeting, by its id
    ANSWERS = "answers"
    PAPER_BALLOTS = "paper-ballots"
    RESULTS = "results"


class Handed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row; `entries` is how many entries the record of that bundle had."""

    target: Target
    id: str
    assembly: str
    bundle: Digest
    entries: Annotated[int, Meta(ge=0)]
    number: Number
    content: Annotated[str, Meta(pattern=r"\A([0-9a-f]{64})?\Z")] = ""


class Ledger(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All rows in the order in which they were handed over."""

    format: Literal["urna-decidim-ledger/v1"] = "urna-decidim-ledger/v1"
    rows: tuple[Handed, ...] = ()

    def of(self, target: Target, id_: str) -> tuple[Handed, ...]:
        """What was handed over for one thing."""
        return tuple(row for row in self.rows if (row.target, row.id) == (target, id_))

    def with_rows(self, rows: Iterable[Handed]) -> Ledger:
        """The ledger after these were handed over."""
        return Ledger(rows=(*self.rows, *rows))

    def encode(self) -> bytes:
        """The bytes of the file."""
        return canonical.encode(self)

    @property
    def digest(self) -> str:
        """SHA-256 of the file in hex: the name of a state of the ledger."""
        return sha256(self.encode()).hexdigest()


def read_ledger(data: bytes) -> Ledger:
    """The ledger of a file.

    Raises:
        RecordRefused: `form`, for anything that `encode` does not write.
    """
    return canonical.decode(data, Ledger)
