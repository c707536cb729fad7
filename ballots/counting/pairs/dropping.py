# SPDX-License-Identifier: AGPL-3.0-or-later
"""Quorum and majority against a default option, before anything else is compared.

Constitution for the Debian Project, A.6 (2, 3): first the options that too few rank above the
default option are dropped, and those that do not defeat it by their ratio. As in versions 1.1 to
1.5 a ratio must be exceeded; since 1.6 one other than 1:1 may be met exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import ceil, floor

from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.pairs.tally import Tally
from ballots.counting.pairs.told import PairTold
from ballots.counting.rule import Schulze
from ballots.counting.trace import Step, step


def dropped(rule: Schulze, tally: Tally) -> Mapping[int, tuple[Step, ...]]:
    """The options that fail, by position, each with what it failed.

    Raises:
        CountingRefused: `unknown-option` for an id that the rule names and the contest does not
            have; `setting` for a default option that was withdrawn.
    """
    if not rule.default:
        return {}
    contest = tally.contest
    default = contest.place(rule.default)
    ratios = {contest.place(id): ratio for id, ratio in rule.majority.items()}
    if default not in contest.standing:
        raise CountingRefused(CountingProblem.SETTING, setting="default", value=rule.default)
    failed = {
        option: tuple(_failed(rule, tally, option, default, ratios.get(option, Fraction(1))))
        for option in contest.standing
        if option != default
    }
    return {option: steps for option, steps in failed.items() if steps}


def opening(rule: Schulze) -> Iterator[Step]:
    """What an option has to have against the default one, where there is one."""
    if rule.default:
        yield step(PairTold.DEFAULT, option=rule.default)
    if rule.quorum:
        yield step(PairTold.NEEDED, other=rule.default, n=ceil(rule.quorum))


def _failed(
    rule: Schulze, tally: Tally, option: int, default: int, ratio: Fraction
) -> Iterator[Step]:
    votes, against = tally.matrix[option][default], tally.matrix[default][option]
    names = {"option": tally.contest.id(option), "other": rule.default}
    quorum, majority = ceil(rule.quorum), floor(ratio * against) + 1
    if votes < quorum:
        yield step(PairTold.QUORUM, **names, votes=votes, needed=quorum, n=quorum - votes)
    if votes < majority:
        facts = {"votes": votes, "against": against, "n": majority - votes}
        yield step(PairTold.MAJORITY, **names, **facts, ratio=str(ratio))
