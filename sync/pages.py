# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether what a peer sent is what it was asked for; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from ballots.record.entry import NO_PREVIOUS, Entry, decode
from ballots.record.errors import RecordRefused
from ballots.record.forks import prove_fork
from ballots.record.opening import check_opening
from sync.errors import SyncError, SyncProblem
from sync.heads import Tip
from sync.wire import Page, Rivals


class Read(Protocol):
    """Decodes entries and checks their signatures, maybe on several cores."""

    def __call__(self, encoded: Sequence[bytes], /) -> Iterator[Entry]:
        """The entries in order; `RecordRefused` for the first that is none, maybe too early."""
        ...


def one_by_one(encoded: Sequence[bytes], /) -> Iterator[Entry]:
    """The plainest `Read`."""
    return map(decode, encoded)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A range that one peer was asked for: all after `tip`, or the whole segment if None."""

    segment: str
    tip: Tip | None
    at: float  # when, in seconds of the conversation's clock

    @property
    def after(self) -> int:
        """The number to ask after."""
        return self.tip.number if self.tip else -1

    @property
    def previous(self) -> str:
        """What the first entry of the answer must name as the one before it."""
        return self.tip.id.hex() if self.tip else NO_PREVIOUS


def check_page(
    page: Page, ask: Ask, assembly: str, theirs: Tip | None, read: Read = one_by_one
) -> tuple[Entry, ...]:
    """The entries of an answer: signed, consecutive, and leading to the head it claimed.

    Whether the first one follows what was asked after is for the caller to see.

    Raises:
        SyncError: `peer-withholds` for an answer without entries, `peer-entry`, `peer-chain`.
    """
    if not page.entries:
        raise SyncError(SyncProblem.PEER_WITHHOLDS)
    entries = _entries(page.entries, assembly, read)
    previous = entries[0].header.previous
    for number, entry in enumerate(entries, start=ask.after + 1):
        header = entry.header
        if (header.segment, header.number, header.previous) != (ask.segment, number, previous):
            raise SyncError(SyncProblem.PEER_CHAIN)
        if theirs and number == theirs.number and entry.id != theirs.id:
            raise SyncError(SyncProblem.PEER_CHAIN)
        previous = entry.id.hex()
    return entries


def check_rivals(rivals: Rivals, assembly: str) -> tuple[Entry, Entry]:
    """Two entries that contradict each other.

    Raises:
        SyncError: `peer-entry`; `peer-chain` when they do not.
    """
    one, other = _entries((rivals.one, rivals.other), assembly, one_by_one)
    try:
        prove_fork(one, other)
    except RecordRefused as refusal:
        raise SyncError(SyncProblem.PEER_CHAIN) from refusal
    return one, other


def _entries(encoded: Sequence[bytes], assembly: str, read: Read) -> tuple[Entry, ...]:
    try:
        entries = tuple(read(encoded))
        for entry in entries:
            if entry.header.number == 0:
                check_opening(entry)
    except RecordRefused as refusal:
        raise SyncError(SyncProblem.PEER_ENTRY) from refusal
    if any(entry.header.assembly != assembly for entry in entries):
        raise SyncError(SyncProblem.PEER_ENTRY)
    return entries
