# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna count` and `urna rules` at a terminal: what is typed, what is printed, what is refused."""

from __future__ import annotations

import gzip
import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from ballots.counting.rule import RULES
from ballots.counting.rule_document import NAMED, encode, settings, typed
from kiosk.counting import counted
from kiosk.i18n import LANGUAGES, voice
from tests.pages import words_of
from tests.terminal import SAID, Terminal

# Two places for three benches: 4 of the first, 2 of the third; and one paper that names one twice.
BENCHES = """\
3 2
4 1 2 0
2 3 0
1 2 2 0
1 0
0
"Bench by the fountain"
"Bench at the school"
"Bench in the shade"
"Benches of an invented square"
"""
DRAWN = "Sí,No\n1,0\n0,1\n"
BUDGET = """\
META
key;value
description;Invented projects
country;Nowhere
unit;Nowhere
instance;1
num_projects;3
num_votes;3
budget;100
rule;greedy
vote_type;approval
PROJECTS
project_id;cost;name
a;60;A tree
b;50;A bench
c;40;A lamp
VOTES
voter_id;vote
1;a,c
2;a
3;b
"""


@pytest.fixture
def urna(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


def kept(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def benches(tmp_path: Path) -> Path:
    return kept(tmp_path, "benches.blt", BENCHES)


@pytest.fixture
def level(tmp_path: Path) -> Path:
    """Two options with one vote each."""
    return kept(tmp_path, "level.csv", DRAWN)


# --- what is told -------------------------------------------------------------------------------


def test_a_file_of_rankings_is_counted_by_the_scottish_rules(
    urna: Terminal, benches: Path
) -> None:
    told = urna.type("count", benches, "--json").data
    assert told["rule"] == "stv-scottish"
    assert told["settings"]["seats"] == 2
    assert (told["ballots"], told["blank"], told["spoilt"]) == (8, 1, {"repeated": 1})
    assert told["quota"] == 3
    assert told["winners"] == ["1", "3"]
    assert told["stages"][0]["votes"] == {"1": "4.00000", "2": "0.00000", "3": "2.00000"}


def test_without_more_the_outcome_is_told_in_the_language_of_the_terminal(
    urna: Terminal, benches: Path
) -> None:
    ran = urna.type("count", benches)
    assert ran.code == 0
    assert "Benches of an invented square" in ran.out
    assert SAID.say("verdict.chosen") in ran.out
    assert "✓ Bench in the shade" in ran.out
    assert SAID.say("spoilt.repeated", n=1) in ran.out
    assert SAID.say("counted.how") not in ran.out


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_explanation_has_each_stage_and_why_each_option_won_or_lost(
    urna: Terminal, benches: Path, language: str
) -> None:
    out = urna.type("count", benches, "--explain", language).out
    said = voice(language)
    for code in ("counted.how", "counted.why", "countpaper.variants"):
        assert said.say(code) in out
    assert said.say("counted.stage", number=2) in out
    assert "× Bench at the school: " in out
    assert not re.search(r"\b(round|count|variant|spoilt)\.[a-z]", out), "a bare code"


def test_a_budget_is_told_as_projects_with_votes_and_cost(urna: Terminal, tmp_path: Path) -> None:
    path = kept(tmp_path, "square.pb", BUDGET)
    out = urna.type("count", path).out
    row = next(line for line in out.splitlines() if line.endswith("A tree"))
    assert row.split()[:4] == ["✓", "a", "2", "60"]
    assert [line for line in out.splitlines() if line.startswith("  ✓")] == [
        "  ✓ A tree",
        "  ✓ A lamp",
    ]


def test_equal_shares_show_how_far_the_support_of_each_project_reaches(
    urna: Terminal, tmp_path: Path
) -> None:
    out = urna.type("count", kept(tmp_path, "square.pb", BUDGET), "--rule", "mes").out
    assert SAID.say("countpaper.support") in out
    row = next(line for line in out.splitlines() if line.endswith("A bench"))
    assert "%" in row


def test_grades_are_told_from_the_best_option_with_its_median(
    urna: Terminal, tmp_path: Path
) -> None:
    path = kept(tmp_path, "trees.csv", "Oak,Lime\n3,1\n2,1\n3,3\n")
    out = urna.type("count", path, "--rule", "majority-judgment").out
    (oak,) = (line for line in out.splitlines() if line.endswith("Oak") and "3" in line)
    assert oak.split() == ["✓", "2", "1", "0", "3", "Oak"]
    assert SAID.say("countpaper.median") in out


def test_a_compressed_file_is_the_same_file(urna: Terminal, benches: Path) -> None:
    packed = benches.with_name("benches.blt.gz")
    packed.write_bytes(gzip.compress(benches.read_bytes()))
    assert urna.type("count", packed, "--json").data == urna.type("count", benches, "--json").data


def test_seats_and_settings_are_those_typed(urna: Terminal, benches: Path) -> None:
    told = urna.type("count", benches, "--rule", "stv-meek", "--seats", "1", "--json").data
    assert told["settings"] == settings(typed("stv-meek", {"seats": "1"}))
    told = urna.type(
        "count", benches, "--rule", "schulze", "--option", "by=margins", "--json"
    ).data
    assert told["settings"]["by"] == "margins"


def test_people_present_and_entitled_are_told_beside_the_rule(
    urna: Terminal, tmp_path: Path
) -> None:
    path = kept(tmp_path, "shade.csv", "yes,no\n1,0\n1,0\n0,1\n")
    quorum = ("--rule", "yes-no", "--option", "quorum=1/2", "--option", "quorum-of=census")
    few = urna.type("count", path, *quorum, "--option", "census=10")
    many = urna.type("count", path, *quorum, "--option", "census=6")
    assert SAID.say("verdict.no-quorum") in few.out
    assert SAID.say("verdict.adopted") in many.out


# --- ties ---------------------------------------------------------------------------------------


def test_a_tie_without_a_lot_stops_and_names_who_is_equal_and_the_ballots(
    urna: Terminal, level: Path
) -> None:
    ran = urna.type("count", level, "--rule", "approval")
    assert (ran.code, ran.out) == (1, "")
    assert "Sí" in ran.err
    assert "No" in ran.err
    assert re.search(r"[0-9a-f]{64}", ran.err), "what is written down before dice are rolled"


def test_dice_decide_a_tie_and_who_would_have_won_is_told(urna: Terminal, level: Path) -> None:
    asked = ("count", level, "--rule", "approval", "--dice", "3 1 6 2 5")
    told = urna.type(*asked, "--json").data
    (tie,) = told["ties"]
    assert tie["by"] == "lot"
    assert told["winners"] == [tie["picked"]]
    out = urna.type(*asked).out
    loser = "No" if told["winners"] == ["Sí"] else "Sí"
    assert any(line.startswith("  · ") and loser in line for line in out.splitlines())


def test_a_city_that_has_decided_is_followed_in_the_order_of_its_file(
    urna: Terminal, level: Path
) -> None:
    asked = ("--rule", "approval", "--option", "ties=file-order", "--json")
    assert urna.type("count", level, *asked).data["winners"] == ["Sí"]


# --- paper --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_written_in_the_language_of_the_explanation(
    urna: Terminal, benches: Path, tmp_path: Path, language: str
) -> None:
    out = tmp_path / "count.pdf"
    ran = urna.type("count", benches, "--explain", language, "--pdf", out)
    assert ran.code == 0
    assert str(out) in ran.out
    words = words_of(out.read_bytes())
    said = voice(language)
    for code in ("rule.stv-scottish", "verdict.chosen", "countpaper.variants"):
        assert said.say(code) in words


def test_no_paper_is_written_unless_asked_for(urna: Terminal, benches: Path) -> None:
    urna.type("count", benches)
    assert list(benches.parent.iterdir()) == [benches]


def test_only_a_pdf_is_overwritten(urna: Terminal, benches: Path, tmp_path: Path) -> None:
    ran = urna.type("count", benches, "--pdf", benches)
    assert ran.code == 1
    assert str(benches) in ran.err
    assert benches.read_text(encoding="utf-8") == BENCHES
    out = tmp_path / "count.pdf"
    out.write_bytes(b"%PDF-1.4 an older one")
    assert urna.type("count", benches, "--pdf", out).code == 0
    assert len(out.read_bytes()) > 1000


def test_a_folder_that_is_not_there_is_named(urna: Terminal, benches: Path) -> None:
    ran = urna.type("count", benches, "--pdf", benches.parent / "nowhere" / "count.pdf")
    assert ran.code == 1
    assert "nowhere" in ran.err


# --- what is refused ----------------------------------------------------------------------------


def test_every_problem_of_a_file_is_listed_with_its_line(urna: Terminal, tmp_path: Path) -> None:
    path = kept(
        tmp_path, "bad.blt", BENCHES.replace("4 1 2 0", "4 1 9 0").replace("2 3 0", "x 3 0")
    )
    ran = urna.type("count", path)
    assert (ran.code, ran.out) == (1, "")
    places = re.findall(rf"^{re.escape(str(path))}:(\d+):", ran.err, re.MULTILINE)
    assert "3" in places


def test_a_vote_for_nobody_known_is_kept_apart_as_spoilt(urna: Terminal, tmp_path: Path) -> None:
    path = kept(tmp_path, "square.pb", BUDGET.replace("3;b\n", "3;z\n"))
    ran = urna.type("count", path, "--json")
    assert ran.code == 0
    assert ran.data["spoilt"] == {"unknown-option": 1}
    assert ran.data["ballots"] == 3


@pytest.mark.parametrize(
    "options",
    [
        ("--rule", "lottery"),
        ("--seats", "none"),
        ("--seats", "0"),
        ("--option", "seats"),
        ("--option", "=3"),
        ("--json", "--explain", "ca"),
        ("--explain", "xx"),
    ],
)
def test_wrong_usage_exits_with_two(
    urna: Terminal, benches: Path, options: tuple[str, ...]
) -> None:
    assert urna.type("count", benches, *options).code == 2


@pytest.mark.parametrize(
    "options",
    [
        ("--option", "colour=red"),
        ("--option", "decimals=many"),
        ("--rule", "schulze", "--option", "by=size"),
        ("--rule", "irv", "--seats", "3"),
        ("--option", "present=some"),
        ("--option", "census=-4"),
    ],
)
def test_a_setting_that_the_rule_does_not_know_is_refused_by_name(
    urna: Terminal, benches: Path, options: tuple[str, ...]
) -> None:
    ran = urna.type("count", benches, *options)
    assert ran.code == 1
    name = options[-1].split("=")[0] if "=" in options[-1] else "seats"
    assert name in ran.err


def test_a_file_that_names_no_rule_needs_one(urna: Terminal, level: Path) -> None:
    ran = urna.type("count", level)
    assert ran.code == 1
    assert all(name in ran.err for name in NAMED)


def test_a_file_that_is_not_there_is_refused(urna: Terminal, tmp_path: Path) -> None:
    ran = urna.type("count", tmp_path / "nothing.blt")
    assert ran.code == 1
    assert "nothing.blt" in ran.err


@pytest.mark.parametrize("keeping", [slice(0, 30), slice(0, -4)])
def test_a_torn_archive_is_refused(urna: Terminal, benches: Path, keeping: slice) -> None:
    packed = benches.with_name("benches.blt.gz")
    packed.write_bytes(gzip.compress(benches.read_bytes())[keeping])
    ran = urna.type("count", packed)
    assert ran.code == 1
    assert ran.err.strip() == f"urna: {SAID.say('error.kiosk.not-unpacked', path=str(packed))}"


def test_what_unpacks_to_too_much_is_refused(
    urna: Terminal, benches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = benches.with_name("benches.blt.gz")
    packed.write_bytes(gzip.compress(b"\n" * (1 << 21)))
    monkeypatch.setattr(counted, "MOST_BYTES", 1 << 20)
    ran = urna.type("count", packed)
    assert ran.code == 1
    assert ran.err.strip() == (
        f"urna: {SAID.say('error.kiosk.too-large', path=str(packed), megabytes=1)}"
    )


# --- the rules ----------------------------------------------------------------------------------


def test_rules_are_listed_with_their_settings_a_line_each(urna: Terminal) -> None:
    lines = urna.type("rules").out.splitlines()
    names = [line.split()[0] for line in lines if not line.startswith(" ")]
    assert names == list(NAMED)
    assert len(lines) == sum(1 + len(settings(kind())) for kind in RULES)
    assert not [line for line in lines if re.search(r"\b(setting|rule)\.[a-z]", line)]


def test_rules_are_listed_as_data(urna: Terminal) -> None:
    told = urna.type("rules", "--json").data
    for kind in RULES:
        defaults = {name: each["default"] for name, each in told[kind().name].items()}
        assert defaults == json.loads(json.dumps(settings(kind())))
        assert typed(kind().name, {}) == kind()
    assert told["schulze"]["by"]["values"] == ["winning", "margins"]


def test_the_document_of_a_rule_is_what_is_hashed_before_the_vote(
    urna: Terminal, tmp_path: Path
) -> None:
    document, digest = urna.type("rules", "schulze", "--option", "by=margins").out.splitlines()
    rule = typed("schulze", {"by": "margins"})
    assert document.encode() == encode(rule)
    assert digest == sha256(document.encode()).hexdigest()
    counted_by = ("--rule", "schulze", "--option", "by=margins", "--json")
    path = kept(tmp_path, "trees.csv", "Oak,Lime\n3,1\n")
    assert urna.type("count", path, *counted_by).data["rule-digest"] == digest


def test_a_rule_without_a_name_or_a_setting_without_a_rule_is_refused(urna: Terminal) -> None:
    assert urna.type("rules", "lottery").code == 2
    ran = urna.type("rules", "irv", "--option", "colour=red")
    assert ran.code == 1
    assert "colour" in ran.err
