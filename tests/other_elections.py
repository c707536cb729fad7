# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small elections that are unlike `small_elections`: other questions, weights, trustees, votes.

Each is a function from the name of a group to an archive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from ballots.election.closing import close_election
from ballots.election.election import HomomorphicQuestion, NonHomomorphicQuestion, Question
from ballots.election.roll import roll_document
from ballots.election.setup import Setup
from ballots.election.trustees.board import joint_key
from ballots.election.trustees.share import make_single
from tests.small_elections import (
    POWER,
    TIME,
    VOTES,
    YES_NO,
    SmallElection,
    cast,
    seeded,
    small_archive,
    small_election,
)

Votes = Sequence[Sequence[Sequence[int]]]

RANGES = (
    HomomorphicQuestion(question="Cap o tots?", answers=("A", "B", "C"), minimum=0, maximum=3),
    HomomorphicQuestion(
        question="Dos o tres?", answers=("A", "B", "C", "D"), minimum=2, maximum=3, blank=True
    ),
    HomomorphicQuestion(question="N’hi ha una?", answers=("Una",), minimum=0, maximum=1),
)
RANKING = NonHomomorphicQuestion(
    question="Ordeneu-los", answers=("Plaça", "Font", "Arbres"), extra=b'{"method":"Schulze"}'
)
GRADES = NonHomomorphicQuestion(question="Què us semblen?", answers=("Mercat", "Escola"))
RANKED = (((1, 2, 3), (0, 1, 0)), ((2, 2, 1), (1, 0, 0)), ((0, 0, 255), (0, 0, 1)))


def closed(election: SmallElection, votes: Votes) -> bytes:
    ballots, shares = cast(election, votes), election.shares[:2]
    return close_election(election.setup, ballots, shares, seeded(3), TIME)[0]


def asking(election: SmallElection, *questions: Question) -> SmallElection:
    held = election.setup
    document = replace(held.election, questions=questions).encode()
    trustees, roll = held.documents.trustees, held.documents.credentials
    return replace(election, setup=Setup.read(document, trustees, roll, POWER))


def committee(group: str) -> SmallElection:
    return small_election(group, size=3, threshold=2)


def of_one_trustee(group: str) -> bytes:
    return small_archive(group)


def of_a_committee(group: str) -> bytes:
    return small_archive(group, size=3, threshold=2)


def with_weights(group: str) -> bytes:
    election = small_election(group)
    weights = zip(election.credentials, (1, 3, 10, 1000), strict=True)
    roll = roll_document(f"{voter.public},{weight}" for voter, weight in weights)
    documents = election.setup.documents
    setup = Setup.read(documents.election, documents.trustees, roll, POWER)
    return closed(replace(election, setup=setup), VOTES)


def with_ranges(group: str) -> bytes:
    votes = (
        ((0, 0, 0), (0, 1, 1, 0, 0), (1,)),
        ((1, 1, 1), (1, 0, 0, 0, 0), (0,)),
        ((0, 1, 0), (0, 0, 1, 1, 1), (1,)),
    )
    return closed(asking(small_election(group), *RANGES), votes)


def without_a_vote(group: str) -> bytes:
    return closed(small_election(group), ())


def with_a_ranking(group: str) -> bytes:
    """Before a question that is added up; two shuffles, and the committee opens."""
    return closed(asking(committee(group), RANKING, YES_NO), RANKED)


@cache
def with_two_keys(group: str) -> bytes:
    """The ranking again, where two trustees have a key each and both must come."""
    election, random = small_election(group), seeded(5)
    singles = [make_single(election.group, random) for _ in range(2)]
    trustees = b"[" + b",".join(document[1:-1] for document, _ in singles) + b"]"
    held = election.setup
    key = joint_key(election.group, trustees)
    document = replace(held.election, public_key=key, questions=(RANKING, YES_NO)).encode()
    return closed(
        SmallElection(
            setup=Setup.read(document, trustees, held.documents.credentials, POWER),
            credentials=election.credentials,
            shares=tuple(replace(share, owner=n) for n, (_, share) in enumerate(singles, 1)),
        ),
        RANKED,
    )


def with_two_shuffled(group: str) -> bytes:
    """Around a question that is added up, by two who voted alike."""
    votes = (((1, 2, 3), (0, 1, 0), (1, 1)),) * 2
    return closed(asking(committee(group), RANKING, YES_NO, GRADES), votes)


def with_a_ranking_nobody_made(group: str) -> bytes:
    return closed(asking(committee(group), RANKING), ())
