# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many ballots rank one option above another, for every two: all that these rules look at.

`matrix[a][b]` ballots rank a above b. Options that a ballot leaves out are equal, below all that
it ranks. A matrix is a sum over ballots, so that of the union of kiosks is the sum of theirs.

On each ballot an option has a height, 0 where it is left out. The heights of one option on all
ballots are lanes of one long number, and one subtraction compares two options on all ballots.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import msgpack

from ballots.counting.profile import Ranking, Rankings

Matrix = tuple[tuple[int, ...], ...]

# msgpack writes a tuple of at most 15 as one of these bytes and then what it holds, and an option
# below 128 as itself. Without these bytes a ranking without equal options is its options in a row.
_MOST_IN_BULK: Final = 15
_HEADS: Final = bytes(range(0x90, 0xA0))
_PACK: Final = msgpack.Encoder().encode
_TAGGED: Final = 0x80  # marks a height apart from the number of an option
_HEIGHTS: Final = bytes(_TAGGED) + bytes(range(256 - _TAGGED))


def matrix(rankings: Rankings, n: int) -> Matrix:
    """The matrix of ballots on `n` options."""
    counts = rankings.counts
    heights = _in_bulk(counts, n) if n <= _MOST_IN_BULK else None
    if heights is not None:
        return _compared([heights[option::n] for option in range(n)], list(counts.values()), 1)
    deepest = max(map(len, counts), default=0)
    width = deepest.bit_length() // 8 + 1  # bytes of a lane, its highest bit being free
    return _compared(_one_by_one(counts, n, width, deepest), list(counts.values()), width)


def total(matrices: Iterable[Matrix]) -> Matrix:
    """The sum of one or more matrices of the same contest."""
    return tuple(tuple(map(sum, zip(*rows, strict=True))) for rows in zip(*matrices, strict=True))


def _in_bulk(counts: Mapping[Ranking, int], n: int) -> bytes | None:
    """`n` heights of a byte for each ballot; None where a ballot ranks options equal."""
    options = b"".join(map(_PACK, counts)).translate(None, _HEADS)
    lengths = list(map(len, counts))
    if len(options) != sum(lengths):
        return None
    by_length = [bytes(range(_TAGGED + n, _TAGGED + n - length, -1)) for length in range(n + 1)]
    ballots, start = [], 0
    for length in lengths:
        end = start + length
        ballots.append(bytes.maketrans(options[start:end], by_length[length])[:n])
        start = end
    return b"".join(ballots).translate(_HEIGHTS)


def _one_by_one(counts: Mapping[Ranking, int], n: int, width: int, deepest: int) -> list[bytes]:
    """For each option its heights, `width` bytes for each ballot."""
    lanes = [height.to_bytes(width, "little") for height in range(deepest + 1)]
    heights: list[bytes] = []
    for ranking in counts:
        ballot, height = [lanes[0]] * n, deepest
        for rank in ranking:
            for option in rank:
                ballot[option] = lanes[height]
            height -= 1
        heights += ballot
    return [b"".join(heights[option::n]) for option in range(n)]


def _compared(heights: Sequence[bytes], weights: Sequence[int], width: int) -> Matrix:
    """The matrix from the heights of each option, on ballots that count `weights` times.

    A lane of `a + 0x7f - b` has its highest bit exactly where a is above b; nothing is borrowed
    from the next lane. Weights are summed by their binary digits.
    """
    low, high = bytes(width), bytes(width - 1) + b"\x80"
    highest = _number([high] * len(weights))
    filled = highest - (highest >> (8 * width - 1))
    digits = [highest]
    if set(weights) != {1}:
        digits = [
            _number([high if weight >> digit & 1 else low for weight in weights])
            for digit in range(max(weights, default=0).bit_length())
        ]
    columns = [_number([each]) for each in heights]

    def votes(a: int, b: int) -> int:
        lead = a + filled - b
        return sum((lead & mask).bit_count() << digit for digit, mask in enumerate(digits))

    return tuple(tuple(votes(a, b) for b in columns) for a in columns)


def _number(lanes: Sequence[bytes]) -> int:
    return int.from_bytes(b"".join(lanes), "little")
