# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tells a booth how many other devices are connected, whenever that changes."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from typing import Protocol

from kiosk.events import CompanyChanged

TURN = 1.0  # seconds until it looks whether to stop


class Peers(Protocol):
    """Who is connected."""

    def peers(self) -> tuple[str, ...]:
        """Keys of the devices that are."""
        ...

    def wait_for(self, state: Callable[[], bool], timeout: float) -> bool:
        """Wait until something holds; whether it does."""
        ...


class CompanyWatch:
    """From `start` to `stop`. The first news comes at once."""

    def __init__(self, node: Peers, receive: Callable[[CompanyChanged], None]) -> None:
        """Nothing is told yet."""
        self._node = node
        self._receive = receive
        self._stopping = Event()
        self._thread = Thread(target=self._watch, name="company", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching."""
        self._stopping.set()
        self._thread.join()

    def _watch(self) -> None:
        told = -1

        def has_changed() -> bool:
            return len(self._node.peers()) != told

        while not self._stopping.is_set():
            if self._node.wait_for(has_changed, TURN):
                told = len(self._node.peers())
                self._receive(CompanyChanged(others=told))
