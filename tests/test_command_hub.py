# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna sync hub` and `urna sync send`: what is brought is kept, signed for, and told."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kiosk.commands import sync_hub
from kiosk.demo.hands import KioskProcess
from kiosk.demo.room import PROGRAM
from sync.errors import SyncError, SyncProblem
from tests.command_room import DESK, FACILITATOR, ONE, Room, copied, lay_down, said

HUB, OFFICE = "hub", "Oficina"  # its folder, and its name in the first language of the record
Start = Callable[[Path], int]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_down(tmp_path_factory.mktemp("assembly"), "--hubs", "1")


@pytest.fixture
def room(prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Room:
    return Room(copied(prepared, tmp_path / "room"), capsys)


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a hub that others reach by its address; at which port."""
    with ExitStack() as stack:

        def begun(folder: Path) -> int:
            where = ("--host", "127.0.0.1", "--port", "0", "--hidden")
            command = [sys.executable, "-m", "kiosk", "sync", "hub", *where, "--folder"]
            process = stack.enter_context(
                subprocess.Popen([*command, str(folder)], stdout=subprocess.PIPE, text=True)
            )
            stack.callback(process.terminate)
            assert process.stdout
            words = process.stdout.readline().replace(",", " ").split()
            (port,) = [word for word in words if word.isdecimal()]
            return int(port)

        yield begun


def status(room: Room, name: str) -> dict[str, dict[str, int]]:
    told = json.loads(room.does("sync", "status", "--json", "--folder", room[name]))
    return dict(told["hubs"])


def send(room: Room, name: str, port: int) -> str:
    return room.does("sync", "send", f"127.0.0.1:{port}", "--folder", room[name])


def test_a_record_is_brought_to_a_hub_and_its_receipt_comes_back(room: Room, start: Start) -> None:
    room.asks("check-in", "Veïna Exemple", of=DESK)
    port = start(room[HUB])
    assert status(room, DESK) == {}
    told = send(room, DESK, port)
    signed = status(room, DESK)[OFFICE]
    assert signed["since"] == 0
    assert told.strip() == said().say("sync.send.done", name=OFFICE, n=signed["signed"])
    room.asks("check-in", "Veí Exemple", of=DESK)
    assert status(room, DESK)[OFFICE]["since"] > 0
    shown = room.does("sync", "status", "--folder", room[DESK])
    assert OFFICE in shown
    send(room, DESK, port)
    assert status(room, DESK)[OFFICE]["since"] == 0


def test_two_devices_bring_what_each_has_and_the_second_hears_of_both(
    room: Room, start: Start
) -> None:
    room.asks("check-in", "Veïna Exemple", of=DESK)
    room.asks("open")
    port = start(room[HUB])
    send(room, DESK, port)
    send(room, FACILITATOR, port)
    assert room.facts()["present"] == 1
    assert room.facts(HUB)["present"] == 1


def test_a_stick_that_is_brought_to_a_hub_takes_the_receipt_back(room: Room) -> None:
    room.asks("open")
    told = room.carry(FACILITATOR, HUB)
    assert said().say("sync.hub.signed", n=status(room, HUB)[OFFICE]["signed"]) in told
    room.carry(HUB, FACILITATOR)
    assert status(room, FACILITATOR)[OFFICE]["signed"] > 0


def test_nobody_at_the_address_is_told(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_hub, "MEETS", 0.5)
    at = "127.0.0.1:9"
    sent = ("sync", "send", at, "--folder", room[DESK])
    room.refuses("error.kiosk.hub-unreachable", *sent, address=at)


def test_a_device_that_is_no_hub_is_told(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_hub, "MEETS", 1.0)
    process = KioskProcess(ONE, [*PROGRAM, str(room[ONE]), "desk"], room.folder / "log")
    try:
        at = f"127.0.0.1:{process.ask('listen')['port']}"
        sent = ("sync", "send", at, "--folder", room[DESK])
        room.refuses("error.kiosk.no-hub", *sent, address=at)
    finally:
        process.stop()


def test_a_hub_without_room_on_its_disk_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    full = SyncError(SyncProblem.DISK_FULL, file="record.db")
    sync_hub._complain(said(), full)
    assert capsys.readouterr().err == f"urna: {said().refusal(full)}\n"
    sync_hub._complain(said(), SyncError(SyncProblem.PEER_SILENT))
    assert capsys.readouterr().err == ""


def test_a_hub_of_another_assembly_does_not_answer(
    room: Room,
    start: Start,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sync_hub, "MEETS", 1.0)
    other = lay_down(tmp_path_factory.mktemp("other"), "--hubs", "1")
    at = f"127.0.0.1:{start(other / HUB)}"
    capsys.readouterr()
    sent = ("sync", "send", at, "--folder", room[DESK])
    room.refuses("error.kiosk.hub-unreachable", *sent, address=at)


def test_a_hub_that_does_not_sign_is_told_with_how_far_it_is(
    room: Room, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync_hub, "STALLS", 0.05)  # sooner than any hub signs
    port = start(room[HUB])
    told = json.loads(room.does("sync", "status", "--json", "--folder", room[DESK]))
    others = sum(n for device, n in told["devices"].items() if device != OFFICE)
    sent = ("sync", "send", f"127.0.0.1:{port}", "--folder", room[DESK])
    room.refuses("error.kiosk.hub-unfinished", *sent, n=0, of=others + 1)


@pytest.mark.parametrize("at", ["", "a/b", "a@b", "host:port", "host:99999"])
def test_what_is_no_address_is_wrong_usage(room: Room, at: str) -> None:
    with pytest.raises(SystemExit) as ended:
        room.does("sync", "send", at, "--folder", room[DESK])
    assert ended.value.code == 2


def test_only_a_hub_is_a_hub(room: Room) -> None:
    run = ("sync", "hub", "--folder", room[ONE], "--port", "0")
    room.refuses("error.kiosk.not-hub", *run, path=str(room[ONE]))
