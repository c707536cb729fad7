# SPDX-License-Identifier: AGPL-3.0-or-later
"""Refusals: a code and the facts; the sentence for people is made in `kiosk.i18n`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from types import MappingProxyType
from typing import ClassVar


class Refusal(Exception):
    """Base of every error that a person may meet, in every package.

    `code` is a value of the family's `StrEnum`; `facts` are named values for the sentence.
    Facts are public: never a choice, a credential, a key or a name of a resident.
    `key` is what the message catalogue is asked for, as `error.<family>.<code>`.
    """

    family: ClassVar[str] = "urna"

    def __init__(self, code: StrEnum, /, **facts: str | int) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __reduce__(self) -> tuple[Callable[..., Refusal], tuple[StrEnum]]:
        """So that a refusal in another process is the same here."""
        return partial(type(self), **self.facts), (self.code,)

    @property
    def key(self) -> str:
        """The entry of this refusal in the message catalogue."""
        return f"error.{self.family}.{self.code}"

    def __str__(self) -> str:
        """Code and facts, for a log or a traceback."""
        told = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.family}.{self.code}" + (f" ({told})" if told else "")


class WholeFile(StrEnum):
    """What is said of a file as a whole, in every family of files."""

    PROBLEMS = "problems"  # `n` problems, nothing was taken from it


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of a file. `line` and `column` count from 1, in lines and characters.

    `file` is its name where several are read at once.
    """

    code: StrEnum
    line: int
    column: int
    facts: Mapping[str, str | int] = field(default_factory=dict)
    file: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))

    def __hash__(self) -> int:
        return hash((self.code, self.line, self.column))


class FileRefusal(Refusal):
    """A file that is not taken: `problems` holds all of them, in the order of the file.

    The sentence of one problem is `error.<family>.<problem.code>` with `problem.facts`, to be
    shown after `file:line:column:`. Whoever read the file sets its name, `file`.
    """

    file: str = ""
    problems: tuple[Problem, ...]

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(WholeFile.PROBLEMS, n=len(problems))
        in_order = sorted(problems, key=lambda each: (each.file, each.line, each.column))
        self.problems = tuple(in_order)

    def keys(self) -> tuple[str, ...]:
        """The entry of each problem in the message catalogue, in order."""
        return tuple(f"error.{self.family}.{problem.code}" for problem in self.problems)
