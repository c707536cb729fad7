# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the bodies of entries say: canonical JSON, one document per kind.

The bodies of `assembly`, `check-in`, `note` and `ballot` are bytes of other rooms, and those of
`seal` and `cosign` are signed notes (`ballots.seal`); they are not read here.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

from ballots import canonical
from ballots.record.kinds import Kind
from ballots.record.shapes import (
    MAX_HEADS,
    Amount,
    Hex32,
    Hex64,
    Hex128,
    Label,
    LocalTime,
    Number,
    PollId,
    Some,
)


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document in the body of an entry."""

    def encode(self) -> bytes:
        """The bytes to write, checked as whoever reads them will check them.

        Raises:
            RecordRefused: `form`, for a value of wrong type, shape or range.
        """
        written = canonical.encode(self)
        canonical.decode(written, type(self))
        return written


class Opening(Body, frozen=True, kw_only=True):
    """What a device declares when it opens a segment; signed with the device's key."""

    assembly: Hex32
    boot: Hex32  # 16 random bytes, new at each start
    certificates: Annotated[tuple[str, ...], Meta(min_length=1, max_length=2)]  # root's first
    device: Hex64
    heads: Annotated[dict[Hex64, Number], Meta(max_length=MAX_HEADS)]  # segment → last number
    segment: Hex64
    software: Label
    format: Literal["urna-opening/v1"] = "urna-opening/v1"


class OpenSegment(Body, frozen=True, kw_only=True):
    """An opening and the device's signature on its canonical bytes."""

    opening: Opening
    signature: Hex128


class PollOpen(Body, frozen=True, kw_only=True):
    """A poll and its election: both as text, exactly as they are hashed elsewhere."""

    at: LocalTime = ""
    election: str
    poll: str
    uuid: PollId


class Slips(Body, frozen=True, kw_only=True):
    """How many slips were printed, issued or returned at once."""

    count: Some


class Leftover(Body, frozen=True, kw_only=True):
    """Printed slips that were never drawn, and those that were spoilt: counted by hand."""

    left: Amount
    void: Amount


class Challenge(Body, frozen=True, kw_only=True):
    """A ballot that was opened to check the booth, and so is spoiled; both texts as they are.

    What was marked as a test stands here for all to see, under a credential that has no name.
    """

    ballot: str
    opening: str

    @property
    def tracker(self) -> str:
        """Of the spoiled ballot: its SHA-256 in base64 without padding (Belenios)."""
        return b64encode(sha256(self.ballot.encode()).digest()).decode().rstrip("=")


class Close(Body, frozen=True, kw_only=True):
    """The facilitator closes the poll that the header names."""

    at: LocalTime = ""


class Last(Body, frozen=True, kw_only=True):
    """Of one segment: its last entry before the final, and how many ballots of the poll it has."""

    count: Amount
    number: Number
    segment: Hex64


class Final(Body, frozen=True, kw_only=True):
    """A device has finished with a poll: all of its own segments, in the order of their keys."""

    segments: Annotated[tuple[Last, ...], Meta(min_length=1, max_length=MAX_HEADS)]

    def __post_init__(self) -> None:
        named = [last.segment for last in self.segments]
        if named != sorted(set(named)):
            raise ValueError


Counts = Annotated[tuple[Amount, ...], Meta(min_length=1)]


class Result(Body, frozen=True, kw_only=True):
    """The tally of a poll: counts per question in paper order, a blank slot first, if any."""

    archive: Hex64  # SHA-256 of the election's archive
    counts: Annotated[tuple[Counts, ...], Meta(min_length=1)]


class Minutes(Body, frozen=True, kw_only=True):
    """SHA-256 of the minutes as printed: the full ones and those for publication."""

    full: Hex64
    public: Hex64


class Correction(Body, frozen=True, kw_only=True):
    """The entry with this id was a mistake; what is right, if anything, is a new entry."""

    entry: Hex64


class Reach(Body, frozen=True, kw_only=True):
    """The last entry of one segment that counts."""

    number: Number
    segment: Hex64


class Revoke(Body, frozen=True, kw_only=True):
    """A device is taken out: of its segments, in the order of their keys, only so much counts.

    A segment that is not named does not count at all.
    """

    device: Hex64
    segments: Annotated[tuple[Reach, ...], Meta(max_length=MAX_HEADS)]

    def __post_init__(self) -> None:
        named = [reach.segment for reach in self.segments]
        if named != sorted(set(named)):
            raise ValueError


class HubReceipt(Body, frozen=True, kw_only=True):
    """A hub holds, on disk, the entries 0 to the named one of each of these segments.

    `root` is the Merkle tree hash over their ids, as in a seal.
    """

    heads: Annotated[dict[Hex64, Number], Meta(min_length=1, max_length=MAX_HEADS)]
    root: Hex64


DOCUMENTS: Mapping[Kind, type[Body]] = MappingProxyType(
    {
        Kind.OPEN_SEGMENT: OpenSegment,
        Kind.SLIPS_PRINTED: Slips,
        Kind.POLL_OPEN: PollOpen,
        Kind.SLIP_ISSUED: Slips,
        Kind.SLIP_RETURNED: Slips,
        Kind.SLIPS_LEFT: Leftover,
        Kind.CHALLENGE: Challenge,
        Kind.CLOSE: Close,
        Kind.FINAL: Final,
        Kind.RESULT: Result,
        Kind.MINUTES: Minutes,
        Kind.CORRECTION: Correction,
        Kind.REVOKE: Revoke,
        Kind.HUB_RECEIPT: HubReceipt,
    }
)

B = TypeVar("B", bound=Body)


def read(body: object, document: type[B]) -> B:
    """The document that `body` is; `RecordRefused` whatever the bytes or their type."""
    return canonical.decode(body, document)
