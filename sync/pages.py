# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether what a peer sent is what it was asked for; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ballots.record.entry import NO_PREVIOUS, Entry, decode
from ballots.record.errors import RecordRefused
from ballots.record.forks import prove_fork
from ballots.record.opening import check_opening
from sync.errors import SyncError, SyncProblem
from sync.heads import Tip
from sync.wire import Rivals


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A range that one peer was asked for: all after `tip`, or the whole segment if None.

    It is open until the answer has been verified, which is not the peer's to hurry.
    """

    segment: str
    tip: Tip | None
    at: float  # when, in seconds of the conversation's clock
    is_answered: bool = False

    @property
    def after(self) -> int:
        """The number to ask after."""
        return self.tip.number if self.tip else -1

    @property
    def previous(self) -> str:
        """What the first entry of the answer must name as the one before it."""
        return self.tip.id.hex() if self.tip else NO_PREVIOUS

    def waits(self, now: float) -> float:
        """Seconds that the peer has been waited for."""
        return 0.0 if self.is_answered else now - self.at


def check_answer(entries: Sequence[Entry], ask: Ask, assembly: str, theirs: Tip | None) -> None:
    """That these are consecutive, and lead to the head that the peer claims.

    Whether the first one follows what was asked after is for the caller to see.

    Raises:
        SyncError: `peer-entry`, also where there is none; `peer-chain`.
    """
    _check_place(entries, assembly)
    previous = entries[0].header.previous
    for number, entry in enumerate(entries, start=ask.after + 1):
        header = entry.header
        if (header.segment, header.number, header.previous) != (ask.segment, number, previous):
            raise SyncError(SyncProblem.PEER_CHAIN)
        if theirs and number == theirs.number and entry.id != theirs.id:
            raise SyncError(SyncProblem.PEER_CHAIN)
        previous = entry.id.hex()


def check_rivals(rivals: Rivals, assembly: str) -> tuple[Entry, Entry]:
    """Two entries that contradict each other.

    Raises:
        SyncError: `peer-entry`; `peer-chain` when they do not.
    """
    try:
        one, other = decode(rivals.one), decode(rivals.other)
    except RecordRefused as refusal:
        raise SyncError(SyncProblem.PEER_ENTRY) from refusal
    _check_place((one, other), assembly)
    try:
        prove_fork(one, other)
    except RecordRefused as refusal:
        raise SyncError(SyncProblem.PEER_CHAIN) from refusal
    return one, other


def _check_place(entries: Sequence[Entry], assembly: str) -> None:
    """That there are any, of this assembly, and by its devices."""
    if not entries or any(entry.header.assembly != assembly for entry in entries):
        raise SyncError(SyncProblem.PEER_ENTRY)
    try:
        for entry in entries:
            if entry.header.number == 0:
                check_opening(entry)
    except RecordRefused as refusal:
        raise SyncError(SyncProblem.PEER_ENTRY) from refusal
