# SPDX-License-Identifier: AGPL-3.0-or-later
"""Before the evening: do the trustees' cards open a tally? A test election tells."""

from __future__ import annotations

from collections.abc import Sequence

from ballots.election.closing import close_election
from ballots.election.election import Election, HomomorphicQuestion
from ballots.election.groups.elements import Group
from ballots.election.groups.modp import ModularPower
from ballots.election.groups.named import group_named
from ballots.election.roll import roll_document
from ballots.election.sealed.ballot import encrypt
from ballots.election.setup import Setup
from ballots.election.slip import Credential, Slip
from ballots.election.trustees.board import joint_key
from ballots.election.trustees.share import TrusteeShare
from ballots.election.verify import verify_archive
from ballots.randomness import Randomness, uniform
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.prepared import Prepared
from kiosk.preparing import draw_uuid

BALLOTS = 5
QUESTION = HomomorphicQuestion(question="rehearsal", answers=("a", "b"), minimum=0, maximum=1)


def rehearse(
    prepared: Prepared,
    shares: Sequence[TrusteeShare],
    *,
    random: Randomness,
    power: ModularPower = pow,
) -> int:
    """Seal some random ballots under the trustees' own key, open their sum with `shares`.

    Everything else is made for this and kept nowhere: uuid, slips, roll, ballots. So nothing that
    is opened here can be of one of the assembly's elections. How many ballots there were.

    Raises:
        KioskRefused: `rehearsal`, when something else comes out than was sealed.
    """
    group = group_named(prepared.group, power)
    setup, voters = _test_election(prepared, group, random, power)
    votes = [uniform(random, 1 + QUESTION.sealed) for _ in voters]  # the highest is blank
    ballots = [
        encrypt(
            setup, voter, [[int(slot == vote) for slot in range(QUESTION.sealed)]], random
        ).body
        for voter, vote in zip(voters, votes, strict=True)
    ]
    archive, result = close_election(setup, ballots, shares, random, timestamp=0)
    sealed = tuple(votes.count(slot) for slot in range(QUESTION.sealed))
    published = verify_archive(archive, power).published
    if result.counts != (sealed,) or published is None or published.voters != len(ballots):
        raise KioskRefused(KioskProblem.REHEARSAL)
    return len(ballots)


def _test_election(
    prepared: Prepared, group: Group, random: Randomness, power: ModularPower
) -> tuple[Setup, list[Credential]]:
    uuid = draw_uuid(random)
    voters = [Slip.draw(random).credential(uuid, group) for _ in range(BALLOTS)]
    election = Election(
        uuid=uuid,
        name="rehearsal",
        description="rehearsal",
        group=group.name,
        public_key=joint_key(group, prepared.trustees),
        questions=(QUESTION,),
    )
    roll = roll_document(voter.public for voter in voters)
    return Setup.read(election.encode(), prepared.trustees, roll, power), voters
