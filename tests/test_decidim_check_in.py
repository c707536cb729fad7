# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who of a list came is noted without names, and what follows for Decidim is written."""

from __future__ import annotations

import io
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.cli import main
from kiosk.decidim.came_file import CameFile
from sync.decidim.refusals import DecidimProblem, DecidimRefused

REGISTRATIONS = (
    "id;code;user/name;user/email\n"
    "31;ABCD2345;Veïna Exemple;veina@assembla.invalid\n"
    "4;ZZZZ9999;Veí Exemple;vei@assembla.invalid\n"
)
CENSUS = "email;token\nveina@assembla.invalid;7KQF-22MX\nvei@assembla.invalid;8KQF-22MX\n"


class Door:
    """Somebody at the door with a list."""

    def __init__(self, folder: Path, text: str, patched: pytest.MonkeyPatch) -> None:
        self.list, self.came, self.out = (folder / name for name in ("list.csv", "came", "out"))
        self.list.write_text(text)
        self._patched = patched

    def run(self, *codes: str, out: bool = False) -> int:
        self._patched.setattr("sys.stdin", io.StringIO("".join(f"{code}\n" for code in codes)))
        more = ("--out", str(self.out)) if out else ()
        return main(["decidim", "check-in", str(self.list), "--came", str(self.came), *more])


def test_codes_of_those_who_came_are_handed_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    door = Door(tmp_path, REGISTRATIONS, monkeypatch)
    assert door.run("abcd 2345", "NOBODY", "ABCD2345", "", "ZZZZ9999") == 0
    _, *told = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in told] == ["On", "This", "This", "1"]
    kept = door.came.read_text()
    assert not any(word in kept for word in ("ABCD2345", "Exemple", "assembla"))
    assert door.came.stat().st_mode & 0o077 == 0
    assert door.run("ZZZZ9999") == 0
    assert door.run(out=True) == 0
    assert door.out.read_text() == "id;code\n4;ZZZZ9999\n31;ABCD2345\n"
    assert door.out.stat().st_mode & 0o077 == 0


def test_who_votes_in_the_room_does_not_vote_online(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = Door(tmp_path, CENSUS, monkeypatch)
    assert door.run("7kqf22mx") == 0
    assert "7" + "KQF" not in door.came.read_text()
    assert door.run(out=True) == 0
    assert door.out.read_text() == "email;token\nvei@assembla.invalid;8KQF-22MX\n"


@pytest.mark.parametrize(
    "text", ["", "name;phone\na;b\n", "id;code\nx;ABCD2345\n", 'id;code\n1;"ABCD\n']
)
def test_another_list_is_told_and_nothing_is_written(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    door = Door(tmp_path, text, monkeypatch)
    assert door.run(out=True) == 1
    assert "urna: " in capsys.readouterr().err
    assert not door.out.exists()


def test_a_list_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    door = Door(tmp_path, "", monkeypatch)
    door.list.unlink()
    assert door.run() == 1
    assert str(door.list) in capsys.readouterr().err


def test_what_a_power_cut_left_of_a_line_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "came"
    came = CameFile(path, Random(1).randbytes)
    came.add("31")
    whole = path.read_bytes()
    path.write_bytes(whole + b"4")
    again = CameFile(path, Random(2).randbytes)
    assert (again.key, again.marks) == (came.key, {"31"})
    again.add("5")
    assert path.read_bytes() == whole + b"5\n"


@given(st.binary(max_size=200) | st.just(b"urna-came/v1 " + b"0" * 64 + b"\nabc\nXYZ\n"))
def test_any_other_file_is_refused_in_one_way(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "came"
        path.write_bytes(data)
        with pytest.raises(DecidimRefused) as refused:
            CameFile(path, Random(1).randbytes)
        assert refused.value.code is DecidimProblem.CAME_DAMAGED
        assert path.read_bytes() == data
