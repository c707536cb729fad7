# SPDX-License-Identifier: AGPL-3.0-or-later
"""What two or more copies of the record say to each other until they are equal; pure.

One `Conversation` is one replica's side towards all its peers. It is told events with the time
and answers with actions; `CONVERSATION.md` is its table. It decides nothing about what entries
mean, and believes of a peer only what is signed, except that it holds what it says it holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import assert_never

from sync.asking import Asking
from sync.errors import SyncError, SyncProblem
from sync.heads import Tip
from sync.holdings import Holdings
from sync.pages import check_rivals
from sync.peer import Peer
from sync.reservation import Reservation, Standing
from sync.turns import (
    Action,
    Closed,
    Disconnect,
    Event,
    Garbled,
    Heard,
    InHand,
    Link,
    Opened,
    Oppose,
    Send,
    Serve,
    Show,
    Sign,
    Store,
    Stored,
    Ticked,
    Verified,
    Wanted,
)
from sync.wire import (
    Fetch,
    Heads,
    Hello,
    Message,
    Page,
    Reserve,
    Reserved,
    Rivals,
    Vouch,
    Vouched,
)
from sync.wishes import Asked, Wishes, place_of

PROTOCOL = "urna-sync/v2"
REPEAT_SECONDS = 5.0  # all heads are said again, for whatever was lost


class Conversation:
    """This replica's side.

    `heads`, `frozen` and `authors` (segment → name of the device that writes it) are what is on
    its disk at the beginning.
    """

    def __init__(
        self,
        assembly: str,
        name: str,
        heads: Mapping[str, Tip],
        frozen: Mapping[str, int],
        authors: Mapping[str, str],
    ) -> None:
        self._assembly = assembly
        self._name = name
        self._holdings = Holdings(heads, frozen)
        self._ranges = Asking(assembly, self._holdings.heads, dict(authors))
        self._peers: dict[Link, Peer] = {}
        self._wishes = Wishes()
        self._reservation = Reservation(name)

    def step(self, event: Event, now: float) -> tuple[Action, ...]:
        """What to do about an event. `now` is in seconds and never goes back.

        Links that are not open, or no longer, are ignored.
        """
        actions = tuple(self._react(event, now))
        self._reservation.settle(self._peers.values(), now)
        return actions

    def holders(self, segment: str, number: int) -> int:
        """How many other devices have said that they hold this entry on disk.

        None is counted for an entry from which the segment is forked.
        """
        return self._holdings.holders(segment, number)

    def signatures(self, segment: str, number: int) -> dict[str, bytes]:
        """Device → signature that it holds this ballot, of those wanted and come; else none."""
        if self._holdings.is_frozen(segment, number):
            return {}
        return self._wishes.signatures(segment, number)

    def reservation(self) -> tuple[Standing, str]:
        """How it is with the slip in hand, and the name of the device that has it if another."""
        return self._reservation.standing, self._reservation.by

    def peers(self) -> tuple[str, ...]:
        """Names of the devices that are connected and have greeted, each once, sorted."""
        return tuple(sorted({peer.name for peer in self._peers.values() if peer.name}))

    def is_even(self, heads: Mapping[str, Tip]) -> bool:
        """Whether every device that is connected says that it holds this, which is on disk here.

        What was stored a moment ago may not have been told yet; so it is handed in.
        """
        return all(peer.heads == heads for peer in self._greeted_peers())

    def _react(self, event: Event, now: float) -> Iterator[Action]:
        match event:
            case Opened(link):
                self._peers[link] = Peer(link, opened=now, heard=now)
                yield Send(link, Hello(PROTOCOL, self._assembly, self._name))
            case Heard(link) | Verified(link):
                if link in self._peers:
                    yield from self._come(self._peers[link], event, now)
            case Garbled(link, code):
                if link in self._peers:
                    yield from self._send_away(self._peers[link], code, now)
            case Closed(link):
                self._peers.pop(link, None)
                yield from self._asking(now)
            case Stored() | Wanted() | InHand():
                yield from self._here(event, now)
            case Ticked():
                self._wishes.forget(now)
                yield from self._waiting(now)
                yield from self._repeating(now)
                yield from self._asking(now)
            case _:
                assert_never(event)

    def _here(self, event: Stored | Wanted | InHand, now: float) -> Iterator[Action]:
        """What came about at this device."""
        match event:
            case Stored(heads, forked):
                yield from self._spread(heads, forked)
                yield from self._asking(now)
            case Wanted():
                self._wishes.want(event, now)
                yield from self._wanting(now)
            case InHand(slip):
                self._reservation.begin(slip)
                for peer in self._greeted_peers():
                    yield from self._reservation.asks(peer, now)
            case _:
                assert_never(event)

    def _come(self, peer: Peer, event: Heard | Verified, now: float) -> tuple[Action, ...]:
        """What came from a peer, or came of that."""
        try:
            match event:
                case Heard():
                    peer.heard = now
                    return self._answer(peer, event.message, now)
                case Verified(_, segment, entries):
                    if self._ranges.verified(peer, segment, entries):
                        return (Store(peer.link, entries),)
                    return tuple(self._asking(now))
                case _:
                    assert_never(event)
        except SyncError as error:
            return self._send_away(peer, error.code, now)

    def _answer(self, peer: Peer, message: Message, now: float) -> tuple[Action, ...]:
        if isinstance(message, Hello) == bool(peer.name):
            raise SyncError(SyncProblem.PEER_TURN)
        match message:
            case Hello():
                self._greeted(peer, message)
                return (*self._told(peer, now), *self._reservation.asks(peer, now))
            case Heads(heads):
                self._holdings.note(peer, heads)
            case Vouched():
                self._vouched(peer, message)
            case Reserved():
                self._reservation.answered(peer, message)
            case Page():
                return (self._ranges.answered(peer, message),)
            case Fetch() | Vouch() | Reserve() | Rivals():
                return (self._reply(peer, message),)
            case _:
                assert_never(message)
        return tuple(self._asking(now))

    def _reply(self, peer: Peer, message: Fetch | Vouch | Reserve | Rivals) -> Action:
        """What is done about a message that asks for one thing."""
        match message:
            case Fetch():
                return Serve(peer.link, message)
            case Vouch():
                return Sign(peer.link, message)
            case Reserve(slip):
                return Send(peer.link, Reserved(slip, self._reservation.yields(slip, peer.name)))
            case Rivals():
                return Oppose(peer.link, *check_rivals(message, self._assembly))
            case _:
                assert_never(message)

    def _greeted(self, peer: Peer, hello: Hello) -> None:
        if hello.protocol != PROTOCOL:
            raise SyncError(SyncProblem.PEER_PROTOCOL)
        if hello.assembly != self._assembly:
            raise SyncError(SyncProblem.PEER_ASSEMBLY)
        if hello.name == self._name:
            raise SyncError(SyncProblem.PEER_ITSELF)
        peer.name = hello.name
        self._holdings.greet(hello.name)

    def _vouched(self, peer: Peer, vouched: Vouched) -> None:
        asked = peer.vouches.pop((vouched.segment, vouched.number), None)
        if asked is None:
            raise SyncError(SyncProblem.PEER_TURN)
        asked.check(peer.name, vouched)
        self._wishes.take(peer.name, vouched)

    def _spread(self, heads: Mapping[str, Tip], forked: Mapping[str, int]) -> Iterator[Action]:
        moved = self._holdings.move(heads, forked, self._peers.values())
        for peer in self._greeted_peers():
            if forked:
                yield Show(peer.link, frozenset(forked))
            if moved:
                yield Send(peer.link, Heads(moved))

    def _told(self, peer: Peer, now: float) -> Iterator[Action]:
        peer.told = now
        if self._holdings.frozen:
            yield Show(peer.link, frozenset(self._holdings.frozen))
        yield Send(peer.link, Heads(dict(self._holdings.heads)))

    def _repeating(self, now: float) -> Iterator[Action]:
        for peer in self._greeted_peers():
            if now - peer.told >= REPEAT_SECONDS:
                yield from self._told(peer, now)

    def _waiting(self, now: float) -> Iterator[Action]:
        for peer in tuple(self._peers.values()):
            if peer.is_silent(now):
                yield from self._end(peer, SyncProblem.PEER_SILENT)

    def _send_away(self, peer: Peer, code: SyncProblem, now: float) -> tuple[Action, ...]:
        """It is at fault; what it was asked for is asked of others."""
        return (*self._end(peer, code), *self._asking(now))

    def _end(self, peer: Peer, code: SyncProblem) -> Iterator[Action]:
        del self._peers[peer.link]
        if code is not SyncProblem.PEER_SILENT:
            self._holdings.distrust(peer.name)
            self._wishes.drop(peer.name)
        yield Disconnect(peer.link, code)

    def _asking(self, now: float) -> Iterator[Action]:
        """Ask for what is lacking: ranges of segments, and signatures."""
        yield from self._ranges.asks(self._greeted_peers(), now)
        yield from self._wanting(now)

    def _wanting(self, now: float) -> Iterator[Action]:
        """Ask for each signature that is wanted, of everybody who can give it."""
        for peer in self._greeted_peers():
            for wanted in self._wishes.lacking(peer.name, peer.heads):
                if place_of(wanted) not in peer.vouches:
                    peer.vouches[place_of(wanted)] = Asked(wanted, now)
                    yield Send(peer.link, wanted.vouch)

    def _greeted_peers(self) -> list[Peer]:
        return [peer for peer in self._peers.values() if peer.name]
