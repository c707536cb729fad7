# SPDX-License-Identifier: AGPL-3.0-or-later
"""After the seal: merge, shuffle, tally, open with the trustees, count by the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from ballots.ballot_paper import tally_of
from ballots.counting import Outcome, decide, with_conflicts
from ballots.election.closing import close_election
from ballots.election.groups.modp import ModularPower
from ballots.election.sealed.spoilt import SpoiltBallot
from ballots.election.sealed.spoilt import write as write_spoilt
from ballots.election.setup import Setup
from ballots.election.trustees.share import TrusteeShare
from ballots.merge import Merged, marks_of, merge, takes
from ballots.randomness import Randomness
from ballots.record import bodies
from ballots.record.kinds import Kind
from ballots.session import PollState, Session
from kiosk.device import Device
from kiosk.errors import KioskProblem, KioskRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A sealed poll with the ballots that its tally is to hold."""

    state: PollState
    setup: Setup
    merged: Merged


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A poll that was counted: its archive, and what came of each question in paper order.

    `challenged` maps the tracker of each ballot that was opened to its marks per question, or to
    None where the booth's opening does not open it. `spoilt` lists those that it opens, as
    `ballots.election.sealed.spoilt` writes them beside the archive.
    """

    state: PollState
    challenged: Mapping[str, tuple[tuple[int, ...], ...] | None]
    merged: Merged
    archive: bytes
    spoilt: bytes
    outcomes: tuple[Outcome, ...]


def count_poll(
    device: Device,
    uuid: str,
    shares: Sequence[TrusteeShare],
    *,
    random: Randomness,
    timestamp: int,
    power: ModularPower = pow,
) -> Counted:
    """Count a sealed poll with enough trustees' shares, and put its result on record.

    `timestamp` (Unix seconds) is the archive's; it is the same for all polls of an evening, so
    that it tells nothing of the order of casting.
    """
    box = merge_poll(device, uuid, power)
    return count_box(device, box, shares, random=random, timestamp=timestamp)


def merge_poll(device: Device, uuid: str, power: ModularPower = pow) -> Box:
    """What a sealed poll counts; refused while its seal lacks, or somebody's name under it."""
    session = device.session()
    state = session.polls[uuid]
    if not state.settled:
        missing = state.left_out | (state.seal.awaited if state.seal else frozenset())
        names = sorted(session.devices[id_].name for id_ in missing)
        raise KioskRefused(KioskProblem.NOT_FINISHED, names=", ".join(names) or state.poll.id)
    setup = device.prepared.setup(state, power)
    merged = merge(
        state,
        lambda ballot: takes(setup, ballot.body),
        lambda opened: marks_of(setup, opened) is not None,
    )
    return Box(state=state, setup=setup, merged=merged)


def count_box(
    device: Device,
    box: Box,
    shares: Sequence[TrusteeShare],
    *,
    random: Randomness,
    timestamp: int,
) -> Counted:
    """As `count_poll`, of ballots that were merged before."""
    ballots = [ballot.body for ballot in box.merged.counted]
    archive, result = close_election(box.setup, ballots, shares, random, timestamp)
    body = bodies.Result(archive=sha256(archive).hexdigest(), counts=result.counts)
    device.write(Kind.RESULT, body.encode(), box.state.uuid)
    return Counted(
        state=box.state,
        merged=box.merged,
        challenged=_challenged(box),
        archive=archive,
        spoilt=_spoilt(box, body.archive),
        outcomes=outcomes(device.session(), box.state, box.merged, result.counts),
    )


def _challenged(box: Box) -> Mapping[str, tuple[tuple[int, ...], ...] | None]:
    """A ballot that truly opens is opened, whoever else falsely claims to have opened it."""
    opened = [(each.tracker, marks_of(box.setup, each)) for each in box.state.challenges]
    return dict(sorted(opened, key=lambda each: each[1] is not None))


def _spoilt(box: Box, archive: str) -> bytes:
    """A claim that does not open a ballot spoils none."""
    found = {
        each.tracker: SpoiltBallot(each.ballot.decode(), each.opening.decode())
        for each in box.state.challenges
        if marks_of(box.setup, each) is not None
    }
    return write_spoilt(box.setup.uuid, archive, found.values())


def outcomes(
    session: Session,
    state: PollState,
    merged: Merged,
    counts: Sequence[Sequence[int]],
) -> tuple[Outcome, ...]:
    """What the counts come to under each question's rule."""
    census = session.assembly.census if session.assembly else 0
    return tuple(
        with_conflicts(
            decide(
                question,
                tally_of(question, sums, len(merged.counted)),
                ballots=len(merged.counted),
                present=session.present,
                census=census,
            ),
            merged.conflicts,
        )
        for question, sums in zip(state.poll.questions, counts, strict=True)
    )
