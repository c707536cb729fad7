# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files of ballots: what is read of them, what is wrong with them, and what is written."""

from __future__ import annotations

import csv
import doctest
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from io import StringIO
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from ballots.counting import dice, rule_document
from ballots.counting.contest import Contest, Option
from ballots.counting.count import (
    Budget,
    Count,
    Duels,
    Grades,
    Line,
    Payment,
    Stage,
    Tie,
    Transfer,
)
from ballots.counting.draw import TieBy, TieFor
from ballots.counting.formats import (
    BallotFile,
    BallotFileProblem,
    BallotFileRefused,
    FileKind,
    Noted,
    kind_of,
    pabulib_written,
    read,
    results,
    source,
    tally,
    write_abif,
    write_blt,
    write_pabulib,
)
from ballots.counting.formats.amounts import exact
from ballots.counting.formats.pabulib_labels import LABELS, label_of
from ballots.counting.formats.pabulib_votes import VoteType
from ballots.counting.profile import Approvals, Batch, Profile, Rankings, Scores, Spoilt
from ballots.counting.rule import (
    Greedy,
    GreedyThreshold,
    Irv,
    MajorityJudgment,
    Mes,
    Poznan,
    Rule,
    Schulze,
    StvScottish,
)
from ballots.counting.settings import Comparison, Completion
from ballots.counting.sums.outcome import Verdict
from ballots.errors import Problem
from kiosk.i18n import LANGUAGES, voice
from tests.shared_data import COUNTING, real, unpacked
from tests.sources import ROOT

VECTORS = Path(__file__).parent / "vectors" / "ballot-files-v1"
FILES = sorted(path.with_suffix("") for path in VECTORS.glob("*.json"))
NOTHING = {
    "title": "",
    "seats": 1,
    "budget": "0",
    "currency": "",
    "spoilt": {},
    "rule": None,
    "tie-order": [],
    "selected": {},
    "notes": {},
}


@cache
def expected(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(f"{path}.json").read_text(encoding="utf-8"))
    return found


GOOD = [path for path in FILES if "problems" not in expected(path)]
BAD = [path for path in FILES if "problems" in expected(path)]


def named(path: Path) -> str:
    return path.name


def read_file(path: Path) -> BallotFile:
    data = path.read_bytes()
    return read(data, kind_of(path.name, data))


def refused(data: bytes, kind: FileKind) -> tuple[Problem, ...]:
    with pytest.raises(BallotFileRefused) as caught:
        read(data, kind)
    return caught.value.problems


# --- what is read --------------------------------------------------------------------------------


def described(option: Option) -> str:
    cost = exact(option.cost) if option.cost else ""
    sign = "-" if option.withdrawn else ""
    return " ".join(filter(None, [sign + option.id, option.name, cost]))


def written(profile: Profile) -> dict[str, dict[str, int]]:
    """Ballots with options as numbers from 1, as in the digest of ballots."""
    match profile:
        case Rankings(counts=rankings):
            return {
                "rankings": {
                    ">".join("=".join(str(option + 1) for option in rank) for rank in ranking): n
                    for ranking, n in rankings.items()
                }
            }
        case Approvals(counts=marked):
            return {
                "approvals": {
                    " ".join(str(option + 1) for option in ballot): n
                    for ballot, n in marked.items()
                }
            }
        case Scores(counts=scored):
            return {
                "scores": {
                    " ".join(f"{option + 1}:{points}" for option, points in ballot): n
                    for ballot, n in scored.items()
                }
            }


def settings_given(rule: Rule | None) -> dict[str, Any] | None:
    """A rule's name, and the settings that are not as they are by default."""
    if rule is None:
        return None
    usual = rule_document.settings(type(rule)())
    given = rule_document.settings(rule)
    return {"rule": rule.name} | {key: each for key, each in given.items() if each != usual[key]}


def told(file: BallotFile) -> dict[str, Any]:
    contest = file.batch.contest
    return {
        "options": [described(option) for option in contest.options],
        "title": contest.title,
        "seats": contest.seats,
        "budget": exact(contest.budget),
        "currency": contest.currency,
        **written(file.batch.profile),
        "spoilt": dict(file.batch.spoilt),
        "rule": settings_given(file.rule),
        "tie-order": list(contest.ids(file.tie_order)),
        "selected": dict(file.selected),
        "notes": {
            str(note.code): {
                name: list(fact) if isinstance(fact, tuple) else fact
                for name, fact in note.facts.items()
            }
            for note in file.notes
        },
    }


@pytest.mark.parametrize("path", GOOD, ids=named)
def test_a_file_says(path: Path) -> None:
    assert told(read_file(path)) == NOTHING | {
        key: each for key, each in expected(path).items() if key != "about"
    }


def as_told(problem: Problem) -> dict[str, Any]:
    place = {"at": f"{problem.line}:{problem.column}", "code": str(problem.code)}
    return place | ({"facts": dict(problem.facts)} if problem.facts else {})


@pytest.mark.parametrize("path", BAD, ids=named)
def test_a_file_is_refused_with_every_problem_and_its_place(path: Path) -> None:
    data = path.read_bytes()
    found = refused(data, kind_of(path.name, data))
    assert [as_told(problem) for problem in found] == expected(path)["problems"]


def test_there_are_files_of_every_kind() -> None:
    assert len(GOOD) >= 80
    assert len(BAD) >= 60
    assert {read_file(path).kind for path in GOOD} == set(FileKind)


ENDS = {"windows": b"\r\n", "old mac": b"\r"}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("path", FILES, ids=named)
def test_line_ends_and_a_byte_order_mark_change_nothing(path: Path, end: str) -> None:
    data = path.read_bytes()
    kind = kind_of(path.name, data)
    other = b"\xef\xbb\xbf" + data.replace(b"\n", ENDS[end])
    if path in GOOD:
        assert read(other, kind) == read(data, kind)
    else:
        assert refused(other, kind) == refused(data, kind)


@pytest.mark.parametrize("path", GOOD, ids=named)
def test_a_last_line_needs_no_end(path: Path) -> None:
    data = path.read_bytes()
    assert read(data.rstrip(b"\n"), kind_of(path.name, data)) == read_file(path)


def test_what_a_projects_file_marks_with_1_is_official() -> None:
    file = read_file(VECTORS / "selected-otherwise.pb")
    assert file.official == ("p1",)


def test_ballots_of_a_file_are_counted_once_for_each_time_they_stand_there() -> None:
    data = b"2 1\n" + 3 * b"2 1 2 0\n" + b'0\n"A"\n"B"\n"T"\n'
    assert read(data, FileKind.BLT).batch.profile == Rankings({((0,), (1,)): 6})


# --- what is refused -----------------------------------------------------------------------------


MANY = range(10_001)
HEAD_OF_PROJECTS = b"META\nvote_type;approval\nPROJECTS\nproject_id;cost\n"
LIMITS: dict[str, tuple[str, FileKind, Callable[[], bytes]]] = {
    "bytes": ("size", FileKind.CSV, lambda: b" " * (source.MOST_BYTES + 1)),
    "bytes of a line": ("long", FileKind.CSV, lambda: b"A\n1\n" + b"1" * (source.MOST_LINE + 1)),
    "columns": ("options", FileKind.CSV, lambda: ",".join(map(str, MANY)).encode()),
    "tokens": ("options", FileKind.ABIF, lambda: b"1:" + b">".join(b"c%d" % i for i in MANY)),
    "projects": (
        "options",
        FileKind.PABULIB,
        lambda: (
            HEAD_OF_PROJECTS + b"".join(b"%d;1\n" % i for i in MANY) + b"VOTES\nvoter_id;vote\n"
        ),
    ),
    "alternatives": (
        "options",
        FileKind.PREFLIB,
        lambda: b"".join(b"# ALTERNATIVE NAME %d: A\n" % i for i in MANY),
    ),
    "brackets": ("number", FileKind.BLT, lambda: b"1 1\n" + 101 * b"[x]\n"),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_a_file_beyond_the_limits_is_refused(limit: str) -> None:
    code, kind, data = LIMITS[limit]
    assert code in {problem.code for problem in refused(data(), kind)}


def test_a_line_that_is_too_long_is_told_with_its_place() -> None:
    data = b"A\n1\n" + b"1" * (source.MOST_LINE + 1) + b"\n2\n"
    (problem,) = refused(data, FileKind.CSV)
    assert (problem.line, problem.column) == (3, 1)


def test_too_many_different_ballots_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "MOST_DIFFERENT", 2)
    assert read(b"A,B\n1,2\n1,2\n2,2\n", FileKind.CSV).batch.cast.ballots == 3
    (problem,) = refused(b"A,B\n1,2\n3,4\n5,6\n", FileKind.CSV)
    assert problem.code is BallotFileProblem.DIFFERENT


def test_a_thousand_problems_are_listed_and_the_others_counted() -> None:
    problems = refused(b"A,B\n" + 1_234 * b"x,1\n", FileKind.CSV)
    assert len(problems) == 1_001
    assert [problem.line for problem in problems[:-1]] == list(range(2, 1_002))
    assert as_told(problems[-1]) == {"at": "1235:1", "code": "more", "facts": {"n": 234}}


def test_a_thousand_problems_of_the_whole_are_listed_and_the_others_counted() -> None:
    votes = "".join(f"{voter};p1\n" for voter in [*range(1_100), *range(1_100)])
    data = (VECTORS / "approval.pb").read_text(encoding="utf-8")
    data = data[: data.index("voter_id")] + "voter_id;vote\n" + votes
    problems = refused(data.replace("num_votes;3", "num_votes;2200").encode(), FileKind.PABULIB)
    assert {problem.code for problem in problems[:-1]} == {BallotFileProblem.VOTER}
    assert as_told(problems[-1])["facts"] == {"n": 100}


def test_a_row_in_quotation_marks_has_as_many_cells_as_there_are_columns() -> None:
    data = (VECTORS / "approval.pb").read_bytes().replace(b"1;p1,p3", b'"1";"p1,p3";"more"')
    (problem,) = refused(data, FileKind.PABULIB)
    assert (problem.code, problem.facts) == (BallotFileProblem.CELLS, {"n": 3, "expected": 2})


def test_a_byte_that_is_no_text_is_found_far_into_a_file() -> None:
    far = (1 << 20) - 5  # a character of two bytes stands across the end of the first megabyte
    text = "A\n" + "1\n" * (far // 2) + "é" * 3
    data = text.encode() + b"\xe9\n"
    (problem,) = refused(data, FileKind.CSV)
    assert problem.code is BallotFileProblem.ENCODING
    assert (problem.line, problem.column) == (far // 2 + 2, 4)


def every_problem() -> Iterator[Problem]:
    for path in BAD:
        data = path.read_bytes()
        yield from refused(data, kind_of(path.name, data))
    for _, kind, made in LIMITS.values():
        yield from refused(made(), kind)
    yield from refused(b"A,B\n" + 1_001 * b"x,1\n", FileKind.CSV)
    for unwritable in (*UNWRITABLE, lambda: kind_of("x", b"?")):
        with pytest.raises(BallotFileRefused) as caught:
            unwritable()
        yield from caught.value.problems


def test_a_problem_brings_the_facts_that_its_sentence_needs() -> None:
    found = {problem.code: set(problem.facts) for problem in every_problem()}
    never = {BallotFileProblem.DIFFERENT, BallotFileProblem.VOTES}  # these take long to make
    assert set(BallotFileProblem) - set(found) == never
    for code, facts in found.items():
        for language in LANGUAGES:
            for form in voice(language).sentences[f"error.ballot-file.{code}"]:
                needed = {name for _, name, _, _ in Formatter().parse(form) if name}
                assert needed <= facts, code


def test_a_note_brings_the_facts_that_its_sentence_needs() -> None:
    found = {note.code: set(note.facts) for path in GOOD for note in read_file(path).notes}
    assert set(found) == set(Noted)
    for code, facts in found.items():
        for language in LANGUAGES:
            for form in voice(language).sentences[code]:
                assert {name for _, name, _, _ in Formatter().parse(form) if name} <= facts, code


# --- what kind of file it is ---------------------------------------------------------------------


@pytest.mark.parametrize("path", [each for each in GOOD if each.name != "plain.csv"], ids=named)
def test_the_content_tells_the_kind_where_the_name_does_not(path: Path) -> None:
    data = path.read_bytes()
    alike = {"one-option.csv", "no-ballots.csv"}  # nothing in these tells it
    if path.name not in alike | {
        "names-alone.soi",
        "unnamed.soi",
        "categories-by-their-names.cat",
    }:
        told_by_name = kind_of(path.name, data)
        if told_by_name is FileKind.CATEGORIES:
            data = b"# DATA TYPE: cat\n" + data
        assert kind_of("ballots.txt", data) is told_by_name


def test_the_ending_of_a_name_tells_the_kind_in_capitals_too() -> None:
    assert kind_of("WARD.3.BLT", b"?") is FileKind.BLT
    assert kind_of("x.toi", b"?") is FileKind.PREFLIB


def test_a_file_that_nothing_tells_the_kind_of_is_refused() -> None:
    with pytest.raises(BallotFileRefused) as caught:
        kind_of("notes.txt", b"Dear neighbours")
    (problem,) = caught.value.problems
    assert problem.code is BallotFileProblem.KIND
    assert ".blt" in str(problem.facts["known"])


# --- real files ----------------------------------------------------------------------------------


def real_files(*endings: str) -> list[Path]:
    found = [path for ending in endings for path in COUNTING.glob(f"*/*{ending}")]
    return sorted(found) or [COUNTING / f"*{endings[0]}"]


def counts_of(batch: Batch) -> Mapping[Any, int]:
    return batch.profile.counts


def real_bytes(path: Path) -> bytes:
    return unpacked(real(str(path.relative_to(COUNTING))))


@pytest.mark.parametrize("path", real_files(".blt", ".pb.gz", ".soi"), ids=named)
def test_a_real_file_is_read_by_its_name_and_by_its_content(path: Path) -> None:
    data = real_bytes(path)
    name = path.name.removesuffix(".gz")
    assert kind_of(name, data) is kind_of("unnamed", data)
    file = read(data, kind_of(name, data))
    assert file.batch.cast.ballots > 0
    assert file.batch.spoilt == {}


@pytest.mark.parametrize("path", real_files(".blt"), ids=named)
def test_a_real_file_of_rankings_has_the_ballots_that_its_lines_say(path: Path) -> None:
    lines = real_bytes(path).decode().splitlines()
    ballots = [line.split() for line in lines if not line.startswith("[")]
    ballots = ballots[1 : ballots.index(["0"])]
    expected_first = Counter[str]()
    for weight, first, *_ in ballots:
        expected_first["" if first == "0" else first] += int(weight)
    batch = read(real_bytes(path), FileKind.BLT).batch
    first_choices = Counter[str]()
    for ranking, n in counts_of(batch).items():
        first_choices[batch.contest.id(ranking[0][0]) if ranking else ""] += n
    assert first_choices == expected_first


def official_columns(data: bytes) -> dict[str, dict[str, int]]:
    """Columns of PROJECTS by project, as a reader of CSV sees them."""
    text = data.decode()
    rows = csv.reader(
        StringIO(text[text.index("PROJECTS\n") : text.index("VOTES\n")]), delimiter=";"
    )
    _, header, *projects = list(rows)
    return {
        column: {row[0]: int(row[header.index(column)]) for row in projects}
        for column in ("votes", "score", "selected")
        if column in header
    }


def points_of(file: BallotFile, ballot: Any) -> list[tuple[int, int]]:  # noqa: ANN401
    """The options of a ballot, with what each is given in the column `score`."""
    match file.batch.profile:
        case Approvals():
            return [(option, 1) for option in ballot]
        case Rankings():
            assert isinstance(file.rule, Greedy)
            first = file.rule.first_place
            return [(option, first - place) for place, (option,) in enumerate(ballot)]
        case Scores():
            return list(ballot)


@pytest.mark.parametrize("path", real_files(".pb.gz"), ids=named)
def test_the_columns_of_a_real_budget_are_recomputed_from_its_votes(path: Path) -> None:
    data = real_bytes(path)
    file = read(data, FileKind.PABULIB)
    contest = file.batch.contest
    votes = dict.fromkeys(contest.position, 0)
    score = dict.fromkeys(contest.position, 0)
    for ballot, n in counts_of(file.batch).items():
        for option, points in points_of(file, ballot):
            votes[contest.id(option)] += n
            score[contest.id(option)] += n * points
    official = official_columns(data)
    assert votes == official["votes"]
    assert score == official.get("score", score)
    chosen = {option: mark for option, mark in official["selected"].items() if mark}
    assert file.selected == chosen
    assert file.rule is not None


def expected_budgets() -> dict[str, dict[str, str]]:
    rows = csv.DictReader(StringIO(real("pb", "EXPECTED.csv").read_text()))
    return {row["file"]: row for row in rows}


def test_real_budgets_have_the_rules_budgets_and_outcomes_that_were_noted_of_them() -> None:
    for name, row in expected_budgets().items():
        file = read(unpacked(real("pb", f"{name}.gz")), FileKind.PABULIB)
        assert (label_of(file.rule), exact(file.batch.contest.budget)) == (
            row["rule"],
            row["budget"],
        )
        assert file.batch.cast.ballots == int(row["votes"])
        assert len(file.batch.contest.options) == int(row["projects"])
        assert str(getattr(file.rule, "threshold", 0) or "") == row["threshold"]
        assert set(file.selected) == set(row["official_selected"].split("|"))


def test_the_grades_of_orsay_are_read() -> None:
    names = ("bureau_01.csv", "bureau_06.csv", "bureau_12.csv")
    files = [read(real("grades", name).read_bytes(), FileKind.CSV) for name in names]
    assert sum(file.batch.cast.ballots for file in files) == 1_733
    for name, file in zip(names, files, strict=True):
        rows = list(csv.reader(StringIO(real("grades", name).read_text(encoding="utf-8"))))
        assert [option.name for option in file.batch.contest.options] == rows[0][1:]
        ballots = Counter(tuple(enumerate(map(int, row[1:]))) for row in rows[1:])
        assert file.batch.profile == Scores(ballots)


def test_the_debian_ballots_of_preflib_are_read() -> None:
    file = read(real("examples", "preflib-00002-00000001.soi").read_bytes(), FileKind.PREFLIB)
    assert file.batch.cast.ballots == 475
    assert file.batch.contest.options[3].name == "None Of The Above"
    assert counts_of(file.batch)[(2,), (0,), (1,), (3,)] == 60


# --- what is written -----------------------------------------------------------------------------

PLACES = Contest(
    title="Plaça",
    seats=2,
    options=(Option(id="1", name="Ada"), Option(id="2", name='La "Bassa"', withdrawn=True)),
)
PROJECTS = Contest(
    title="Barri; 2026",
    options=(
        Option(id="a", name="Arbres", cost=100),
        Option(id="b;c", name='Banc "llarg"', cost=Fraction(5, 2)),
        Option(id="d", name="Fanals", cost=70),
    ),
    budget=150,
    currency="EUR",
)


def test_a_blt_file_is_written_in_the_order_of_what_ballots_say() -> None:
    ballots = Rankings({((1,),): 3, ((0, 1),): 1, ((0,), (1,)): 2, (): 5})
    assert write_blt(Batch(contest=PLACES, profile=ballots), tie_order=(1, 0)).decode() == (
        '2 2\n-2\n[tie 2 1]\n5 0\n2 1 2 0\n1 1=2 0\n3 2 0\n0\n"Ada"\n"La \'Bassa\'"\n"Plaça"\n'
    )


def test_marks_and_points_are_ranked_where_a_file_holds_rankings() -> None:
    contest = Contest(options=(Option(id="a"), Option(id="b")))
    marks = Batch(contest=contest, profile=Approvals({(0, 1): 3}))
    points = Batch(contest=contest, profile=Scores({((0, 1), (1, 4)): 3}))
    assert write_blt(marks) == b'2 1\n3 1=2 0\n0\n""\n""\n""\n'
    assert write_blt(points) == b'2 1\n3 2 1 0\n0\n""\n""\n""\n'


def test_an_abif_file_is_written_in_the_order_of_what_ballots_say() -> None:
    contest = Contest(
        title="Plaça", options=(Option(id="A", name="Ada [1]"), Option(id="b c"), Option(id='"'))
    )
    rankings = Batch(contest=contest, profile=Rankings({((1,), (0, 2)): 2, (): 1}))
    assert write_abif(rankings).decode() == (
        '{"title":"Plaça"}\n=A:[Ada (1)]\n="b c":[]\n=["]:[]\n1:\n2:"b c">A=["]\n'
    )
    scores = Batch(contest=contest, profile=Scores({((0, 5), (1, -1)): 2}))
    assert write_abif(scores).endswith(b'\n2:A/5,"b c"/-1\n')
    marks = Batch(contest=contest, profile=Approvals({(0, 1): 2}))
    assert b'{"ballot_type":"choose_many"}\n{"max_rating":1}\n' in write_abif(marks)
    assert write_abif(marks).endswith(b'\n2:A/1,"b c"/1\n')


def test_a_budget_is_written_with_votes_and_what_was_selected() -> None:
    batch = Batch(contest=PROJECTS, profile=Approvals({(1, 2): 1, (0, 1): 2, (): 1}))
    rule = GreedyThreshold(threshold=2)
    count = Count(rule=rule, contest=PROJECTS, cast=batch.cast, winners=("a", "d"), stages=())
    data = write_pabulib(batch, rule, count, {"country": "Catalonia", "unit": "Girona"})
    assert data.decode().splitlines() == [
        "META",
        "key;value",
        'description;"Barri; 2026"',
        "country;Catalonia",
        "unit;Girona",
        "num_projects;3",
        "num_votes;4",
        "budget;150",
        "vote_type;approval",
        "rule;greedy-threshold",
        "currency;EUR",
        "min_project_score_threshold;2",
        "PROJECTS",
        "project_id;cost;votes;name;selected",
        "a;100;2;Arbres;1",
        '"b;c";2.5;3;"Banc ""llarg""";0',
        "d;70;1;Fanals;1",
        "VOTES",
        "voter_id;vote",
        "1;",
        '2;"a,b;c"',
        '3;"a,b;c"',
        '4;"b;c,d"',
    ]


def test_a_budget_with_orders_or_points_is_written_with_their_score() -> None:
    orders = Batch(contest=PROJECTS, profile=Rankings({((2,), (0,)): 2, ((0,),): 1}))
    assert b"a;100;3;4;Arbres\n" in write_pabulib(orders, Greedy())
    assert b"a;100;3;7;Arbres\n" in write_pabulib(orders, Greedy(first_place=3))
    assert b"max_length;3\n" in write_pabulib(orders, Greedy(first_place=3))
    points = Batch(contest=PROJECTS, profile=Scores({((0, 3), (2, 1)): 2}))
    data = write_pabulib(points)
    assert b"vote_type;cumulative\nrule;unknown\ncurrency;EUR\nmax_sum_points;4\n" in data
    assert b"voter_id;vote;points\n1;a,d;3,1\n2;a,d;3,1\n" in data
    below_zero = Batch(contest=PROJECTS, profile=Scores({((0, -3),): 2}))
    assert b"vote_type;scoring\n" in write_pabulib(below_zero)


def batch_of(profile: Profile, **option: Any) -> Batch:  # noqa: ANN401 - parts of an option
    return Batch(contest=Contest(options=(Option(**{"id": "a"} | option),)), profile=profile)


UNWRITABLE = (
    lambda: write_abif(batch_of(Rankings({}), id='"[')),
    lambda: write_pabulib(batch_of(Approvals({}), id="a,b")),
    lambda: write_pabulib(batch_of(Approvals({}), cost=Fraction(1, 3))),
    lambda: write_pabulib(Batch(contest=PROJECTS, profile=Rankings({((0, 1),): 1}))),
)


@pytest.mark.parametrize(("number", "code"), list(enumerate(["id", "id", "amount", "equal"])))
def test_what_a_file_cannot_hold_is_refused(number: int, code: str) -> None:
    with pytest.raises(BallotFileRefused) as caught:
        UNWRITABLE[number]()
    assert [problem.code for problem in caught.value.problems] == [code]


def test_more_votes_than_fit_into_a_file_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pabulib_written, "MOST_VOTES", 3)
    assert write_pabulib(batch_of(Approvals({(0,): 3}))).endswith(b"3;a\n")
    with pytest.raises(BallotFileRefused) as caught:
        write_pabulib(batch_of(Approvals({(0,): 4})))
    assert caught.value.problems[0].code is BallotFileProblem.VOTES


@pytest.mark.parametrize("label", LABELS)
def test_a_label_of_pabulib_is_that_of_its_rule(label: str) -> None:
    assert label_of(LABELS[label]) == label


def test_the_labels_of_equal_shares_tell_completion_and_comparison() -> None:
    assert LABELS["equalshares/add1-comparison"] == Mes(
        completion=Completion.ADD1, comparison=Comparison.SATISFACTION
    )
    assert LABELS["equalshares"] == Mes()


@pytest.mark.parametrize("rule", [None, Irv(), Poznan(share=Fraction(1, 2)), Mes(increment=2)])
def test_a_rule_of_which_a_label_would_say_too_little_has_none(rule: Rule | None) -> None:
    assert label_of(rule) == "unknown"


def test_a_vote_type_names_its_columns() -> None:
    assert VoteType.ORDINAL.columns == (b"vote",)
    assert VoteType.SCORING.columns == (b"vote", b"points")


# --- results -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "decimals", "text"),
    [
        (744, 0, "744"),
        (744, 5, "744.00000"),
        (Fraction(5, 2), 0, "2.5"),
        (Fraction(1, 8), 2, "0.125"),
        (Fraction(-1, 4), 5, "-0.25000"),
        (Fraction(1, 3), 5, "1/3"),
        (Fraction(-7, 6), 0, "-7/6"),
        (0, 0, "0"),
    ],
)
def test_an_amount_is_written_without_loss(
    amount: int | Fraction, decimals: int, text: str
) -> None:
    assert exact(amount, decimals) == text


STV = Contest(options=(Option(id="1"), Option(id="2"), Option(id="3")), seats=1)
BALLOTS = Batch(
    contest=STV,
    profile=Rankings({((0,), (1,)): 4, ((1,),): 3, ((2,), (1,)): 3, (): 1}),
    spoilt={Spoilt.REPEATED: 2},
)
DIGEST = dice.digest(BALLOTS)


def counted(**parts: Any) -> Count:  # noqa: ANN401 - parts of a count
    usual: dict[str, Any] = {
        "rule": StvScottish(),
        "contest": STV,
        "cast": BALLOTS.cast,
        "winners": ("2",),
        "stages": (),
    }
    return Count(**usual | parts)


def test_results_of_rounds() -> None:
    first = Stage(
        votes={"1": 4, "2": 3, "3": 3},
        excluded=("3",),
        needed=6,
        source=("3",),
        moved=(Transfer(source="3", target="2", votes=3),),
    )
    last = Stage(
        votes={"1": Fraction(7, 2), "2": 6, "3": 0},
        elected=("2",),
        exhausted=Fraction(1, 2),
        needed=Fraction(11, 2),
        source=("2",),
        value=Fraction(1, 8),
    )
    mattered = Tie(
        stage=1,
        what=TieFor.EXCLUSION,
        by=TieBy.LOT,
        options=("2", "3"),
        picked="3",
        otherwise={"2": ("1",)},
    )
    idle = Tie(stage=1, what=TieFor.SURPLUS, by=TieBy.LOT, options=("1", "2"), picked="1")
    count = counted(stages=(first, last), quota=6, decimals=5, ties=(mattered, idle))
    assert results(count, DIGEST) == {
        "rule": "stv-scottish",
        "settings": {"ties": "lot", "seats": 1},
        "verdict": "chosen",
        "winners": ["2"],
        "stages": [
            {
                "votes": {"1": "4.00000", "2": "3.00000", "3": "3.00000"},
                "elected": [],
                "excluded": ["3"],
                "exhausted": "0.00000",
                "needed": 6,
                "source": ["3"],
                "value": None,
                "moved": [{"from": "3", "to": "2", "votes": "3.00000"}],
            },
            {
                "votes": {"1": "3.50000", "2": "6.00000", "3": "0.00000"},
                "elected": ["2"],
                "excluded": [],
                "exhausted": "0.50000",
                "needed": "5.50000",
                "source": ["2"],
                "value": "0.12500",
                "moved": [],
            },
        ],
        "quota": 6,
        "pairwise": {},
        "ties": [
            {
                "stage": 1,
                "for": "exclusion",
                "by": "lot",
                "options": ["2", "3"],
                "picked": "3",
                "otherwise": {"2": ["1"]},
            }
        ],
        "spoilt": {"repeated": 2},
        "ballots": 13,
        "blank": 1,
        "digest": DIGEST,
        "rule-digest": rule_document.digest(StvScottish()),
    }


def test_results_of_duels_have_the_matrix_and_the_order() -> None:
    duels = Duels(matrix=((0, 4, 4), (6, 0, 3), (3, 3, 0)), order=(("2",), ("1", "3")))
    told_of = results(counted(rule=Schulze(), duels=duels), DIGEST)
    assert told_of["pairwise"] == {
        "1": {"2": 4, "3": 4},
        "2": {"1": 6, "3": 3},
        "3": {"1": 3, "2": 3},
    }
    assert told_of["order"] == [["2"], ["1", "3"]]
    assert told_of["quota"] is None


def test_results_of_grades_have_the_histograms_and_the_order() -> None:
    grades = Grades(
        scale=(0, 1, 2),
        given={"1": (1, 0, 2), "2": (0, 3, 0), "3": (3, 0, 0)},
        median={"1": 2, "2": 1, "3": 0},
        order=(("1",), ("2",), ("3",)),
    )
    told_of = results(counted(rule=MajorityJudgment(), grades=grades), DIGEST)
    assert told_of["grades"] == {
        "scale": [0, 1, 2],
        "given": {"1": [1, 0, 2], "2": [0, 3, 0], "3": [3, 0, 0]},
        "median": {"1": 2, "2": 1, "3": 0},
    }
    assert told_of["order"] == [["1"], ["2"], ["3"]]


def test_results_of_a_budget_have_every_project() -> None:
    line = Line(
        option="a",
        votes=3,
        cost=Fraction(5, 2),
        funded=True,
        left=10,
        support=Fraction(4, 3),
        payments=(Payment(voters=3, each=Fraction(5, 6)),),
        spent_on={"a": Fraction(5, 2)},
        unspent=1,
    )
    plain = Line(option="b", votes=1, cost=20, funded=False, left=Fraction(15, 2))
    budget = Budget(
        budget=10, spent=Fraction(5, 2), lines=(line, plain), endowment=Fraction(10, 3), raised=1
    )
    told_of = results(counted(rule=Mes(), budget=budget), DIGEST)
    assert told_of["budget"] == {
        "budget": "10",
        "spent": "2.5",
        "endowment": "10/3",
        "raised": 1,
        "lines": [
            {
                "option": "a",
                "votes": "3",
                "cost": "2.5",
                "funded": True,
                "left": "10",
                "support": "4/3",
                "payments": [{"voters": 3, "each": "5/6"}],
                "spent-on": {"a": "2.5"},
                "unspent": "1",
            },
            {
                "option": "b",
                "votes": "1",
                "cost": "20",
                "funded": False,
                "left": "7.5",
                "support": None,
                "payments": [],
                "spent-on": {},
                "unspent": "0",
            },
        ],
    }
    without = Budget(budget=10, spent=0, lines=())
    assert results(counted(rule=Greedy(), budget=without), DIGEST)["budget"]["endowment"] is None


def test_results_name_who_goes_on_to_a_second_round() -> None:
    count = counted(winners=(), second_round=("1", "2"), verdict=Verdict.SECOND_ROUND)
    told_of = results(count, DIGEST)
    assert (told_of["verdict"], told_of["winners"]) == ("second-round", [])
    assert told_of["second-round"] == ["1", "2"]


def test_results_can_be_written_as_json() -> None:
    assert json.loads(json.dumps(results(counted(), DIGEST))) == results(counted(), DIGEST)


def test_the_example_of_the_readme_is_true() -> None:
    page = ROOT / "ballots" / "counting" / "formats" / "README.md"
    told_of = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert told_of.attempted > 0
    assert told_of.failed == 0
