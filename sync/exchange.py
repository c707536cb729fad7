# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sockets of one replica among processes of one machine.

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

from sync import turns
from sync.cable import Cable
from sync.conversation import Conversation
from sync.errors import SyncError
from sync.replica import Replica
from sync.speaker import Callbacks, Speaker
from sync.wire import Message

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


class Exchange:
    """The connections of one replica, made and kept up; its `Speaker` says what goes over them."""

    def __init__(
        self,
        replica: Replica,
        conversation: Conversation,
        changed: Condition,
        clock: Callable[[], float],
        callbacks: Callbacks,
    ) -> None:
        self._speaker = Speaker(replica, conversation, self, clock, changed, callbacks)
        self._clock = clock
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
            self.lose(link)

    def heal(self) -> None:
        """Take and make connections again, at once."""
        self._is_cut = False
        for dial in self._dials:
            dial.due, dial.wait = self._clock(), FIRST_RETRY_SECONDS

    def tell(self, event: turns.Event) -> None:
        """Tell the conversation, and do what it wants."""
        self._speaker.tell(event)

    def send(self, link: turns.Link, message: Message) -> None:
        """Queue a message; a connection that does not take it is lost."""
        if link not in self._cables:
            return
        try:
            self._cables[link].send(message)
            self._cables[link].flush()
        except OSError:
            self.lose(link)
        except SyncError as error:
            self.tell(turns.Garbled(link, error.code))
        self._attend(link)

    def unplug(self, link: turns.Link) -> None:
        """Close a connection that the conversation has ended."""
        cable = self._cables.pop(link, None)
        if cable is None:
            return
        self._selector.unregister(cable.socket)
        cable.close()
        for dial in self._dials:
            if dial.link == link:
                self._put_off(dial)

    def lose(self, link: turns.Link) -> None:
        """Close a connection, and tell the conversation that it is gone."""
        self.unplug(link)
        self.tell(turns.Closed(link))

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
            self.lose(link)
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
