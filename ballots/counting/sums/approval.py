# SPDX-License-Identifier: AGPL-3.0-or-later
"""As many marks as the rule allows; most marks."""

from __future__ import annotations

from ballots.counting.count import Count
from ballots.counting.draw import Draw
from ballots.counting.profile import Batch
from ballots.counting.rule import Approval
from ballots.counting.sums.conditions import conditions
from ballots.counting.sums.reading import approvals
from ballots.counting.sums.tally import Tally
from ballots.counting.sums.votes import elect, no_quorum


def approval(rule: Approval, batch: Batch, draw: Draw) -> Count:
    """Count ballots with several marks; too many or too few are spoilt."""
    return decide(rule, approvals(batch, fewest=rule.min, most=rule.max), draw)


def decide(rule: Approval, tally: Tally, draw: Draw) -> Count:
    """The same from marks that are added up already."""
    tally.refuse_unless(least=1, most=rule.max or len(tally.votes))
    asked = conditions(rule, tally)
    if not asked.quorum:
        return no_quorum(rule, tally, asked)
    return elect(rule, tally, draw, asked)
