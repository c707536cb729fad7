# SPDX-License-Identifier: AGPL-3.0-or-later
"""The values that settings of rules may have; each is a word in the rule's document."""

from __future__ import annotations

from enum import StrEnum


class Ties(StrEnum):
    """Who decides what the rule leaves open."""

    LOT = "lot"  # public dice
    FILE_ORDER = "file-order"  # somebody decided already, and wrote it as the order of the file


class By(StrEnum):
    """How strong one option's lead over another is."""

    WINNING = "winning"  # votes of the winning side
    MARGINS = "margins"  # votes of the winning side less those of the other


class QuorumOf(StrEnum):
    """What a quorum is a share of."""

    CENSUS = "census"
    PRESENT = "present"
    BALLOTS = "ballots"  # of all ballots, so many must not be blank


class NoOpinion(StrEnum):
    """What an option is given by a ballot that says nothing of it."""

    WORST = "worst"
    EXCLUDED = "excluded"


class Unranked(StrEnum):
    """Borda points of options that a ballot leaves out."""

    ZERO = "zero"
    SHARED = "shared"  # the places that are left, shared equally


class Utility(StrEnum):
    """What a funded project is worth to each of its supporters."""

    COST = "cost"
    CARDINALITY = "cardinality"  # one, whatever it costs
    POINTS = "points"  # what the ballot gave it


class Completion(StrEnum):
    """How money that equal shares leave over is spent."""

    NONE = "none"
    ADD1 = "add1"  # raise every voter's budget and count anew
    ADD1U = "add1u"  # then give what is still left to the most supported that fit


class Stop(StrEnum):
    """When raising the voters' budgets ends."""

    OVERSPENT = "overspent"  # before the first outcome that costs more than the budget
    EXHAUSTIVE = "exhaustive"  # or at the first that leaves room for no project, if sooner


class Comparison(StrEnum):
    """Whether equal shares must hold against the greedy outcome."""

    NONE = "none"
    SATISFACTION = "satisfaction"  # more voters prefer it, by the money of what they marked
    EXCLUSION = "exclusion"  # fewer voters get nothing
