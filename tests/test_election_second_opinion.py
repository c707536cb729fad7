# SPDX-License-Identifier: AGPL-3.0-or-later
"""What verifiers that we did not write say of our archives, and of forgeries of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from ballots.election.closing import close_election
from ballots.election.election import HomomorphicQuestion
from ballots.election.roll import roll_document
from ballots.election.setup import Setup
from tests.forgeries import (
    judged,
    parsed,
    put_at,
    put_together,
    signed_again,
    take_apart,
    with_document,
)
from tests.second_opinion import Oracle, second_opinion
from tests.small_elections import (
    POWER,
    TIME,
    VOTES,
    SmallElection,
    cast,
    seeded,
    small_archive,
    small_election,
)

ASKED = [
    (Oracle.BELENIOS_2, "BELENIOS-2048"),
    (Oracle.BELENIOS_3, "BELENIOS-2048"),
    (Oracle.BELENIOS_3, "Ed25519"),
    (Oracle.SIRONA, "Ed25519"),
]
RANGES = (
    HomomorphicQuestion(question="Cap o tots?", answers=("A", "B", "C"), minimum=0, maximum=3),
    HomomorphicQuestion(
        question="Dos o tres?", answers=("A", "B", "C", "D"), minimum=2, maximum=3, blank=True
    ),
    HomomorphicQuestion(question="N’hi ha una?", answers=("Una",), minimum=0, maximum=1),
)
RANGED_VOTES = (
    ((0, 0, 0), (0, 1, 1, 0, 0), (1,)),
    ((1, 1, 1), (1, 0, 0, 0, 0), (0,)),
    ((0, 1, 0), (0, 0, 1, 1, 1), (1,)),
)


def set_up_again(election: SmallElection, document: bytes, roll: bytes) -> SmallElection:
    trustees = election.setup.documents.trustees
    return replace(election, setup=Setup.read(document, trustees, roll, POWER))


def closed(election: SmallElection, votes: Sequence[Sequence[Sequence[int]]]) -> bytes:
    shares, ballots = election.shares[:2], cast(election, votes)
    return close_election(election.setup, ballots, shares, seeded(3), TIME)[0]


def of_a_committee(group: str) -> bytes:
    return small_archive(group, size=3, threshold=2)


def with_weights(group: str) -> bytes:
    election = small_election(group)
    weights = zip(election.credentials, (1, 3, 10, 1000), strict=True)
    roll = roll_document(f"{voter.public},{weight}" for voter, weight in weights)
    return closed(set_up_again(election, election.setup.documents.election, roll), VOTES)


def with_ranges(group: str) -> bytes:
    election = small_election(group)
    document = replace(election.setup.election, questions=RANGES).encode()
    again = set_up_again(election, document, election.setup.documents.credentials)
    return closed(again, RANGED_VOTES)


def without_a_vote(group: str) -> bytes:
    return closed(small_election(group), ())


ELECTIONS = (small_archive, of_a_committee, with_weights, with_ranges, without_a_vote)


@pytest.mark.parametrize("election", ELECTIONS, ids=lambda it: it.__name__)
@pytest.mark.parametrize(("oracle", "group"), ASKED)
def test_another_verifier_accepts_our_elections(
    oracle: Oracle, group: str, election: Callable[[str], bytes]
) -> None:
    data = election(group)
    opinion = second_opinion(oracle, data)
    assert opinion.accepted, opinion.words
    assert judged(data).passed


def with_another_byte(group: str) -> bytes:
    data = bytearray(small_archive(group))
    data[9000] ^= 1
    return bytes(data)


def with_a_changed_ballot(group: str) -> bytes:
    """Its own voter signed it, so only the proofs are wrong."""
    election, story = small_election(group), take_apart(small_archive(group))
    ballot = story.events[2].documents[0]
    generator = election.group.text(election.group.generate(1))
    changed = put_at(ballot, place(ballot, "answers", 0, "choices", 0, "beta"), quoted(generator))
    signed = signed_again(changed, election.group, election.credentials)
    return put_together(with_document(story, 2, 0, signed))


def with_a_ballot_somebody_else_signed(group: str) -> bytes:
    story = take_apart(small_archive(group))
    ballot, other = (event.documents[0] for event in story.events[1:3])
    proof = place(ballot, "signature", "proof", "response")
    response = parsed(other)[-1][1][-1][1][-1][1]
    return put_together(with_document(story, 1, 0, put_at(ballot, proof, quoted(response))))


def with_another_result(group: str) -> bytes:
    story = take_apart(small_archive(group))
    result = b'{"result":[[1,1,1],[2,1,0]]}'
    assert result != story.events[-1].documents[0]
    return put_together(with_document(story, len(story.events) - 1, 0, result))


FORGERIES = (
    with_another_byte,
    with_a_changed_ballot,
    with_a_ballot_somebody_else_signed,
    with_another_result,
)


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda it: it.__name__)
@pytest.mark.parametrize(("oracle", "group"), ASKED)
def test_another_verifier_refuses_what_we_refuse(
    oracle: Oracle, group: str, forgery: Callable[[str], bytes]
) -> None:
    data = forgery(group)
    assert not second_opinion(oracle, data).accepted
    assert not judged(data).passed


def place(document: bytes, *named: str | int) -> tuple[int, ...]:
    """The path to what is named so."""
    node, path = parsed(document), list[int]()
    for step in named:
        number = step if isinstance(step, int) else [key for key, _ in node].index(step)
        path.append(number)
        node = node[number] if isinstance(step, int) else node[number][1]
    return tuple(path)


def quoted(text: str) -> bytes:
    return b'"' + text.encode() + b'"'
