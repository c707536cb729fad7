# SPDX-License-Identifier: AGPL-3.0-or-later
"""The refusals of paper: facts that cannot be printed, and a machine that cannot set type."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from ballots.errors import Refusal


class PaperProblem(StrEnum):
    """Why something is not printed."""

    NO_SHAPING = "no-shaping"  # Pillow without raqm: Arabic would come out wrong, silently
    NO_FONT = "no-font"
    TOO_NARROW = "too-narrow"
    EMPTY = "empty"
    TRACKER = "tracker"
    ELECTION = "election"
    DIGEST = "digest"
    DATE = "date"
    COLOUR = "colour"
    COUNT = "count"


class PaperRefused(Refusal):
    """What cannot go on paper. `place` names the fact, never a secret slip's code."""

    family: ClassVar[str] = "paper"
