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
    PRESENT = "present"  # a share of people present, whom nobody counted
    OPTION = "option"  # an option without an id, twice, or of a cost below zero
    CONTEST = "contest"  # no options, no seats, or batches of different contests
    UNKNOWN_OPTION = "unknown-option"  # option: an id that the contest does not have
    RULE = "rule"  # rule: no rule has this name
    NO_RULE = "no-rule"  # neither the command nor the file names one; rules
    UNKNOWN_SETTING = "unknown-setting"  # setting, rule, known
    SETTING = "setting"  # setting, value: not one that this setting can have
    DOCUMENT = "document"  # bytes that are no rule's document
    BALLOTS = "ballots"  # rule, kind: a rule that cannot count such ballots
    LOT = "lot"  # what, options: a tie that nothing but a lot decides; digest
    BUDGET = "budget"  # projects, and no budget to spend on them


class CountingRefused(Refusal):
    """A tally or a balance that makes no sense; `place` is a question's id or a field."""

    family: ClassVar[str] = "counting"
