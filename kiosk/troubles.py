# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a slip, a ballot or a paper came to nothing at the booth."""

from __future__ import annotations

from enum import StrEnum


class SlipProblem(StrEnum):
    """Why a slip is turned away."""

    USED = "used"
    UNKNOWN = "unknown"
    CLOSED = "closed"  # no vote is open
    UNREADY = "unready"  # the vote that is open is not the one this booth was prepared for
    ELSEWHERE = "elsewhere"  # cut off, this booth takes only slips whose home it is
    IN_HAND = "in-hand"  # another booth has it at the moment
    FULL = "full"  # this booth has hardly any room left on its disk
    DAMAGED = "damaged"  # not a slip's code, or misread


class BallotProblem(StrEnum):
    """Why a ballot was not recorded."""

    STORAGE = "storage"
    USED = "used"  # the slip voted elsewhere meanwhile
    CLOSED = "closed"


class PaperProblem(StrEnum):
    """Why a paper did not come out whole."""

    PAPER = "paper"
    SILENT = "silent"  # the printer does not answer
