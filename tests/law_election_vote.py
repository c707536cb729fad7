# SPDX-License-Identifier: AGPL-3.0-or-later
"""Laws of voting: what is sealed, shuffled and opened is what was marked."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from ballots.election.closing import close_election
from ballots.election.election import (
    Election,
    HomomorphicQuestion,
    NonHomomorphicQuestion,
    Question,
)
from ballots.election.errors import ElectionRefused
from ballots.election.groups.named import group_named
from ballots.election.numerals import encode
from ballots.election.sealed.ballot import check, check_opening, encrypt
from ballots.election.setup import Setup
from ballots.election.trustees.pedersen import ceremony
from ballots.election.verify import verify_archive
from tests.small_elections import (
    TIME,
    UUID,
    VOTES,
    cast,
    document,
    seeded,
    small_election,
)

GROUP = group_named("Ed25519")
ELECTION = small_election(size=3, threshold=2)
BALLOT = cast(ELECTION)[1]


@st.composite
def additive_questions(draw: st.DrawFn) -> HomomorphicQuestion:
    answers = draw(st.integers(1, 4))
    minimum = draw(st.integers(0, answers))
    return HomomorphicQuestion(
        question=draw(st.text(max_size=9)),
        answers=tuple(map(str, range(answers))),
        minimum=minimum,
        maximum=draw(st.integers(minimum, answers)),
        blank=draw(st.booleans()),
    )


@st.composite
def shuffled_questions(draw: st.DrawFn) -> NonHomomorphicQuestion:
    return NonHomomorphicQuestion(
        question=draw(st.text(max_size=9)),
        answers=tuple(map(str, range(draw(st.integers(1, 30))))),
        extra=draw(st.sampled_from([b"", b'{"method":"STV","blank":false,"seats":1}'])),
    )


def questions() -> st.SearchStrategy[Question]:
    return st.one_of(additive_questions(), shuffled_questions())


@st.composite
def votes(draw: st.DrawFn, question: Question) -> tuple[int, ...]:
    if not isinstance(question, HomomorphicQuestion):
        return draw(st.tuples(*[st.integers(0, 255)] * question.values))
    if question.blank and draw(st.booleans()):
        return (1, *[0] * len(question.answers))
    count = draw(st.integers(question.minimum, question.maximum))
    marked = draw(st.permutations([1] * count + [0] * (len(question.answers) - count)))
    return (*[0] * question.blank, *marked)


@given(st.data())
def test_every_valid_vote_is_sealed_accepted_and_opened(data: st.DataObject) -> None:
    asked = tuple(data.draw(st.lists(questions(), min_size=1, max_size=2)))
    base = ELECTION.setup
    election = Election(
        uuid=UUID,
        name=data.draw(st.text(max_size=9)),
        description="",
        group="Ed25519",
        public_key=base.election.public_key,
        questions=asked,
    )
    setup = Setup.read(election.encode(), base.documents.trustees, base.documents.credentials)
    assert setup.questions == asked
    cast_votes = [
        tuple(data.draw(votes(question)) for question in asked) for _ in ELECTION.credentials[:2]
    ]
    random = seeded(data.draw(st.integers(0, 2**32)))
    bodies = []
    for voter, marks in zip(ELECTION.credentials, cast_votes, strict=False):
        ballot = encrypt(setup, voter, marks, random)
        assert check_opening(setup, ballot.body, ballot.opening.reveal()) == marks
        bodies.append(ballot.body)
    shares = data.draw(st.permutations(ELECTION.shares))[: data.draw(st.integers(2, 3))]
    archive, result = close_election(setup, bodies, shares, random, TIME)
    for number, question in enumerate(asked):
        rows = [marks[number] for marks in cast_votes]
        counts = tuple(map(sum, zip(*rows, strict=True)))
        assert result.counts[number] == (counts if question.additive else ())
        assert sorted(result.votes[number]) == ([] if question.additive else sorted(rows))
    published = verify_archive(archive).published
    assert published is not None
    assert (published.counts, published.votes) == (result.counts, result.votes)


@given(st.integers(1, 4).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))), st.data())
def test_any_committee_can_be_made_and_read(sizes: tuple[int, int], data: st.DataObject) -> None:
    size, threshold = sizes
    trustees, shares = ceremony(GROUP, size, threshold, seeded(data.draw(st.integers(0, 99))))
    setup = Setup.read(document(GROUP, trustees).encode(), trustees, b"[]")
    assert [setup.board.keys[share.owner] for share in shares] == [
        GROUP.generate(share.secret) for share in shares
    ]
    assert setup.board.threshold == threshold


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 - any JSON
    children = value.items() if isinstance(value, dict) else enumerate(value)
    return [path] + (
        []
        if isinstance(value, str)
        else [place for key, child in children for place in places(child, (*path, key))]
    )


PLACES = [path for path in places(json.loads(BALLOT)) if path]
WRONG = st.sampled_from([None, True, 0, 1, -1, 1.5, "", "1", "01", "x", [], {}, [1], {"a": 1}])


@given(st.sampled_from(PLACES), WRONG | st.text() | st.binary(min_size=32, max_size=32))
def test_a_value_of_any_kind_in_any_place_of_a_ballot_is_refused(
    path: tuple[Any, ...], wrong: object
) -> None:
    plain = json.loads(BALLOT)
    inner = plain
    for key in path[:-1]:
        inner = inner[key]
    value = wrong.hex() if isinstance(wrong, bytes) else wrong
    assume(inner[path[-1]] != value)
    inner[path[-1]] = value
    try:
        check(ELECTION.setup, encode(plain))
    except ElectionRefused:
        return
    raise AssertionError(path)


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_refused_as_a_ballot(body: bytes) -> None:
    try:
        check(ELECTION.setup, body)
    except ElectionRefused:
        return
    raise AssertionError(body)


@given(st.integers(0, len(BALLOT) - 1), st.integers(1, 255))
def test_a_ballot_with_one_byte_changed_is_refused(position: int, difference: int) -> None:
    body = bytearray(BALLOT)
    body[position] ^= difference
    try:
        check(ELECTION.setup, bytes(body))
    except ElectionRefused:
        return
    raise AssertionError(position)


@given(st.lists(st.lists(st.integers(-1, 2), max_size=4), max_size=3))
def test_marks_are_sealed_or_refused(marks: list[list[int]]) -> None:
    setup = ELECTION.setup
    try:
        ballot = encrypt(setup, ELECTION.credentials[0], marks, seeded(1))
    except ElectionRefused:
        return
    assert check(setup, ballot.body).tracker == ballot.tracker
    assert len(marks) == len(VOTES[0])
