# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules that give each option one number: Copeland, minimax and Borda.

All of them see nothing but the matrix. Halves are the only fractions.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from ballots.counting.contest import Amount
from ballots.counting.pairs.duels import beats, strength, worst_defeat
from ballots.counting.pairs.matrix import Matrix
from ballots.counting.pairs.tally import Options
from ballots.counting.settings import By, Unranked

Points = Mapping[int, Amount]


def copeland_points(matrix: Matrix, options: Options) -> Points:
    """A point for each duel that is won, half of one for a draw."""
    return _halved(
        {
            a: sum(1 + beats(matrix, a, b) - beats(matrix, b, a) for b in options if b != a)
            for a in options
        }
    )


def worst_defeats(matrix: Matrix, options: Options, by: By) -> Mapping[int, int]:
    """Votes of the winner, or the margin, in the worst defeat of each option; 0 without one.

    By winning votes, those of the loser decide nothing here.
    """
    worst = {option: worst_defeat(matrix, options, by, option) for option in options}
    return {
        option: 0 if other is None else strength(matrix, (other, option), by)[0]
        for option, other in worst.items()
    }


def borda_points(matrix: Matrix, options: Options, *, ballots: int, unranked: Unranked) -> Points:
    """A point for each option below, on each of so many ballots that rank something.

    `shared` gives half a point for each option that is equal: places are shared equally, by
    options of one rank and by those left out. `zero` gives nothing for what is equal.
    """
    equal_counts = unranked is Unranked.SHARED
    return _halved(
        {
            a: sum(
                ballots + matrix[a][b] - matrix[b][a] if equal_counts else 2 * matrix[a][b]
                for b in options
                if b != a
            )
            for a in options
        }
    )


def as_fact(points: Amount) -> int | Decimal:
    """Points as a fact of a step."""
    whole, rest = divmod(points, 1)
    return whole + Decimal("0.5") if rest else whole


def _halved(twice: Mapping[int, int]) -> Points:
    """Whole numbers where all are whole."""
    if any(number % 2 for number in twice.values()):
        return {option: Fraction(number, 2) for option, number in twice.items()}
    return {option: number // 2 for option, number in twice.items()}
