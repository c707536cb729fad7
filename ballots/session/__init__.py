# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a set of entries to the state of the assembly."""

from __future__ import annotations

from ballots.session.finals import final_of
from ballots.session.fold import fold
from ballots.session.hubs import lacking, receipt_of
from ballots.session.oddities import Oddity, OddityCode
from ballots.session.revoking import revocation_for
from ballots.session.state import (
    CastBallot,
    Device,
    Kept,
    OpenedBallot,
    PollStage,
    PollState,
    Seal,
    Session,
)

__all__ = [
    "CastBallot",
    "Device",
    "Kept",
    "Oddity",
    "OddityCode",
    "OpenedBallot",
    "PollStage",
    "PollState",
    "Seal",
    "Session",
    "final_of",
    "fold",
    "lacking",
    "receipt_of",
    "revocation_for",
]
