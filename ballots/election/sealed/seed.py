# SPDX-License-Identifier: AGPL-3.0-or-later
"""The stream that a ballot is sealed from: 32 bytes that make it again (ELECTION.md §7).

Block n (from 0) is SHA-512 of `urna-seal/1`, a zero byte, the seed and n as eight bytes, most
significant first; the stream is block 0, block 1, … A number below q is drawn from it as
`ballots.randomness.uniform` does: ⌈bits/8⌉ bytes, most significant first, without the lowest bits
that are too many (bits: the length of q - 1), and again while the number is not below q.
"""

from __future__ import annotations

from hashlib import sha512

SEED_SIZE = 32
CONTEXT = b"urna-seal/1\0"


class SeedStream:
    """`ballots.randomness.Randomness` that gives the same bytes for the same seed.

    Who knows the seed opens what was sealed from it. Prints as its type only.
    """

    __slots__ = ("_block", "_number", "_prefix")

    def __init__(self, seed: bytes) -> None:
        """`seed` is 32 random bytes (ValueError for another length)."""
        if len(seed) != SEED_SIZE:
            raise ValueError(len(seed))
        self._prefix = CONTEXT + seed
        self._number = 0
        self._block = b""

    def __repr__(self) -> str:
        return "<SeedStream>"

    def __call__(self, size: int) -> bytes:
        """The next `size` bytes."""
        while len(self._block) < size:
            self._block += sha512(self._prefix + self._number.to_bytes(8, "big")).digest()
            self._number += 1
        taken, self._block = self._block[:size], self._block[size:]
        return taken
