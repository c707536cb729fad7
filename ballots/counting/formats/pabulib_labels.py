# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Pabulib calls a rule, and which of ours that is (pabulib.org/format, field `rule`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from ballots.counting.rule import (
    Budgeted,
    Greedy,
    GreedyExclusive,
    GreedyNoSkip,
    GreedyThreshold,
    Mes,
    Poznan,
    Rule,
)
from ballots.counting.settings import Comparison, Completion, Ties

UNKNOWN: Final = "unknown"
LABELS: Final[Mapping[str, Budgeted]] = {
    "greedy": Greedy(),
    "greedy-threshold": GreedyThreshold(),
    "greedy-no-skip": GreedyNoSkip(),
    "greedy-custom": Poznan(),
    "greedy-exclusive": GreedyExclusive(),
    "equalshares": Mes(),
    "equalshares-comparison": Mes(comparison=Comparison.SATISFACTION),
    "equalshares/add1": Mes(completion=Completion.ADD1),
    "equalshares/add1-comparison": Mes(
        completion=Completion.ADD1, comparison=Comparison.SATISFACTION
    ),
}


def rule_of(label: str, *, threshold: int, first_place: int) -> Budgeted | None:
    """The rule of a label, with what the file states beside it; None for one that is unknown."""
    if label not in LABELS:
        return None
    return msgspec.structs.replace(LABELS[label], threshold=threshold, first_place=first_place)


def label_of(rule: Rule | None) -> str:
    """The label that says all of a rule but what a file states beside it, or `unknown`."""
    if not isinstance(rule, Budgeted):
        return UNKNOWN
    bare = msgspec.structs.replace(rule, ties=Ties.LOT, budget=0, threshold=0, first_place=0)
    return next((label for label, named in LABELS.items() if named == bare), UNKNOWN)
