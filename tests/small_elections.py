# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small elections for the tests of the election room, drawn from seeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import gmpy2
import msgspec

from ballots.election.archive.chain import Archive, ArchiveWriter, survey
from ballots.election.archive.events import Event, EventType
from ballots.election.archive.source import InMemory
from ballots.election.closing import close_election
from ballots.election.election import (
    Election,
    HomomorphicQuestion,
    NonHomomorphicQuestion,
    Question,
)
from ballots.election.groups.elements import Group
from ballots.election.groups.named import group_named
from ballots.election.numerals import short_hash
from ballots.election.proofs import prove_key
from ballots.election.roll import roll_document
from ballots.election.sealed.ballot import encrypt
from ballots.election.sealed.forms import signature_prefix
from ballots.election.setup import Setup
from ballots.election.slip import Credential, Slip
from ballots.election.trustees.board import joint_key
from ballots.election.trustees.pedersen import ceremony
from ballots.election.trustees.share import TrusteeShare, make_single
from ballots.randomness import Randomness

VECTORS = Path(__file__).parent / "vectors" / "belenios"
UUID = "VeinaExampZe2345"
TIME = 1_795_300_209
POWER = gmpy2.powmod  # what a shell hands in where it has it

YES_NO = HomomorphicQuestion(
    question="Aprovem l'acta?", answers=("Sí", "No"), minimum=1, maximum=1, blank=True
)
UP_TO_TWO = HomomorphicQuestion(
    question="Quins projectes?", answers=("Parc", "Pla", "Carril"), minimum=0, maximum=2
)
QUESTIONS = (YES_NO, UP_TO_TWO)
VOTES = (
    ((1, 0, 0), (0, 0, 0)),
    ((0, 1, 0), (1, 1, 0)),
    ((0, 0, 1), (0, 1, 0)),
)
COUNTS = ((1, 1, 1), (1, 2, 0))

RANKING = NonHomomorphicQuestion(
    question="En quin ordre?",
    answers=("Parc", "Pla", "Carril"),
    extra=b'{"method":"Schulze","blank":true}',
)
GRADES = NonHomomorphicQuestion(question="Quina nota?", answers=("Parc", "Pla"))
SHUFFLED = (RANKING, YES_NO, GRADES)
SHUFFLED_VOTES = (
    ((1, 2, 3), (1, 0, 0), (7, 0)),
    ((2, 1, 3), (0, 1, 0), (9, 10)),
    ((1, 1, 255), (0, 0, 1), (0, 0)),
)


def seeded(seed: int) -> Randomness:
    return Random(seed).randbytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallElection:
    setup: Setup
    credentials: tuple[Credential, ...]
    shares: tuple[TrusteeShare, ...]

    @property
    def group(self) -> Group:
        return self.setup.group


def document(
    group: Group,
    trustees: bytes,
    *,
    uuid: str = UUID,
    questions: tuple[Question, ...] = QUESTIONS,
) -> Election:
    return Election(
        uuid=uuid,
        name="Assemblea del barri «exemple»",
        description="Prova",
        group=group.name,
        public_key=joint_key(group, trustees),
        questions=questions,
        x_assembly={"assembly": "00" * 16, "poll": "pressupost"},
    )


@cache
def small_election(
    name: str = "Ed25519",
    *,
    size: int = 1,
    threshold: int = 1,
    uuid: str = UUID,
    questions: tuple[Question, ...] = QUESTIONS,
) -> SmallElection:
    """Four voters; a single trustee where `size` is 1."""
    group, random = group_named(name, POWER), seeded(1)
    if size == 1:
        trustees, share = make_single(group, random)
        shares: tuple[TrusteeShare, ...] = (share,)
    else:
        trustees, shares = ceremony(group, size, threshold, random)
    credentials = tuple(Slip.draw(random).credential(uuid, group) for _ in range(4))
    setup = Setup.read(
        document(group, trustees, uuid=uuid, questions=questions).encode(),
        trustees,
        roll_document(credential.public for credential in credentials),
        POWER,
    )
    return SmallElection(setup=setup, credentials=credentials, shares=shares)


def cast(election: SmallElection, votes: Sequence[Sequence[Sequence[int]]] = VOTES) -> list[bytes]:
    random = seeded(2)
    pairs = zip(election.credentials, votes, strict=False)
    return [encrypt(election.setup, voter, marks, random).body for voter, marks in pairs]


@cache
def small_archive(name: str = "Ed25519", *, size: int = 1, threshold: int = 1) -> bytes:
    """Three ballots, closed by as many trustees as are needed."""
    election = small_election(name, size=size, threshold=threshold)
    archive, _ = close_election(
        election.setup, cast(election), election.shares[:threshold], seeded(3), TIME
    )
    return archive


@cache
def shuffled_election(name: str = "Ed25519") -> SmallElection:
    """With questions whose answers are opened one by one; any two of three trustees open it."""
    return small_election(name, size=3, threshold=2, questions=SHUFFLED)


@cache
def shuffled_archive(name: str = "Ed25519") -> bytes:
    """Three ballots, mixed by the first and the third trustee, opened by the first two."""
    election = shuffled_election(name)
    archive, _ = close_election(
        election.setup,
        cast(election, SHUFFLED_VOTES),
        election.shares[:2],
        seeded(3),
        TIME,
        mixers=(1, 3),
    )
    return archive


def surveyed(data: bytes) -> Archive:
    return survey(InMemory(data))


def events_of(data: bytes) -> list[Event]:
    """The events with their documents, as they could be written again."""
    archive = surveyed(data)
    return [
        Event(
            type=event.type,
            documents=tuple(archive.load(place, len(data)) for place in event.documents),
        )
        for event in archive.events
    ]


def rewritten(data: bytes, change: Callable[[list[Event]], Sequence[Event]]) -> bytes:
    """The archive with other events, its chain whole again, as a forger would leave it."""
    writer = ArchiveWriter(TIME)
    for event in change(events_of(data)):
        writer.add(event)
    return writer.finish()


def ballot_event(body: bytes) -> Event:
    return Event(type=EventType.BALLOT, documents=(body,))


def signed_anew(setup: Setup, credential: Credential, answers: object) -> bytes:
    """A ballot of these answers (plain JSON) under a fresh signature of a credential."""
    unsigned = {
        "election_uuid": setup.uuid,
        "election_hash": setup.fingerprint,
        "credential": credential.public,
        "answers": answers,
    }
    summary = short_hash(msgspec.json.encode(unsigned))
    prefix = signature_prefix(summary)
    proof = prove_key(setup.group, prefix, credential.secret, seeded(11))
    return msgspec.json.encode({**unsigned, "signature": {"hash": summary, "proof": proof}})
