# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna decidim pull` with files: from open data or an administrator's exports to an assembly."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from pathlib import Path
from random import Random
from urllib.request import urlopen

import pytest

from kiosk.cli import main
from kiosk.i18n import voice
from sync.decidim.exported import archive, findings, sheet, table
from sync.decidim.reading.snapshot import read_pull, read_snapshot
from sync.durable import put_in_place
from tests.decidim_double import DecidimDouble
from tests.decidim_double.exports import as_csv, as_json, export, open_data
from tests.decidim_double.invented import MEETINGS, PROPOSALS, invented
from tests.decidim_double.world import Component, Proposal, World

WORLD = invented(Random(7))
OTHER = Component(id=30, space=2, manifest="Proposals", name={"ca": "Del polp"})


def both() -> World:
    """A proposal in the process as well."""
    title = {"ca": "Tinta"}
    return WORLD.having(OTHER, Proposal(id=900, component=30, title=title, body=title))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """`all.zip`, and for two components a file of each form."""
    (tmp_path / "all.zip").write_bytes(open_data(WORLD, "0.31"))
    (tmp_path / "both.zip").write_bytes(open_data(both(), "0.31"))
    for entity, component in (("proposals", PROPOSALS), ("meetings", MEETINGS)):
        records = export(WORLD, "0.31", entity, component, public=False)
        (tmp_path / f"{entity}.csv").write_bytes(as_csv(records, ";"))
        (tmp_path / f"{entity}.json").write_bytes(as_json(records))
    return tmp_path


def pull(files: Path, *given: str) -> int:
    names = [str(files / each) if "." in each else each for each in given]
    return main(["decidim", "pull", *names, "--out", str(files / "out")])


@pytest.mark.parametrize(
    "given", [("all.zip",), ("meetings.csv", "proposals.json"), ("meetings.json", "proposals.csv")]
)
def test_an_assembly_is_prepared_from_files(files: Path, given: tuple[str, ...]) -> None:
    assert pull(files, *given) == 0
    made = ["assembly", "new", "--from", str(files / "out"), "--slips", "2", "--booths", "1"]
    assert main([*made, "--proposals", "102", "103", "--out", str(files / "room")]) == 0


def test_what_was_read_is_told_and_by_which_digest(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pull(files, "all.zip") == 0
    told = capsys.readouterr().out
    assert "Dragon" in told
    assert "24" in told
    done = read_pull(files / "out")
    assert (done.rung, done.address, list(done.sources)) == ("files", "", ["all.zip"])


def test_the_doors_of_the_double_give_the_files(files: Path) -> None:
    with DecidimDouble("0.31", WORLD) as double:
        with urlopen(f"{double.url}/open-data/download") as answer:
            (files / "taken.zip").write_bytes(answer.read())
        for form in ("csv", "json"):
            with urlopen(f"{double.url}/admin/exports/12/proposals.{form}") as answer:
                assert answer.read() == (files / f"proposals.{form}").read_bytes()
    assert pull(files, "taken.zip") == 0


def test_no_name_of_a_person_is_in_the_folder(files: Path) -> None:
    assert b"Neighbour" in (files / "proposals.csv").read_bytes()
    assert pull(files, "all.zip") == 0
    held = b"".join(path.read_bytes() for path in (files / "out").rglob("*") if path.is_file())
    assert b"Neighbour" not in held


def test_of_several_spaces_one_must_be_named(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pull(files, "both.zip") == 1
    assert "--assembly drac, --process polp" in capsys.readouterr().err
    assert not (files / "out").exists()
    assert pull(files, "both.zip", "--process", "polp") == 0
    snapshot = read_snapshot(files / "out")
    assert [each.id for each in snapshot.proposals] == ["900"]
    assert snapshot.space.title == {"ca": "Procés del Polp", "es": "Proceso", "en": "Octopus"}


def test_a_space_may_be_named_by_its_number_and_components_too(files: Path) -> None:
    assert pull(files, "both.zip", "--assembly", "1", "--component", "11") == 0
    snapshot = read_snapshot(files / "out")
    assert [each.id for each in snapshot.components] == ["11"]
    assert len(snapshot.meetings) == 2
    assert not snapshot.proposals


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("all.zip", "--assembly", "mar"), "mar"),
        (("proposals.csv", "--component", "99"), "12"),
        (("proposals.csv", "proposals.json"), "proposals.csv"),
        (("https://x.example/processes/a", "all.zip"), "https://x.example"),
        (("missing.csv",), "missing.csv"),
    ],
)
def test_what_does_not_fit_is_one_line_and_nothing_is_written(
    files: Path, capsys: pytest.CaptureFixture[str], given: tuple[str, ...], said: str
) -> None:
    paths = [
        str(files / each) if re.search(r"\.(zip|csv|json)$", each) else each for each in given
    ]
    assert main(["decidim", "pull", *paths, "--out", str(files / "out")]) == 1
    assert said in capsys.readouterr().err
    assert not (files / "out").exists()


def test_every_problem_of_every_file_is_told_with_its_place(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("proposals.csv", "meetings.csv"):
        lines = (files / name).read_bytes().split(b"\n")
        lines[1] = b"x" + lines[1]
        (files / name).write_bytes(b"\n".join(lines))
    (files / "letter.csv").write_text("Benvolguts veïns")
    assert pull(files, "proposals.csv", "letter.csv", "meetings.csv") == 1
    *told, last = capsys.readouterr().err.splitlines()
    assert [line.partition(": ")[0] for line in told] == [
        "letter.csv:1:1",
        "meetings.csv:2:1",
        "proposals.csv:2:1",
    ]
    assert "3" in last
    assert not (files / "out").exists()


def test_results_alone_do_not_tell_their_space(files: Path) -> None:
    records = export(WORLD, "0.31", "results", 14, public=False)
    (files / "results.csv").write_bytes(as_csv(records, ";"))
    assert pull(files, "results.csv") == 1
    assert pull(files, "results.csv", "meetings.csv") == 0
    assert len(read_snapshot(files / "out").results) == 2


def test_a_pull_that_was_cut_while_it_wrote_is_done_again(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, left = put_in_place, [None] * 3

    def cut(draft: Path, path: Path) -> None:
        if not left:
            raise KeyboardInterrupt
        left.pop()
        whole(draft, path)

    monkeypatch.setattr("sync.durable.put_in_place", cut)
    assert pull(files, "all.zip") == 1
    assert not read_pull(files / "out").finished
    monkeypatch.undo()
    assert pull(files, "meetings.csv") == 1  # another pull is on its way here
    assert pull(files, "all.zip") == 0
    assert read_snapshot(files / "out").pull.finished


# --- limits -------------------------------------------------------------------------------------


def test_a_bomb_is_not_unpacked(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = files / "bomb.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb,
        bomb.open("proposals.csv", "w") as file,
    ):
        for _ in range(sheet.MOST_BYTES // 2**20 + 1):
            file.write(bytes(2**20))
    assert (files / "bomb.zip").stat().st_size < 2**20
    assert pull(files, "bomb.zip") == 1
    assert "64" in capsys.readouterr().err


def test_an_archive_of_very_many_files_is_not_opened(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(files / "many.zip", "w") as many:
        for number in range(archive.MOST_FILES + 1):
            many.writestr(f"{number}.csv", "")
    assert pull(files, "many.zip") == 1
    assert str(archive.MOST_FILES) in capsys.readouterr().err.replace(",", "")


def test_a_file_that_is_wrong_in_every_row_does_not_fill_the_screen(files: Path) -> None:
    found = findings.Findings()
    header, *rows = (files / "proposals.csv").read_bytes().split(b"\n")[:2]
    data = header + b"\n" + (rows[0] + b";x\n") * (table.MOST_PROBLEMS + 500)
    found.take(findings.Exported("p.csv", data))
    assert len(found.problems) == table.MOST_PROBLEMS + 1


def test_sentences_hold_the_name_of_what_they_are_about() -> None:
    for language in ("ca", "es", "en"):
        said = voice(language).say("error.import.twice", id="5", other="a.csv", first=2)
        assert "a.csv" in said


def test_the_same_file_twice_is_told(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert pull(files, "proposals.csv", "proposals.csv") == 1
    assert "proposals.csv (2):2:1" in capsys.readouterr().err


def test_a_world_without_anything_holds_no_space(files: Path) -> None:
    (files / "none.zip").write_bytes(open_data(replace(WORLD, rows=()), "0.31"))
    assert pull(files, "none.zip") == 1
