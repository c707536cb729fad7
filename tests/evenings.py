# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small evenings on the product's own parts; entries are carried from device to device by hand."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random
from shutil import copytree, rmtree
from tempfile import mkdtemp
from types import TracebackType
from typing import Self

from ballots.assembly import Alone, Assembly, Poll
from ballots.election.setup import Setup
from ballots.election.slip import Slip
from ballots.receipts.held import Others
from ballots.record.entry import Entry
from ballots.record.kinds import Kind, Role
from ballots.session import PollState
from hardware.attach import Address
from hardware.receipt_printer import Patience, SerialReceiptPrinter
from hardware.simulated.printer import PrinterSimulator
from kiosk import events
from kiosk.admission import Company
from kiosk.arithmetic import best_power
from kiosk.booth import Booth
from kiosk.demo.inputs import Inputs, read_inputs
from kiosk.desk import Desk
from kiosk.device import Device
from kiosk.events import Event
from kiosk.facilitator import Facilitator
from kiosk.finishing import finish
from kiosk.preparing import Preparation, prepare
from kiosk.publishing import Published, publish
from kiosk.tallying import Counted, count_poll
from printouts.proceedings import HeldIn

MESA, TAULA, ONE, TWO = "Mesa", "Taula", "Cabina 1", "Cabina 2"
DEVICES = (
    (MESA, Role.FACILITATOR),
    (TAULA, Role.DESK),
    (ONE, Role.BOOTH),
    (TWO, Role.BOOTH),
)
SLIPS = 4
DOTS = 384
HASTE = Patience(answer=0.12, quiet=0.03, finish=0.2)
TIME = 1_795_300_209

Devices = tuple[tuple[str, Role], ...]
Choices = Mapping[str, frozenset[str]]
YES: Choices = {
    "diumenges": frozenset({"yes"}),
    "local": frozenset({"taller"}),
    "propostes": frozenset({"20411", "20452"}),
}
BLANK: Choices = {"diumenges": frozenset(), "local": frozenset(), "propostes": frozenset()}


@cache
def inputs() -> Inputs:
    """The example that is shipped."""
    return read_inputs(None, None)


@cache
def called(alone: Alone = Alone.OPEN) -> Assembly:
    """The assembly of the example, its polls with that policy."""
    assembly = inputs().assembly
    return replace(assembly, polls=tuple(replace(poll, alone=alone) for poll in assembly.polls))


@cache
def prepared(
    seed: int = 1,
    assembly: Assembly | None = None,
    slips: int = SLIPS,
    devices: Devices = DEVICES,
) -> Preparation:
    return prepare(
        assembly or called(),
        group="Ed25519",
        slips=slips,
        devices=devices,
        random=Random(seed).randbytes,
    )


@cache
def _laid_down(seed: int, assembly: Assembly, slips: int, devices: Devices) -> Path:
    """The folders of all devices, to be copied: laying them down waits for the disk."""
    folder = Path(mkdtemp(prefix="urna-evening-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    preparation = prepared(seed, assembly, slips, devices)
    for enrolled in preparation.devices:
        enrolled.install(preparation.prepared, folder / enrolled.name)
    return folder


@dataclass(kw_only=True)
class Around:
    """What a booth is told of others, by whoever plays them; `has` is slip → who has it."""

    alone: bool = False
    holding: Callable[[str, int], Others] = lambda _segment, _number: Others()
    has: dict[bytes, str] = field(default_factory=dict)
    in_hand: bytes = b""

    def is_alone(self) -> bool:
        return self.alone

    def others(self, segment: str, number: int) -> Others:
        return self.holding(segment, number)

    def reserve(self, slip: bytes) -> str:
        self.in_hand = slip
        return self.has.get(slip, "")

    def put_back(self) -> None:
        self.in_hand = b""


class Evening:
    """A facilitator, a desk and two booths, switched on. Use as a context."""

    def __init__(
        self,
        folder: Path,
        *,
        seed: int = 1,
        assembly: Assembly | None = None,
        slips: int = SLIPS,
        devices: Devices = DEVICES,
    ) -> None:
        self.folder = folder
        self.random = Random(seed + 1).randbytes
        assembly = assembly or called()
        self.preparation = prepared(seed, assembly, slips, devices)
        self.devices: dict[str, Device] = {}
        copytree(_laid_down(seed, assembly, slips, devices), folder, dirs_exist_ok=True)
        for enrolled in self.preparation.devices:
            self.switch_on(enrolled.name)
        self.leader = Facilitator(self[MESA], lambda: "19:30")
        self.desk = Desk(self[TAULA])
        self.paper: Poll = assembly.polls[0]
        self.uuid = next(iter(self.preparation.prepared.rolls))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _1: type[BaseException] | None, _2: BaseException | None, _3: TracebackType | None
    ) -> None:
        for device in self.devices.values():
            device.close()

    def __getitem__(self, name: str) -> Device:
        return self.devices[name]

    @property
    def slips(self) -> tuple[Slip, ...]:
        return self.preparation.slips

    def switch_on(self, name: str) -> Device:
        self.devices[name] = Device(self.folder / name, self.random)
        return self.devices[name]

    def restart(self, name: str) -> Device:
        self[name].close()
        return self.switch_on(name)

    def carry(self, *names: str) -> None:
        """Everyone named (or simply everyone) hears all that the others hold."""
        devices = [self[name] for name in names or self.devices]
        entries = [entry for device in devices for entry in device.replica.everything()]
        for device in devices:
            device.replica.merge(entries)

    def open(self) -> None:
        """The assembly is on record, and the evening's paper is open everywhere."""
        self.leader.open_assembly(len(self.slips))
        self.leader.open_poll(self.paper)
        self.carry()

    def state(self, name: str = MESA) -> PollState:
        return self[name].session().polls[self.uuid]

    def setup(self) -> Setup:
        """As anyone would read it from the record and the preparation."""
        kept = self.preparation.prepared
        return Setup.read(self.state().election, kept.trustees, kept.rolls[self.uuid])

    def booth(
        self,
        name: str = ONE,
        *,
        printer: SerialReceiptPrinter | None = None,
        company: Company | None = None,
    ) -> Booth:
        """The booth on a device; without a printer it is never to print."""
        return Booth(
            self[name],
            printer or driver_of(f"serial:///dev/null?dots={DOTS}"),
            company or Around(),
            random=self.random,
            power=best_power(),
        )

    def cast(self, name: str, slip: Slip, choices: Choices = YES) -> str:
        """One person votes; the tracker that they saw."""
        booth = self.booth(name)
        *_, kept = [booth.carry_out(wish) for wish in way_to_the_box(self.uuid, slip, choices)]
        assert isinstance(kept, events.BallotKept)
        return kept.tracker

    def arrive(self, people: int) -> None:
        """People come and draw a slip each; what is left is counted."""
        for number in range(1, people + 1):
            self.desk.check_in(f"Veïna Exemple {number}")
            self.desk.issue_slip()
        self.desk.count_leftover(left=len(self.slips) - people, void=0)

    def close(self) -> None:
        """The poll is closed, and everybody hears it."""
        self.leader.close_poll(self.uuid)
        self.carry()

    def finish(self, *names: str) -> None:
        """These devices do what is due, and everybody hears it."""
        for name in names or self.devices:
            finish(self[name])
        self.carry()

    def seal(self) -> None:
        """From an open poll to one that everyone has cosigned."""
        self.close()
        self.finish()
        self.leader.seal_poll(self.uuid)
        self.carry()
        self.finish()

    def count(self) -> Counted:
        return count_poll(
            self[MESA],
            self.uuid,
            self.preparation.shares[:2],
            random=self.random,
            timestamp=TIME,
            power=best_power(),
        )

    def publish(self, counted: Counted, folder: Path) -> Published:
        return publish(self[MESA], [counted], folder, held_in=HeldIn.SECOND, language="ca")

    def written(self, name: str, kind: Kind) -> list[Entry]:
        """The entries of a kind that a device has on disk, whoever wrote them."""
        return [e for e in self[name].replica.everything() if e.header.kind is kind]


def way_to_the_box(uuid: str, slip: Slip, choices: Choices = YES) -> list[events.ServiceWish]:
    return [
        events.LookUpSlip(code=slip.payload),
        events.SealBallot(uuid=uuid, choices=choices),
        events.CastBallot(),
    ]


def asked(booth: Booth, *wishes: events.ServiceWish) -> list[Event | None]:
    return [booth.carry_out(wish) for wish in wishes]


def look_up(slip: Slip) -> events.LookUpSlip:
    return events.LookUpSlip(code=slip.payload)


def seal(evening: Evening, choices: Choices = YES) -> events.SealBallot:
    return events.SealBallot(uuid=evening.uuid, choices=choices)


def sealed_by(booth: Booth, evening: Evening, slip: Slip, choices: Choices = YES) -> str:
    """A slip is scanned and a paper sealed; the tracker."""
    _, answer = asked(booth, look_up(slip), seal(evening, choices))
    assert isinstance(answer, events.BallotSealed)
    return answer.tracker


def bodies_of(evening: Evening, name: str = ONE) -> list[bytes | None]:
    return [entry.body for entry in evening.written(name, Kind.BALLOT)]


def trackers_of(evening: Evening, name: str = ONE) -> list[str]:
    return [ballot.tracker for ballot in evening.state(name).ballots]


def driver_of(url: str) -> SerialReceiptPrinter:
    """A driver that soon gives up."""
    address = Address.read(url, known=frozenset({"baud", "dots"}))
    return SerialReceiptPrinter(address.open_line, dots=address.dots, patience=HASTE)


@dataclass
class Bench:
    """A printer on its cable."""

    simulator: PrinterSimulator
    driver: SerialReceiptPrinter


@contextmanager
def bench() -> Iterator[Bench]:
    with PrinterSimulator(dots=DOTS) as simulator:
        driver = driver_of(simulator.url)
        try:
            yield Bench(simulator, driver)
        finally:
            driver.close()


@contextmanager
def read_only(device: Device) -> Iterator[None]:
    """Meanwhile the device can store nothing at all."""
    _tell(device, "query_only=ON")
    yield
    _tell(device, "query_only=OFF")


@contextmanager
def full_disk(device: Device) -> Iterator[None]:
    """Meanwhile the record can't grow by a single page."""
    pages = device.replica._database.execute("PRAGMA page_count").fetchone()[0]
    _tell(device, f"max_page_count={pages}")
    yield
    _tell(device, "max_page_count=1000000")


def _tell(device: Device, pragma: str) -> None:
    device.replica._database.execute(f"PRAGMA {pragma}")


def play(folder: Path, assembly: Assembly | None = None, *, seed: int = 1) -> Published:
    """Three people vote, one of them after checking the booth; published in `folder`/out.

    The devices are switched off, and their folders stay in `folder`/devices.
    """
    out = folder / "out"
    out.mkdir()
    with Evening(folder / "devices", seed=seed, assembly=assembly) as evening:
        evening.open()
        evening.arrive(3)
        booth = evening.booth(ONE)
        sealed_by(booth, evening, evening.slips[0], BLANK)
        asked(booth, events.OpenChallenge(), seal(evening, YES), events.CastBallot())
        evening.cast(TWO, evening.slips[1], BLANK)
        evening.cast(ONE, evening.slips[2], YES)
        evening.carry()
        evening.seal()
        published = evening.publish(evening.count(), out)
        evening.carry()
        return published
