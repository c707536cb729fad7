# SPDX-License-Identifier: AGPL-3.0-or-later
"""A device among others: keeps its record equal to theirs, and finishes polls when it hears so."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from time import monotonic

from ballots.errors import Refusal
from ballots.receipts.held import MOST, Holding, Others
from ballots.record.entry import Entry
from ballots.record.kinds import Kind
from ballots.session import PollStage
from kiosk.device import Device
from kiosk.finishing import finish
from kiosk.keys import chance
from kiosk.passport import passport
from sync.merging import Merged
from sync.network.addresses import Address
from sync.network.node import NetworkNode, Place
from sync.speaker import Callbacks

HOLDERS_WAIT = 1.0  # seconds that a receipt waits for others to sign that they hold the vote
RESERVE_WAIT = 1.5  # seconds; a little longer than anybody has for the answer
WHEREVER = Place()
HERE = Place(host="127.0.0.1", is_announced=False)
FOUND_HERE = Place(host="127.0.0.1", interfaces=("127.0.0.1",))
AT_THE_END = frozenset({Kind.CLOSE, Kind.FINAL, Kind.SEAL, Kind.COSIGN, Kind.REVOKE})
ENDING = frozenset({PollStage.CLOSING, PollStage.FINISHED})
RESTS = 3  # times as long as the last look took
AGAIN = 5.0  # seconds until what could not be stored is tried again


class Node:
    """The network of one device. A thread of its own writes finals and cosignatures."""

    def __init__(
        self,
        device: Device,
        holders_wait: float = HOLDERS_WAIT,
        again: float = AGAIN,
        duties: Callable[[Device], None] = finish,
        on_trouble: Callable[[Refusal], None] = lambda _: None,
    ) -> None:
        """Be ready for peers of `device`; they come with `join`, `listen`, `call` and `connect`.

        `duties` is what the device does by itself whenever something new was heard, `on_trouble`
        is told why a peer was sent away, or what it sent could not be kept.
        """
        self._device = device
        self._holders_wait = holders_wait
        self._again = again
        self._duties = duties
        self._news = Event()
        self._news.set()  # before the last switching off it may have heard of a closed poll
        self._is_ending = True  # as far as is known
        self._stopping = Event()
        self._network = NetworkNode(
            device.replica,
            device.prepared.assembly_id,
            passport(device, chance),
            chance,
            Callbacks(sign=self._sign, on_trouble=on_trouble),
        )
        self._end_watch = device.replica.watch(self._heard)
        self._finisher = Thread(target=self._finish, name="finisher", daemon=True)
        self._finisher.start()

    def join(self, place: Place | None = None) -> int:
        """Find the others of the assembly, and be found; the port that this one is at."""
        return self._network.join(place or WHEREVER)

    def listen(self) -> int:
        """Take connections of processes of this machine; the port that they are taken on."""
        return self._network.join(HERE)

    def connect(self, port: int) -> None:
        """Stay connected to the process of this machine that listens on `port`."""
        self._network.connect((HERE.host, port))

    def call(self, address: Address) -> None:
        """Stay connected to whoever is at an address, in any network."""
        self._network.connect(address)

    def cut(self) -> None:
        """Pull the cable out."""
        self._network.cut()

    def heal(self) -> None:
        """Put the cable back in."""
        self._network.heal()

    def peers(self) -> tuple[str, ...]:
        """Keys (hex) of the devices that are connected, sorted."""
        return self._network.peers()

    def doubled(self) -> frozenset[str]:
        """Keys (hex) of devices of which two were here at once, since this one was started."""
        return self._network.doubled()

    def is_even(self) -> bool:
        """Whether all devices that are connected hold what this one holds, and no more."""
        return self._network.is_even()

    def wait_held(self, entry: Entry, devices: int, timeout: float) -> bool:
        """Wait up to `timeout` seconds until so many other devices hold an entry."""
        return self._network.wait_held(entry, devices, timeout)

    def others_holding(self, entry: Entry) -> int:
        """How many other devices say that they hold an entry."""
        return self._network.holders(entry)

    def is_alone(self) -> bool:
        """Whether no device is connected."""
        return not self._network.peers()

    def reserve(self, slip: bytes) -> str:
        """Have a slip in hand; the key (hex) of the device that has it, or ""."""
        return self._network.reserve(slip, RESERVE_WAIT)

    def put_back(self) -> None:
        """Have no slip in hand."""
        self._network.put_back()

    def others(self, segment: str, number: int) -> Others:
        """Who else holds a ballot; waits a little for as many signatures as fit on a receipt."""
        (entry,) = self._device.replica.entries(segment, after=number - 1, limit=1)
        if peers := len(self._network.peers()):
            self._network.wait_signed(entry, min(peers, MOST - 1), self._holders_wait)
        signatures = self._network.signatures(entry)
        holding = self._network.holders(entry)  # who has just come back says so again a bit later
        return Others(number=max(holding, len(signatures)), signatures=signatures)

    def wait_for(self, state: Callable[[], bool], timeout: float) -> bool:
        """Wait until `state()` holds, asked again whenever something is heard; whether it does."""
        return self._network.wait_for(state, timeout)

    def stop(self) -> None:
        """Leave the others; what was heard is kept."""
        self._end_watch()
        self._stopping.set()
        self._news.set()
        self._finisher.join()
        self._network.stop()

    def _sign(self, holding: Holding) -> bytes:
        return holding.sign(self._device.key)

    def _heard(self, merged: Merged) -> None:
        """While no poll ends, what is written at its ends is news, and else nothing is."""
        if self._is_ending or merged.forked or merged.kinds & AT_THE_END:
            self._news.set()

    def _finish(self) -> None:
        """Run by a thread of its own: whatever was heard may have closed or sealed a poll."""
        stored = True
        while not self._stopping.is_set():
            self._news.wait(None if stored else self._again)
            self._news.clear()
            if not self._stopping.is_set():
                begun = monotonic()
                stored = self._finish_now()
                # Each look reads all of a record, and a long one comes in many pieces.
                self._stopping.wait(RESTS * (monotonic() - begun))

    def _finish_now(self) -> bool:
        """Whether all that is due is on disk; without room there it is due again soon."""
        self._is_ending = True
        try:
            self._duties(self._device)
        except Refusal:
            return False
        session = self._device.session()
        self._network.refuse(session.revoked)
        self._is_ending = any(state.stage in ENDING for state in session.polls.values())
        return True
