# SPDX-License-Identifier: AGPL-3.0-or-later
"""An assembly made of what was pulled from Decidim."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from ballots.assembly import Kind, Reference, Thing
from kiosk.assembly_file import read_assembly_file
from kiosk.cli import main
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.from_decidim import Chosen, assembly_text
from sync.decidim.reading.candidates import projects_of, proposals_of
from sync.decidim.reading.snapshot import Snapshot, read_snapshot
from tests.decidim_double import DecidimDouble
from tests.decidim_double.invented import MEETING, invented
from tests.decidim_double.schemas import real_schemas
from tests.decidim_double.world import Meeting, Proposal


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pull") / "out"
    if not real_schemas():
        pytest.skip("no schemas of Decidim beside the project")
    world = invented(Random(1), proposals=6)
    meeting, proposal = world.get(Meeting, MEETING), world.get(Proposal, 101)
    assert meeting
    assert proposal
    start, end = "2026-11-26T18:30:00+01:00", "2026-11-26T20:30:00+01:00"
    body = {"ca": "<p>Cos de la <strong>proposta</strong> ✅ 🚸</p>"}
    told = replace(meeting, start_time=start, end_time=end), replace(proposal, body=body)
    with DecidimDouble("0.31", world.having(*told)) as decidim:
        assert main(["decidim", "pull", f"{decidim.url}/assemblies/drac", "--out", str(out)]) == 0
    return out


@pytest.fixture
def snapshot(folder: Path) -> Snapshot:
    return read_snapshot(folder)


def proposal(id_: str) -> Reference:
    return Reference(kind=Thing.PROPOSAL, id=id_)


def project(id_: str) -> Reference:
    return Reference(kind=Thing.PROJECT, id=id_)


def text_of(snapshot: Snapshot, *questions: Chosen, meeting: str | None = None) -> str:
    return assembly_text(snapshot, questions, meeting=meeting, today="2026-11-01")


def test_texts_are_plain_and_printable(snapshot: Snapshot) -> None:
    body = proposals_of(snapshot)[0].body
    assert body
    assert body.texts["ca"] == "Cos de la proposta ✓"


def test_the_next_meeting_becomes_an_assembly(snapshot: Snapshot) -> None:
    chosen = Chosen("proposals", ("101", "103")), Chosen("projects", ("81",))
    text = text_of(snapshot, *chosen, meeting=str(MEETING))
    assembly = read_assembly_file(text, proposals_of(snapshot), projects_of(snapshot))
    assert assembly.languages == ("ca", "es")
    assert assembly.title.texts["ca"] == "Assemblea oberta"
    assert assembly.place == "Cova del Drac"
    assert assembly.call.first == "2026-11-26T18:30"
    assert [item.title.texts["ca"] for item in assembly.agenda] == [
        "Benvinguda",
        "Més ombra & bancs",
    ]
    several, one = assembly.polls[0].questions
    assert several.kind is Kind.APPROVAL
    assert [each.about for each in several.options] == [proposal("101"), proposal("103")]
    assert one.kind is Kind.YES_NO
    assert [each.about for each in one.options] == [project("81"), None]
    assert "Proyecto 81" in one.text.texts["es"]


def test_a_file_may_name_projects_too(snapshot: Snapshot) -> None:
    text = text_of(snapshot, Chosen("proposals", ("101", "103")))
    named = text.replace('options.proposals = ["101", "103"]', 'options.projects = ["81", "82"]')
    assembly = read_assembly_file(named, (), projects_of(snapshot))
    options = assembly.polls[0].questions[0].options
    assert [each.id for each in options] == ["project-81", "project-82"]
    assert [each.about for each in options] == [project("81"), project("82")]


@pytest.mark.parametrize(
    ("chosen", "meeting", "code"),
    [(("99",), None, KioskProblem.NOT_PULLED), (("101",), "99", KioskProblem.NO_MEETING)],
)
def test_what_was_not_pulled_is_told(
    snapshot: Snapshot, chosen: tuple[str, ...], meeting: str | None, code: KioskProblem
) -> None:
    with pytest.raises(KioskRefused) as caught:
        text_of(snapshot, Chosen("proposals", chosen), meeting=meeting)
    assert caught.value.code is code


def test_the_command_lays_down_folders_and_the_file_that_it_used(
    folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "room"
    given = ["assembly", "new", "--from", str(folder), "--slips", "2", "--booths", "1"]
    assert main([*given, "--proposals", "101", "102", "--out", str(out)]) == 0
    file = str(out / "assembly.toml")
    assert main([*given, "--assembly", file, "--out", str(tmp_path / "again")]) == 0


def test_where_nobody_can_be_asked_the_choice_must_be_said(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["assembly", "new", "--from", str(folder), "--slips", "2"]
    assert main([*given, "--out", str(tmp_path / "room")]) == 1
    assert "--proposals" in capsys.readouterr().err
