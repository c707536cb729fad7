# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna count` on real elections comes to what officials published."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.shared_data import COUNTING, real
from tests.terminal import Terminal

# What a city published that does not follow from its votes by the rule that its file names.
NOT_BY_THE_RULE = {
    "Poland_Warszawa_2018_Las.pb": "a project that fits, with enough votes, was left out",
}


@pytest.fixture
def urna(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


def counted(urna: Terminal, path: Path, *options: str) -> dict[str, Any]:
    ran = urna.type("count", str(path), "--json", *options)
    assert ran.code == 0, ran.err
    told: dict[str, Any] = json.loads(ran.out)
    return told


def names_of(name: str) -> list[str]:
    """The names of the files of a folder, or one that stands for all where there is none."""
    folder = COUNTING / name
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else [""]


# --- STV ----------------------------------------------------------------------------------------

WARDS = [name for name in names_of("stv") if "_2017_" in name] or [""]


@pytest.mark.parametrize("name", WARDS)
def test_every_stage_of_a_scottish_ward(urna: Terminal, name: str) -> None:
    ward = json.loads(real("stv", "official-stage-tables.json").read_text())[name]
    told = counted(urna, real("stv", name))
    assert told["rule"] == "stv-scottish"
    assert told["settings"]["seats"] == ward["seats"]
    assert told["ballots"] - told["blank"] == ward["valid"]
    assert told["quota"] == ward["quota"]
    assert len(told["stages"]) == ward["stages"]
    for number, candidate in ward["candidates"].items():
        votes = [Decimal(stage["votes"][number]) for stage in told["stages"]]
        assert votes == [Decimal(each) for each in candidate["votes"]], candidate["name"]
        elected = [k for k, stage in enumerate(told["stages"], 1) if number in stage["elected"]]
        assert elected == [candidate["elected_at"]] * (candidate["elected_at"] is not None)
        assert (number in told["winners"]) == bool(elected)


def dump(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file, delimiter="\t") if row["Action"] == "end"]


@pytest.mark.parametrize(
    "name", [name for name in names_of("stv") if name.endswith("-2007.blt")] or [""]
)
def test_the_end_of_a_ward_in_glasgow(urna: Terminal, name: str) -> None:
    path = real("stv", name)
    (end,) = dump(path.with_name(path.stem + "-scotland-fixed-p5-d5.txt"))
    told = counted(urna, path)
    assert Decimal(told["quota"]) == Decimal(end["Quota"])
    elected = {key.partition(".")[0] for key, value in end.items() if value == "E" and key}
    assert set(told["winners"]) == elected
    for number, votes in told["stages"][-1]["votes"].items():
        assert Decimal(votes) == Decimal(end[f"{number}.vote"])


# --- instant run-off ----------------------------------------------------------------------------


@pytest.mark.parametrize("contest", ["minneapolis2013_mayor", "portlandME2015_mayor"])
def test_every_round_of_an_instant_run_off(urna: Terminal, tmp_path: Path, contest: str) -> None:
    """Officials excluded several at once in some rounds, and names that nobody had declared
    before all others: their later rounds are those of a paper without these."""
    path = real("irv", f"{contest}.blt")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    names = [line.strip().strip('"') for line in lines if line.startswith('"')]
    declared = tmp_path / "declared.blt"
    undeclared = names.index("Undeclared Write-ins") + 1
    declared.write_text("".join([lines[0], f"-{undeclared}\n", *lines[1:]]), encoding="utf-8")
    told = counted(urna, path, "--rule", "irv")
    stages = told["stages"][:1] + counted(urna, declared, "--rule", "irv")["stages"]
    ours = [
        {names[int(id_) - 1]: int(votes) for id_, votes in stage["votes"].items() if int(votes)}
        for stage in stages
    ]
    report = json.loads(path.with_name(f"{contest}.expected.json").read_text())
    for round_ in report["results"]:
        theirs = {name: int(votes) for name, votes in round_["tally"].items() if int(votes)}
        assert theirs in ours, round_["round"]
    last = report["results"][-1]
    (winner,) = [each["elected"] for each in last["tallyResults"] if "elected" in each]
    assert [names[int(id_) - 1] for id_ in told["winners"]] == [winner]


# --- pairs --------------------------------------------------------------------------------------


def debian_votes() -> list[dict[str, Any]]:
    path = COUNTING / "condorcet" / "debian-votes.json"
    votes: list[dict[str, Any]] = json.loads(path.read_text()) if path.exists() else [{"id": ""}]
    return votes


def as_blt(vote: dict[str, Any]) -> str:
    """Ballots that give each option its rank, as a BLT file."""
    lines = [f"{vote['n_options']} 1"]
    for ranks, n in vote["ballots"]:
        places: dict[str, list[str]] = {}
        for option, rank in enumerate(ranks, 1):
            if rank != "-":
                places.setdefault(rank, []).append(str(option))
        lines.append(" ".join([str(n), *("=".join(places[r]) for r in sorted(places)), "0"]))
    names = [f'"Option {number}"' for number in range(1, vote["n_options"] + 1)]
    return "\n".join([*lines, "0", *names, '"Debian"', ""])


@pytest.mark.parametrize("vote", debian_votes(), ids=lambda vote: vote["id"])
def test_a_vote_of_debian(urna: Terminal, tmp_path: Path, vote: dict[str, Any]) -> None:
    real("condorcet")
    path = tmp_path / "debian.blt"
    path.write_text(as_blt(vote))
    options = [f"default={vote['default_option']}"]
    if vote["quorum"] is not None:
        options.append(f"quorum={vote['quorum']}")
    ratios = [
        f"{option}:{ratio}"
        for option, ratio in enumerate(vote["majority_ratio"] or [], 1)
        if option != vote["default_option"]
    ]
    if ratios:
        options.append(f"majority={','.join(ratios)}")
    given = [part for option in options for part in ("--option", option)]
    told = counted(urna, path, "--rule", "schulze", *given)
    winners = vote["official_winner"] or vote["condorcet_winner"]
    assert told["winners"] == [str(winner) for winner in winners]
    if vote["official_beat_matrix"]:
        ids = [str(number) for number in range(1, vote["n_options"] + 1)]
        matrix = [[told["pairwise"][a].get(b, 0) for b in ids] for a in ids]
        assert matrix == vote["official_beat_matrix"]


def test_a_debate_of_preflib_reads_as_the_vote_it_comes_from(urna: Terminal) -> None:
    told = counted(urna, real("examples", "preflib-00002-00000001.soi"), "--rule", "schulze")
    assert told["winners"] == ["3"]
    assert told["ballots"] == 475


# --- grades and marks ---------------------------------------------------------------------------


def test_the_three_polling_places_of_orsay(urna: Terminal, tmp_path: Path) -> None:
    folder = real("grades")
    expected = json.loads((folder / "orsay-expected.json").read_text())
    rows: list[str] = []
    for path in sorted(folder.glob("bureau_*.csv")):
        lines = path.read_text(encoding="utf-8").splitlines()
        rows += lines if not rows else lines[1:]
    together = tmp_path / "orsay.csv"
    together.write_text("\n".join(rows) + "\n", encoding="utf-8")
    options = ("--option", "no-opinion=0", "--option", "no-opinion-counts-as=worst")
    told = counted(urna, together, "--rule", "majority-judgment", *options)
    assert told["ballots"] == expected["ballots"]
    assert [id_ for equal in told["order"] for id_ in equal] == expected["ranking"]
    assert told["winners"] == expected["ranking"][:1]


def test_the_approvals_of_a_convention(urna: Terminal, tmp_path: Path) -> None:
    known = json.loads(real("approval", "utah-senate-d11-2025.json").read_text())
    names = sorted({name for ballot in known["ballots"] for name in ballot})
    path = tmp_path / "utah.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([int(name in ballot) for name in names] for ballot in known["ballots"])
    told = counted(urna, path, "--rule", "approval")
    votes = Counter(name for ballot in known["ballots"] for name in ballot)
    assert {name: int(n) for name, n in told["stages"][0]["votes"].items()} == votes
    assert told["winners"] == [votes.most_common(1)[0][0]]


# --- budgets ------------------------------------------------------------------------------------


def budgets() -> Iterator[dict[str, str]]:
    path = COUNTING / "pb" / "EXPECTED.csv"
    if not path.exists():
        yield {"file": ""}
        return
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@pytest.mark.parametrize("row", list(budgets()), ids=lambda row: row["file"])
def test_a_participatory_budget(urna: Terminal, row: dict[str, str]) -> None:
    """By the rule that the file names, and the order of the file where projects are equal."""
    path = real("pb", row["file"] + ".gz")
    marks = marks_of(path)
    told = counted(urna, path, "--option", "ties=file-order")
    by_marks = (1, 2) if row["rule"] == "greedy-custom" else (1,)
    by_the_rule = {id_ for id_, mark in marks.items() if mark in by_marks}
    if row["file"] in NOT_BY_THE_RULE:
        assert set(told["winners"]) != by_the_rule
    else:
        assert set(told["winners"]) == by_the_rule
    alone = urna.type("count", str(path), "--json")
    if row["outcome_depends_on_tie"] == "True":
        assert alone.code == 1
        assert alone.err.count("\n") == 1
    else:
        assert alone.code == 0


def marks_of(path: Path) -> dict[str, int]:
    """Project → its mark: 1 chosen, 2 Poznań’s last one; other marks are paid for otherwise."""
    from kiosk.counting.counted import read_ballots  # noqa: PLC0415 - only where there are files

    return dict(read_ballots(path).selected)
