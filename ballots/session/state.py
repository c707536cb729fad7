# SPDX-License-Identifier: AGPL-3.0-or-later
"""The state of an assembly, as the record tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ballots.assembly import Assembly, Poll
from ballots.record.bodies import Minutes, Result
from ballots.record.forks import ForkProof
from ballots.record.kinds import Role
from ballots.seal import Checkpoint
from ballots.session.oddities import Oddity


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device that has opened at least one segment. `id` is its public key in hex."""

    id: str
    role: Role
    name: str  # for people: "Booth 1"
    segments: tuple[str, ...]  # sorted


@dataclass(frozen=True, slots=True, kw_only=True)
class CastBallot:
    """A ballot in the record; that it is valid as an election's ballot is checked elsewhere."""

    entry: str  # id, hex
    segment: str
    number: int
    device: str
    credential: str = field(repr=False)  # the public one
    tracker: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedBallot:
    """A ballot that a booth opened as a challenge; whether it opens is checked elsewhere."""

    device: str
    tracker: str
    ballot: bytes = field(repr=False)
    opening: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a hub has signed that it holds: of each segment the entries 0 to `cut[segment]`."""

    device: str
    cut: Mapping[str, int]

    @property
    def size(self) -> int:
        """How many entries that is."""
        return sum(number + 1 for number in self.cut.values())


class PollStage(StrEnum):
    """How far a poll has come."""

    OPEN = "open"  # ballots may be cast
    CLOSING = "closing"  # the facilitator closed it; some booth has not finished
    FINISHED = "finished"  # every booth has finished and all its entries are here: seal it
    SEALED = "sealed"  # everyone under the seal has signed it: count it


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A seal that the record bears out."""

    checkpoint: Checkpoint
    device: str  # that wrote it
    cosigned: frozenset[str]  # devices that signed its text, the writer among them
    awaited: frozenset[str]  # devices under the seal that have not
    omitted: frozenset[str]  # booths in the record that are not under it


@dataclass(frozen=True, slots=True, kw_only=True)
class PollState:
    """One poll: what was opened, what was cast, how it ends. `election` is the exact JSON."""

    uuid: str
    poll: Poll
    election: bytes = field(repr=False)
    election_hash: str  # SHA-256 in hex
    opened_at: str
    closed_at: str
    stage: PollStage
    ballots: tuple[CastBallot, ...]  # by (segment, number); one slip may have several
    late: tuple[CastBallot, ...]
    contested: tuple[CastBallot, ...]
    challenges: tuple[OpenedBallot, ...]  # by (segment, number)
    booths: tuple[str, ...]  # devices among which each slip has its home
    awaited: tuple[str, ...]  # booths whose final, or an entry before it, lacks; and `again`
    again: frozenset[str]  # devices that have to finish once more, since no seal can be whole
    checkpoint: Checkpoint | None  # what to seal; None until finished
    seal: Seal | None
    seed: bytes  # of the lottery between ballots of one slip: root over the finals
    result: Result | None

    @property
    def left_out(self) -> frozenset[str]:
        """Booths that are not under the seal although they hold ballots of this poll.

        A booth that was first switched on after the poll had ended is not among them.
        """
        omitted = self.seal.omitted if self.seal else frozenset()
        return omitted & {ballot.device for ballot in (*self.late, *self.contested)}

    @property
    def settled(self) -> bool:
        """Whether the poll is sealed by all who must sign, over all who took ballots."""
        return self.seal is not None and not self.seal.awaited and not self.left_out

    @property
    def challenged(self) -> frozenset[str]:
        """Trackers of the ballots that were opened; what its own booth opened never counts."""
        return frozenset(opened.tracker for opened in self.challenges)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Everything that a set of entries says, the same in whatever order they came."""

    assembly_id: str
    assembly: Assembly | None
    devices: Mapping[str, Device]
    polls: Mapping[str, PollState]  # by uuid, those that can be used
    present: int
    slips_printed: int
    slips_issued: int
    slips_returned: int
    slips_left: int
    slips_void: int
    challenges: int
    revoked: frozenset[str]  # devices that two facilitators have taken out
    minutes: Minutes | None
    kept: tuple[Kept, ...]  # by hub
    forks: tuple[ForkProof, ...]
    oddities: tuple[Oddity, ...]
