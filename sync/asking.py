# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which range of which segment is asked of whom, and what an answer is good for; pure.

A segment is asked of one peer at a time, of the device that writes it if it can be, and of another
too when that one stalls. A question is open until its answer has been verified.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ballots.record.entry import Entry
from ballots.record.opening import author_of
from sync.errors import SyncError, SyncProblem
from sync.heads import Tip
from sync.pages import Ask, check_answer
from sync.peer import Peer
from sync.turns import Send, Verify
from sync.wire import MAX_PAGE, Fetch, Page

MAX_ASKS = 4  # questions that one peer has open at once
STALL_SECONDS = 1.0  # then another peer is asked too


@dataclass(slots=True)
class Asking:
    """`heads` are on disk here; `authors` (segment → name of a device) as far as is known."""

    assembly: str
    heads: dict[str, Tip]
    authors: dict[str, str] = field(default_factory=dict)

    def asks(self, peers: Sequence[Peer], now: float) -> Iterator[Send]:
        """Ask for each range that is lacking; the peers have all greeted."""
        for segment, offering in sorted(self._offers(peers).items()):
            asked = [peer.asks[segment] for peer in peers if segment in peer.asks]
            if any(ask.waits(now) < STALL_SECONDS for ask in asked):
                continue
            able = [peer for peer in offering if self._lacks(peer, segment)]
            if able:
                author = self.authors.get(segment)
                first = min(able, key=lambda it: (it.name != author, len(it.asks), it.link))
                yield self._ask(first, segment, now)

    def answered(self, peer: Peer, page: Page) -> Verify:
        """An answer is here.

        Raises:
            SyncError: `peer-turn` for one that was not asked for, `peer-withholds` for an empty
                one.
        """
        ask = peer.asks.get(page.segment)
        if ask is None or ask.is_answered or ask.after != page.after:
            raise SyncError(SyncProblem.PEER_TURN)
        if not page.entries:
            raise SyncError(SyncProblem.PEER_WITHHOLDS)
        peer.asks[page.segment] = replace(ask, is_answered=True)
        return Verify(peer.link, page)

    def verified(self, peer: Peer, segment: str, entries: tuple[Entry, ...]) -> bool:
        """Whether a verified answer is to be stored; if not, the chain has to be read again.

        Raises:
            SyncError: `peer-entry`, `peer-chain`.
        """
        ask = peer.asks.pop(segment)
        check_answer(entries, ask, self.assembly, peer.heads.get(segment))
        if ask.tip is None:
            self.authors[segment] = author_of(entries[0])
        if entries[0].header.previous != ask.previous:
            if segment in peer.reread:
                raise SyncError(SyncProblem.PEER_CHAIN)
            # It follows an entry that is not ours: read from the beginning to find where.
            peer.reread[segment] = None
            return False
        if segment in peer.reread:
            peer.reread[segment] = Tip(entries[-1].header.number, entries[-1].id)
        return True

    def _offers(self, peers: Sequence[Peer]) -> Mapping[str, list[Peer]]:
        """Segment → the peers whose chain is not simply ours, of whom there are few at a time."""
        offers: dict[str, list[Peer]] = {}
        for peer in peers:
            for segment, theirs in peer.heads.items():
                if theirs != self.heads.get(segment) or segment in peer.reread:
                    offers.setdefault(segment, []).append(peer)
        return offers

    def _lacks(self, peer: Peer, segment: str) -> bool:
        """Whether the peer offers something that is not held, and may be asked for it."""
        if segment in peer.asks or len(peer.asks) >= MAX_ASKS:
            return False
        tip = self._read_to(peer, segment)
        return tip is None or tip.number < peer.heads[segment].number

    def _read_to(self, peer: Peer, segment: str) -> Tip | None:
        """The entry to ask the peer after: our last, or how far its own chain was read again."""
        mine, theirs = self.heads.get(segment), peer.heads[segment]
        if segment in peer.reread:
            return peer.reread[segment]
        forked = mine and mine.number == theirs.number and mine.id != theirs.id
        return None if forked else mine

    def _ask(self, peer: Peer, segment: str, now: float) -> Send:
        tip = self._read_to(peer, segment)
        if tip != self.heads.get(segment):
            peer.reread[segment] = tip
        ask = peer.asks[segment] = Ask(segment=segment, tip=tip, at=now)
        limit = min(MAX_PAGE, peer.heads[segment].number - ask.after)
        return Send(peer.link, Fetch(segment, ask.after, limit))
