# SPDX-License-Identifier: AGPL-3.0-or-later
"""A device among others: keeps its record equal to theirs, and finishes polls when it hears so."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

from ballots.errors import Refusal
from kiosk.device import Device
from kiosk.finishing import finish
from sync.loopback import LoopbackNode

HOLDERS_WAIT = 1.0  # seconds that a receipt waits for a second device
AGAIN = 5.0  # seconds until what could not be stored is tried again


class Node:
    """The network of one device. A thread of its own writes finals and cosignatures."""

    def __init__(
        self, device: Device, holders_wait: float = HOLDERS_WAIT, again: float = AGAIN
    ) -> None:
        """Start listening to peers of `device` as soon as they are connected."""
        self._device = device
        self._holders_wait = holders_wait
        self._again = again
        self._news = Event()
        self._news.set()  # before the last switching off it may have heard of a closed poll
        self._stopping = False
        self._loopback = LoopbackNode(
            device.replica,
            device.prepared.assembly_id,
            device.key.public.hex(),
        )
        self._end_watch = device.replica.watch(lambda _: self._news.set())
        self._finisher = Thread(target=self._finish, name="finisher", daemon=True)
        self._finisher.start()

    def listen(self) -> int:
        """Take connections of peers; the port that they are taken on."""
        return self._loopback.listen()

    def connect(self, port: int) -> None:
        """Stay connected to the peer that listens on `port`."""
        self._loopback.connect(port)

    def cut(self) -> None:
        """Pull the cable out."""
        self._loopback.cut()

    def heal(self) -> None:
        """Put the cable back in."""
        self._loopback.heal()

    def holders(self, segment: str, number: int) -> int:
        """How many devices hold an entry, this one included; waits a little for the second."""
        (entry,) = self._device.replica.entries(segment, after=number - 1, limit=1)
        if self._loopback.peers():
            self._loopback.wait_held(entry, 1, self._holders_wait)
        return 1 + self._loopback.holders(entry)

    def wait_for(self, state: Callable[[], bool], timeout: float) -> bool:
        """Wait until `state()` holds, asked again whenever something is heard; whether it does."""
        return self._loopback.wait_for(state, timeout)

    def stop(self) -> None:
        """Leave the others; what was heard is kept."""
        self._end_watch()
        self._stopping = True
        self._news.set()
        self._finisher.join()
        self._loopback.stop()

    def _finish(self) -> None:
        """Run by a thread of its own: whatever was heard may have closed or sealed a poll."""
        stored = True
        while not self._stopping:
            self._news.wait(None if stored else self._again)
            self._news.clear()
            if not self._stopping:
                stored = self._finish_now()

    def _finish_now(self) -> bool:
        """Whether all that is due is on disk; without room there it is due again soon."""
        try:
            finish(self._device)
        except Refusal:
            return False
        return True
