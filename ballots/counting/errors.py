# SPDX-License-Identifier: AGPL-3.0-or-later
"""What counting refuses: a tally that cannot come from the ballots it is said to come from."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from ballots.errors import Refusal


class CountingProblem(StrEnum):
    """Why there is nothing to count."""

    LENGTH = "length"  # not one number per option and one for blank
    RANGE = "range"  # a number below zero, or no whole number
    SUM = "sum"  # more or fewer votes than these ballots can hold
    CENSUS = "census"  # a share of a census that is not known


class CountingRefused(Refusal):
    """A tally or a balance that makes no sense; `place` is a question's id or a field."""

    family: ClassVar[str] = "counting"
