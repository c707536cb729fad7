# SPDX-License-Identifier: AGPL-3.0-or-later
"""What counting by sums tells beside the steps of a poll."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction


class SumTold(StrEnum):
    """A step, with its facts. Points and grades are whole numbers, a mean has two decimals."""

    SPOILT = "sum.spoilt"  # n ballots kept apart
    QUORUM_BALLOTS = "sum.quorum-ballots"  # share, of, n needed
    MARKED = "sum.marked"  # n ballots that are not blank, needed
    UNMARKED = "sum.unmarked"  # n ballots short, valid, needed
    NO_QUORUM = "sum.no-quorum"  # option, n votes
    WITHDRAWN = "sum.withdrawn"  # option
    TIE = "sum.tie"  # n places, options tied for them
    TIE_WON = "sum.tie-won"  # option
    TIE_LOST = "sum.tie-lost"  # option
    MARKS = "sum.marks"  # option, n ballots
    NO_LOT = "sum.no-lot"  # equal sides, which nothing is drawn for

    HALF = "sum.half"  # of, n votes needed
    SECOND_ROUND = "sum.second-round"  # options
    GOES_ON = "sum.goes-on"  # option, n votes

    SUM_DECIDES = "sum.sum-decides"  # n seats
    MEAN_DECIDES = "sum.mean-decides"  # n seats
    UNRATED_WORST = "sum.unrated-worst"  # low
    POINTS_CHOSEN = "sum.points-chosen"  # option, n points
    POINTS_TIED = "sum.points-tied"  # option, n points
    POINTS_SHORT = "sum.points-short"  # option, points, n short
    POINTS_LOWEST = "sum.points-lowest"  # option: nobody gives it more than the lowest
    MEAN_CHOSEN = "sum.mean-chosen"  # option, mean, n ballots that rate it
    MEAN_TIED = "sum.mean-tied"  # option, mean, n ballots that rate it
    MEAN_SHORT = "sum.mean-short"  # option, mean, ballots that rate it, n points short

    ROUND = "sum.round"  # consent, reservations, objections
    STOPS = "sum.stops"  # one objection is enough
    DOES_NOT_STOP = "sum.does-not-stop"  # n objections
    CONSENTED = "sum.consented"  # n ballots with consent
    RESERVED = "sum.reserved"  # n reservations
    OBJECTED = "sum.objected"  # n objections too many
    NOBODY_CONSENTS = "sum.nobody-consents"


def rounded(value: Fraction, places: int) -> Decimal:
    """A fraction for people to read, with so many decimals; a half goes to the even digit."""
    return Decimal(round(value * 10**places)).scaleb(-places)
