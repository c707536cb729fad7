# SPDX-License-Identifier: AGPL-3.0-or-later
"""What `urna verify` says of a good archive besides its checks: every number that was opened."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.commands.published_results import MOST_LINES, published_table
from kiosk.i18n import voice
from kiosk.verifying import Means
from tests.small_elections import VECTORS, shuffled_archive, small_archive


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("URNA_LANGUAGE", "en")


def kept(data: bytes, folder: Path) -> Path:
    path = folder / "election.bel"
    path.write_bytes(data)
    return path


def test_the_counts_of_an_archive_are_told_with_their_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(kept(small_archive(), tmp_path))]) == 0
    told = capsys.readouterr().out
    assert "Result of “Assemblea del barri «exemple»” (VeinaExampZe2345), 3 votes:" in told
    assert "  Aprovem l'acta?\n         1  Blank\n         1  Sí\n         1  No\n" in told
    assert "         1  Parc\n         2  Pla\n         0  Carril\n" in told


def test_votes_that_were_opened_one_by_one_are_told_as_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(kept(shuffled_archive(), tmp_path))]) == 0
    told = capsys.readouterr().out
    assert "            Parc · Pla · Carril\n         1  1 · 1 · 255\n" in told
    assert (
        "            Parc · Pla\n         1  0 · 0\n         1  7 · 0\n         1  9 · 10\n"
        in told
    )


def test_lists_are_told_with_their_candidates() -> None:
    published = Means().verify(VECTORS / "v33-ed25519-lists" / "election.bel").published
    assert published is not None
    table = published_table([published], voice("en"))
    assert "         2  Llista A\n         2    Pi\n         1    Om\n" in table


def test_many_different_votes_are_not_all_printed() -> None:
    published = Means().verify(VECTORS / "v33-ed25519-nh-one" / "election.bel").published
    assert published is not None
    (question,) = published.questions
    votes = tuple((n,) * question.values for n in range(MOST_LINES + 3))
    table = published_table([replace(published, votes=(votes,))], voice("en"))
    assert "and 3 other votes" in table
    assert len(table.splitlines()) == MOST_LINES + 5


def test_the_results_are_data_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(kept(shuffled_archive(), tmp_path)), "--json"]) == 0
    (result,) = json.loads(capsys.readouterr().out)["results"]
    assert (result["election"], result["voters"], result["weight"]) == ("VeinaExampZe2345", 3, 3)
    slots = {"question": "Aprovem l'acta?", "counts": [1, 1, 1], "blank": 1}
    assert result["questions"][1] == slots
    assert result["questions"][0]["votes"] == [[1, 1, 255], [1, 2, 3], [2, 1, 3]]


def test_an_archive_that_fails_has_no_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = bytearray(small_archive())
    data[9000] ^= 1
    path = kept(bytes(data), tmp_path)
    assert main(["verify", str(path)]) == 1
    assert "Result of" not in capsys.readouterr().out
    assert main(["verify", str(path), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["results"] == []
