# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an imported file is refused for: every problem of it, each with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

from ballots.errors import Refusal


class ImportProblem(StrEnum):
    """What is wrong with a file, or with one place of it."""

    PROBLEMS = "problems"  # the file as a whole: `n` problems, nothing was taken from it
    ENCODING = "encoding"  # a byte that is not UTF-8
    SEPARATOR = "separator"  # the first line does not name columns separated by `;`
    QUOTE = "quote"  # a quotation mark in the middle of a cell
    UNCLOSED = "unclosed"  # a quoted cell that never ends
    MISSING_COLUMN = "missing-column"  # name
    DUPLICATE_COLUMN = "duplicate-column"  # name
    CELLS = "cells"  # n cells in the row, as many as there are columns expected
    ID = "id"  # not the number of a proposal
    DUPLICATE_ID = "duplicate-id"  # id, line of the first
    NO_TITLE = "no-title"  # id; no title in any language that says something


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. `line` and `column` count from 1, in lines and characters of the file."""

    code: StrEnum
    line: int
    column: int
    facts: Mapping[str, str | int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))

    def __hash__(self) -> int:
        return hash((self.code, self.line, self.column))


class ImportRefused(Refusal):
    """A file that is not taken: `problems` holds all of them, in the order of the file.

    The sentence of one problem is `error.<family>.<problem.code>` with `problem.facts`, to be
    shown after `file:line:column:`. Whoever read the file sets its name, `file`.
    """

    family: ClassVar[str] = "import"
    file: str = ""
    problems: tuple[Problem, ...]

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(ImportProblem.PROBLEMS, n=len(problems))
        self.problems = tuple(sorted(problems, key=lambda each: (each.line, each.column)))

    def keys(self) -> tuple[str, ...]:
        """The entry of each problem in the message catalogue, in order."""
        return tuple(f"error.{self.family}.{problem.code}" for problem in self.problems)
