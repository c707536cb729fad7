# SPDX-License-Identifier: AGPL-3.0-or-later
"""One connection over TLS, from the end of its handshake on.

It carries the frames of the conversation and nothing else. Whoever is at the other end has shown
a certificate of the assembly before the first byte, and its greeting has to agree with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final, Protocol, cast

from sync.errors import SyncError, SyncProblem
from sync.network.addresses import Address
from sync.network.certificates import Party, party_of
from sync.wire import MAX_FRAME, Deframer, Hello, Message

MOST_UNSENT: Final = 8 * MAX_FRAME  # bytes; twice what an honest peer may have asked for


class Exchange(Protocol):
    """Where lines end."""

    def begun(self, line: Line) -> bool:
        """The handshake is over; whether the line is wanted."""
        ...

    def heard(self, line: Line, message: Message) -> None:
        """A message came; never after the line has ended."""
        ...

    def spoiled(self, line: Line, code: SyncProblem) -> None:
        """What came is no message, or is not taken, or nobody takes what is said."""
        ...

    def ended(self, line: Line) -> None:
        """A line is gone, whether it was wanted or not."""
        ...


class Line(asyncio.Protocol):
    """What is kept of it is for the exchange, which sets `begun_at` and `heard`."""

    def __init__(self, exchange: Exchange, dialed: Address | None) -> None:
        self.dialed = dialed
        """Where it was called; None for a line that was taken."""
        self.party = Party("", "")
        self.heard = 0
        """How many messages have come over it."""
        self.begun_at = 0.0
        """When the exchange took it, in seconds of its clock."""
        self._exchange = exchange
        self._deframer = Deframer()
        self._transport: asyncio.Transport | None = None
        self._is_full = False

    def send(self, frame: bytes) -> None:
        """Queue a frame; a line whose other side takes too little is spoiled."""
        if self._transport and not self._is_full:
            self._transport.write(frame)

    def end(self) -> None:
        """Hang up at once; what is not sent yet is lost."""
        transport, self._transport = self._transport, None
        if transport:
            transport.abort()

    # Told by asyncio.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The handshake is over: see who it is."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=MOST_UNSENT)
        tls: Any = transport.get_extra_info("ssl_object")
        try:
            self.party = party_of(tls.getpeercert(binary_form=True))
        except SyncError:
            self.end()
            return
        if not self._exchange.begun(self):
            self.end()

    def data_received(self, data: bytes) -> None:
        """Hear what is whole of it, as long as the line is wanted."""
        try:
            for message in self._deframer.feed(data):
                if self._transport is None or self._is_full:
                    return
                self._hear(message)
        except SyncError as error:
            self._exchange.spoiled(self, error.code)

    def _hear(self, message: Message) -> None:
        """A greeting under another name than that of the certificate is no greeting."""
        if isinstance(message, Hello) and message.name != self.party.device:
            raise SyncError(SyncProblem.PEER_STRANGER)
        self._exchange.heard(self, message)

    def pause_writing(self) -> None:
        """The other side takes too little. Told in the middle of sending, so it is said later."""
        self._is_full = True
        loop = asyncio.get_running_loop()
        loop.call_soon(self._exchange.spoiled, self, SyncProblem.PEER_FLOOD)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's
        """However it came to that."""
        self._transport = None
        self._exchange.ended(self)


MakeLine = Callable[[], Line]
