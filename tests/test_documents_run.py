# SPDX-License-Identifier: AGPL-3.0-or-later
"""The commands that the pages for organisers show do what the pages say, in their order."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from kiosk.arithmetic import best_power
from kiosk.cli import main
from kiosk.decidim.evenings import read_evening
from kiosk.i18n import LANGUAGES
from tests.decidim_double import DecidimDouble
from tests.decidim_double.invented import MEETING
from tests.evenings import play
from tests.sources import ROOT
from tests.test_decidim_loop import Desk, about_decidim, world

PAGES = ROOT / "docs" / "organisers"
FENCE = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SITE = "https://decidim.example.org"


def commands(language: str) -> list[list[str]]:
    page = (PAGES / f"{language}.md").read_text(encoding="utf-8")
    lines = [line for block in FENCE.findall(page) for line in block.splitlines()]
    return [shlex.split(line) for line in lines]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_shows_the_same_commands_in_every_language(language: str) -> None:
    assert commands(language) == commands("en")
    assert len(commands(language)) == 5


def test_the_five_steps_lead_from_decidim_to_the_room_and_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    (tmp_path / "evening-played").mkdir()
    play(tmp_path / "evening-played", about_decidim())
    bundle = tmp_path / "evening.urna"
    shutil.copy(tmp_path / "evening-played" / "out" / "bundle.urna", bundle)
    code = read_evening(bundle, power=best_power()).assembly
    with DecidimDouble("0.31", world()) as double:
        desk = Desk(tmp_path, double, bundle)

        def run(words: list[str]) -> int:
            said = [word.replace(SITE, double.url).replace("CODE", code) for word in words]
            assert said[0] == "urna"
            return main(said[1:])

        pull, new, plan, apply, verify = commands("en")
        assert run(pull) == 0
        assert run(new) == 0
        assert (tmp_path / "evening" / "assembly.toml").is_file()
        assert run(plan) == 0
        assert (tmp_path / "plan" / "plan.en.html").is_file()
        assert run(apply) == 0
        assert run(verify) == 1
        desk.upload("plan")
        desk.close(MEETING)
        capsys.readouterr()
        assert run(verify) == 0
        assert "arrived as planned" in capsys.readouterr().out
