# SPDX-License-Identifier: AGPL-3.0-or-later
"""A meeting is announced once, by the account that may close it afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.cli import main
from tests.decidim_double import DecidimDouble
from tests.decidim_double.invented import MEETINGS
from tests.decidim_double.world import Meeting
from tests.test_decidim_loop import world


class Desk:
    """An organiser with an assembly that was made of a pull."""

    def __init__(self, folder: Path, double: DecidimDouble) -> None:
        self.folder, self.double = folder, double
        self.key = folder / "key"
        self.key.write_text("invented-key\ninvented-secret\n")
        self.key.chmod(0o600)
        pulled = str(folder / "p")
        assert main(["decidim", "pull", f"{double.url}/assemblies/drac", "--out", pulled]) == 0
        new = ("--from", pulled, "--proposals", "101", "102", "--slips", "2", "--booths", "1")
        assert main(["assembly", "new", *new, "--out", str(folder / "evening")]) == 0
        file = folder / "evening" / "assembly.toml"
        text = file.read_text(encoding="utf-8")
        assert '"="' in text  # the title of the meeting that was pulled
        file.write_text(text.replace('"="', '"Assemblea nova"'), encoding="utf-8")

    def announce(self, *more: str) -> int:
        file, pulled = self.folder / "evening" / "assembly.toml", self.folder / "p"
        words = ("--pull", str(pulled), "--api-key", str(self.key), *more)
        return main(["decidim", "announce", str(file), *words])

    def meetings(self) -> set[int]:
        return {row.id for row in self.double.world.all(Meeting)}


@pytest.fixture(params=["0.31", "0.32"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with DecidimDouble(request.param, world()) as double:
        yield Desk(tmp_path, double)


def test_a_meeting_is_made_once_where_the_version_takes_it(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    before = desk.meetings()
    capsys.readouterr()
    if desk.double.version == "0.31":
        assert desk.announce() == 1
        assert "0.32" in capsys.readouterr().err
        assert desk.meetings() == before
        return
    assert desk.announce("--lasts", "90") == 0
    (made,) = desk.meetings() - before
    row = desk.double.world.get(Meeting, made)
    assert row
    assert row.component == MEETINGS
    assert f"--meeting {made}" in capsys.readouterr().out
    assert desk.announce("--lasts", "90") == 0
    assert desk.meetings() == {*before, made}


def test_another_component_is_told(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.announce("--component", "12") == 1
    assert str(MEETINGS) in capsys.readouterr().err
