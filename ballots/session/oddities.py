# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is strange in a record: nothing strange is counted, and nothing strange goes unsaid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class OddityCode(StrEnum):
    """Each has a sentence in the catalogue, `oddity.<code>`, and the facts named here.

    `device` is its label ("Booth 1"), or the start of the segment's key where nobody knows whose
    it is; `poll` is its title.
    """

    FOREIGN = "foreign"  # n entries of another assembly
    OPENING = "opening"  # segment, reason: entry 0 does not say who writes; n entries ignored
    WAITING = "waiting"  # device, number of the entry that lacks; n entries wait for it
    BROKEN = "broken"  # device, number of an entry that does not follow the one before it; n
    FORK = "fork"  # device, number that two entries share; n entries from there on
    RESTORED = "restored"  # device whose card was put back to an earlier state, or copied
    TWO_NAMES = "two-names"  # device, other: one key with certificates that disagree
    ROLE = "role"  # device, number, kind that its role may not write
    BODY = "body"  # device, number, kind of an entry whose body makes no sense
    CORRECTION = "correction"  # device, number of a correction that names nothing it may void
    ASSEMBLIES = "assemblies"  # n assembly documents that differ
    POLL_TWICE = "poll-twice"  # poll with n openings that differ: it cannot be used
    POLL_UNKNOWN = "poll-unknown"  # poll: uuid of a poll that nobody opened; n entries name it
    BALLOT = "ballot"  # device, number of a ballot that is unreadable or for another election
    SPOILED = "spoiled"  # device, number of a ballot that was opened as a challenge
    LATE_CHALLENGE = "late-challenge"  # device, number of a challenge outside the seal
    CONTESTED = "contested"  # poll, device: n ballots after a fork
    LATE = "late"  # poll, device: n ballots after its final, or outside the seal
    FINAL = "final"  # device, number of a final that is not what the record shows
    SEAL = "seal"  # device, number of a seal that is not what the record shows
    SEALS = "seals"  # poll with n seals that differ; one of them may hold
    OMITTED = "omitted"  # poll, device: a booth that is not under the seal
    COSIGN = "cosign"  # device, number of a cosignature on a text that does not stand
    RESULTS = "results"  # poll with n results that differ
    MINUTES = "minutes"  # n minutes that differ
    REVOKED = "revoked"  # device that two facilitators took out; n entries of it do not count
    HUB = "hub"  # device, number of a hub's receipt that is not what the record shows
    REVOKING = "revoking"  # device that one facilitator, by, wants to take out


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """`facts` are public: labels of devices, numbers of entries, uuids of polls."""

    code: OddityCode
    facts: Mapping[str, str | int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))

    def __hash__(self) -> int:
        return hash((self.code, tuple(sorted(self.facts.items(), key=str))))

    @property
    def key(self) -> str:
        """The entry of this oddity in the message catalogue."""
        return f"oddity.{self.code}"


def odd(code: OddityCode, **facts: str | int) -> Oddity:
    """An oddity with its facts by name."""
    return Oddity(code=code, facts=facts)
