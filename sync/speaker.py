# SPDX-License-Identifier: AGPL-3.0-or-later
"""Does what the conversation wants done: words over lines, entries on disk, in that order.

It knows nothing of how lines are made, so that whatever carries messages can use it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Condition
from typing import Protocol, assert_never

from ballots.errors import Refusal
from ballots.receipts.held import Holding
from ballots.record.entry import Entry, decode
from ballots.record.errors import RecordRefused
from sync import turns
from sync.conversation import Conversation
from sync.errors import SyncError
from sync.merging import Merged
from sync.replica import Replica
from sync.wire import MAX_PAGE_BYTES, Fetch, Message, Page, Rivals, Vouch, Vouched

Sign = Callable[[Holding], bytes]
Told = Callable[[tuple[Entry, ...]], None]


class Lines(Protocol):
    """The connections of one replica; what is said over one that is gone is lost."""

    def send(self, link: turns.Link, message: Message) -> None:
        """Queue a message; a connection that does not take it is lost."""
        ...

    def unplug(self, link: turns.Link) -> None:
        """Close a connection that the conversation has ended."""
        ...

    def lose(self, link: turns.Link) -> None:
        """Close a connection, and tell the conversation that it is gone."""
        ...

    def verify(self, encoded: Sequence[bytes], tell: Told) -> None:
        """Decode entries that came and check their signatures, maybe beside this thread.

        They are told in it, now or later; none if one of them is none.
        """
        ...


def verify_at_once(encoded: Sequence[bytes], tell: Told) -> None:
    """The plainest `Lines.verify`."""
    try:
        entries = tuple(map(decode, encoded))
    except RecordRefused:
        entries = ()
    tell(entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Callbacks:
    """What the owner wants to hear, in the speaker's thread; none of them may block.

    `sign` is asked to sign, with the device's key, what is held here; empty if it does not.
    """

    on_new: Callable[[], None] = lambda: None
    on_trouble: Callable[[Refusal], None] = lambda _: None
    sign: Sign = lambda _: b""


class Speaker:
    """One replica's part. `changed` guards the conversation and tells each step."""

    def __init__(
        self,
        replica: Replica,
        conversation: Conversation,
        lines: Lines,
        clock: Callable[[], float],
        changed: Condition,
        callbacks: Callbacks,
    ) -> None:
        self._replica = replica
        self._conversation = conversation
        self._lines = lines
        self._clock = clock
        self._changed = changed
        self._callbacks = callbacks

    def tell(self, event: turns.Event) -> None:
        """Tell the conversation, and do what it wants."""
        with self._changed:
            actions = self._conversation.step(event, self._clock())
            self._changed.notify_all()
        for action in actions:
            self._act(action)
        if actions:
            with self._changed:
                self._changed.notify_all()

    def _act(self, action: turns.Action) -> None:
        match action:
            case turns.Send(link, message):
                self._lines.send(link, message)
            case turns.Serve(link, fetch):
                self._lines.send(link, self._page(fetch))
            case turns.Sign(link, vouch):
                self._lines.send(link, vouched(self._replica, vouch, self._callbacks.sign))
            case turns.Show(link, segments):
                for one, other in self._replica.rival_pairs(segments):
                    self._lines.send(link, Rivals(one.encode(), other.encode()))
            case turns.Verify(link, page):
                self._lines.verify(page.entries, partial(self._verified, link, page.segment))
            case turns.Store(link, entries):
                self._keep(link, lambda: self._replica.merge(entries))
            case turns.Oppose(link, one, other):
                self._keep(link, lambda: self._replica.keep_rivals(one, other))
            case turns.Disconnect(link, code):
                self._lines.unplug(link)
                self._callbacks.on_trouble(SyncError(code))
            case _:
                assert_never(action)

    def _verified(self, link: turns.Link, segment: str, entries: tuple[Entry, ...]) -> None:
        self.tell(turns.Verified(link, segment, entries))

    def _page(self, fetch: Fetch) -> Page:
        entries = self._replica.encoded(fetch.segment, fetch.after, fetch.limit, MAX_PAGE_BYTES)
        return Page(fetch.segment, fetch.after, entries)

    def _keep(self, link: turns.Link, store: Callable[[], Merged]) -> None:
        """Store what a peer sent; if that fails, it was not acknowledged and will come again."""
        try:
            merged = store()
        except Refusal as trouble:
            self._lines.lose(link)
            self._callbacks.on_trouble(trouble)
            return
        self.tell(turns.Stored(merged.heads, merged.forked))
        if merged.new or merged.forked:
            self._callbacks.on_new()


def vouched(replica: Replica, vouch: Vouch, sign: Sign) -> Vouched:
    """The answer to a `Vouch`: nothing is signed that is not on disk as it was asked for."""
    held = replica.entries(vouch.segment, vouch.number - 1, 1)
    same = held and held[0].id == vouch.id
    holding = Holding.of(held[0]) if same else None
    return Vouched(vouch.segment, vouch.number, sign(holding) if holding else b"")
