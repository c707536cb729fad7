# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna run`: a booth of its own process, on a screen that nobody sees, with simulated devices."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from ballots.record.kinds import Kind
from kiosk.i18n import voice
from sync.replica import Replica
from tests.command_room import ONE, Room, copied, lay_down

READY = voice("en").say("run.ready", name="Cabina 1")
PATIENCE = 30.0
SIMULATED = '[devices]\nprinter = "simulated:?dots=384"\nscanner = "simulated:"\n'

pytestmark = pytest.mark.screens


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_down(tmp_path_factory.mktemp("assembly"))


@pytest.fixture
def room(prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Room:
    return Room(copied(prepared, tmp_path / "room"), capsys)


def configured(room: Room, text: str = SIMULATED) -> Path:
    path = room[ONE] / "kiosk.toml"
    path.write_text(text, encoding="utf-8")
    return path


def run(room: Room, *rest: str, of: str = ONE) -> tuple[str, ...]:
    return ("run", "--role", "booth", "--folder", str(room[of]), *rest)


def process(room: Room, *rest: str, **changes: str | None) -> subprocess.Popen[str]:
    """A booth with some of its environment changed, or taken away."""
    environment = {**os.environ, "URNA_LANGUAGE": "en", **changes}
    return subprocess.Popen(
        [sys.executable, "-m", "kiosk", *run(room, *rest)],
        env={name: value for name, value in environment.items() if value is not None},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def ready(room: Room, *rest: str) -> Iterator[subprocess.Popen[str]]:
    """A booth that has opened its window, and is gone afterwards whatever happens."""
    with process(room, *rest) as booth:
        try:
            assert booth.stdout is not None
            assert booth.stdout.readline() == f"{READY}\n"
            yield booth
        finally:
            booth.kill()


@pytest.mark.parametrize(
    ("number", "rest"), [(signal.SIGTERM, ("--windowed",)), (signal.SIGINT, ())]
)
def test_a_booth_runs_until_it_is_told_to_stop(
    room: Room, number: int, rest: tuple[str, ...]
) -> None:
    configured(room)
    with ready(room, *rest) as booth:
        path = str(room[ONE])
        bring = ("sync", "import", "none.urna", "--folder", path)
        room.refuses("error.kiosk.device-running", *bring, path=path)
        booth.send_signal(number)
        out, err = booth.communicate(timeout=PATIENCE)
        assert (booth.returncode, out, err) == (0, "", "")
    with Replica.open(room[ONE] / "record.db", read_only=True) as replica:
        opened = [entry for entry in replica.everything() if "Cabina 1" in str(entry.body)]
    assert [entry.header.kind for entry in opened].count(Kind.OPEN_SEGMENT) == 2


@pytest.mark.parametrize(
    "environment",
    [
        {"SDL_VIDEODRIVER": "x11", "DISPLAY": ":97"},
        pytest.param(
            {"SDL_VIDEODRIVER": None, "WAYLAND_DISPLAY": None},
            marks=pytest.mark.skipif(Path("/dev/dri").exists(), reason="there may be a screen"),
        ),
    ],
)
def test_without_a_screen_the_booth_says_so(
    room: Room, environment: Mapping[str, str | None]
) -> None:
    configured(room)
    with process(room, **environment) as booth:
        out, err = booth.communicate(timeout=PATIENCE)
    assert (booth.returncode, out) == (1, "")
    assert err == f"urna: {voice('en').say('error.kiosk.no-window')}\n"


def test_a_voice_that_the_machine_lacks_is_missed(room: Room) -> None:
    path = configured(room, f"speech = true\n{SIMULATED}")
    with process(room, PATH="/nonexistent") as booth:
        out, err = booth.communicate(timeout=PATIENCE)
    assert (booth.returncode, out) == (1, "")
    assert err == f"urna: {voice('en').say('error.kiosk.no-speech', path=str(path))}\n"


def test_a_booth_without_configured_devices_says_what_to_do(room: Room) -> None:
    path = str(room[ONE] / "kiosk.toml")
    room.refuses("error.kiosk.no-devices", *run(room), path=path)
    configured(room, '[devices]\nprinter = "simulated:"\n')
    room.refuses("error.kiosk.no-devices", *run(room), path=path)


def test_a_configuration_that_is_wrong_is_refused(room: Room, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    chosen = run(room, "--config", str(other))
    room.refuses("error.kiosk.no-file", *chosen, path=str(other))
    other.write_text("[screen]\nwidth = 3\n", encoding="utf-8")
    facts = {"path": str(other), "detail": "width - at `$.screen`"}
    room.refuses("error.kiosk.config-value", *chosen, **facts)
    other.write_text('[devices]\nprinter = "usb:"\nscanner = "simulated:"\n', encoding="utf-8")
    room.refuses("error.device.bad-address", *chosen, url="usb:", part="scheme")
    configured(room)
    other.write_text(SIMULATED.replace('simulated:"', 'smoke:"'), encoding="utf-8")
    room.refuses("error.device.bad-address", *chosen, url="smoke:", part="scheme")


def test_only_a_booth_runs_as_one(room: Room, tmp_path: Path) -> None:
    other = tmp_path / "kiosk.toml"
    other.write_text(SIMULATED, encoding="utf-8")
    chosen = run(room, "--config", str(other), of="desk")
    room.refuses("error.kiosk.not-booth", *chosen, path=str(room["desk"]))


def test_other_roles_have_no_screen_yet(room: Room) -> None:
    with pytest.raises(SystemExit, match="2"):
        room.does("run", "--role", "desk", "--folder", room["desk"])
