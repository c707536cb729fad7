# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is counted about: the options of a contest, its seats or its budget.

An option's `id` is what its file calls it (in a BLT file the candidate's number); everywhere else
in this room an option is its position in the contest, from 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from ballots.counting.errors import CountingProblem, CountingRefused

Amount = int | Fraction
"""Votes or money, exactly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A candidate, an alternative or a project. `cost` is 0 where nothing costs."""

    id: str
    name: str = ""
    cost: Amount = 0
    withdrawn: bool = False  # its votes go on to the next preference, it is never chosen

    def __post_init__(self) -> None:
        if not self.id or self.cost < 0:
            raise CountingRefused(CountingProblem.OPTION, place=self.id)

    @property
    def title(self) -> str:
        """Its name, or its id where it has none."""
        return self.name or self.id


@dataclass(frozen=True, kw_only=True)
class Contest:
    """Options in the order of the file. `budget` and `currency` are for projects."""

    title: str = ""
    options: tuple[Option, ...]
    seats: int = 1
    budget: Amount = 0
    currency: str = ""

    def __post_init__(self) -> None:
        if not self.options or self.seats < 1 or self.budget < 0:
            raise CountingRefused(CountingProblem.CONTEST, place=self.title)
        if len(self.position) != len(self.options):
            raise CountingRefused(CountingProblem.OPTION, place=self.title)

    @cached_property
    def position(self) -> dict[str, int]:
        """Id → position."""
        return {option.id: place for place, option in enumerate(self.options)}

    @cached_property
    def standing(self) -> tuple[int, ...]:
        """The positions of the options that may be chosen."""
        return tuple(i for i, option in enumerate(self.options) if not option.withdrawn)

    def id(self, position: int) -> str:
        """The id at a position."""
        return self.options[position].id

    def ids(self, positions: Iterable[int]) -> tuple[str, ...]:
        """The ids at positions, in their order."""
        return tuple(self.options[position].id for position in positions)

    def place(self, id: str) -> int:
        """The position of an id; refuses one that is no option."""
        if id not in self.position:
            raise CountingRefused(CountingProblem.UNKNOWN_OPTION, option=id)
        return self.position[id]
