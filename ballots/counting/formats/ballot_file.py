# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a file of ballots holds: the ballots, and what else the file says of its count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ballots.counting.profile import Batch
from ballots.counting.rule import Rule
from ballots.counting.trace import Step


class FileKind(StrEnum):
    """How a file is written."""

    BLT = "blt"  # rankings, for STV
    PABULIB = "pb"  # projects and votes of a participatory budget
    PREFLIB = "preflib"  # orders: soc, soi, toc, toi
    CATEGORIES = "cat"  # PrefLib's categories
    ABIF = "abif"  # rankings or scores, equal ballots together
    CSV = "csv"  # one ballot a row, one option a column


class Noted(StrEnum):
    """What is told of a file that was read, with its facts."""

    CP1252 = "ballot-file.cp1252"  # names that are not UTF-8 were read as Windows-1252
    NO_END = "ballot-file.no-end"  # no 0 ends the ballots
    JOINED = "ballot-file.joined"  # n ballots go over the end of a line
    DIRECTIVE = "ballot-file.directive"  # name: an option in brackets that was not used
    RULE = "ballot-file.rule"  # rule: a label that says too little to count by
    EXCLUSIVE = "ballot-file.exclusive"  # projects exclude each other, the file says not which
    MARKED = "ballot-file.marked"  # n projects with `mark` (2, 3), chosen in another way
    COMMENT = "ballot-file.comment"  # comment: what the file itself remarks
    UNDECLARED = "ballot-file.undeclared"  # n options that the file does not declare
    SCORES = "ballot-file.scores"  # scores were left out, since not every ballot has them


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotFile:
    """One file.

    `rule` is the one that the file names, None where it names none or says too little of it.
    `tie_order` are the positions of all options, the luckiest first, where the file fixes that.
    `selected` has the mark of each option that the file says was chosen: 1, or another number
    where it was chosen in a way that the rule does not tell.
    """

    kind: FileKind
    batch: Batch
    rule: Rule | None = None
    tie_order: tuple[int, ...] = ()
    selected: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[Step, ...] = ()

    @property
    def official(self) -> tuple[str, ...]:
        """Ids of the options that the rule chose, as the file says; in the order of the file."""
        return tuple(option for option, mark in self.selected.items() if mark == 1)
