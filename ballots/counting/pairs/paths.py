# SPDX-License-Identifier: AGPL-3.0-or-later
"""Beat paths: chains of won duels, each as strong as its weakest duel.

Markus Schulze, "A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent
single-winner election method", Social Choice and Welfare 36 (2011); sections 2.1 and 2.2.
"""

from __future__ import annotations

from ballots.counting.pairs.above import layers
from ballots.counting.pairs.duels import NO_WAY, Strength, strength, won
from ballots.counting.pairs.matrix import Matrix
from ballots.counting.pairs.tally import Options, Order
from ballots.counting.settings import By

Paths = list[list[Strength]]
"""`paths[a][b]`: the strength of the strongest chain from a to b; (0, 0) where there is none."""


def strongest(matrix: Matrix, options: Options, by: By) -> Paths:
    """The strongest paths among options (Floyd and Warshall)."""
    paths = [[NO_WAY] * len(matrix) for _ in matrix]
    for duel in won(matrix, options):
        paths[duel[0]][duel[1]] = strength(matrix, duel, by)
    for via in options:
        onward = paths[via]
        for a in options:
            so_far = paths[a][via]
            if so_far == NO_WAY or a == via:
                continue
            row = paths[a]
            for b in options:
                if b != a:
                    row[b] = max(row[b], min(so_far, onward[b]))
    return paths


def over(paths: Paths, a: int, b: int) -> bool:
    """Whether the strongest path from a to b is stronger than the one back.

    This is transitive (Schulze, section 4.1); but two options may each be equal to a third, and
    one over the other.
    """
    return paths[a][b] > paths[b][a]


def path_order(paths: Paths, options: Options) -> Order:
    """Those that no option is over, then those that none of the rest is over, and so on."""
    return layers(options, lambda a, b: over(paths, a, b))
