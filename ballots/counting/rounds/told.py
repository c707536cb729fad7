# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a count in rounds tells: codes, each with its facts."""

from __future__ import annotations

from enum import StrEnum


class RoundTold(StrEnum):
    """A step of a count in rounds. Votes, quotas and values are whole or have decimals."""

    # The whole count
    IRV = "round.irv"
    IRV_BATCH = "round.irv-batch"
    SCOTTISH = "round.scottish"  # n seats
    MEEK = "round.meek"  # n seats
    QUOTA = "round.quota"  # quota, votes, n seats
    QUOTA_AT_LAST = "round.quota-at-last"  # quota, seats
    FILLED = "round.filled"  # n seats, stage
    ENOUGH_SEATS = "round.enough-seats"  # n seats: as many as options, or more
    VACANT = "round.vacant"  # n seats
    NO_VOTES = "round.no-votes"

    # Who is elected at a stage
    MAJORITY = "round.majority"  # option, votes, needed, of
    NO_MAJORITY = "round.no-majority"  # needed, of
    REACHED = "round.reached"  # option, votes, quota
    REMAINING = "round.remaining"  # option, n votes: a seat is left for each who is left

    # Equal options, and what decided
    LEVEL = "round.level"  # options, n votes each
    WITHIN = "round.within"  # options, nearer than the surplus that is still on its way
    STILL_LEVEL = "round.still-level"  # options, stage up to which ties look back in vain
    BY_EARLIER_STAGE = "round.by-earlier-stage"  # option, stage
    BY_LOT = "round.by-lot"  # option
    BY_FILE_ORDER = "round.by-file-order"  # option
    EITHER = "round.either"  # option: whoever goes first, the same follows

    # Whose votes move, and where to
    EXCLUDED = "round.excluded"  # option, n votes
    EXCLUDED_TOGETHER = "round.excluded-together"  # options, votes, other, more: votes of other
    SURPLUS = "round.surplus"  # option, n votes above the quota, value of a vote passed on
    KEEPS = "round.keeps"  # option, value that it keeps of each vote
    GAINS = "round.gains"  # option, n votes
    OTHERS_GAIN = "round.others-gain"  # n votes, all others together
    TO_NOBODY = "round.to-nobody"  # n votes

    # Why an option won or lost
    WON = "round.won"  # option, stage, n votes
    WON_REMAINING = "round.won-remaining"  # option, stage, n votes
    LOST = "round.lost"  # option, stage, n votes
    KEPT_IN = "round.kept-in"  # n votes more, and other would have gone
    LAST_SEAT = "round.last-seat"  # n votes more, and other would have gone: the last seat
    LOST_TOGETHER = "round.lost-together"  # option, stage, votes, together, other, n short of it
    OUTVOTED = "round.outvoted"  # option, stage, votes, other, n votes more would have won
    BELOW_QUOTA = "round.below-quota"  # option, stage, votes, quota, n short of it
    WITHDRAWN = "round.withdrawn"  # option
    UNCOUNTED = "round.uncounted"  # option: nobody's ballot ranked any option
