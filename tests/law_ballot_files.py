# SPDX-License-Identifier: AGPL-3.0-or-later
"""Laws of files of ballots: any bytes, and what is written is what is read."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import assume, given
from hypothesis import strategies as st

from ballots.counting.contest import Contest, Option
from ballots.counting.formats import (
    BallotFile,
    BallotFileRefused,
    FileKind,
    kind_of,
    read,
    write_abif,
    write_blt,
    write_pabulib,
)
from ballots.counting.formats.pabulib_labels import LABELS
from ballots.counting.profile import Approvals, Batch, Profile, Rankings, Scores

VECTORS = Path(__file__).parent / "vectors" / "ballot-files-v1"
FILES = sorted(
    (kind_of(path.name, b""), path.read_bytes())
    for path in VECTORS.iterdir()
    if path.suffix != ".json"
)
KINDS = st.sampled_from(FileKind)
# What has a meaning in some kind of file, so that fewer texts are refused at their first byte.
SIGNS = [
    "0",
    "1",
    "2",
    "3",
    "12",
    "-1",
    "-",
    "=",
    ">",
    ",",
    ";",
    ":",
    "#",
    "/",
    "*",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
]
WORDS = st.sampled_from(
    [
        *(sign.encode() for sign in SIGNS),
        *(b"\n", b"\r\n", b"\t", b" ", b'"', b'""', b"A", b"p1", b"\xc3\xa9", b"\xe9", b"\x00"),
        *(b"META\n", b"PROJECTS\n", b"VOTES\n", b"vote;points\n", b"project_id;cost\n"),
        *(b"vote_type;approval\n", b"num_votes;1\n", b"[tie ", b"[nick ", b"{title: x}\n"),
        *(b"# NUMBER ALTERNATIVES: 3\n", b"# NUMBER CATEGORIES: 3\n", b"=A:[Ada]\n"),
    ]
)
MADE_UP = st.lists(WORDS, max_size=40).map(b"".join)


def read_or_refused(data: bytes, kind: FileKind) -> BallotFile | BallotFileRefused:
    try:
        return read(data, kind)
    except BallotFileRefused as refused:
        return refused


@st.composite
def changed(draw: st.DrawFn) -> tuple[FileKind, bytes]:
    """A good or bad file with a few bytes of it replaced."""
    kind, data = draw(st.sampled_from(FILES))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 12)))
        data = data[:start] + draw(st.binary(max_size=3) | WORDS) + data[end:]
    return kind, data


@given(st.tuples(KINDS, st.binary() | MADE_UP) | changed())
def test_whatever_the_bytes_are_a_file_is_read_or_refused_with_places_in_it(
    file: tuple[FileKind, bytes],
) -> None:
    kind, data = file
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    match read_or_refused(data, kind):
        case BallotFileRefused(problems=problems):
            assert problems
            for problem in problems:
                assert 1 <= problem.line <= len(lines)
                assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
        case BallotFile(batch=batch):
            options = range(len(batch.contest.options))
            for ballot in batch.profile.counts:
                assert set(named(ballot, batch.profile)) <= set(options)
                assert len(set(named(ballot, batch.profile))) == len(named(ballot, batch.profile))
            if isinstance(batch.profile, Rankings):
                assert () not in [rank for ballot in batch.profile.counts for rank in ballot]
            assert all(n > 0 for n in (*batch.profile.counts.values(), *batch.spoilt.values()))


def named(ballot: Any, profile: Profile) -> list[int]:  # noqa: ANN401 - of any kind
    """The options that a ballot names, in its order."""
    match profile:
        case Rankings():
            return [option for rank in ballot for option in rank]
        case Approvals():
            return list(ballot)
        case Scores():
            return [option for option, _ in ballot]


@given(st.binary() | MADE_UP)
def test_a_file_has_a_kind_or_is_refused(data: bytes) -> None:
    try:
        kind = kind_of("ballots", data)
    except BallotFileRefused:
        return
    assert kind in FileKind


# --- what is written is what is read -------------------------------------------------------------

NAMES = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=6).map(
    lambda name: name.translate(dict.fromkeys(map(ord, "\"'[]"), "x"))
)
IDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters='",[]'),
    min_size=1,
    max_size=6,
)
COSTS = st.integers(0, 10**6) | st.integers(0, 10**6).map(lambda cents: Fraction(cents, 100))
MANY = st.integers(1, 10**6)
FEW = st.integers(1, 3)


@st.composite
def numbered(draw: st.DrawFn) -> Contest:
    """Candidates as a BLT file has them, by number."""
    n = draw(st.integers(1, 5))
    options = tuple(
        Option(id=str(number), name=draw(NAMES), withdrawn=draw(st.booleans()))
        for number in range(1, n + 1)
    )
    return Contest(title=draw(NAMES), options=options, seats=draw(st.integers(1, n)))


@st.composite
def alternatives(draw: st.DrawFn) -> Contest:
    """Options that cost nothing."""
    ids = draw(st.lists(IDS, min_size=1, max_size=5, unique=True))
    options = tuple(Option(id=each, name=draw(NAMES)) for each in ids)
    return Contest(title=draw(NAMES), options=options)


@st.composite
def projects(draw: st.DrawFn) -> Contest:
    """Options under a budget."""
    plain = draw(alternatives())
    return replace(
        plain,
        options=tuple(replace(option, cost=draw(COSTS)) for option in plain.options),
        budget=draw(COSTS),
        currency=draw(st.sampled_from(["", "EUR"])),
    )


def some(contest: Contest) -> st.SearchStrategy[list[int]]:
    return st.lists(st.sampled_from(range(len(contest.options))), unique=True)


@st.composite
def rankings(
    draw: st.DrawFn, contest: Contest, times: st.SearchStrategy[int], *, strict: bool = False
) -> Rankings:
    def ranks(options: list[int]) -> tuple[tuple[int, ...], ...]:
        made: list[tuple[int, ...]] = []
        for option in options:
            if made and not strict and draw(st.booleans()):
                made[-1] = tuple(sorted((*made[-1], option)))
            else:
                made.append((option,))
        return tuple(made)

    return Rankings({ranks(each): draw(times) for each in draw(st.lists(some(contest)))})


@st.composite
def approvals(draw: st.DrawFn, contest: Contest, times: st.SearchStrategy[int]) -> Approvals:
    marked = draw(st.lists(some(contest)))
    return Approvals({tuple(sorted(each)): draw(times) for each in marked})


@st.composite
def scores(draw: st.DrawFn, contest: Contest, times: st.SearchStrategy[int]) -> Scores:
    marked = draw(st.lists(some(contest)))
    given_ = [tuple((option, draw(st.integers(-9, 9))) for option in sorted(m)) for m in marked]
    return Scores({each: draw(times) for each in given_})


@given(st.data())
def test_a_blt_file_says_what_was_written(data: st.DataObject) -> None:
    contest = data.draw(numbered())
    batch = Batch(contest=contest, profile=data.draw(rankings(contest, MANY)))
    order = data.draw(st.just(()) | st.permutations(range(len(contest.options))).map(tuple))
    file = read(write_blt(batch, tie_order=order), FileKind.BLT)
    assert (file.batch, file.tie_order, file.notes) == (batch, order, ())


@given(st.data())
def test_an_abif_file_says_what_was_written(data: st.DataObject) -> None:
    contest = data.draw(alternatives())
    kinds = rankings(contest, MANY) | approvals(contest, MANY) | scores(contest, MANY)
    batch = Batch(contest=contest, profile=data.draw(kinds))
    assume(any(batch.profile.counts))  # nothing tells the kind of blank ballots
    file = read(write_abif(batch), FileKind.ABIF)
    assert (file.batch, file.notes) == (batch, ())


@given(st.data())
def test_a_budget_file_says_what_was_written(data: st.DataObject) -> None:
    contest = data.draw(projects())
    orders = rankings(contest, FEW, strict=True)
    kinds = approvals(contest, FEW) | scores(contest, FEW) | orders
    batch = Batch(contest=contest, profile=data.draw(kinds))
    rule = msgspec.structs.replace(
        data.draw(st.sampled_from(list(LABELS.values()))), threshold=data.draw(st.integers(0, 9))
    )
    file = read(write_pabulib(batch, rule), FileKind.PABULIB)
    assert (file.batch, file.rule, file.selected) == (batch, rule, {})


@given(st.data())
def test_the_order_of_ballots_in_a_file_says_nothing(data: st.DataObject) -> None:
    contest = data.draw(numbered())
    batch = Batch(contest=contest, profile=data.draw(rankings(contest, MANY)))
    head, *lines = write_blt(batch).splitlines(keepends=True)
    end = lines.index(b"0\n")
    first = next((i for i, line in enumerate(lines) if not line.startswith(b"-")), end)
    shuffled = data.draw(st.permutations(lines[first:end]))
    again = b"".join([head, *lines[:first], *shuffled, *lines[end:]])
    assert read(again, FileKind.BLT).batch == batch
