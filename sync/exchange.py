# SPDX-License-Identifier: AGPL-3.0-or-later
"""Does what the conversation wants done: sockets of one machine, and the replica on disk.

Everything here belongs to one thread, except `ring`.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from threading import Condition
from typing import assert_never

from ballots.errors import Refusal
from sync import turns
from sync.cable import Cable
from sync.conversation import Conversation
from sync.errors import SyncError
from sync.merging import Merged
from sync.replica import Replica
from sync.wire import MAX_PAGE_BYTES, Fetch, Message, Page, Rivals

TICK_SECONDS = 0.25
FIRST_RETRY_SECONDS = 0.1  # doubled at each failure
LAST_RETRY_SECONDS = 2.0
MAX_CABLES = 64


@dataclass(slots=True)
class _Dial:
    """A port to stay connected to."""

    port: int
    due: float
    wait: float = FIRST_RETRY_SECONDS
    link: turns.Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Callbacks:
    """What the owner wants to hear, in the exchange's thread; none of them may block."""

    on_new: Callable[[], None]
    on_trouble: Callable[[Refusal], None]


class Exchange:
    """The connections of one replica. `changed` guards the conversation and tells each step."""

    def __init__(
        self,
        replica: Replica,
        conversation: Conversation,
        changed: Condition,
        clock: Callable[[], float],
        callbacks: Callbacks,
    ) -> None:
        self._replica = replica
        self._conversation = conversation
        self._changed = changed
        self._clock = clock
        self._callbacks = callbacks
        self._cables: dict[turns.Link, Cable] = {}
        self._dials: list[_Dial] = []
        self._opened = 0
        self._ticked = clock()
        self._is_cut = False
        self._selector = DefaultSelector()
        self._bell, ear = socket.socketpair()
        self._bell.setblocking(False)
        self._selector.register(ear, EVENT_READ, lambda _: ear.recv(4096))

    def ring(self) -> None:
        """Make `turn` return soon; from any thread."""
        with suppress(OSError):  # it has been rung often enough, or nobody is there any more
            self._bell.send(b"\0")

    def turn(self) -> None:
        """Wait until something happens, and deal with it."""
        for key, mask in self._selector.select(self._patience()):
            key.data(mask)
        if not self._is_cut:
            self._redial()
        if self._clock() - self._ticked >= TICK_SECONDS:
            self._ticked = self._clock()
            self.tell(turns.Ticked())

    def close(self) -> None:
        """Close every socket, for good."""
        for key in tuple(self._selector.get_map().values()):
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()
        self._selector.close()
        self._bell.close()

    def listen(self, listener: socket.socket) -> None:
        """Take connections from a listening socket that does not block."""
        self._selector.register(listener, EVENT_READ, partial(self._accept, listener))

    def connect(self, port: int) -> None:
        """Stay connected to `port`."""
        self._dials.append(_Dial(port=port, due=self._clock()))

    def cut(self) -> None:
        """Close all connections, and neither take nor make any."""
        self._is_cut = True
        for link in tuple(self._cables):
            self._lose(link)

    def heal(self) -> None:
        """Take and make connections again, at once."""
        self._is_cut = False
        for dial in self._dials:
            dial.due, dial.wait = self._clock(), FIRST_RETRY_SECONDS

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
                self._send(link, message)
            case turns.Serve(link, fetch):
                self._send(link, self._page(fetch))
            case turns.Show(link, segments):
                for one, other in self._replica.rival_pairs(segments):
                    self._send(link, Rivals(one.encode(), other.encode()))
            case turns.Store(link, entries):
                self._keep(link, lambda: self._replica.merge(entries))
            case turns.Oppose(link, one, other):
                self._keep(link, lambda: self._replica.keep_rivals(one, other))
            case turns.Disconnect(link, code):
                self._unplug(link)
                self._callbacks.on_trouble(SyncError(code))
            case _:
                assert_never(action)

    def _page(self, fetch: Fetch) -> Page:
        entries = self._replica.encoded(fetch.segment, fetch.after, fetch.limit, MAX_PAGE_BYTES)
        return Page(fetch.segment, fetch.after, entries)

    def _keep(self, link: turns.Link, store: Callable[[], Merged]) -> None:
        """Store what a peer sent; if that fails, it was not acknowledged and will come again."""
        try:
            merged = store()
        except Refusal as trouble:
            self._lose(link)
            self._callbacks.on_trouble(trouble)
            return
        self.tell(turns.Stored(merged.heads, merged.forked))
        if merged.new or merged.forked:
            self._callbacks.on_new()

    def _send(self, link: turns.Link, message: Message) -> None:
        if link not in self._cables:
            return
        try:
            self._cables[link].send(message)
            self._cables[link].flush()
        except OSError:
            self._lose(link)
        except SyncError as error:
            self.tell(turns.Garbled(link, error.code))
        self._attend(link)

    def _ready(self, link: turns.Link, mask: int) -> None:
        """Something can be read or written; the link may be gone by now."""
        cable = self._cables.get(link)
        if cable is None:
            return
        try:
            if mask & EVENT_WRITE:
                cable.flush()
            messages = cable.receive() if mask & EVENT_READ else []
        except OSError:
            messages = None
        except SyncError as error:
            self.tell(turns.Garbled(link, error.code))
            return
        if messages is None:
            self._lose(link)
            return
        for message in messages:
            self._reached(link)
            self.tell(turns.Heard(link, message))
        self._attend(link)

    def _attend(self, link: turns.Link) -> None:
        """Listen always, and for room to write only while something is unsent."""
        if cable := self._cables.get(link):
            events = EVENT_READ | (EVENT_WRITE if cable.unsent else 0)
            self._selector.modify(cable.socket, events, partial(self._ready, link))

    def _accept(self, listener: socket.socket, _mask: int) -> None:
        with suppress(OSError):  # it went away between the knock and the door
            connection, _ = listener.accept()
            if self._is_cut or len(self._cables) >= MAX_CABLES:
                connection.close()
            else:
                self._plug(Cable(connection))

    def _plug(self, cable: Cable, dial: _Dial | None = None) -> None:
        self._opened += 1
        link = self._opened
        if dial:
            dial.link = link
        self._cables[link] = cable
        self._selector.register(cable.socket, EVENT_READ, partial(self._ready, link))
        self.tell(turns.Opened(link))  # which may lose it again

    def _unplug(self, link: turns.Link) -> None:
        cable = self._cables.pop(link, None)
        if cable is None:
            return
        self._selector.unregister(cable.socket)
        cable.close()
        for dial in self._dials:
            if dial.link == link:
                self._put_off(dial)

    def _lose(self, link: turns.Link) -> None:
        self._unplug(link)
        self.tell(turns.Closed(link))

    def _reached(self, link: turns.Link) -> None:
        for dial in self._dials:
            if dial.link == link:
                dial.wait = FIRST_RETRY_SECONDS

    def _put_off(self, dial: _Dial) -> None:
        dial.link = None
        dial.due = self._clock() + dial.wait
        dial.wait = min(2 * dial.wait, LAST_RETRY_SECONDS)

    def _redial(self) -> None:
        for dial in self._dials:
            if dial.link is None and dial.due <= self._clock():
                try:
                    cable = Cable.dial(dial.port)
                except OSError:
                    self._put_off(dial)
                else:
                    self._plug(cable, dial)

    def _patience(self) -> float | None:
        """Seconds in which nothing needs doing; None until something happens."""
        if self._cables:
            return TICK_SECONDS
        if self._is_cut or not self._dials:
            return None
        return max(0.0, min(dial.due for dial in self._dials) - self._clock())
