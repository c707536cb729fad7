# SPDX-License-Identifier: AGPL-3.0-or-later
"""Zero-knowledge proofs by hashing: made, and judged (ELECTION.md §1, §5, §6, §10).

A challenge is a hash of what is proven and of the commitments. Proofs hold challenge and response;
who judges computes the commitments, and the hash must come to the challenge.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

import msgspec

from ballots.election.groups.elements import Element, Group, Power
from ballots.election.numerals import read_number
from ballots.election.secrecy import hidden
from ballots.randomness import Randomness, uniform


class Proof(msgspec.Struct, frozen=True):
    """Challenge and response, decimals below the order of the group."""

    challenge: str
    response: str

    def numbers(self, group: Group) -> tuple[int, int]:
        """Both as numbers; refuses other spellings and numbers out of range."""
        return read_number(self.challenge, group.q), read_number(self.response, group.q)


class Pair(NamedTuple):
    """An encryption: alpha = g^r, beta = Y^r·g^m."""

    alpha: Element
    beta: Element


class Statement(NamedTuple):
    """`pair` holds `value`."""

    pair: Pair
    value: int


class Witness(NamedTuple):
    """What the prover knows of a statement: the pair's randomness, and how far its mark is off."""

    randomness: int
    excess: int  # the mark in the pair less the value that is claimed; 0 where the claim is true

    def __repr__(self) -> str:
        return hidden(self)


class SealingKey(NamedTuple):
    """The election's public key Y and its powers."""

    group: Group
    element: Element
    power: Power

    @classmethod
    def of(cls, group: Group, element: Element) -> SealingKey:
        """With what makes powers of the key fast."""
        return cls(group, element, group.fixed(element))

    def seal(self, mark: int, randomness: int) -> Pair:
        """The encryption of a mark."""
        return Pair(self.group.generate(randomness), self.masked(randomness, mark))

    def masked(self, randomness: int, mark: int) -> Element:
        """Y^randomness · g^mark."""
        mask = self.power(randomness)
        return self.group.times(mask, self.group.generate(mark)) if mark else mask


def oracle(group: Group, prefix: str, elements: Iterable[Element]) -> int:
    """The challenge that nobody chooses: SHA-256 of prefix and elements, modulo q."""
    said = prefix + ",".join(map(group.text, elements))
    return int.from_bytes(sha256(said.encode()).digest(), "big") % group.q


def _proof(group: Group, challenge: int, response: int) -> Proof:
    return Proof(str(challenge % group.q), str(response % group.q))


def prove_key(group: Group, prefix: str, secret: int, random: Randomness) -> Proof:
    """That one knows the exponent of a key; with a message in the prefix, a signature."""
    nonce = uniform(random, group.q)
    challenge = oracle(group, prefix, [group.generate(nonce)])
    return _proof(group, challenge, nonce - secret * challenge)


def proves_key(group: Group, prefix: str, key: Element, proof: Proof) -> bool:
    """Whether the proof was made with the exponent of `key`."""
    challenge, response = proof.numbers(group)
    commitment = group.times(group.generate(response), group.power(key, challenge))
    return oracle(group, prefix, [commitment]) == challenge


def sign(group: Group, message: str, secret: int, random: Randomness) -> Proof:
    """A trustee's signature of a message (ELECTION.md §5)."""
    return prove_key(group, f"sigmsg|{message}|", secret, random)


def signed(group: Group, message: str, key: Element, proof: Proof) -> bool:
    """Whether the signature of the message is by the owner of `key`."""
    return proves_key(group, f"sigmsg|{message}|", key, proof)


def prove_factor(
    group: Group, prefix: str, secret: int, alpha: Element, random: Randomness
) -> Proof:
    """That alpha^secret has the same exponent as g^secret."""
    nonce = uniform(random, group.q)
    commitments = [group.generate(nonce), group.power(alpha, nonce)]
    challenge = oracle(group, prefix, commitments)
    return _proof(group, challenge, nonce - secret * challenge)


def proves_factor(
    group: Group, prefix: str, key: Element, alpha: Element, factor: Element, proof: Proof
) -> bool:
    """Whether `factor` is alpha to the exponent of `key`."""
    challenge, response = proof.numbers(group)
    commitments = [
        group.times(group.generate(response), group.power(key, challenge)),
        group.times(group.power(alpha, response), group.power(factor, challenge)),
    ]
    return oracle(group, prefix, commitments) == challenge


def prove_one_of(
    key: SealingKey, prefix: str, witnesses: Sequence[Witness], true: int, random: Randomness
) -> tuple[Proof, ...]:
    """That one of several statements holds, without telling which; `true` is its index.

    Who knows the randomness can pretend the others by powers of g and Y alone (ELECTION.md §7).
    """
    group, q = key.group, key.group.q
    challenges = [uniform(random, q) for _ in witnesses]
    nonces = [uniform(random, q) for _ in witnesses]
    challenges[true] = 0
    commitments = []
    for witness, challenge, nonce in zip(witnesses, challenges, nonces, strict=True):
        exponent = (nonce + witness.randomness * challenge) % q
        commitments.append(group.generate(exponent))
        commitments.append(key.masked(exponent, witness.excess * challenge % q))
    challenges[true] = (oracle(group, prefix, commitments) - sum(challenges)) % q
    nonces[true] -= witnesses[true].randomness * challenges[true]
    return tuple(map(_proof, [group] * len(nonces), challenges, nonces))


@lru_cache(maxsize=1024)
def _less(group: Group, value: int) -> Element:
    """What takes `value` out of a sealed mark."""
    return group.generate(-value)


def proves_one_of(
    key: SealingKey, prefix: str, statements: Sequence[Statement], proofs: Sequence[Proof]
) -> bool:
    """Whether one of the statements holds. Both are of the same length."""
    group, commitments, total = key.group, [], 0
    for (pair, value), proof in zip(statements, proofs, strict=True):
        challenge, response = proof.numbers(group)
        beta = group.times(pair.beta, _less(group, value)) if value else pair.beta
        commitments += [
            group.times(group.generate(response), group.power(pair.alpha, challenge)),
            group.times(key.power(response), group.power(beta, challenge)),
        ]
        total += challenge
    return oracle(group, prefix, commitments) == total % group.q
