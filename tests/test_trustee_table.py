# SPDX-License-Identifier: AGPL-3.0-or-later
"""Trustees at the terminal: cards from files, scanners and fingers, PINs that nobody sees."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from ballots.election.errors import ElectionProblem
from ballots.election.trustees.card import read_card
from hardware.simulated.scanner import ScannerSimulator
from kiosk.commands import trustee_table
from tests.command_room import DESK, FACILITATOR, ONE, Room, copied, lay_down, said, urna
from tests.pages import words_of

SAY = said().say


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_down(tmp_path_factory.mktemp("trustees"))


@pytest.fixture
def room(prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Room:
    return Room(copied(prepared, tmp_path / "room"), capsys)


def payload(room: Room, number: int) -> str:
    return (room["trustees"] / f"trustee-{number}.card").read_text(encoding="ascii").strip()


def pin(room: Room, number: int) -> str:
    return (room["trustees"] / f"trustee-{number}.pin").read_text(encoding="ascii").strip()


class Typist:
    """Answers each prompt for a PIN; what was asked is kept."""

    def __init__(self, answers: Iterable[str]) -> None:
        self.asked: list[str] = []
        self._answers = iter(answers)

    def __call__(self, prompt: str) -> str:
        self.asked.append(prompt.strip())
        return next(self._answers)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Typist]:
    """Somebody types these PINs unseen, and these lines at the terminal."""

    def prepare(*pins: str, lines: str = "") -> Typist:
        typist = Typist(pins)
        monkeypatch.setattr(trustee_table, "getpass", typist)
        monkeypatch.setattr(sys, "stdin", Terminal(lines))
        return typist

    return prepare


def rehearse(room: Room, *given: str, of: str = FACILITATOR) -> int:
    return urna("assembly", "rehearse", room[of], *given)


def done(owners: str) -> str:
    return SAY("assembly.rehearse.done", owners=owners, n=5)


def paths(room: Room, *numbers: int) -> list[str]:
    files = [room["trustees"] / f"trustee-{number}.card" for number in numbers]
    return [part for file in files for part in ("--card", str(file))]


# --- cards and PINs from elsewhere --------------------------------------------------------------


def test_a_rehearsal_works_on_any_device_and_writes_nothing(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    room.asks("open")
    pins = room.folder / "pins"
    pins.write_text(f"{pin(room, 3)}\n\n {pin(room, 1)}\n", encoding="ascii")
    before = {path: path.read_bytes() for path in room.folder.rglob("*") if path.is_file()}
    for device in (FACILITATOR, DESK, ONE):
        assert rehearse(room, *paths(room, 3, 1), "--pins", str(pins), of=device) == 0
        told = capsys.readouterr()
        assert told.out.splitlines() == [
            done("1, 3"),
            SAY("assembly.rehearse.untried", owners="2"),
        ]
        assert told.err == ""
    assert {path: path.read_bytes() for path in room.folder.rglob("*") if path.is_file()} == before


def test_a_booth_that_runs_can_be_rehearsed_at(room: Room) -> None:
    pins = room.folder / "pins"
    pins.write_text("".join(f"{pin(room, n)}\n" for n in (1, 2, 3)), encoding="ascii")
    with room.booth(ONE):
        given = (*paths(room, 1, 2, 3), "--pins", str(pins))
        assert room.does("assembly", "rehearse", room[ONE], *given) == f"{done('1, 2, 3')}\n"


def test_cards_and_pins_may_come_from_one_input(
    room: Room, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = "".join(f"{each}\n" for each in (payload(room, 2), pin(room, 1), pin(room, 2)))
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    assert rehearse(room, "--card", payload(room, 1), "--card", "-", "--pins", "-") == 0
    assert capsys.readouterr().out.startswith(done("1, 2"))


def test_the_typed_code_is_as_good_as_the_scanned_one(
    room: Room, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pins = f"{pin(room, 1)}\n{pin(room, 2)}\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(pins))
    rows = [" ".join(read_card(payload(room, number)).rows) for number in (1, 2)]
    file = room.folder / "typed"
    file.write_text("\n".join(read_card(payload(room, 2)).rows), encoding="ascii")
    assert rehearse(room, "--card", rows[0], "--card", str(file), "--pins", "-") == 0
    assert capsys.readouterr().out.startswith(done("1, 2"))


def test_the_card_on_paper_is_the_card_in_the_file(room: Room) -> None:
    paper = (room["trustees"] / "trustee-2-card.pdf").read_bytes()
    words = words_of(paper, by_lines=True).replace(" ", "")
    for row in read_card(payload(room, 2)).rows:
        assert row in words
    assert pin(room, 2) not in words
    letter = words_of((room["trustees"] / "trustee-2-pin.pdf").read_bytes()).replace(" ", "")
    assert pin(room, 2) in letter


def test_files_that_are_no_cards_or_pins_are_refused(room: Room) -> None:
    latin = room.folder / "latin"
    latin.write_bytes(b"\xe7")
    start = ("assembly", "rehearse", room[DESK])
    room.refuses("error.kiosk.not-text", *start, "--card", latin, path=str(latin))
    slips = str(room["slips.pdf"])
    room.refuses("error.kiosk.not-text", *start, "--card", slips, path=slips)
    key = str(room.folder / "a.key")
    Path(key).write_text("00" * 32 + "\n")
    room.refuses("error.election.card-row", *start, "--card", key, row=1)
    none = str(room.folder / "none")
    given = paths(room, 1, 2)
    room.refuses("error.kiosk.no-file", *start, *given, "--pins", none, path=none)
    form = room.folder / "form"
    form.write_text("12345\n4815162a\n", encoding="ascii")
    room.refuses("error.election.pin-form", *start, *given, "--pins", form, least=6, most=12)
    one = given[:2]
    many = {"path": str(form)}
    room.refuses("error.kiosk.pins-file", *start, *one, "--pins", form, n=2, cards=1, **many)


def test_where_nothing_can_be_typed_unseen_nothing_is_asked(room: Room) -> None:
    command = [sys.executable, "-m", "kiosk", "assembly", "rehearse", str(room[DESK])]
    sentence = f"urna: {SAY('error.kiosk.no-terminal')}\n"
    for given in ([], paths(room, 1)):
        ended = subprocess.run(
            [*command, *given],
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", sentence)


# --- at the terminal ----------------------------------------------------------------------------


def test_a_wrong_pin_is_told_and_typed_again_without_the_other_cards(
    room: Room, types: Callable[..., Typist], capsys: pytest.CaptureFixture[str]
) -> None:
    typist = types("12 34", "48151623", "90210777", pin(room, 1), pin(room, 2))
    assert rehearse(room, *paths(room, 1, 2)) == 0
    ask = [SAY("assembly.pin.ask", owner=owner) for owner in (1, 1, 1, 1, 2)]
    assert typist.asked == ask
    told = capsys.readouterr().err.splitlines()
    wrong = SAY("error.election.card-pin", owner=1)
    assert told == [
        SAY("error.election.pin-form", least=6, most=12),
        wrong,
        SAY("assembly.pin.tries", n=1),
        wrong,
        SAY("assembly.pin.tries", n=2),
        SAY("assembly.card.opened", owner=1, n=1, of=2),
        SAY("assembly.card.opened", owner=2, n=2, of=2),
    ]


def test_a_trustee_who_has_forgotten_is_left_out_and_another_may_come(
    room: Room, types: Callable[..., Typist], capsys: pytest.CaptureFixture[str]
) -> None:
    types("48151623", "", pin(room, 2), pin(room, 3))
    assert rehearse(room, *paths(room, 1, 2, 3)) == 0
    told = capsys.readouterr()
    assert SAY("assembly.card.left-out", owner=1) in told.err
    assert told.out.startswith(done("2, 3"))


def test_cards_are_scanned_one_by_one_until_all_were_tried(
    room: Room, types: Callable[..., Typist], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "\n".join(read_card(payload(room, 3)).rows)
    lines = [payload(room, 1), "urna:r1:x:y", payload(room, 1), rows, "", payload(room, 2), ""]
    types(*(pin(room, number) for number in (1, 3, 2)), lines="\n".join(lines))
    assert rehearse(room) == 0
    told = capsys.readouterr()
    assert told.out == f"{done('1, 2, 3')}\n"
    assert SAY(f"error.election.{ElectionProblem.CARD_FORM}") in told.err
    assert SAY("assembly.card.twice", owner=1) in told.err
    assert told.err.count(SAY("assembly.card.ask")) == 5


def test_an_empty_line_ends_and_says_who_is_missing(
    room: Room, types: Callable[..., Typist], capsys: pytest.CaptureFixture[str]
) -> None:
    types(pin(room, 2), lines=f"{payload(room, 2)}\n\n")
    assert rehearse(room) == 1
    missing = SAY("error.kiosk.trustees-missing", n=1, needed=2, came="2", others="1, 3")
    told = capsys.readouterr()
    assert told.err.endswith(f"urna: {missing}\n")
    assert told.out == ""


def test_each_trustee_may_choose_a_pin_and_none_is_laid_down(
    prepared: Path,
    tmp_path: Path,
    types: Callable[..., Typist],
    capsys: pytest.CaptureFixture[str],
) -> None:
    chosen = ["48151623", "902107", "1123 5813 2134"]
    typist = types(
        *("123456", chosen[0], "48151624", chosen[0], chosen[0]),
        *(chosen[1], "90210", chosen[1], chosen[1], chosen[2], chosen[2].replace(" ", "")),
    )
    out = tmp_path / "out"
    new = ("assembly", "new", "--assembly", prepared.parent / "assembly.toml", "--slips", "1")
    assert urna(*new, "--out", out, "--choose-pins") == 0
    told = capsys.readouterr()
    asked = [SAY("assembly.pin.choose", owner=owner) for owner in (1, 2, 3)]
    assert [typist.asked.count(ask) for ask in asked] == [3, 2, 1]
    for sentence in ("error.election.pin-trivial", "assembly.pin.differ"):
        assert SAY(sentence) in told.err
    assert SAY("assembly.new.pins", path=str(out / "trustees")) not in told.out
    assert sorted(path.name for path in (out / "trustees").iterdir()) == [
        f"trustee-{number}{kind}" for number in (1, 2, 3) for kind in ("-card.pdf", ".card")
    ]
    types(*chosen)
    cards = [str(out / "trustees" / f"trustee-{number}.card") for number in (1, 2, 3)]
    given = [part for card in cards for part in ("--card", card)]
    assert urna("assembly", "rehearse", out / ONE, *given) == 0
    assert capsys.readouterr().out == f"{done('1, 2, 3')}\n"


def test_cards_are_printed_on_the_kiosks_own_printer(
    prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = ("assembly", "new", "--assembly", prepared.parent / "assembly.toml", "--slips", "1")
    printer = f"simulated://{tmp_path}/paper?dots=384"
    assert urna(*new, "--out", tmp_path / "out", "--printer", printer) == 0
    assert capsys.readouterr().out.endswith(SAY("assembly.new.printed", n=3) + "\n")
    assert len(list((tmp_path / "paper").iterdir())) == 3
    assert urna(*new, "--out", tmp_path / "none", "--printer", "nowhere") == 1
    assert not (tmp_path / "none").exists()


class RealTerminal:
    """`urna assembly rehearse` with a terminal of its own. Use as a context."""

    def __init__(self, *arguments: str | Path) -> None:
        self.seen = ""
        self._parent, child = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "assembly", "rehearse", *map(str, arguments)],
            stdin=child,
            stdout=child,
            stderr=child,
            start_new_session=True,
        )
        os.close(child)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _1: type[BaseException] | None, _2: BaseException | None, _3: TracebackType | None
    ) -> None:
        os.close(self._parent)
        self._process.kill()
        self._process.wait()

    def see(self, sentence: str) -> None:
        """Wait until it is shown, after all that was waited for before."""
        start = len(self.seen)
        while sentence not in " ".join(self.seen[start:].split()):
            self.seen += os.read(self._parent, 4096).decode()

    def enter(self, line: str) -> None:
        os.write(self._parent, f"{line}\n".encode())

    def end(self) -> str:
        """All that was shown, as running words."""
        with suppress(OSError):  # how a pty says that its other end is gone
            while more := os.read(self._parent, 4096):
                self.seen += more.decode()
        return " ".join(self.seen.split())


def test_on_a_real_terminal_no_pin_is_shown(room: Room) -> None:
    with RealTerminal(room[DESK]) as terminal:
        for number, typed in ((1, ["90210777", pin(room, 1)]), (3, [pin(room, 3)])):
            terminal.see(SAY("assembly.card.ask"))
            terminal.enter(payload(room, number))
            for digits in typed:
                terminal.see(SAY("assembly.pin.ask", owner=number))
                terminal.enter(digits)
        terminal.see(SAY("assembly.card.ask"))
        terminal.enter("")
        seen = terminal.end()
    assert done("1, 3") in seen
    assert SAY("error.election.card-pin", owner=1) in seen
    assert not any(digits in seen for digits in ("90210777", pin(room, 1), pin(room, 3)))


def test_a_kiosks_own_scanner_reads_cards_and_fingers_may_help(room: Room) -> None:
    with (
        ScannerSimulator() as scanner,
        RealTerminal(room[ONE], "--scanner", scanner.url) as terminal,
    ):
        terminal.see(SAY("assembly.card.ask"))
        scanner.scan(payload(room, 2))
        terminal.see(SAY("assembly.pin.ask", owner=2))
        terminal.enter(pin(room, 2))
        terminal.see(SAY("assembly.card.ask"))
        scanner.send("Ñ\r".encode())
        terminal.see(SAY("assembly.card.ask"))
        for row in read_card(payload(room, 3)).rows:
            terminal.enter(row)
        terminal.enter("")
        terminal.see(SAY("assembly.pin.ask", owner=3))
        terminal.enter(pin(room, 3))
        terminal.see(SAY("assembly.card.ask"))
        scanner.unplug()
        terminal.see(SAY("assembly.card.ask"))
        terminal.enter(payload(room, 1))
        terminal.see(SAY("assembly.pin.ask", owner=1))
        terminal.enter(pin(room, 1))
        seen = terminal.end()
    assert SAY("error.device.unreadable", limit=640) in seen
    assert SAY("assembly.card.opened", owner=3, n=2, of=2) in seen
    assert done("1, 2, 3") in seen


def test_a_scanner_that_is_not_there_is_told_before_anybody_sits_down(
    room: Room, types: Callable[..., Typist], capsys: pytest.CaptureFixture[str]
) -> None:
    typist = types()
    assert rehearse(room, "--scanner", f"serial://{room.folder}/none") == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert typist.asked == []
