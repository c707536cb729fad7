# SPDX-License-Identifier: AGPL-3.0-or-later
"""Duels: which of two options more ballots rank above the other, and how strongly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ballots.counting.pairs.above import Above, Duel, joined
from ballots.counting.pairs.matrix import Matrix
from ballots.counting.pairs.tally import Options
from ballots.counting.settings import By

Strength = tuple[int, int]
"""Compared as it stands. By winning votes: votes of the winner, then those of the loser below 0,
as more opposition makes it weaker; by margins: the margin, and 0."""

NO_WAY: Final[Strength] = (0, 0)

_STRENGTH: Final[Mapping[By, Callable[[int, int], Strength]]] = {
    By.WINNING: lambda won, lost: (won, -lost),
    By.MARGINS: lambda won, lost: (won - lost, 0),
}


def beats(matrix: Matrix, a: int, b: int) -> bool:
    """Whether more ballots rank a above b than the other way round."""
    return matrix[a][b] > matrix[b][a]


def strength(matrix: Matrix, duel: Duel, by: By) -> Strength:
    """How strong the winner's lead is."""
    winner, loser = duel
    return _STRENGTH[by](matrix[winner][loser], matrix[loser][winner])


def written(strong: Strength, by: By) -> str:
    """A strength as `21:14` or, by margins, as `+7`; 0 where there is none."""
    if strong == NO_WAY:
        return "0"
    return f"+{strong[0]}" if by is By.MARGINS else f"{strong[0]}:{-strong[1]}"


def won(matrix: Matrix, options: Options) -> tuple[Duel, ...]:
    """The duels among options that are no draw."""
    return tuple((a, b) for a in options for b in options if beats(matrix, a, b))


def beaten(matrix: Matrix, options: Options) -> Above:
    """Who is above whom by one duel or a chain of them."""
    return joined([0] * len(matrix), won(matrix, options))


def champion(matrix: Matrix, options: Options) -> int | None:
    """The option that beats every other (Condorcet), where there is one."""
    for a in options:
        if all(beats(matrix, a, b) for b in options if b != a):
            return a
    return None


def unbeaten(matrix: Matrix, options: Options) -> Options:
    """Options that lose no duel."""
    return tuple(a for a in options if not any(beats(matrix, b, a) for b in options))


def worst_defeat(matrix: Matrix, options: Options, by: By, option: int) -> int | None:
    """Who of `options` beats an option most strongly, the first of equals; None if nobody does."""
    above = [other for other in options if beats(matrix, other, option)]
    return max(above, key=lambda other: strength(matrix, (other, option), by), default=None)


def turned(matrix: Matrix, duel: Duel) -> int:
    """Ballots that, ranking the two the other way round, would have turned a duel."""
    winner, loser = duel
    return (matrix[winner][loser] - matrix[loser][winner]) // 2 + 1
