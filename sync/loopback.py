# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeps the replica of this process equal to those of other processes of the same machine.

One thread drives the conversation over sockets on 127.0.0.1. Peers are not authenticated, so it
binds to nothing else; every entry is verified all the same.
"""

from __future__ import annotations

import socket
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from threading import Condition, Event, Thread, current_thread
from types import TracebackType
from typing import Self

from ballots.errors import Refusal
from ballots.record.entry import Entry
from sync.cable import HOST
from sync.conversation import Conversation
from sync.errors import SyncError, SyncProblem
from sync.exchange import MAX_CABLES, TICK_SECONDS, Exchange
from sync.merging import Merged
from sync.replica import Replica
from sync.speaker import Callbacks
from sync.turns import Stored


class LoopbackNode:
    """One replica among the processes of one machine. Use as a context, or `stop` it.

    Safe to use from several threads.
    """

    def __init__(
        self,
        replica: Replica,
        assembly: str,
        name: str,
        *,
        on_new: Callable[[], None] = lambda: None,
        on_trouble: Callable[[Refusal], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start the thread; peers come with `listen` and `connect`.

        Args:
            replica: must stay open until the node has stopped.
            assembly: its id; peers of another are refused.
            name: of this device, 1 to 64 printable ASCII characters, unlike any peer's.
            on_new: called after entries of peers are on disk.
            on_trouble: called with why a peer was refused, or why its entries were not stored.
            clock: seconds that never go back.

        The callbacks run in the node's thread and must not wait.
        """
        self._changed = Condition()
        self._orders: deque[Callable[[], None]] = deque()
        self._stopping = False
        self._end_watch = replica.watch(self._written)
        # Watched first and read afterwards, so that nothing written between is missed.
        self._conversation = Conversation(assembly, name, replica.tips(), replica.frozen())
        callbacks = Callbacks(on_new=on_new, on_trouble=on_trouble)
        self._exchange = Exchange(replica, self._conversation, self._changed, clock, callbacks)
        self._thread = Thread(target=self._run, name=f"sync {name}", daemon=True)
        self._thread.start()

    def listen(self, port: int = 0) -> int:
        """Accept peers on `port` of 127.0.0.1, or on any free one; returns which.

        Raises:
            SyncError: `port-taken`.
        """
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((HOST, port))
            listener.listen(MAX_CABLES)
            listener.setblocking(False)
        except OSError as error:
            listener.close()
            raise SyncError(SyncProblem.PORT_TAKEN, port=port) from error
        taken: int = listener.getsockname()[1]
        self._do(lambda: self._exchange.listen(listener))
        return taken

    def connect(self, port: int) -> None:
        """Stay connected to the node that listens on `port`, now and whenever it is there."""
        self._do(lambda: self._exchange.connect(port))

    def cut(self) -> None:
        """Pull the cable out: when this returns no connection is left, and none is taken."""
        self._do(self._exchange.cut)

    def heal(self) -> None:
        """Put the cable back in: connections are tried again at once."""
        self._do(self._exchange.heal)

    def stop(self) -> None:
        """End the thread and all connections; the replica stays open. Not from a callback."""
        self._end_watch()
        self._stopping = True
        self._exchange.ring()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def peers(self) -> tuple[str, ...]:
        """Names of the devices that are connected, sorted."""
        with self._changed:
            return self._conversation.peers()

    def holders(self, entry: Entry) -> int:
        """How many other devices have said that they hold `entry` on disk."""
        with self._changed:
            return self._conversation.holders(entry.header.segment, entry.header.number)

    def wait_for(self, state: Callable[[], bool], timeout: float) -> bool:
        """Wait up to `timeout` seconds until `state()`, asked at every event; whether it does.

        Not to be called from the callbacks.
        """
        with self._changed:
            return self._changed.wait_for(state, timeout)

    def wait_held(self, entry: Entry, devices: int, timeout: float) -> bool:
        """Wait up to `timeout` seconds until so many other devices hold `entry`."""
        return self.wait_for(lambda: self.holders(entry) >= devices, timeout)

    def _run(self) -> None:
        while not self._stopping:
            self._exchange.turn()
            while self._orders:
                self._orders.popleft()()
        self._exchange.close()

    def _do(self, order: Callable[[], None]) -> None:
        """Run an order in the node's thread, and return when it is done."""
        done = Event()

        def obey() -> None:
            order()
            done.set()

        if current_thread() is self._thread:
            obey()
            return
        self._orders.append(obey)
        self._exchange.ring()
        while not done.wait(TICK_SECONDS):
            if not self._thread.is_alive():
                raise RuntimeError("the node has stopped")

    def _written(self, merged: Merged) -> None:
        """Entries are on disk; what the node's own thread stored is told where it was stored."""
        if current_thread() is not self._thread:
            stored = Stored(merged.heads, merged.forked)
            self._orders.append(partial(self._exchange.tell, stored))
            self._exchange.ring()
