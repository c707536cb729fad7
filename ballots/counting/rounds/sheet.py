# SPDX-License-Identifier: AGPL-3.0-or-later
"""The result sheet: one row for each stage, in units of the last decimal, options by position."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final

from ballots.counting.contest import Amount, Contest
from ballots.counting.profile import Cast
from ballots.counting.rounds.ties import Picked
from ballots.counting.rule import Rule

NOBODY: Final = -1
"""Who gets what no option gets."""

Moved = Mapping[tuple[int, int], int]
"""(source, target) → units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A stage: the votes as they stood, then what was decided on them.

    `standing` are the options between which an exclusion is made. `needed` is a quota or a
    majority, 0 where there is none. `value` is what a whole vote is worth when a surplus passes
    it on, `keeps` the part of each vote that an elected option keeps (Meek), both in units.
    """

    votes: tuple[int, ...]
    needed: int = 0
    elected: tuple[int, ...] = ()
    standing: tuple[int, ...] = ()
    excluded: tuple[int, ...] = ()
    surplus: tuple[int, ...] = ()  # whose surplus is passed on
    value: int | None = None
    keeps: Mapping[int, int] = field(default_factory=dict)
    picked: Picked | None = None
    moved: Moved = field(default_factory=dict)

    @property
    def source(self) -> tuple[int, ...]:
        """Whose votes move after this stage."""
        return (*self.excluded, *self.surplus)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All rows of a count. `quota` is the one it ended with, None where a majority decides."""

    rule: Rule
    contest: Contest
    cast: Cast
    seats: int
    rows: Sequence[Row]
    decimals: int = 0
    quota: Amount | None = None

    @property
    def total(self) -> int:
        """Units of all ballots with a mark."""
        return self.cast.valid * self.unit

    @property
    def unit(self) -> int:
        """Units in one vote."""
        return int(10**self.decimals)

    def amount(self, units: int) -> Amount:
        """Units as votes."""
        return Fraction(units, self.unit) if self.decimals else units

    def fact(self, units: int) -> int | Decimal:
        """Units as the number that a sentence holds: whole where it is, without idle zeros."""
        decimals = self.decimals
        while decimals and units % 10 == 0:
            units, decimals = units // 10, decimals - 1
        return Decimal(f"{units}E-{decimals}") if decimals else units


def by_votes(options: Iterable[int], votes: Sequence[int] | Mapping[int, int]) -> tuple[int, ...]:
    """Most votes first, equal ones in the order of the contest."""
    return tuple(sorted(options, key=lambda option: (-votes[option], option)))
