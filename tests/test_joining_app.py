# SPDX-License-Identifier: AGPL-3.0-or-later
"""A finger joins a kiosk by each door, and unlocks one; the other side is `urna` as typed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from types import ModuleType

import pytest

from ballots.record.kinds import Role
from hardware.attach import attach_scanner
from hardware.simulated.scanner import ScannerSimulator
from kiosk import guest, node
from kiosk.booth_app import BoothApp
from kiosk.code_reader import CodeReader
from kiosk.commands import sync_pair
from kiosk.commands.folders import switched_on
from kiosk.enrolling import HOST_CODE, ask
from kiosk.events import CodeScanned, Happening
from kiosk.guest import Guest
from kiosk.i18n import LANGUAGES, voice
from kiosk.joining import State, joining_state, unlocking_state, views
from kiosk.joining.events import ServiceWish
from kiosk.joining.views import Door
from kiosk.joining_app import JoiningApp
from kiosk.keys import chance, load_key, replace_key
from kiosk.locked_keys import Memory, lock, unlock
from kiosk.node import FOUND_HERE
from kiosk.panel_app import Service
from kiosk.screens.face import Face
from kiosk.screens.sheet import QrCode, Tracker
from kiosk.speech import Speaker
from kiosk.sticks import Sticks
from kiosk.unlocking import Unlocker, locked_key
from tests.command_room import FACILITATOR, ONE, Room, copied, lay_down, said, urna
from tests.test_command_run import SIMULATED

pytestmark = pytest.mark.screens

NAME = "Cabina 3"
TRIES = 4000  # frames, with a pause in each


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
    monkeypatch.setattr(guest, "INTERFACES", ("127.0.0.1",))
    # Guests of tests that run at the same time are not these.
    monkeypatch.setattr("sync.pairing.finding.SERVICE", "_urna-touch._tcp.local.")
    return Room(copied(prepared, tmp_path / "room"), capsys)


class Finger:
    """Uses an app as people do; its time goes on by itself, a tick a frame."""

    def __init__(self, load: Callable[[str], ModuleType]) -> None:
        self._load = load
        self.now = 0.0
        self._pause = Event()
        self.app: JoiningApp

    def opens(self, app: JoiningApp) -> None:
        self.app = app

    @property
    def state(self) -> State:
        return self.app.state

    def until(self, done: Callable[[], bool]) -> None:
        for _ in range(TRIES):
            self.app.step()
            if done():
                return
            self._pause.wait(0.01)
        raise AssertionError(self.state.view)

    def sees(self, view: type) -> None:
        self.until(lambda: isinstance(self.state.view, view))

    def tap(self, *names: str) -> None:
        finger = self._load("kiosk.screens.finger")
        for name in names:
            self.now += 0.3
            finger.tap(self.app.targets()[name])
            self.app.step()

    def types(self, text: str) -> None:
        """Symbol by symbol, changing layers as need be."""
        for symbol in text:
            if symbol == " ":
                self.tap("space")
                continue
            for layer in ("lower", "upper", "accents", "digits", "signs"):
                if f"key:{symbol}" in self.app.targets():
                    break
                self.tap(f"layer:{layer}")
            self.tap(f"key:{symbol}")


class Joining(Finger):
    """A new kiosk on its panel."""

    def __init__(self, load: Callable[[str], ModuleType], room: Room, *, name: str = NAME) -> None:
        super().__init__(load)
        self.folder, self.stick = room["new"], room.folder / "stick"
        self.guest = Guest(
            self.folder,
            Role.BOOTH,
            Sticks((self.stick,)),
            self.hears,
            chance,
        )
        first = joining_state(LANGUAGES, name, tuple(Door))
        self.opens(JoiningApp(self.guest, Face(), first, clock=lambda: self.now))

    def hears(self, event: Happening) -> None:
        self.app.receive(event)

    def block(self, kind: type) -> QrCode | Tracker:
        blocks = self.app._display.screen.sheet.blocks
        (found,) = (block for block in blocks if isinstance(block, kind))
        assert isinstance(found, QrCode | Tracker)
        return found

    def compares(self, four: str, *, first: bool = True) -> None:
        """Both show the same, and the folder is laid down only then."""
        self.sees(views.Comparing)
        shown = self.block(Tracker)
        assert isinstance(shown, Tracker)
        assert said().say("sync.pair.done", words=shown.code) in four
        assert (self.folder / "certificates.json").exists() is not first
        self.tap("same")
        self.sees(views.Joined)
        self.tap("leave")
        self.sees(views.Over)
        with switched_on(self.folder, Role.BOOTH) as device:
            assert device.segment.certificate.name == NAME


@pytest.fixture
def joining(offscreen: Callable[[str], ModuleType], room: Room) -> Iterator[Joining]:
    made = Joining(offscreen, room)
    yield made
    made.guest.stop()
    made.app.close()


class Facilitator:
    """A command at the facilitator's, in a thread; `printed` once it has ended."""

    def __init__(self, room: Room, *arguments: str | Path) -> None:
        self.code = -1
        whole = ("sync", "pair", *arguments, "--folder", room[FACILITATOR])
        self.thread = Thread(target=lambda: setattr(self, "code", urna(*whole)))
        self.thread.start()


def test_by_words_after_wrong_ones_and_a_lock(
    joining: Joining, room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    joining.tap("door:words")
    joining.sees(views.Words)
    for _ in range(3):
        other = Facilitator(room, "words", "no", "such", "words")
        joining.until(lambda other=other: not other.thread.is_alive())  # type: ignore[misc]
        assert other.code == 1
    joining.until(lambda: joining.state.view.locked > 0)  # type: ignore[union-attr]
    assert joining.state.view.trouble.code == "error.sync.pairing-locked"  # type: ignore[union-attr]
    joining.guest._guesses.until = 0.0  # the minute is over
    joining.now += 61.0
    joining.until(lambda: not joining.state.view.locked)  # type: ignore[union-attr]
    capsys.readouterr()
    shown = joining.block(Tracker)
    assert isinstance(shown, Tracker)
    right = Facilitator(room, "words", *shown.code.split())
    joining.until(lambda: not right.thread.is_alive())
    joining.compares(capsys.readouterr().out)


def test_by_codes_that_each_scans(
    joining: Joining, room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    with ScannerSimulator() as simulator:
        scanner = attach_scanner(simulator.url)
        reader = CodeReader(scanner, joining.app.receive)
        reader.start()
        joining.tap("door:codes")
        joining.sees(views.Codes)
        code = joining.block(QrCode)
        assert isinstance(code, QrCode)
        capsys.readouterr()
        other = Facilitator(room, "code", code.payload)
        joining.sees(views.Scanning)
        printed = ""
        while HOST_CODE not in printed:
            printed += capsys.readouterr().out
        simulator.scan("URNA:S1:NOT-A-DEVICE")
        joining.until(lambda: joining.state.view == views.Scanning(misread=True))
        shown = printed[printed.index(HOST_CODE) :].split()[0]
        simulator.scan(shown)
        joining.until(lambda: not other.thread.is_alive())
        assert other.code == 0
        joining.compares(printed + capsys.readouterr().out)
        reader.stop()


def test_another_code_than_the_other_device_shows_ends_that_door(
    joining: Joining, room: Room
) -> None:
    joining.tap("door:codes")
    joining.sees(views.Codes)
    code = joining.block(QrCode)
    assert isinstance(code, QrCode)
    other = Facilitator(room, "code", code.payload)
    joining.sees(views.Scanning)
    joining.app.receive(CodeScanned(code=HOST_CODE + "0" * 64))
    joining.sees(views.Failed)
    joining.until(lambda: not other.thread.is_alive())
    assert other.code == 1
    joining.tap("again")
    assert joining.state.view == views.Doors()


def test_by_a_stick_that_holds_others_things_too(
    joining: Joining, room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    joining.tap("door:stick")
    joining.sees(views.Plugging)
    joining.stick.mkdir()
    joining.sees(views.Carrying)
    (request,) = joining.stick.glob("*.enrol")
    (joining.stick / "link.enrol").symlink_to("/dev/zero")
    os.mkfifo(joining.stick / "pipe.enrol")
    (joining.stick / "folder.enrol").mkdir()
    (joining.stick / "a.enrol").write_bytes(b'\xff{"urna-answer/v1"}')
    joining.until(lambda: getattr(joining.state.view, "trouble", None) is not None)
    answer = joining.stick / "answer.enrol"
    capsys.readouterr()
    assert urna("sync", "pair", "answer", request, answer, "--folder", room[FACILITATOR]) == 0
    joining.compares(capsys.readouterr().out)


def test_a_disk_and_a_stick_that_cannot_be_written_are_told_and_may_be_tried_again(
    joining: Joining, monkeypatch: pytest.MonkeyPatch
) -> None:
    joining.stick.mkdir()
    full = OSError(28, "No space left on device")

    def refuse(*_: object) -> None:
        raise full

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", refuse)
        joining.tap("door:stick")
        joining.sees(views.Failed)  # the kiosk's own disk
        assert list(joining.folder.iterdir()) == []
    joining.tap("again", "door:words")
    joining.sees(views.Words)  # the request is there now
    joining.tap("back")
    joining.until(lambda: not joining.app.busy)
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", refuse)
        joining.tap("door:stick")
        joining.until(lambda: getattr(joining.state.view, "trouble", None) is not None)
        assert isinstance(joining.state.view, views.Plugging)
    joining.sees(views.Carrying)
    joining.tap("back")
    assert "door:stick" in joining.app.targets()


def test_whoever_says_no_has_nothing_laid_down_and_begins_with_another_key(
    joining: Joining, room: Room
) -> None:
    joining.stick.mkdir()
    joining.tap("door:stick")
    joining.sees(views.Carrying)
    (request,) = joining.stick.glob("*.enrol")
    answer = joining.stick / "answer.enrol"
    assert urna("sync", "pair", "answer", request, answer, "--folder", room[FACILITATOR]) == 0
    joining.sees(views.Comparing)
    joining.tap("different")
    joining.until(lambda: not joining.app.busy)
    assert list(joining.folder.iterdir()) == []
    joining.tap("again", "door:stick")
    joining.sees(views.Carrying)
    assert len(list(joining.stick.glob("request-*.enrol"))) == 2
    joining.until(lambda: getattr(joining.state.view, "trouble", None) is not None)  # old answer


def test_a_folder_that_could_not_be_laid_down_can_be_tried_again(
    joining: Joining,
    room: Room,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    joining.stick.mkdir()
    joining.tap("door:stick")
    joining.sees(views.Carrying)
    (request,) = joining.stick.glob("*.enrol")
    answer = joining.stick / "answer.enrol"
    capsys.readouterr()
    assert urna("sync", "pair", "answer", request, answer, "--folder", room[FACILITATOR]) == 0
    joining.sees(views.Comparing)
    with monkeypatch.context() as broken:
        broken.setattr("kiosk.enrolling.lay_down_config", full)
        joining.tap("same")
        joining.sees(views.Failed)
    joining.tap("again", "door:stick")
    joining.compares(capsys.readouterr().out, first=False)


def test_a_kiosk_is_named_on_the_panel(offscreen: Callable[[str], ModuleType], room: Room) -> None:
    joining = Joining(offscreen, room, name="")
    joining.types(NAME)
    joining.tap("next")
    assert (joining.state.name, joining.state.view) == (NAME, views.Doors())
    joining.app.close()


def test_a_folder_that_is_taken_is_refused_on_the_panel(joining: Joining) -> None:
    joining.folder.mkdir()
    (joining.folder / "something").touch()
    joining.tap("door:words")
    joining.sees(views.Failed)


def test_without_a_network_that_is_said(joining: Joining, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(guest, "announced", unreachable)
    joining.tap("door:words")
    joining.sees(views.Failed)


def test_where_nobody_comes_that_is_said(
    joining: Joining, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guest, "WAITS", 0.0)
    joining.tap("door:words")
    joining.sees(views.Failed)
    assert joining.state.view == views.Failed(
        trouble=views.Trouble(code="error.kiosk.pairing-stopped")
    )


# --- unlocking ----------------------------------------------------------------------------------

PASSPHRASE = "Sant Martí ñ7!"


@pytest.fixture
def locked(room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A booth's folder, whose key is locked cheaply, and a memory of the test's own."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    path = room[ONE] / "device.key"
    key = load_key(path)
    Memory().forget(key.public.hex())
    replace_key(path, lock(key, PASSPHRASE, chance, passes=1, memory=8192))
    yield path
    Memory().forget(key.public.hex())


def test_a_finger_unlocks_a_key(offscreen: Callable[[str], ModuleType], locked: Path) -> None:
    finger = Finger(offscreen)
    key = locked_key(locked)
    assert key is not None
    first = unlocking_state(LANGUAGES)
    finger.opens(JoiningApp(Unlocker(key), Face(), first, clock=lambda: finger.now))
    assert "next" not in finger.app.targets()
    finger.types("wrong")
    finger.tap("next")
    finger.until(lambda: getattr(finger.state.view, "trouble", None) is not None)
    keypad = finger.app._display.screen.sheet.blocks[0]
    assert keypad.prompt == voice("ca").say("error.kiosk.passphrase-wrong")  # type: ignore[union-attr]
    finger.types(PASSPHRASE)
    finger.tap("show", "hide", "next")
    finger.sees(views.Over)
    finger.app.close()
    assert locked_key(locked) is None
    assert load_key(locked).public.hex() == key.public


# --- by the commands ----------------------------------------------------------------------------


class Script:
    """Taps one target after the other, each once it can be pressed, while a command runs."""

    def __init__(
        self, load: Callable[[str], ModuleType], *steps: str | Callable[[], None]
    ) -> None:
        self._steps = list(steps)
        self._finger = load("kiosk.screens.finger")
        self._clock = load("kivy.clock").Clock
        self.apps: list[JoiningApp] = []
        self._clock.schedule_interval(self._step, 0)

    def opens(
        self,
        service: Service[ServiceWish],
        face: Face,
        first: State,
        speaker: Speaker | None = None,
    ) -> JoiningApp:
        self.apps.append(JoiningApp(service, face, first, speaker=speaker))
        return self.apps[-1]

    def _step(self, _seconds: float) -> None:
        if not (self._steps and self.apps and self.apps[-1].ready):
            return
        step, targets = self._steps[0], self.apps[-1].targets()
        if callable(step):
            self._steps.pop(0)()  # type: ignore[operator]
        elif step in targets:
            self._steps.pop(0)
            self._finger.tap(targets[step])

    def ends(self) -> None:
        self._clock.unschedule(self._step)
        assert self._steps == []


def test_a_booth_whose_key_is_locked_asks_for_it_and_goes_on(
    offscreen: Callable[[str], ModuleType],
    room: Room,
    locked: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (room[ONE] / "kiosk.toml").write_text(SIMULATED, encoding="utf-8")
    key = locked_key(locked)
    assert key is not None
    again = lock(unlock(key, PASSPHRASE), "zzzzzzzz", chance, passes=1, memory=8192)
    replace_key(locked, again)
    script = Script(offscreen, *["key:z"] * 8, "next")
    ran: list[str] = []

    def runs(app: BoothApp) -> None:
        ran.append(type(app.state.view).__name__)
        app.close()

    monkeypatch.setattr("kiosk.commands.run.JoiningApp", script.opens)
    monkeypatch.setattr(BoothApp, "run", runs)
    assert urna("run", "--role", "booth", "--folder", room[ONE]) == 0
    script.ends()
    assert ran == ["Welcome"]


def test_the_command_names_a_kiosk_and_joins_it_by_a_stick(
    offscreen: Callable[[str], ModuleType], room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = room.folder / "stick"
    stick.mkdir()

    def answers() -> None:
        (request,) = stick.glob("*.enrol")
        there = ("--folder", room[FACILITATOR])
        assert urna("sync", "pair", "answer", request, stick / "answer.enrol", *there) == 0

    def is_written() -> None:
        if any(stick.glob("*.enrol")):
            answers()
        else:
            script._steps.insert(0, is_written)

    script = Script(offscreen, "key:Q", "key:q", "next", "door:stick", is_written, "same", "leave")
    monkeypatch.setattr("kiosk.commands.sync_pair_screen.JoiningApp", script.opens)
    command = ("sync", "pair", "screen", "--folder", room["new"])
    assert urna(*command, "--stick", stick, "--scanner", "simulated:") == 0
    script.ends()
    with switched_on(room["new"], Role.BOOTH) as device:
        assert device.segment.certificate.name == "Qq"
    path = str(room["new"])
    room._capsys.readouterr()
    room.refuses("error.kiosk.folder-not-empty", *command, path=path)


def test_the_command_goes_on_with_a_request_and_tells_when_it_is_closed(
    offscreen: Callable[[str], ModuleType], room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(room["new"], NAME, Role.BOOTH, chance)
    loop = offscreen("kivy.base").EventLoop
    names: list[str] = []

    def closes() -> None:
        names.append(script.apps[0].state.name)
        loop.quit = True

    script = Script(offscreen, closes)
    monkeypatch.setattr("kiosk.commands.sync_pair_screen.JoiningApp", script.opens)
    room.refuses("error.kiosk.pairing-stopped", "sync", "pair", "screen", "--folder", room["new"])
    loop.quit = False
    assert names == [NAME]
    sizes = ("--width", "3", "--folder", room["other"])
    facts = {"path": "--width --height --dpi", "detail": "width"}
    room.refuses("error.kiosk.config-value", "sync", "pair", "screen", *sizes, **facts)
