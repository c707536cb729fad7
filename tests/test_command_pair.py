# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna sync pair`: a new kiosk, a facilitator's device, and three doors between them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread

import pytest

from kiosk import node
from kiosk.commands import sync_pair
from kiosk.demo.hands import KioskProcess
from kiosk.demo.room import PROGRAM
from kiosk.node import FOUND_HERE
from tests.command_room import FACILITATOR, ONE, Room, copied, lay_down, said, urna
from tests.passports import LONG

NAME = "Cabina 3"
DONE = re.compile(re.escape(said().say("sync.pair.done", words="WORDS")).replace("WORDS", "(.+)"))


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
    monkeypatch.setattr(sync_pair, "INTERFACES", ("127.0.0.1",))
    return Room(copied(prepared, tmp_path / "room"), capsys)


class Waiting:
    """`urna sync pair wait` in a thread; what it prints is seen as it comes."""

    def __init__(self, room: Room, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.printed = ""
        self._pause = Event()
        self.code = -1
        arguments = ("sync", "pair", "wait", "--folder", room["new"], "--name", NAME)
        self.thread = Thread(target=lambda: setattr(self, "code", urna(*arguments)))
        self.thread.start()

    def see(self, pattern: str) -> str:
        """What a part of it says, once it is there."""
        while not (found := re.search(pattern, self.printed)):
            self._pause.wait(0.05)
            self.printed += self._capsys.readouterr().out
        return found[1]


@pytest.fixture
def waiting(
    room: Room, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Waiting]:
    monkeypatch.setattr(sync_pair, "WAITS", LONG)
    made = Waiting(room, capsys)
    yield made
    made.thread.join()


def words_of(printed: str) -> str:
    found = DONE.search(printed)
    assert found, printed
    return found[1]


def is_a_device_now(room: Room) -> bool:
    """It finds another, and both hold the same."""
    with ExitStack() as stack:
        command = [*PROGRAM, str(room[ONE]), "desk"]
        process = KioskProcess(ONE, command, room.folder / "one.log")
        stack.callback(process.stop)
        process.ask("find")
        for _ in range(5):  # a machine that has much to do takes its time
            told = room.does("sync", "join", "--folder", room["new"], "--seconds", "5")
            if "Cabina 1" in told:
                return True
    return False


def test_by_two_files_on_a_stick(room: Room) -> None:
    asked, answered = room.folder / "request.enrol", room.folder / "answer.enrol"
    new = ("--folder", room["new"])
    room.does("sync", "pair", "ask", asked, *new, "--name", NAME)
    there = room.does("sync", "pair", "answer", asked, answered, "--folder", room[FACILITATOR])
    here = room.does("sync", "pair", "take", answered, *new)
    assert words_of(here) == words_of(there)
    assert (room["new"] / "kiosk.toml").exists()
    assert is_a_device_now(room)
    room.refuses(
        "error.kiosk.no-file",
        *("sync", "pair", "take", answered, *new),
        path=str(room["new"] / "request.enrol"),
    )


def test_by_three_words(room: Room, waiting: Waiting) -> None:
    words = waiting.see(r"words”\): (.+)")
    wrong = ("sync", "pair", "words", "no", "such", "words", "--folder", room[FACILITATOR])
    assert urna(*wrong) == 1
    assert not (room["new"] / "network.pem").exists()
    assert urna("sync", "pair", "words", *words.split(), "--folder", room[FACILITATOR]) == 0
    waiting.thread.join()
    waiting.printed += waiting._capsys.readouterr().out
    assert waiting.code == 0
    both = DONE.findall(waiting.printed)
    assert len(both) == 2
    assert both[0] == both[1]
    assert is_a_device_now(room)


def test_by_codes_that_each_sees(
    room: Room, waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = waiting.see(r"(URNA:P1:\S+)")
    shown: list[str] = []

    class Scanner:
        """Reads what the facilitator's device shows, once it does."""

        def readline(self) -> str:
            shown.append(waiting.see(r"(URNA:P2:\S+)"))
            return f"{shown[0]}\n"

    monkeypatch.setattr(sys, "stdin", Scanner())
    assert urna("sync", "pair", "code", code, "--folder", room[FACILITATOR]) == 0
    waiting.thread.join()
    assert waiting.code == 0
    assert len(shown) == 1


def test_a_booth_lets_nobody_in(room: Room) -> None:
    asked = room.folder / "request.enrol"
    room.does("sync", "pair", "ask", asked, "--folder", room["new"], "--name", NAME)
    room.refuses(
        "error.kiosk.may-not-enrol",
        *("sync", "pair", "answer", asked, room.folder / "x", "--folder", room[ONE]),
        name="Cabina 1",
    )


@pytest.mark.parametrize("code", ["", "URNA:P1:00:127.0.0.1:1", "URNA:P2:" + "0" * 64])
def test_what_is_no_code_is_refused(room: Room, code: str) -> None:
    room.refuses(
        "error.sync.pairing-form", "sync", "pair", "code", code, "--folder", room[FACILITATOR]
    )


def test_where_nobody_waits_that_is_told(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.pairing.finding.LOOKS", 0.1)
    room.refuses(
        "error.sync.pairing-nobody",
        *("sync", "pair", "words", "a", "b", "c", "--folder", room[FACILITATOR]),
    )
    code = f"URNA:P1:{'0' * 64}:127.0.0.1:1"
    room.refuses(
        "error.sync.pairing-nobody", "sync", "pair", "code", code, "--folder", room[FACILITATOR]
    )


def test_where_nobody_comes_that_is_told(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_pair, "WAITS", 0.0)
    arguments = ("sync", "pair", "wait", "--folder", room["new"], "--name", NAME)
    assert urna(*arguments) == 1
