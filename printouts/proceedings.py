# SPDX-License-Identifier: AGPL-3.0-or-later
"""What minutes tell of an assembly: frozen facts, most of them as other rooms made them.

The fields are those of Catalan Civil Code 312-8 and of what verifies the votes. Texts are in
the language of the minutes; times are local, ISO 8601 to the minute, without zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from ballots.assembly import Assembly, Question
from ballots.balance import Balance
from ballots.counting.sums.outcome import Outcome
from printouts.identifiers import (
    require_assembly,
    require_count,
    require_digest,
    require_election,
    require_text,
)
from printouts.paper import accent, moment


class HeldIn(StrEnum):
    """The call in which the assembly met; said as `minutes.held.<value>`."""

    FIRST = "first"
    SECOND = "second"


class Channel(StrEnum):
    """How votes were given; said as `channel.<value>`, its method as `method.<value>`."""

    KIOSK = "kiosk"  # secret ballot at a booth


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """Someone who took part, in person or through who represents them."""

    name: str
    represented_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """How many came and were represented, and the names that the desk took down of them."""

    present: int
    represented: int = 0
    names: tuple[Attendee, ...] = ()

    def __post_init__(self) -> None:
        represented = sum(1 for each in self.names if each.represented_by)
        require_count(self.represented, "attendance.represented", least=represented)
        require_count(self.present, "attendance.present", least=len(self.names) - represented)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention:
    """Words that someone asked to have on record."""

    speaker: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelVotes:
    """How many ballots of a result came by one channel."""

    channel: Channel
    ballots: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """A question, what came of it, and by which channels; these add up to its ballots."""

    question: Question
    outcome: Outcome
    channels: tuple[ChannelVotes, ...]

    def __post_init__(self) -> None:
        difference = self.outcome.ballots - sum(each.ballots for each in self.channels)
        require_count(-abs(difference), f"question.{self.question.id}.channels")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One item of the agenda as it went: paragraphs, words on record, resolutions."""

    title: str
    summary: tuple[str, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    resolutions: tuple[Resolution, ...] = ()

    def __post_init__(self) -> None:
        require_text(self.title, "matter.title")


@dataclass(frozen=True, slots=True, kw_only=True)
class PollOnRecord:
    """One ballot paper: its election, ballots counted, slips used twice, booths challenged.

    `receipts` is the root (hex) of the list of receipts that were counted.
    """

    id: str
    title: str
    election: str
    ballots: int
    receipts: str
    conflicts: int = 0
    challenges: int = 0

    def __post_init__(self) -> None:
        require_election(self.election)
        require_digest(self.receipts, f"poll.{self.id}.receipts")
        for number in (self.ballots, self.conflicts, self.challenges):
            require_count(number, f"poll.{self.id}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something out of the ordinary: a code of the message catalogue and its facts."""

    code: str
    facts: Mapping[str, str | int] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedRecord:
    """The seal: root of the checkpoint (hex), entries under it, devices that cosigned it.

    `election` is the uuid of the poll that it seals.
    """

    election: str
    root: str
    entries: int
    cosigners: tuple[str, ...]

    def __post_init__(self) -> None:
        require_digest(self.root, "seal.root")
        require_count(self.entries, "seal.entries", least=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """All that the minutes say. `bundle` is the SHA-256 (hex) of the file that proves it.

    `assembly_id` (32 hex) stands for the assembly's key, and so for the keys of all devices.
    `approved_on` is the date on which an assembly approved them, empty while none has.
    `accent` is one dark colour, `#RRGGBB`.

    Raises `PaperRefused` for a time, digest, number or colour that cannot be printed.
    """

    language: str
    assembly: Assembly
    held_in: HeldIn
    opened: str
    closed: str
    attendance: Attendance
    matters: tuple[Matter, ...]
    polls: tuple[PollOnRecord, ...]
    balance: Balance
    seal: SealedRecord
    bundle: str
    assembly_id: str
    remarks: tuple[Remark, ...] = ()
    approved_on: str = ""
    accent: str = "#34508A"

    def __post_init__(self) -> None:
        call = self.assembly.call
        moment(self.opened, "opened")
        moment(self.closed, "closed")
        moment(call.convened_on, "call.convened_on")
        moment(call.first, "call.first")
        if call.second or self.held_in is HeldIn.SECOND:
            moment(call.second, "call.second")
        if self.approved_on:
            moment(self.approved_on, "approved_on")
        require_digest(self.bundle, "bundle")
        require_assembly(self.assembly_id)
        accent(self.accent)
