# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna` as it is typed: exit codes, what it prints, and what it says when it refuses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree

import pytest

from ballots.record.kinds import Kind
from hardware.simulated.printer import PrinterSimulator
from hardware.simulated.scanner import ScannerSimulator
from kiosk.cli import COMMANDS, terminal_language
from kiosk.commands.folders import held
from kiosk.i18n import voice
from sync.bundle import read_bundle
from sync.replica import Replica
from tests.evenings import DEVICES, MESA, ONE, TAULA, Evening, play
from tests.sources import ROOT
from tests.terminal import SAID, Ran, Terminal


@pytest.fixture
def urna(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


@pytest.fixture(scope="module")
def over(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an evening that is over."""
    folder = tmp_path_factory.mktemp("evening")
    play(folder)
    return folder


def refused(ran: Ran, *parts: object) -> None:
    """Exit 1, nothing on stdout, and one sentence that names what it is about."""
    assert ran.code == 1
    assert ran.out == ""
    assert ran.err.startswith("urna: ")
    assert ran.err.count("\n") == 1
    assert "error." not in ran.err  # a sentence, not its code
    assert ran.err.rstrip().endswith(".")
    for part in parts:
        assert str(part) in ran.err


# --- usage ------------------------------------------------------------------------------------


def test_help_names_every_command_and_exits_0(urna: Terminal) -> None:
    ran = urna.type("--help")
    assert ran.code == 0
    for command in COMMANDS:
        assert command in ran.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify"],
        ["verify-challenge"],
        ["devices"],
        ["sync"],
        ["sync", "status"],
        ["sync", "import"],
        ["demo"],
    ],
)
def test_every_command_explains_itself(urna: Terminal, arguments: list[str]) -> None:
    ran = urna.type(*arguments, "--help")
    assert ran.code == 0
    assert ran.out.startswith("usage: urna " + " ".join(arguments))


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["vote"],
        ["verify"],
        ["verify", "a.urna", "b.urna"],
        ["verify", "--loudly", "a.urna"],
        ["devices", "--config"],
        ["sync"],
        ["sync", "status"],
        ["sync", "export", "--folder", "x"],
        ["sync", "erase", "--folder", "x"],
        ["demo", "--residents", "many"],
        ["demo", "--group", "X25519"],
    ],
)
def test_wrong_usage_exits_2_and_shows_the_usage(urna: Terminal, arguments: list[str]) -> None:
    ran = urna.type(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("usage: urna")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "ca_ES.UTF-8"}, "ca"),
        ({"LANG": "eu_ES.UTF-8"}, "en"),
        ({"LANG": "ca_ES.UTF-8", "LC_MESSAGES": "es_ES.UTF-8"}, "es"),
        ({"LANG": "ca_ES.UTF-8", "LC_ALL": "C"}, "ca"),
        ({"LC_ALL": "es_ES", "LC_MESSAGES": "ca_ES"}, "es"),
        ({"LC_ALL": "es_ES", "URNA_LANGUAGE": "ca"}, "ca"),
        ({"LC_ALL": "es_ES", "URNA_LANGUAGE": ""}, "es"),
    ],
)
def test_messages_speak_the_language_of_the_terminal(
    environment: dict[str, str], language: str
) -> None:
    assert terminal_language(environment) == language


def child(*arguments: object, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "kiosk", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_refusal_is_said_in_catalan_to_whoever_speaks_it(tmp_path: Path) -> None:
    path = tmp_path / "enlloc.urna"
    with child("verify", path, URNA_LANGUAGE="ca") as process:
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (1, "")
    assert err == f"urna: {voice('ca').say('error.kiosk.no-file', path=str(path))}\n"


def test_ctrl_c_ends_it_with_1_and_without_a_traceback(tmp_path: Path) -> None:
    assembly = tmp_path / "assembly.toml"
    os.mkfifo(assembly)
    with (
        child("demo", "--out", tmp_path / "out", "--assembly", assembly) as process,
        assembly.open("w"),  # opens when the command has begun to read
    ):
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (1, "", "\n")


# --- verify -----------------------------------------------------------------------------------


def test_verify_lists_every_check_and_exits_0(urna: Terminal, over: Path) -> None:
    path = over / "out" / "bundle.urna"
    ran = urna.type("verify", path)
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0].startswith("✓ bundle.form")
    assert SAID.say("check.balance") in ran.out
    assert "×" not in ran.out
    checks = sum(line.startswith("✓") for line in lines)
    assert lines[-1] == SAID.say("verify.passed", n=checks, path=str(path))


def test_verify_as_data_holds_the_same_checks(urna: Terminal, over: Path) -> None:
    data = urna.type("verify", "--json", over / "out" / "bundle.urna").data
    assert data["passed"] is True
    assert data["oddities"] == []
    assert all(check["passed"] and check["place"] == "" for check in data["checks"])
    assert data["checks"][0]["facts"]["parts"] == 3
    (challenged,) = data["challenged"]
    assert set(challenged) == {"tracker", "marked"}


def test_what_does_not_verify_exits_1_and_says_which_check_and_where(
    urna: Terminal, over: Path, tmp_path: Path
) -> None:
    data = bytearray((over / "out" / "bundle.urna").read_bytes())
    data[-4000] ^= 1
    path = tmp_path / "bundle.urna"
    path.write_bytes(data)
    ran = urna.type("verify", path)
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith("× bundle.form")
    assert "[elections/" in ran.out
    assert ran.out.rstrip().endswith(
        SAID.say("verify.failed", path=str(path), check="bundle.form")
    )
    assert "error." not in ran.out
    told = urna.type("verify", "--json", path)
    assert told.code == 1
    assert told.data["passed"] is False
    assert told.data["checks"][-1]["place"].startswith("elections/")


def test_verify_tells_oddities_of_a_record_and_passes_it(urna: Terminal, tmp_path: Path) -> None:
    with Evening(tmp_path) as evening:
        evening.open()
        evening[ONE].write(Kind.BALLOT, b"no ballot", evening.uuid)
        evening.carry()
    path = tmp_path / MESA / "record.db"
    ran = urna.type("verify", path)
    assert ran.code == 0
    assert "  · " in ran.out
    (oddity,) = urna.type("verify", "--json", path).data["oddities"]
    assert oddity["code"] == "ballot"
    assert oddity["facts"]["device"] == ONE
    assert "  · " in urna.type("sync", "status", "--folder", path.parent).out


@pytest.mark.parametrize(
    ("name", "code"), [("nowhere.urna", "no-file"), ("minutes.pdf", "not-verifiable")]
)
def test_what_cannot_be_verified_is_refused_in_a_sentence(
    urna: Terminal, tmp_path: Path, name: str, code: str
) -> None:
    (tmp_path / "minutes.pdf").write_bytes(b"%PDF")
    ran = urna.type("verify", tmp_path / name)
    refused(ran, tmp_path / name)
    assert ran.err == f"urna: {SAID.say(f'error.kiosk.{code}', path=str(tmp_path / name))}\n"


# --- devices ----------------------------------------------------------------------------------


@contextmanager
def configured(tmp_path: Path) -> Iterator[tuple[Path, PrinterSimulator, ScannerSimulator]]:
    with PrinterSimulator(dots=384) as printer, ScannerSimulator() as scanner:
        path = tmp_path / "kiosk.toml"
        path.write_text(
            f'[devices]\nprinter = "{printer.url}"\nscanner = "{scanner.url}"\n', encoding="utf-8"
        )
        yield path, printer, scanner


def test_devices_that_are_well_exit_0(urna: Terminal, tmp_path: Path) -> None:
    with configured(tmp_path) as (path, printer, scanner):
        ran = urna.type("devices", "--config", path)
        assert (ran.code, ran.err) == (0, "")
        assert f"✓ {printer.url}  {SAID.say('device.ready', dots=384)}" in ran.out
        assert f"✓ {scanner.url}  {SAID.say('device.listening')}" in ran.out
        assert SAID.say("devices.simulators", addresses="simulated:") in ran.out
        assert printer.receipts == []


def test_a_device_that_is_not_well_exits_1_and_is_named(urna: Terminal, tmp_path: Path) -> None:
    with configured(tmp_path) as (path, printer, scanner):
        printer.run_out()
        scanner.unplug()
        ran = urna.type("devices", "--config", path)
        assert (ran.code, ran.err) == (1, "")
        assert f"× {printer.url}" in ran.out
        assert SAID.say("error.device.paper-out") in ran.out
        assert f"× {scanner.url}" in ran.out
        told = urna.type("devices", "--json", "--config", path)
        assert told.code == 1
        assert [found["well"] for found in told.data["findings"]] == [False, False]
        assert told.data["findings"][0]["code"] == "error.device.paper-out"
        assert told.data["simulators"] == ["simulated:"]


def test_without_a_configuration_ports_are_listed(urna: Terminal) -> None:
    ran = urna.type("devices")
    assert (ran.code, ran.err) == (0, "")
    data = urna.type("devices", "--json").data
    assert data["findings"] == []
    listed = SAID.say("devices.ports", n=len(data["ports"]))
    assert ran.out.startswith(listed if data["ports"] else SAID.say("devices.none"))
    for port in data["ports"]:
        assert port["url"] in ran.out


@pytest.mark.parametrize("content", [None, b"[devices\n", b"[device]\nprinter = 1\n", b"\xff"])
def test_a_configuration_that_cannot_be_used_is_refused_by_its_path(
    urna: Terminal, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "kiosk.toml"
    if content is not None:
        path.write_bytes(content)
    refused(urna.type("devices", "--config", path), path)


# --- sync -------------------------------------------------------------------------------------


def test_status_tells_what_each_device_wrote(urna: Terminal, over: Path) -> None:
    folder = over / "devices" / ONE
    ran = urna.type("sync", "status", "--folder", folder)
    assert (ran.code, ran.err) == (0, "")
    for name, _ in DEVICES:
        assert name in ran.out
    data = urna.type("sync", "status", "--json", "--folder", folder).data
    assert set(data["devices"]) == {name for name, _ in DEVICES}
    assert sum(data["devices"].values()) == data["entries"]


def test_a_record_travels_on_a_stick_and_again_adds_nothing(
    urna: Terminal, over: Path, tmp_path: Path
) -> None:
    stick = tmp_path / "stick.urna"
    ran = urna.type("sync", "export", stick, "--folder", over / "devices" / MESA)
    assert (ran.code, ran.err) == (0, "")
    assert read_bundle(stick).sha256 in ran.out
    with Evening(tmp_path / "again") as evening:
        before = len(evening[TAULA].replica)
    folder = tmp_path / "again" / TAULA
    for _ in range(2):
        ran = urna.type("sync", "import", stick, "--folder", folder)
        assert (ran.code, ran.err) == (0, "")
        assert str(stick) in ran.out
    carried = sum(1 for _ in read_bundle(stick).entries())
    with Replica.open(folder / "record.db", read_only=True) as record:
        assert len(record) >= before + carried
        own = len(record)
    urna.type("sync", "import", stick, "--folder", folder)
    with Replica.open(folder / "record.db", read_only=True) as record:
        assert len(record) == own + 1  # the opening of one more start


def test_a_folder_that_is_none_is_refused(urna: Terminal, tmp_path: Path) -> None:
    stick = tmp_path / "stick.urna"
    folder = tmp_path / "nowhere"
    refused(urna.type("sync", "status", "--folder", folder), folder)
    refused(urna.type("sync", "export", stick, "--folder", folder), folder)
    refused(urna.type("sync", "import", stick, "--folder", folder), folder)
    assert not stick.exists()


def test_a_stick_that_is_damaged_or_full_of_something_else_changes_nothing(
    urna: Terminal, over: Path, tmp_path: Path
) -> None:
    folder = copytree(over / "devices" / ONE, tmp_path / ONE)
    before = (folder / "record.db").read_bytes()
    damaged = tmp_path / "damaged.urna"
    data = bytearray((over / "out" / "bundle.urna").read_bytes())
    data[3000] ^= 1
    damaged.write_bytes(data)
    for path in (damaged, tmp_path / "nowhere.urna", tmp_path):
        refused(urna.type("sync", "import", path, "--folder", folder))
    assert (folder / "record.db").read_bytes() == before


def test_the_record_of_another_assembly_is_not_taken(
    urna: Terminal, over: Path, tmp_path: Path
) -> None:
    with Evening(tmp_path, seed=9):
        pass
    stick = over / "out" / "bundle.urna"
    refused(urna.type("sync", "import", stick, "--folder", tmp_path / TAULA))


def test_a_stick_that_cannot_be_written_is_told(
    urna: Terminal, over: Path, tmp_path: Path
) -> None:
    stick = tmp_path / "no-such-folder" / "stick.urna"
    refused(urna.type("sync", "export", stick, "--folder", over / "devices" / MESA), stick)


def test_a_device_that_runs_is_not_written_past(
    urna: Terminal, over: Path, tmp_path: Path
) -> None:
    folder = copytree(over / "devices" / ONE, tmp_path / ONE)
    with held(folder):
        ran = urna.type("sync", "import", over / "out" / "bundle.urna", "--folder", folder)
    refused(ran, folder)


# --- files that people write --------------------------------------------------------------------


def test_every_problem_of_a_file_is_listed_with_its_line(urna: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "assembly.toml"
    path.write_text('languages = ["ca"]\ncensus = "many"\n', encoding="utf-8")
    ran = urna.type("demo", "--out", tmp_path / "out", "--assembly", path)
    assert (ran.code, ran.out) == (1, "")
    *problems, last = ran.err.splitlines()
    assert len(problems) > 3
    assert any(problem.startswith(f"{path}:2:") for problem in problems)
    assert all(problem.startswith(f"{path}:") for problem in problems)
    assert last.startswith("urna: ")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--residents", "5"], SAID.say("error.kiosk.too-few-residents", fewest=12)),
        (["--kiosks", "2"], SAID.say("error.kiosk.too-few-kiosks", fewest=3)),
        (["--assembly", "/no/a.toml"], SAID.say("error.kiosk.no-file", path="/no/a.toml")),
        (["--proposals", "/no/p.csv"], SAID.say("error.kiosk.no-file", path="/no/p.csv")),
    ],
)
def test_a_demo_that_cannot_be_played_is_refused_before_it_begins(
    urna: Terminal, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    ran = urna.type("demo", "--out", tmp_path / "out", *arguments)
    refused(ran, sentence)
    assert not (tmp_path / "out").exists()


def test_a_demo_is_not_played_into_a_folder_that_holds_something(
    urna: Terminal, tmp_path: Path
) -> None:
    (tmp_path / "kept").write_text("kept", encoding="utf-8")
    refused(urna.type("demo", "--out", tmp_path), tmp_path)
    refused(urna.type("demo", "--out", tmp_path / "kept"), tmp_path / "kept")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
