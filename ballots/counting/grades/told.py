# SPDX-License-Identifier: AGPL-3.0-or-later
"""What counting by grades tells."""

from __future__ import annotations

from enum import StrEnum


class GradeTold(StrEnum):
    """A step, with its facts. Grades are whole numbers, shares per cent with one decimal."""

    SCALE = "grade.scale"  # worst, best
    UNGRADED_WORST = "grade.ungraded-worst"
    UNGRADED_LEFT_OUT = "grade.ungraded-left-out"
    BEST_MEDIAN = "grade.best-median"  # n seats
    CHOSEN = "grade.chosen"  # option, grade, above, below
    TIED = "grade.tied"  # option, grade, above, below
    LOWER = "grade.lower"  # option, grade; other, better; n ballots that lack for that median
    REMOVED = "grade.removed"  # option, other, grade of both; n removed; next, better
    MIDDLE = "grade.middle"  # option, other, grade of both; share removed; next, better
    SHORT = "grade.short"  # option, n ballots
    UNGRADED = "grade.ungraded"  # option
    NOTHING_DECIDED = "grade.nothing-decided"
    TEMPERATURE = "grade.temperature"  # option, grade, levels, n ballots
