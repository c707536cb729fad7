# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mixer's turn: sealed answers in an order drawn anew, each sealed anew (ELECTION.md §9).

The proof shows that nothing else was changed, and tells nothing of the order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ballots.election.groups.elements import Element, Group
from ballots.election.mixing.forms import (
    Commitments,
    Responses,
    ShuffleProof,
    Transcript,
    combined,
    transcript,
)
from ballots.election.proofs import Pair, SealingKey
from ballots.election.secrecy import hidden
from ballots.randomness import Randomness, shuffled, uniform


class _Committed(NamedTuple):
    """Elements, and the random numbers that made them."""

    elements: list[Element]
    randomness: list[int]

    def __repr__(self) -> str:
        return hidden(self)


def shuffle(
    key: SealingKey, fingerprint: str, before: Sequence[Pair], random: Randomness
) -> tuple[tuple[Pair, ...], ShuffleProof]:
    """What comes out of a shuffle, and its proof. The order must be forgotten."""
    group, size = key.group, len(before)
    psi = shuffled(random, range(size))
    anew = _draw(group, size, random)  # by the place of the pair that comes in
    after = tuple(_sealed_anew(key, before[i], anew[i]) for i in psi)
    permutation = _commit(group, psi, random)
    said = transcript(key, fingerprint, (before, after), map(group.text, permutation.elements))
    chain = _chain(group, [said.challenges[i] for i in psi], random)
    proof = _prove(said, psi, after, (anew, permutation, chain), random)
    return after, proof


def _draw(group: Group, count: int, random: Randomness) -> list[int]:
    return [uniform(random, group.q) for _ in range(count)]


def _sealed_anew(key: SealingKey, pair: Pair, randomness: int) -> Pair:
    group = key.group
    return Pair(
        group.times(pair.alpha, group.generate(randomness)),
        group.times(pair.beta, key.power(randomness)),
    )


def _commit(group: Group, psi: Sequence[int], random: Randomness) -> _Committed:
    """c, by the place that comes in."""
    randomness = _draw(group, len(psi), random)
    elements = [group.identity] * len(psi)
    for i, source in enumerate(psi):
        blind = group.generate(randomness[source])
        elements[source] = group.times(blind, group.independent(i))
    return _Committed(elements, randomness)


def _chain(group: Group, exponents: Iterable[int], random: Randomness) -> _Committed:
    """H and then ĉ: each is the one before to its exponent, blinded."""
    elements, randomness = [group.independent(-1)], []
    for exponent in exponents:
        randomness += _draw(group, 1, random)
        blind = group.generate(randomness[-1])
        elements.append(group.times(blind, group.power(elements[-1], exponent)))
    return _Committed(elements, randomness)


def _prove(
    said: Transcript,
    psi: Sequence[int],
    after: Sequence[Pair],
    secret: tuple[list[int], _Committed, _Committed],
    random: Randomness,
) -> ShuffleProof:
    group, size = said.key.group, len(psi)
    anew, permutation, chain = secret
    u = said.challenges
    permuted = [u[i] for i in psi]
    w, w_chain, w_permuted = (_draw(group, count, random) for count in (4, size, size))
    blinds = zip(w_chain, w_permuted, chain.elements, strict=False)  # h, and all ĉ but the last
    commitments = _commitments(
        said.key,
        after,
        w,
        w_permuted,
        [group.times(group.generate(a), group.power(link, b)) for a, b, link in blinds],
    )
    texts = tuple(map(group.text, chain.elements[1:]))
    c = said.challenge(commitments, texts)

    def answered(nonce: int, secret: int) -> str:
        return str((nonce + c * secret) % group.q)

    sums = (
        sum(permutation.randomness),
        _dot(chain.randomness, _products_after(permuted, group.q)),
        _dot(permutation.randomness, u),
        _dot(anew, u),
    )
    s1, s2, s3, s4 = map(answered, w, sums)
    responses = Responses(
        s1,
        s2,
        s3,
        s4,
        tuple(map(answered, w_chain, chain.randomness)),
        tuple(map(answered, w_permuted, permuted)),
    )
    return ShuffleProof(
        commitments, responses, tuple(map(group.text, permutation.elements)), texts
    )


def _commitments(
    key: SealingKey,
    after: Sequence[Pair],
    w: Sequence[int],
    w_permuted: Sequence[int],
    links: Sequence[Element],
) -> Commitments:
    group = key.group
    generators = map(group.independent, range(len(after)))
    t3 = group.times(group.generate(w[2]), combined(group, generators, w_permuted))
    betas = combined(group, (pair.beta for pair in after), w_permuted)
    alphas = combined(group, (pair.alpha for pair in after), w_permuted)
    return Commitments(
        group.text(group.generate(w[0])),
        group.text(group.generate(w[1])),
        group.text(t3),
        (
            group.text(group.times(key.power(-w[3]), betas)),
            group.text(group.times(group.generate(-w[3]), alphas)),
        ),
        tuple(map(group.text, links)),
    )


def _dot(one: Iterable[int], other: Iterable[int]) -> int:
    return sum(a * b for a, b in zip(one, other, strict=True))


def _products_after(numbers: Sequence[int], q: int) -> list[int]:
    """For each place the product of all numbers that come after it."""
    products = [1] * len(numbers)
    for place in range(len(numbers) - 1, 0, -1):
        products[place - 1] = products[place] * numbers[place] % q
    return products
