# SPDX-License-Identifier: AGPL-3.0-or-later
"""A whole evening through `urna demo`, and what a stranger can do with what it leaves."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from shutil import copy, which
from typing import Any

import pytest
from PIL import Image

from ballots.election.archive.contents import in_order
from ballots.election.slip import Slip
from ballots.election.trustees.card import read_card
from ballots.receipts.code import read_code
from ballots.receipts.held import HEAD, read_symbol
from kiosk.arithmetic import best_power
from kiosk.cli import main
from kiosk.demo.evening import FEWEST_RESIDENTS
from kiosk.receipts import Asked
from kiosk.verifying import Means, verify
from tests.second_opinion import Oracle, second_opinion
from tests.small_elections import surveyed
from tests.symbols import symbols_on

pytestmark = pytest.mark.evening

DEMO = (sys.executable, "-m", "kiosk", "demo", "--headless", "--json")
GROUP = "BELENIOS-2048"  # the one that has a second opinion; the first page plays the other
RESIDENTS = FEWEST_RESIDENTS
PLAN = ("--challenge", "--network", "--seed", "7", "--group", GROUP, "--residents", str(RESIDENTS))


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("evening") / "demo"
    done = subprocess.run(
        [*DEMO, *PLAN, "--out", str(out)],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == json.loads((out / "summary.json").read_text())
    return out


@pytest.fixture(scope="module")
def summary(evening: Path) -> dict[str, Any]:
    return dict(json.loads((evening / "summary.json").read_text()))


def codes(path: Path) -> list[str]:
    """What a reader reads, from the top."""
    with Image.open(path) as picture:
        return symbols_on(picture)


def size(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size


def test_the_folder_holds_what_is_promised(evening: Path) -> None:
    names = {path.name for path in evening.iterdir()}
    assert names == {
        "bundle.urna",
        "cards",
        "challenges",
        "elections",
        "minutes-public.pdf",
        "minutes.pdf",
        "receipts",
        "record",
        "screens",
        "slips.pdf",
        "summary.json",
        "trackers.txt",
    }
    records = {path.name for path in (evening / "record").iterdir()}
    assert records == {"booth-1.db", "booth-2.db", "desk.db", "facilitator.db"}


def test_people_slips_and_ballots_agree(summary: dict[str, Any]) -> None:
    assert summary["people"]["present"] == RESIDENTS
    assert summary["slips"]["issued"] == RESIDENTS
    assert summary["slips"]["printed"] == RESIDENTS + summary["slips"]["left"]
    assert summary["balance"]["holds"]
    on_paper = [each for each in summary["ballots"].values() if each["poll"] == "paper"]
    assert [each["ballots"] for each in on_paper] == [RESIDENTS] * 3
    assert all(each["blank"] + sum(each["votes"].values()) >= RESIDENTS for each in on_paper)


def test_every_incident_happened_and_ended_well(summary: dict[str, Any]) -> None:
    assert summary["people"]["by_touch"] >= 5
    incidents = summary["incidents"]
    assert incidents.pop("killed") in {"kept", "voted again"}
    assert incidents == {
        "challenge": "as marked",
        "slip-again": "used",
        "paper-out": "ReceiptTrouble",
        "cut-off": "held by 1",
        "back": "ok",
    }
    assert summary["challenges"] == 2


def test_every_device_ends_with_the_same_record(evening: Path) -> None:
    verified = [
        verify(path, Means(power=best_power())) for path in sorted((evening / "record").iterdir())
    ]
    assert all(each.failed is None for each in verified)
    assert len({str(each.checks) for each in verified}) == 1


def test_the_bundle_verifies_and_names_what_was_challenged(evening: Path) -> None:
    verified = verify(evening / "bundle.urna", Means(power=best_power()))
    assert verified.failed is None
    assert len(verified.challenged) == 2
    assert verified.oddities == ()


@pytest.mark.parametrize("oracle", [Oracle.BELENIOS_2, Oracle.BELENIOS_3])
def test_somebody_elses_tool_accepts_every_archive(evening: Path, oracle: Oracle) -> None:
    archives = sorted((evening / "elections").glob("*.bel"))
    assert len(archives) == 2
    for archive in archives:
        opinion = second_opinion(oracle, archive.read_bytes())
        assert opinion.accepted, opinion.words


@pytest.mark.parametrize("part", range(8))
def test_a_changed_byte_anywhere_is_refused_and_named(
    evening: Path, tmp_path: Path, part: int
) -> None:
    for original in (evening / "bundle.urna", *(evening / "elections").glob("*.bel")):
        changed = bytearray(original.read_bytes())
        place = (2 * part + 1) * len(changed) // 16
        changed[place] ^= 1
        path = tmp_path / original.name
        path.write_bytes(changed)
        failed = verify(path, Means(power=best_power())).failed
        assert failed is not None
        assert failed.name
        assert failed.place


def test_papers_decode_to_a_code_and_to_what_became_of_it(evening: Path) -> None:
    listed = (evening / "trackers.txt").read_text(encoding="utf-8").split()
    pictures = sorted((evening / "receipts").glob("*-receipt-*.png"))
    assert len(pictures) >= RESIDENTS
    ends, signed = set(), []
    for path in pictures:
        *above, end = codes(path)
        if end.startswith(HEAD):
            signed.append(len(read_symbol(end)))
            *above, end = above
        if end.startswith("{"):
            election, tracker = (json.loads(end)[name] for name in ("election", "ballot"))
            ends.add("opened")
        else:
            _, kind, election, tracker = end.split(":")
            ends.add(kind)
        assert tracker in listed
        assert above in ([f"urna:k1:{election}:{tracker}"], [])
    assert ends == {"r1", "opened"}
    assert {1, 3} <= set(signed)  # cut off, and among others


def test_each_challenged_paper_opens_to_the_code_that_was_printed_before(
    evening: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    papers = sorted((evening / "challenges").glob("*.png"))
    assert [path.name for path in papers] == ["1.png", "2.png"]
    committed = set()
    for path in papers:
        commitment, *square = codes(path)
        assert "".join(square) == path.with_suffix(".txt").read_text().rstrip()
        bundle = str(evening / "bundle.urna")
        check = ["verify-challenge", *square, "--election", bundle, "--json"]
        assert main([*check, "--commitment", commitment]) == 0
        told = json.loads(capsys.readouterr().out)
        assert commitment.endswith(told["tracker"])
        committed.add(told["tracker"])
    assert len(committed) == 2
    lists = [json.loads(path.read_bytes()) for path in (evening / "elections").glob("*.json")]
    opened = {json.loads(b["opening"])["ballot"] for each in lists for b in each["ballots"]}
    assert opened == committed


def test_every_printed_receipt_is_found_in_the_list_and_one_in_the_bundle(evening: Path) -> None:
    papers = (evening / "receipts").glob("*-receipt-*.png")
    scanned = [text for path in papers for text in codes(path)]
    cast = [read_code(text) for text in scanned if text.startswith("urna:r1:")]
    assert len(cast) >= RESIDENTS
    for code in cast:
        assert verify(evening / "trackers.txt", Means(), Asked(receipt=code)).failed is None
    verified = verify(evening / "bundle.urna", Means(power=best_power()), Asked(receipt=cast[0]))
    assert verified.failed is None
    assert verified.paper.proof is not None
    assert verified.paper.proof.election == cast[0].election


@pytest.mark.skipif(which("pdftoppm") is None, reason="poppler-utils is not installed")
def test_slips_decode_to_secrets_that_are_all_different(evening: Path, tmp_path: Path) -> None:
    subprocess.run(
        ["pdftoppm", "-r", "150", "-gray", "-png", evening / "slips.pdf", tmp_path / "slips"],
        check=True,
    )
    pages = sorted(tmp_path.glob("slips-*.png"))
    texts = [text for page in pages for text in codes(page)]
    assert len(set(texts)) == len(texts) > RESIDENTS
    assert all(Slip.read(text).payload == text for text in texts)


def test_the_cards_can_be_scanned_from_the_pictures_and_are_of_this_assembly(
    evening: Path, summary: dict[str, Any]
) -> None:
    pictures = sorted((evening / "cards").iterdir())
    assert [path.name for path in pictures] == [f"trustee-{n}.png" for n in (1, 2, 3)]
    archive = next((evening / "elections").glob("*.bel")).read_bytes()
    trustees = in_order(surveyed(archive)).setup().trustees
    for owner, path in enumerate(pictures, 1):
        (symbol,) = codes(path)
        card = read_card(symbol)
        card.require_of(GROUP, trustees)
        assert card.owner == owner
    assert summary["timings"]["rehearsing"] > 0


def test_nothing_that_is_published_holds_a_name(evening: Path) -> None:
    for name in ("bundle.urna", "trackers.txt", "summary.json"):
        assert b"Exemple 0" not in (evening / name).read_bytes()


@pytest.mark.skipif(which("pdftotext") is None, reason="poppler-utils is not installed")
def test_names_stand_in_the_book_of_minutes_only(evening: Path) -> None:
    def words(name: str) -> str:
        command = ["pdftotext", "-layout", str(evening / name), "-"]
        return subprocess.run(command, capture_output=True, check=True, text=True).stdout

    assert "Veïna Exemple 03" in words("minutes.pdf")
    assert "Veïna Exemple" not in words("minutes-public.pdf")


def test_no_key_stays_behind(evening: Path) -> None:
    assert not list(evening.rglob("*.key"))
    assert not list(evening.rglob("*.log"))


def test_the_pictures_of_the_screens_are_whole(evening: Path) -> None:
    pictures = sorted((evening / "screens").iterdir())
    assert len(pictures) >= 7
    assert {size(path) for path in pictures} == {(800, 480)}


def test_a_folder_that_holds_something_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["demo", "--headless", "--out", str(tmp_path)]) == 1
    assert str(tmp_path) in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("option", "value"), [("--residents", "3"), ("--kiosks", "1"), ("--residents", "-1")]
)
def test_too_little_for_an_evening_is_refused_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, value: str
) -> None:
    out = tmp_path / "out"
    assert main(["demo", "--headless", "--out", str(out), option, value]) == 1
    assert capsys.readouterr().err
    assert not out.exists()


def test_every_problem_of_a_file_is_listed_with_its_place_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, file = tmp_path / "out", tmp_path / "assembly.toml"
    file.write_text('languages = ["ca"]\nplace = 3\ncolour = "red"\n', encoding="utf-8")
    assert main(["demo", "--headless", "--out", str(out), "--assembly", str(file)]) == 1
    said = capsys.readouterr().err.splitlines()
    assert any(line.startswith(f"{file}:2:") for line in said)
    assert any(line.startswith(f"{file}:3:") for line in said)
    assert not out.exists()


def test_other_proposals_are_taken_and_bad_ones_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, file = tmp_path / "out", tmp_path / "proposals.csv"
    copy(Path(__file__), file)
    assert main(["demo", "--headless", "--out", str(out), "--proposals", str(file)]) == 1
    assert f"{file}:1:" in capsys.readouterr().err
    assert not out.exists()
