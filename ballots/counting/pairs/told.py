# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a count by pairs tells: codes, with their facts beside them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from ballots.counting.settings import By


class PairTold(StrEnum):
    """Steps of the count, then reasons of single options.

    `votes` are ballots that rank `option` above `other`, `against` those that rank it below.
    A strength, `way`, `back`, `worst` or `mildest`, reads `21:14`, by margins `+7`, or 0.
    """

    NOTHING = "pair.nothing"  # no ballot ranks anything
    BALLOTS = "pair.ballots"  # n ballots that rank something
    SCHULZE = "pair.rule.schulze"
    COPELAND = "pair.rule.copeland"
    MINIMAX = "pair.rule.minimax"
    RANKED_PAIRS = "pair.rule.ranked-pairs"
    WINNING = "pair.by.winning"
    MARGINS = "pair.by.margins"
    BORDA_SHARED = "pair.rule.borda-shared"
    BORDA_ZERO = "pair.rule.borda-zero"
    DEFAULT = "pair.default"  # option
    NEEDED = "pair.needed"  # other, n ballots above it
    QUORUM = "pair.quorum"  # option, other, votes, needed, n votes short
    MAJORITY = "pair.majority"  # option, other, votes, against, ratio, n votes short
    DROPPED_BEATS_ALL = "pair.dropped-beats-all"  # option
    BEATS_ALL = "pair.beats-all"  # option
    NONE_BEATS_ALL = "pair.none-beats-all"
    UNBEATEN = "pair.unbeaten"  # options, n of them
    CIRCLE = "pair.circle"  # options, at least three
    BY_SCHULZE = "pair.other.schulze"  # winners, not those of this rule alone
    BY_COPELAND = "pair.other.copeland"  # winners
    BY_MINIMAX = "pair.other.minimax"  # winners
    BY_RANKED_PAIRS = "pair.other.ranked-pairs"  # winners
    BY_BORDA = "pair.other.borda"  # winners
    OTHERS_AGREE = "pair.others-agree"  # n other rules
    VACANT = "pair.vacant"  # n seats

    WON_ROOM = "pair.won.room"  # option
    WON_ALL = "pair.won.all"  # option
    WON_REST = "pair.won.rest"  # option
    WON_UNBEATEN = "pair.won.unbeaten"  # option
    WON_PATH = "pair.won.path"  # option, other, votes, against, way, back
    WON_HELD = "pair.won.held"  # option, other, votes, against
    WON_MILDEST = "pair.won.mildest"  # option, other, worst
    WON_DUELS = "pair.won.duels"  # option, points
    WON_POINTS = "pair.won.points"  # option, points
    WON_TIE = "pair.won.tie"  # option, options that were equal
    CLOSEST = "pair.closest"  # option, other, votes, against, n ballots that would have turned it
    LOST_DUEL = "pair.lost.duel"  # option, other, votes, against, n ballots, likewise
    LOST_PATH = "pair.lost.path"  # option, other, way from other to option, back
    LOST_HELD = "pair.lost.held"  # option, other
    LOST_WORSE = "pair.lost.worse"  # option, other, worst, mildest
    LOST_DUELS = "pair.lost.duels"  # option, points, needed
    LOST_POINTS = "pair.lost.points"  # option, points, needed
    LOST_TIE = "pair.lost.tie"  # option, options that were equal
    WITHDRAWN = "pair.withdrawn"  # option


MEASURE: Final[Mapping[By, PairTold]] = {
    By.WINNING: PairTold.WINNING,
    By.MARGINS: PairTold.MARGINS,
}
