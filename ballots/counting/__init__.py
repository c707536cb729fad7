# SPDX-License-Identifier: AGPL-3.0-or-later
"""Exact counting that explains itself; see README.md."""

from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.sums.additive import decide
from ballots.counting.sums.outcome import (
    Fate,
    MajorityUsed,
    Outcome,
    QuorumReached,
    Standing,
    Verdict,
    not_decided_by,
    with_conflicts,
)
from ballots.counting.trace import Step, Told

__all__ = [
    "CountingProblem",
    "CountingRefused",
    "Fate",
    "MajorityUsed",
    "Outcome",
    "QuorumReached",
    "Standing",
    "Step",
    "Told",
    "Verdict",
    "decide",
    "not_decided_by",
    "with_conflicts",
]
