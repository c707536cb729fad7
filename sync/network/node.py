# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeps the replica of this device equal to those of the others on its network.

One thread with an event loop drives the conversation. Peers are found by multicast DNS, or at
addresses that somebody names; who they are, TLS says.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass
from threading import Condition, Thread, current_thread
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from ballots.randomness import Randomness
from ballots.receipts.held import Holding
from ballots.record.entry import Entry
from sync import turns
from sync.conversation import Conversation
from sync.errors import SyncError, SyncProblem
from sync.merging import Merged
from sync.network.addresses import Address, AddressBook
from sync.network.beacon import Beacon
from sync.network.lines import NetworkLines
from sync.network.passport import Passport
from sync.replica import Replica
from sync.reservation import Standing
from sync.speaker import Callbacks, Speaker
from sync.wire import Vouch

TICK: Final = 0.25  # seconds
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a device is on its network. `interfaces` are own addresses; all if none is named."""

    host: str = "0.0.0.0"  # noqa: S104 - whoever has no certificate of the assembly gets nothing
    port: int = 0
    interfaces: Sequence[str] = ()
    is_announced: bool = True


class NetworkNode:
    """One replica among the devices of a network. Use as a context, or `stop` it.

    Safe to use from several threads.
    """

    def __init__(
        self,
        replica: Replica,
        assembly: str,
        passport: Passport,
        random: Randomness,
        callbacks: Callbacks = Callbacks(),  # noqa: B008 - frozen
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start the thread; peers come with `join` and `connect`.

        Args:
            replica: must stay open until the node has stopped.
            assembly: its id; peers of another are refused.
            passport: of this device; its key is its name among peers.
            random: names what is announced, and spreads tries in time.
            callbacks: called in the node's thread; they must not wait.
            clock: seconds that never go back.
        """
        self._replica = replica
        self._assembly = assembly
        self._clock = clock
        self._random = random
        self._changed = Condition()
        self._end_watch = replica.watch(self._written)
        # Watched first and read afterwards, so that nothing written between is missed.
        self._conversation = Conversation(
            assembly,
            passport.party.device,
            replica.tips(),
            replica.frozen(),
            replica.authors(),
        )
        self._book = AddressBook(passport.party.device, self._random)
        self._lines = NetworkLines(passport, self._book, self._tell, clock)
        self._speaker = Speaker(
            replica,
            self._conversation,
            self._lines,
            clock,
            self._changed,
            callbacks,
        )
        self._beacon: Beacon | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, name="network", daemon=True)
        self._thread.start()

    def join(self, place: Place) -> int:
        """Take connections, be found and find; the port that connections are taken on.

        Raises:
            SyncError: `port-taken`.
        """
        return self._do(lambda: self._join(place))

    def connect(self, address: Address) -> None:
        """Stay connected to whoever is at an address, now and whenever somebody is there."""
        self._do(lambda: self._connect(address))

    def cut(self) -> None:
        """Pull the cable out: when this returns no connection is left, and none is taken."""
        self._do(self._lines.cut)

    def heal(self) -> None:
        """Put the cable back in: connections are tried again at once."""
        self._do(self._lines.heal)

    def stop(self) -> None:
        """End the thread and all connections; the replica stays open. Not from a callback."""
        self._end_watch()
        if not self._thread.is_alive():
            return
        self._await(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

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
        """Keys (hex) of the devices that are connected, sorted."""
        with self._changed:
            return self._conversation.peers()

    def holders(self, entry: Entry) -> int:
        """How many other devices have said that they hold `entry` on disk."""
        with self._changed:
            return self._conversation.holders(entry.header.segment, entry.header.number)

    def signatures(self, entry: Entry) -> dict[str, bytes]:
        """Key (hex) → signature that it holds this ballot, of those who gave one of late."""
        with self._changed:
            return self._conversation.signatures(entry.header.segment, entry.header.number)

    def refuse(self, devices: Collection[str]) -> None:
        """Speak with these (keys in hex) no more, nor with any that were refused before."""
        self._do(lambda: self._lines.refuse(devices))

    def doubled(self) -> frozenset[str]:
        """Keys (hex) of devices, maybe this one's, that were here twice at once since the start.

        Two machines have one card and its copy.
        """
        return frozenset(self._lines.doubled)

    def is_even(self) -> bool:
        """Whether all devices that are connected hold what this one holds, and no more."""
        with self._changed:
            return self._conversation.is_even(self._replica.tips())

    def wait_for(self, state: Callable[[], bool], timeout: float) -> bool:
        """Wait up to `timeout` seconds until `state()`, asked at every event; whether it does.

        Not to be called from the callbacks.
        """
        with self._changed:
            return self._changed.wait_for(state, timeout)

    def wait_held(self, entry: Entry, devices: int, timeout: float) -> bool:
        """Wait up to `timeout` seconds until so many other devices hold `entry`."""
        return self.wait_for(lambda: self.holders(entry) >= devices, timeout)

    def wait_signed(self, entry: Entry, devices: int, timeout: float) -> bool:
        """Ask all who hold this ballot to sign that; wait up to `timeout` seconds for so many.

        False at once for an entry that is no ballot.
        """
        holding = Holding.of(entry)
        if holding is None:
            return False
        vouch = Vouch(entry.header.segment, entry.header.number, entry.id)
        wanted = turns.Wanted(vouch=vouch, holding=holding)
        self._loop.call_soon_threadsafe(self._tell, wanted)
        return self.wait_for(lambda: len(self.signatures(entry)) >= devices, timeout)

    def reserve(self, slip: bytes, timeout: float) -> str:
        """Have a slip (32 bytes) in hand; the key (hex) of the device that has it, or "".

        Others who do not answer are waited for up to a second, or `timeout`, and no longer.
        """
        self._do(lambda: self._tell(turns.InHand(slip)))
        self.wait_for(lambda: self._conversation.reservation()[0] is not Standing.ASKING, timeout)
        with self._changed:
            return self._conversation.reservation()[1]

    def put_back(self) -> None:
        """Have no slip in hand."""
        self._do(lambda: self._tell(turns.InHand(b"")))

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.call_soon(self._tick)
        self._loop.run_forever()

    def _tick(self) -> None:
        self._tell(turns.Ticked())
        self._lines.dial()
        self._loop.call_later(TICK, self._tick)

    def _join(self, place: Place) -> int:
        try:
            port = self._lines.listen(place.host, place.port)
        except OSError as error:
            raise SyncError(SyncProblem.PORT_TAKEN, port=place.port) from error
        if place.is_announced and self._beacon is None:
            self._beacon = Beacon(self._assembly, self._heard, self._random, place.interfaces)
            self._beacon.begin(port)
        return port

    def _connect(self, address: Address) -> None:
        self._book.hear(address, self._clock(), fixed=True)
        self._lines.dial()

    async def _close(self) -> None:
        if self._beacon:
            await self._beacon.end()
        await self._lines.close()
        await asyncio.sleep(0)  # aborted lines are told so once more

    def _heard(self, address: Address) -> None:
        self._book.hear(address, self._clock())
        self._lines.dial()

    def _tell(self, event: turns.Event) -> None:
        self._speaker.tell(event)

    def _do(self, order: Callable[[], T]) -> T:
        """Run an order in the node's thread, and return when it is done."""
        if current_thread() is self._thread:
            return order()

        async def ordered() -> T:
            return order()

        return self._await(ordered())

    def _await(self, order: Coroutine[Any, Any, T]) -> T:
        try:
            done = asyncio.run_coroutine_threadsafe(order, self._loop)
        except RuntimeError:
            order.close()
            raise RuntimeError("the node has stopped") from None
        return done.result()

    def _written(self, merged: Merged) -> None:
        """Entries are on disk; what the node's own thread stored is told where it was stored."""
        if current_thread() is not self._thread:
            stored = turns.Stored(merged.heads, merged.forked)
            self._loop.call_soon_threadsafe(self._tell, stored)
