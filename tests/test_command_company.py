# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands that act among other devices: found on the machine's own network, and told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event

import pytest

from kiosk import node
from kiosk.commands import assembly_polls, company
from kiosk.demo.hands import KioskProcess
from kiosk.demo.room import PROGRAM
from kiosk.node import FOUND_HERE
from tests.command_room import DESK, FACILITATOR, ONE, SECOND, TWO, Room, copied, lay_down, said
from tests.passports import LONG

Switch = Callable[..., None]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_down(tmp_path_factory.mktemp("assembly"))


@pytest.fixture
def room(
    prepared: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Room:
    monkeypatch.setattr(node, "WHEREVER", FOUND_HERE)
    for patience in ("MEETS", "EVENS", "SIGNS"):
        monkeypatch.setattr(company, patience, LONG)
    monkeypatch.setattr(assembly_polls, "SEALS", LONG)
    return Room(copied(prepared, tmp_path / "room"), capsys)


@pytest.fixture
def switch_on(room: Room) -> Iterator[Switch]:
    """Starts devices that are on the network, each a process."""
    with ExitStack() as stack:

        def start(*names: str) -> None:
            for name in names:
                command = [*PROGRAM, str(room[name]), "desk"]
                process = KioskProcess(name, command, room.folder / f"{name}.log")
                stack.callback(process.stop)
                process.ask("find")

        yield start


def test_booths_that_are_there_know_of_a_poll_at_once(room: Room, switch_on: Switch) -> None:
    switch_on(ONE)
    told = room.asks("open", "--network").splitlines()
    assert told == [
        said().say("sync.company.held", n=1),
        said().say("assembly.open.told", poll="The party", id="festa"),
    ]
    assert room.stages(ONE)["festa"] == "open"


def test_a_poll_that_is_closed_among_all_is_sealed_by_all(room: Room, switch_on: Switch) -> None:
    switch_on(ONE, TWO, DESK)
    room.asks("open", "--network")
    told = room.asks("close", "festa", "--network")
    assert said().say("assembly.poll.sealed", poll="The party") in told.splitlines()
    pause = Event()
    for _ in range(300):  # a booth that is not met yet hears of it from the others
        if room.stages(TWO)["festa"] == "sealed":
            return
        pause.wait(0.1)
    pytest.fail("a booth has not heard that the poll is sealed")


def test_what_the_desk_counts_is_held_by_others(room: Room, switch_on: Switch) -> None:
    switch_on(ONE)
    room.asks("check-in", "Veïna Exemple", "--network", of=DESK)
    assert room.facts(ONE)["present"] == 1


def test_who_is_alone_is_told_to_take_a_stick(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(company, "MEETS", 0.0)
    told = room.asks("open", "--network").splitlines()
    folder = str(room[FACILITATOR])
    assert told[0] == said().say("sync.company.alone", folder=folder)
    assert told[1] == said().say("assembly.open.done", poll="The party", id="festa", folder=folder)


def test_a_device_that_joins_says_who_is_there(room: Room, switch_on: Switch) -> None:
    switch_on(ONE)
    for held in range(8, 13):  # each start is an entry; a busy machine takes its time
        told = room.does("sync", "join", "--folder", room[FACILITATOR], "--seconds", "5")
        first, *rest = told.splitlines()
        assert first == said().say("sync.join.alone", n=held)
        if rest:
            met = said().say("sync.join.even", n=1, names="Cabina 1", entries=held + 1)
            assert rest[-1] == met
            return
    pytest.fail("nobody was found")


def test_two_facilitators_take_a_lost_booth_out_and_the_poll_is_sealed(room: Room) -> None:
    """On a stick, so that each step is seen."""
    room.asks("open")
    room.carry(FACILITATOR, ONE, TWO, SECOND)
    room.carry(TWO, FACILITATOR)  # then it falls into the river
    room.asks("close", "festa")
    room.carry(FACILITATOR, ONE)
    room.carry(ONE, FACILITATOR)
    assert room.stages()["festa"] == "closing"
    told = room.asks("revoke", "Cabina 2")
    assert told == said().say("assembly.revoke.second", device="Cabina 2") + "\n"
    room.carry(FACILITATOR, SECOND)
    told = room.asks("revoke", "Cabina 2", of=SECOND)
    assert told == said().say("assembly.revoke.done", device="Cabina 2") + "\n"
    for _ in range(2):
        room.carry(SECOND, FACILITATOR, ONE)
        room.carry(ONE, FACILITATOR, SECOND)
    assert room.stages()["festa"] == "sealed"


def test_who_is_to_be_taken_out_has_to_be_known_and_another(room: Room) -> None:
    known = "Cabina 1, Cabina 2, Facilitació, Facilitació 2, Taula d’acollida"
    room.denies("error.kiosk.device-unknown", "revoke", "Cabina 9", device="Cabina 9", known=known)
    room.denies("error.kiosk.device-unknown", "revoke", "", device="", known=known)
    room.denies("error.kiosk.device-itself", "revoke", "Facilitació", device="Facilitació")
