# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether what a peer sent is what it was asked for; pure."""

from __future__ import annotations

from dataclasses import dataclass

from ballots.record.entry import NO_PREVIOUS, Entry, decode
from ballots.record.errors import RecordRefused
from ballots.record.forks import prove_fork
from ballots.record.opening import check_opening
from sync.errors import SyncError, SyncProblem
from sync.heads import Tip
from sync.wire import Page, Rivals


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


def check_page(page: Page, ask: Ask, assembly: str, theirs: Tip | None) -> tuple[Entry, ...]:
    """The entries of an answer: signed, consecutive, and leading to the head it claimed.

    Whether the first one follows what was asked after is for the caller to see.

    Raises:
        SyncError: `peer-withholds` for an answer without entries, `peer-entry`, `peer-chain`.
    """
    if not page.entries:
        raise SyncError(SyncProblem.PEER_WITHHOLDS)
    entries = tuple(_read(encoded, assembly) for encoded in page.entries)
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
    one, other = _read(rivals.one, assembly), _read(rivals.other, assembly)
    try:
        prove_fork(one, other)
    except RecordRefused as refusal:
        raise SyncError(SyncProblem.PEER_CHAIN) from refusal
    return one, other


def _read(encoded: bytes, assembly: str) -> Entry:
    try:
        entry = decode(encoded)
        if entry.header.number == 0:
            check_opening(entry)
    except RecordRefused as refusal:
        raise SyncError(SyncProblem.PEER_ENTRY) from refusal
    if entry.header.assembly != assembly:
        raise SyncError(SyncProblem.PEER_ENTRY)
    return entry
