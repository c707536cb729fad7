# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the conversation is told (events) and what it wants done (actions)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ballots.receipts.held import Holding
from ballots.record.entry import Entry
from sync.errors import SyncProblem
from sync.heads import Tip
from sync.wire import Fetch, Message, Page, Vouch

Link = int  # names one connection; never used twice


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection exists."""

    link: Link


@dataclass(frozen=True, slots=True)
class Heard:
    """A message arrived over a connection."""

    link: Link
    message: Message


@dataclass(frozen=True, slots=True)
class Garbled:
    """What arrived over a connection is no message."""

    link: Link
    code: SyncProblem


@dataclass(frozen=True, slots=True)
class Closed:
    """A connection is gone; one that the conversation ended need not be reported."""

    link: Link


@dataclass(frozen=True, slots=True)
class Verified:
    """The entries of a page, in order; none where one of them is no entry.

    Told after every `Verify`, soon or late, whatever happened in between.
    """

    link: Link
    segment: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """This is on disk now: tips that moved, and segments with new evidence of a fork.

    Told after every `Store` and `Oppose` before any other event, also when nothing came of it,
    and after each entry written here.
    """

    heads: Mapping[str, Tip] = field(default_factory=dict)
    forked: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Signatures of those who hold a ballot are wanted for a while, as soon as they hold it."""

    vouch: Vouch
    holding: Holding


@dataclass(frozen=True, slots=True)
class InHand:
    """A slip is in hand here, 32 bytes; empty: none is any more."""

    slip: bytes


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time has passed; told at least twice a second while there is a connection."""


Event = Opened | Heard | Garbled | Closed | Verified | Stored | Wanted | InHand | Ticked


@dataclass(frozen=True, slots=True)
class Send:
    """Send the message."""

    link: Link
    message: Message


@dataclass(frozen=True, slots=True)
class Serve:
    """Answer with a `Page` of what is on disk, within its limits."""

    link: Link
    fetch: Fetch


@dataclass(frozen=True, slots=True)
class Sign:
    """Answer with a `Vouched`: empty unless that very entry is on disk, and is a ballot."""

    link: Link
    vouch: Vouch


@dataclass(frozen=True, slots=True)
class Show:
    """Send the evidence of forks in these segments, a `Rivals` for each pair."""

    link: Link
    segments: frozenset[str]


@dataclass(frozen=True, slots=True)
class Verify:
    """Decode the entries of this page and check their signatures, then tell `Verified`.

    It may take as long as it takes; other events may be told before.
    """

    link: Link
    page: Page


@dataclass(frozen=True, slots=True)
class Store:
    """Put these checked entries on disk, then tell `Stored`."""

    link: Link
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Oppose:
    """Keep these two checked entries as evidence of a fork, then tell `Stored`."""

    link: Link
    one: Entry
    other: Entry


@dataclass(frozen=True, slots=True)
class Disconnect:
    """Close the connection; nothing of what it said last was taken."""

    link: Link
    code: SyncProblem


Action = Send | Serve | Sign | Show | Verify | Store | Oppose | Disconnect
