# SPDX-License-Identifier: AGPL-3.0-or-later
"""The proof of a shuffle as it is written, and what its challenges hash (ELECTION.md §9).

It is the proof of R. Haenni, P. Locher, R. Koenig and E. Dubuis, *Pseudo-Code Algorithms for
Verifiable Re-Encryption Mix-Nets* (2017), as Belenios writes it, and keeps its names: e are the
pairs that come in, e' those that go out, ψ the permutation (e'_i seals anew what e_ψ(i) seals),
c the commitments to ψ, ĉ the chain of commitments, h and h_i the independent generators.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from ballots.election.groups.elements import Element, Group, product
from ballots.election.numerals import hex_hash
from ballots.election.proofs import Pair, SealingKey


class Commitments(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """t1, t2, t3, (t41, t42), t̂."""

    t1: str
    t2: str
    t3: str
    t4: tuple[str, str]
    chain: tuple[str, ...]

    @property
    def listed(self) -> list[str]:
        """In the order in which they are hashed."""
        return [self.t1, self.t2, self.t3, *self.t4, *self.chain]


class Responses(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """s1, s2, s3, s4, ŝ, s'."""

    s1: str
    s2: str
    s3: str
    s4: str
    chain: tuple[str, ...]
    permuted: tuple[str, ...]


class ShuffleProof(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """(t, s, c, ĉ)."""

    commitments: Commitments
    responses: Responses
    permutation: tuple[str, ...]
    chain: tuple[str, ...]


class Transcript(NamedTuple):
    """What both sides hash: the pairs in and out and c, and what follows from it."""

    key: SealingKey
    fingerprint: str
    text: str
    challenges: tuple[int, ...]  # u, one for each pair that comes in

    def challenge(self, commitments: Commitments, chain: Sequence[str]) -> int:
        """The challenge of the whole proof."""
        said = f"shuffle-challenge|{self.fingerprint}|{_listed(commitments.listed)}"
        said += self.text + _listed(chain) + self.key.group.text(self.key.element)
        return int(hex_hash(said.encode()), 16) % self.key.group.q


def transcript(
    key: SealingKey,
    fingerprint: str,
    pairs: tuple[Sequence[Pair], Sequence[Pair]],
    permutation: Iterable[str],
) -> Transcript:
    """Of the pairs that come in and go out, and of c."""
    halves = (key.group.text(half) for side in pairs for pair in side for half in pair)
    text = _listed(halves) + _listed(permutation)
    start = hex_hash(f"shuffle-challenges|{fingerprint}|{text}".encode())
    numbers = (
        int(hex_hash((start + hex_hash(str(i).encode())).encode()), 16) % key.group.q
        for i in range(len(pairs[0]))
    )
    return Transcript(key, fingerprint, text, tuple(numbers))


def _listed(texts: Iterable[str]) -> str:
    """A comma after every item, the last one too."""
    return "".join(f"{text}," for text in texts)


def combined(group: Group, bases: Iterable[Element], exponents: Iterable[int]) -> Element:
    """The product of powers."""
    return product(group, map(group.power, bases, exponents))
