# SPDX-License-Identifier: AGPL-3.0-or-later
"""Evenings with real ballots, told entry by entry up to the archive and the declared result.

Every step is a method, so that a test can leave one out, or do it as a forger would.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256

from ballots.assembly import Poll
from ballots.audit import Archived
from ballots.documents import assembly_document, poll_document, rule_hash
from ballots.election.closing import close_election
from ballots.election.election import Election, HomomorphicQuestion
from ballots.election.groups.named import group_named
from ballots.election.roll import roll_document
from ballots.election.sealed.ballot import SealedBallot, encrypt
from ballots.election.setup import Setup
from ballots.election.slip import Credential, Slip
from ballots.election.trustees.board import joint_key
from ballots.election.trustees.share import TrusteeShare, make_single
from ballots.election.verify import verify_archive
from ballots.merge import Merged, marks_of, merge, takes
from ballots.record.bodies import Challenge, Leftover, PollOpen, Result, Slips
from ballots.record.entry import Entry
from ballots.record.kinds import Kind, Role
from ballots.session import CastBallot, PollState, Session
from tests.small_elections import TIME, seeded
from tests.told_evenings import ASSEMBLY, BOOTHS, UUID, Evening, assembly, poll

SLIPS = 5
YES, NO, BLANK = (1, 0), (0, 1), (0, 0)
GROUP = group_named("Ed25519")
ONE, TWO = BOOTHS


@cache
def trustee() -> tuple[bytes, TrusteeShare]:
    return make_single(GROUP, seeded(1))


@cache
def slips() -> tuple[Slip, ...]:
    random = seeded(2)
    return tuple(Slip.draw(random) for _ in range(SLIPS))


@cache
def credentials(uuid: str = UUID) -> tuple[Credential, ...]:
    return tuple(slip.credential(uuid, GROUP) for slip in slips())


def publics(uuid: str = UUID) -> list[str]:
    return [credential.public for credential in credentials(uuid)]


PAPER = HomomorphicQuestion(question="Fem la festa?", answers=("Sí", "No"), minimum=0, maximum=1)


def bound_to(about: Poll, uuid: str = UUID) -> dict[str, str]:
    """What a rightly prepared election is bound to."""
    return {
        "assembly": ASSEMBLY,
        "document": sha256(assembly_document(assembly())).hexdigest(),
        "rule": rule_hash(about),
        "roll": sha256(roll_document(publics(uuid))).hexdigest(),
    }


def prepared(
    bound: Mapping[str, str] | None = None,
    *,
    uuid: str = UUID,
    description: str = "",
    asks: HomomorphicQuestion = PAPER,
    roll: Iterable[str] | None = None,
) -> Setup:
    """The election of `poll()`, bound as it should be unless `bound` says otherwise.

    It `asks` what the poll asks, and its `roll` is that of the slips, unless a forger made it.
    """
    trustees, _ = trustee()
    election = Election(
        uuid=uuid,
        name="Votació d'exemple",
        description=description,
        group=GROUP.name,
        public_key=joint_key(GROUP, trustees),
        questions=(asks,),
        x_assembly=bound_to(poll(), uuid) if bound is None else bound,
    )
    published = roll_document(publics(uuid) if roll is None else roll)
    return Setup.read(election.encode(), trustees, published)


def sealed(setup: Setup, voter: int, marks: Sequence[int] = YES, *, draw: int = 0) -> SealedBallot:
    """The ballot of the slip number `voter`, and what opens it."""
    random = seeded(100 * voter + draw)
    return encrypt(setup, credentials(setup.uuid)[voter], (marks,), random)


def ballot(setup: Setup, voter: int, marks: Sequence[int] = YES, *, draw: int = 0) -> bytes:
    """The ballot of the slip number `voter`."""
    return sealed(setup, voter, marks, draw=draw).body


@dataclass
class CountedEvening(Evening):
    """A told evening with one real election. `setup` is what booths encrypt for, `paper` opens."""

    setup: Setup = field(default_factory=prepared)
    paper: Poll = field(default_factory=poll)

    def open(self, setup: Setup | None = None) -> None:
        """Open the poll on record, with the election of `setup`."""
        recorded = setup or self.setup
        opening = PollOpen(
            at="19:30",
            election=recorded.documents.election.decode(),
            poll=poll_document(self.paper).decode(),
            uuid=recorded.uuid,
        )
        self.write("Mesa", Kind.POLL_OPEN, opening.encode(), recorded.uuid)

    def vote(self, booth: str, voter: int, marks: Sequence[int] = YES, *, draw: int = 0) -> bytes:
        """Cast at a booth, which puts the ballot on record."""
        body = ballot(self.setup, voter, marks, draw=draw)
        self.write(booth, Kind.BALLOT, body, self.setup.uuid)
        return body

    def spoil(self, booth: str, spoilt: SealedBallot, opening: bytes | None = None) -> Entry:
        """Open a ballot as a challenge; `opening` is what the booth says instead of the truth."""
        said = spoilt.opening.reveal() if opening is None else opening
        body = Challenge(ballot=spoilt.body.decode(), opening=said.decode())
        return self.write(booth, Kind.CHALLENGE, body.encode(), self.setup.uuid)

    def let_in(self, people: int, *, issued: int | None = None, left: int | None = None) -> None:
        """At the desk, one slip for each person unless it is said otherwise."""
        out = people if issued is None else issued
        for person in range(people):
            self.write("Taula", Kind.CHECK_IN, b"sealed name %d" % person)
        self.write("Taula", Kind.SLIP_ISSUED, Slips(count=out).encode())
        leftover = Leftover(left=SLIPS - out if left is None else left, void=0)
        self.write("Taula", Kind.SLIPS_LEFT, leftover.encode())

    def seal(self) -> None:
        """Everyone finishes with the poll, and signs."""
        self.close()
        self.finish(*BOOTHS)
        self.sign("Mesa", Kind.SEAL)
        for booth in BOOTHS:
            self.sign(booth)

    def merged(self) -> Merged:
        state = self.session.polls[self.setup.uuid]
        return merge(
            state,
            lambda cast: takes(self.setup, cast.body),
            lambda opened: marks_of(self.setup, opened) is not None,
        )

    def count(self, bodies: Sequence[bytes] | None = None) -> Archived:
        """The archive of these ballots, or else of those that count."""
        honest = [cast.body for cast in self.merged().counted]
        _, share = trustee()
        chosen = honest if bodies is None else bodies
        data, _ = close_election(self.setup, chosen, [share], seeded(3), TIME)
        published = verify_archive(data).published
        assert published is not None
        return Archived(sha256=sha256(data).hexdigest(), published=published)

    def declare(self, archived: Archived) -> Entry:
        """Put the result on record."""
        digest = archived.sha256
        body = Result(archive=digest, counts=archived.published.counts)
        return self.write("Mesa", Kind.RESULT, body.encode(), self.setup.uuid)


def switched_on(setup: Setup | None = None) -> CountedEvening:
    """Everyone is there; nothing is on record yet but that."""
    told = CountedEvening() if setup is None else CountedEvening(setup=setup)
    told.switch_on("Mesa", Role.FACILITATOR)
    told.switch_on("Taula", Role.DESK)
    for booth in BOOTHS:
        told.switch_on(booth, Role.BOOTH)
    return told


def begun(setup: Setup | None = None) -> CountedEvening:
    """The assembly is on record, the slips are counted, the poll is not open yet."""
    told = switched_on(setup)
    told.write("Mesa", Kind.ASSEMBLY, assembly_document(assembly()))
    told.write("Mesa", Kind.SLIPS_PRINTED, Slips(count=SLIPS).encode())
    return told


def voting(setup: Setup | None = None, *, people: int = 4) -> CountedEvening:
    """People are in, and the poll is open."""
    told = begun(setup)
    told.let_in(people)
    told.open()
    return told


def voted(setup: Setup | None = None) -> CountedEvening:
    """Three ballots at two booths; the poll is still open."""
    told = voting(setup)
    for booth, voter, marks in ((ONE, 0, YES), (TWO, 1, NO), (ONE, 2, BLANK)):
        told.vote(booth, voter, marks)
    return told


def state_of(session: Session) -> PollState:
    return session.polls[UUID]


def bodies_of(ballots: Sequence[CastBallot]) -> list[bytes]:
    return [cast.body for cast in ballots]
