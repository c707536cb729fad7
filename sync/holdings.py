# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far each segment is held, here and by others, and where it is frozen; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf

from sync.errors import SyncError, SyncProblem
from sync.heads import MAX_SEGMENTS, Tip
from sync.peer import Peer


class Holdings:
    """`heads` and `frozen` (segment → number from which it is forked) are those on disk here."""

    def __init__(self, heads: Mapping[str, Tip], frozen: Mapping[str, int]) -> None:
        self.heads = dict(heads)
        self.frozen = dict(frozen)
        self._others: dict[str, dict[str, Tip]] = {}  # by name, also of those who went away

    def is_frozen(self, segment: str, number: int) -> bool:
        """Whether this entry comes from a fork or after it, and counts as held by nobody."""
        return number >= self.frozen.get(segment, inf)

    def holders(self, segment: str, number: int) -> int:
        """How many other devices have said that they hold this entry on disk."""
        if self.is_frozen(segment, number):
            return 0
        tips = [heads[segment] for heads in self._others.values() if segment in heads]
        return sum(tip.number >= number for tip in tips)

    def greet(self, name: str) -> None:
        """What a device held before it may have lost: it says it again."""
        self._others[name] = {}

    def distrust(self, name: str) -> None:
        """Whoever lies about one thing may lie about this."""
        self._others.pop(name, None)

    def note(self, peer: Peer, heads: Mapping[str, Tip]) -> None:
        """What a peer says it holds.

        Raises:
            SyncError: `peer-chain` for another id than it named before, `peer-flood`.
        """
        held = self._others.setdefault(peer.name, {})
        for segment, tip in heads.items():
            before = peer.heads.get(segment, tip)
            if before.number == tip.number and before.id != tip.id:
                raise SyncError(SyncProblem.PEER_CHAIN)
            if not self.is_frozen(segment, tip.number):
                peer.heads[segment] = max(before, tip)
                held[segment] = max(held.get(segment, tip), tip)
        if len(peer.heads) > MAX_SEGMENTS:
            raise SyncError(SyncProblem.PEER_FLOOD)

    def move(
        self, heads: Mapping[str, Tip], forked: Mapping[str, int], peers: Iterable[Peer]
    ) -> dict[str, Tip]:
        """What is on disk here now; the heads of the segments that moved, to be told."""
        peers = tuple(peers)
        for segment, number in forked.items():
            self._freeze(segment, number, peers)
        for segment, tip in heads.items():
            if not self.is_frozen(segment, tip.number):
                self.heads[segment] = max(self.heads.get(segment, tip), tip)
        return {segment: self.heads[segment] for segment in heads if segment in self.heads}

    def _freeze(self, segment: str, number: int, peers: Iterable[Peer]) -> None:
        """From `number` on nobody's entries of the segment count as held, nor are asked for."""
        self.frozen[segment] = number = min(number, self.frozen.get(segment, number))
        for heads in (self.heads, *(peer.heads for peer in peers)):
            if segment in heads and heads[segment].number >= number:
                del heads[segment]
        for peer in peers:
            peer.reread.pop(segment, None)
