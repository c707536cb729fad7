# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which kinds of entries there are, and which role may write which."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What an entry says; bodies are in `ballots.record.bodies`."""

    OPEN_SEGMENT = "open-segment"  # always entry 0 of its segment, and only there
    ASSEMBLY = "assembly"
    SLIPS_PRINTED = "slips-printed"
    POLL_OPEN = "poll-open"
    CHECK_IN = "check-in"
    SLIP_ISSUED = "slip-issued"
    SLIP_RETURNED = "slip-returned"
    SLIPS_LEFT = "slips-left"
    NOTE = "note"
    BALLOT = "ballot"
    CHALLENGE = "challenge"
    CLOSE = "close"
    FINAL = "final"
    SEAL = "seal"
    COSIGN = "cosign"
    RESULT = "result"
    MINUTES = "minutes"
    CORRECTION = "correction"
    REVOKE = "revoke"
    HUB_RECEIPT = "hub-receipt"


class Role(StrEnum):
    """What a device is certified for."""

    FACILITATOR = "facilitator"
    DESK = "desk"
    BOOTH = "booth"
    HUB = "hub"  # keeps copies, and takes no part


_IN_THE_ROOM = frozenset({Kind.OPEN_SEGMENT, Kind.FINAL, Kind.COSIGN})

MAY_WRITE: Mapping[Role, frozenset[Kind]] = MappingProxyType(
    {
        Role.FACILITATOR: _IN_THE_ROOM
        | {
            Kind.ASSEMBLY,
            Kind.SLIPS_PRINTED,
            Kind.POLL_OPEN,
            Kind.CLOSE,
            Kind.SEAL,
            Kind.RESULT,
            Kind.MINUTES,
            Kind.NOTE,
            Kind.CORRECTION,
            Kind.REVOKE,
        },
        Role.DESK: _IN_THE_ROOM
        | {
            Kind.CHECK_IN,
            Kind.SLIP_ISSUED,
            Kind.SLIP_RETURNED,
            Kind.SLIPS_LEFT,
            Kind.NOTE,
            Kind.CORRECTION,
        },
        Role.BOOTH: _IN_THE_ROOM | {Kind.BALLOT, Kind.CHALLENGE},
        Role.HUB: frozenset({Kind.OPEN_SEGMENT, Kind.HUB_RECEIPT}),
    }
)

# Kinds that belong to one poll: their header names its uuid; the header of every other is empty.
OF_A_POLL = frozenset(
    {
        Kind.POLL_OPEN,
        Kind.BALLOT,
        Kind.CHALLENGE,
        Kind.CLOSE,
        Kind.FINAL,
        Kind.SEAL,
        Kind.COSIGN,
        Kind.RESULT,
    }
)

# Kinds whose body may be erased: they hold names, and nothing is counted from what they hold.
ERASABLE = frozenset({Kind.CHECK_IN, Kind.NOTE})

# Kinds that a correction may void; what voters did and what closes a poll stay for good.
CORRECTABLE = frozenset(
    {
        Kind.ASSEMBLY,
        Kind.SLIPS_PRINTED,
        Kind.CHECK_IN,
        Kind.SLIP_ISSUED,
        Kind.SLIP_RETURNED,
        Kind.SLIPS_LEFT,
        Kind.NOTE,
        Kind.RESULT,
        Kind.MINUTES,
    }
)
