# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a rule makes of a tally, before seats are filled and ties broken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ballots.counting.contest import Amount
from ballots.counting.pairs.matrix import Matrix
from ballots.counting.pairs.tally import Options, Order
from ballots.counting.settings import By
from ballots.counting.trace import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The outcome of a rule, and how it explains itself.

    `order` has each of `options` once; the others were withdrawn or are `dropped`, with the
    reasons. `score` is the rule's own measure of each option. `won` says why an option has a
    seat that does not beat all the losers, its second argument; `lost` why an option comes after
    the last winner, its second argument. `by_duels` is whether losing a duel is a reason.
    """

    options: Options
    order: Order
    score: Mapping[int, Amount]
    opening: tuple[Step, ...]
    won: Callable[[int, Options], Step]
    lost: Callable[[int, int], Step]
    strength: Matrix = ()
    dropped: Mapping[int, tuple[Step, ...]] = field(default_factory=dict)
    by: By = By.WINNING
    by_duels: bool = True
