# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where connections come in: a socket, and how many may stand at it who have shown nothing yet.

Whoever floods a kiosk with connections takes up a few places of one address, for two seconds
each, and nothing of those who are known.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import Counter
from contextlib import suppress
from typing import Final

from sync.network.line import MakeLine

MOST_STRANGERS: Final = 8  # connections that have shown no certificate yet
MOST_OF_ONE: Final = 4  # of them from one address
HANDSHAKE: Final = 2.0  # seconds that they have
FAREWELL: Final = 0.2  # seconds for TLS to say goodbye in
_BACKLOG: Final = 64
_BREATH: Final = 0.1  # seconds to wait where the system has no room for a connection


class Door:
    """Takes connections on a port until it is closed. All belongs to one event loop."""

    def __init__(self, host: str, port: int, tls: ssl.SSLContext, make: MakeLine) -> None:
        """Open it (OSError, where the port is taken)."""
        self._tls = tls
        self._make = make
        self._strangers: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self.is_shut = False
        self._socket = socket.create_server((host, port), backlog=_BACKLOG)
        self._socket.setblocking(False)
        self.port: int = self._socket.getsockname()[1]
        self._watch()

    async def close(self) -> None:
        """Take no connections any more; those that are known stay."""
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()
        await asyncio.sleep(0)  # then each greeting has begun, and closes what it greets
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _watch(self) -> None:
        if self._socket.fileno() >= 0:
            asyncio.get_running_loop().add_reader(self._socket, self._take)

    def _take(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            came, (host, *_) = self._socket.accept()
        except BlockingIOError:
            return
        except OSError:
            loop.remove_reader(self._socket)
            loop.call_later(_BREATH, self._watch)
            return
        if self.is_shut or not self._has_place(host):
            came.close()
            return
        came.setblocking(False)
        self._strangers[host] += 1
        task = loop.create_task(self._greet(came, host))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _has_place(self, host: str) -> bool:
        all_of_them = self._strangers.total()
        return all_of_them < MOST_STRANGERS and self._strangers[host] < MOST_OF_ONE

    async def _greet(self, came: socket.socket, host: str) -> None:
        loop = asyncio.get_running_loop()
        try:
            with suppress(OSError):
                await loop.connect_accepted_socket(
                    self._make,
                    came,
                    ssl=self._tls,
                    ssl_handshake_timeout=HANDSHAKE,
                    ssl_shutdown_timeout=FAREWELL,
                )
        finally:
            self._strangers[host] -= 1
            if not self._strangers[host]:
                del self._strangers[host]
