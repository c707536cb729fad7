# SPDX-License-Identifier: AGPL-3.0-or-later
"""One connection of one machine to itself: messages in, messages out, never waiting."""

from __future__ import annotations

import errno
import socket

from sync.errors import SyncError, SyncProblem
from sync.wire import MAX_FRAME, Deframer, Message, encode

HOST = "127.0.0.1"  # no other: peers are not authenticated here
MAX_UNSENT = 8 * MAX_FRAME  # twice what an honest peer may have asked for
_CHUNK = 1 << 18


class Cable:
    """A socket that does not block. `unsent` tells whether there is something to flush."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = connection
        self._deframer = Deframer()
        self._outbox = bytearray()

    @classmethod
    def dial(cls, port: int) -> Cable:
        """A connection that is on its way; it is there once something arrives.

        Raises:
            OSError: when it is refused at once.
        """
        connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        cable = cls(connection)
        code = connection.connect_ex((HOST, port))
        if code not in (0, errno.EINPROGRESS):
            cable.close()
            raise OSError(code, "connect")
        return cable

    @property
    def unsent(self) -> bool:
        """Whether `flush` has something to do when the socket takes more."""
        return bool(self._outbox)

    def send(self, message: Message) -> None:
        """Queue a message.

        Raises:
            SyncError: `peer-flood`, when the peer asks for more than it takes away.
        """
        self._outbox += encode(message)
        if len(self._outbox) > MAX_UNSENT:
            raise SyncError(SyncProblem.PEER_FLOOD)

    def flush(self) -> None:
        """Hand the system what it takes now (OSError when the connection is gone)."""
        try:
            while self._outbox:
                del self._outbox[: self.socket.send(self._outbox)]
        except (BlockingIOError, InterruptedError):
            return

    def receive(self) -> list[Message] | None:
        """What has arrived; None at the end of the stream (OSError when it broke).

        Raises:
            SyncError: for bytes that are no messages.
        """
        try:
            received = self.socket.recv(_CHUNK)
        except (BlockingIOError, InterruptedError):
            return []
        return self._deframer.feed(received) if received else None

    def close(self) -> None:
        """Close it at once; what was not sent is lost."""
        self.socket.close()
