# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a shuffle changed nothing but order and randomness (ELECTION.md §9).

The commitments are computed from the responses, and compared with those that were written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ballots.election.groups.elements import Element, product
from ballots.election.mixing.forms import ShuffleProof, Transcript, combined, transcript
from ballots.election.numerals import read_number
from ballots.election.proofs import Pair, SealingKey


class _Read(NamedTuple):
    """The parts of a proof as elements and numbers; `chain` begins with h."""

    permutation: list[Element]
    chain: list[Element]
    single: list[int]  # s1, s2, s3, s4
    s_chain: list[int]
    s_permuted: list[int]


def proves_shuffle(
    key: SealingKey,
    fingerprint: str,
    pairs: tuple[Sequence[Pair], Sequence[Pair]],
    proof: ShuffleProof,
) -> bool:
    """Whether the pairs that went out (second) are those that came in (first), sealed anew.

    Refuses elements that are not in the group and numbers that are out of range. What is merely
    compared with a computed element needs no other check.
    """
    size = len(pairs[0])
    t, s = proof.commitments, proof.responses
    lists = (pairs[1], t.chain, s.chain, s.permuted, proof.permutation, proof.chain)
    if any(len(list_) != size for list_ in lists):
        return False
    said = transcript(key, fingerprint, pairs, proof.permutation)
    expected = _commitments(said, pairs, _read(key, proof), said.challenge(t, proof.chain))
    return t.listed == list(map(key.group.text, expected))


def _read(key: SealingKey, proof: ShuffleProof) -> _Read:
    """C and ĉ are raised to powers below, which tells whether they are in the group."""
    group, s = key.group, proof.responses

    def numbers(texts: Sequence[str]) -> list[int]:
        return [read_number(text, group.q) for text in texts]

    return _Read(
        permutation=list(map(group.claimed, proof.permutation)),
        chain=[group.independent(-1), *map(group.claimed, proof.chain)],
        single=numbers((s.s1, s.s2, s.s3, s.s4)),
        s_chain=numbers(s.chain),
        s_permuted=numbers(s.permuted),
    )


def _commitments(
    said: Transcript, pairs: tuple[Sequence[Pair], Sequence[Pair]], read: _Read, challenge: int
) -> Iterator[Element]:
    """What t1, t2, t3, t41, t42 and t̂ must be."""
    key, u = said.key, said.challenges
    group, (before, after) = key.group, pairs
    h = list(map(group.independent, range(len(before))))
    s1, s2, s3, s4 = read.single
    weighed = combined(group, read.permutation, u)
    all_u = 1
    for number in u:
        all_u = all_u * number % group.q

    def undone(element: Element) -> Element:
        return group.power(element, -challenge)

    def ratio(above: Element, below: Element) -> Element:
        return group.times(above, group.power(below, -1))

    def moved(half: int) -> Element:
        came = combined(group, (pair[half] for pair in before), u)
        went = combined(group, (pair[half] for pair in after), read.s_permuted)
        return group.times(undone(came), went)

    # Each element of the chain is raised to a power before it is multiplied.
    links = [
        group.times(
            group.times(undone(link), group.generate(a)), group.power(read.chain[place], b)
        )
        for place, (link, a, b) in enumerate(
            zip(read.chain[1:], read.s_chain, read.s_permuted, strict=True)
        )
    ]
    blinded = ratio(product(group, read.permutation), product(group, h))
    yield group.times(undone(blinded), group.generate(s1))
    end = ratio(read.chain[-1], group.power(read.chain[0], all_u))
    yield group.times(undone(end), group.generate(s2))
    yield group.times(
        group.times(undone(weighed), group.generate(s3)), combined(group, h, read.s_permuted)
    )
    yield group.times(key.power(-s4), moved(1))
    yield group.times(group.generate(-s4), moved(0))
    yield from links
