# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opening the sealed sum: each trustee's factors and their proofs (ELECTION.md §10).

A factor is alpha to the trustee's secret, proven to have the exponent of the trustee's key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TypeVar

import msgspec

from ballots.election.errors import ElectionProblem, ElectionRefused, at
from ballots.election.groups.elements import Element
from ballots.election.numerals import convert, decode, encode
from ballots.election.proofs import Pair, Proof, prove_factor, proves_factor
from ballots.election.setup import Setup
from ballots.election.tally import Tally
from ballots.election.trustees.share import TrusteeShare
from ballots.randomness import Randomness

Factors = tuple[tuple[Element, ...], ...]
"""A trustee's contribution per question, one for each pair of the tally."""


Form = TypeVar("Form")

_PARTIAL = "partial decryption"  # as a refusal names the document


class _PartialForm(msgspec.Struct, frozen=True):
    decryption_factors: tuple[object, ...]
    decryption_proofs: tuple[object, ...]


def _prefix(setup: Setup, key: Element) -> str:
    return f"decrypt|{setup.fingerprint}|{setup.group.text(key)}|"


def partial_decryption(
    setup: Setup, tally: Tally, share: TrusteeShare, random: Randomness
) -> bytes:
    """One trustee's part in opening the sum; refuses a share that is not of this election."""
    group, key = setup.group, setup.group.generate(share.secret)
    if share.group != group.name or setup.board.keys.get(share.owner) != key:
        raise ElectionRefused(ElectionProblem.SHARE, owner=share.owner)
    prefix = _prefix(setup, key)
    factors, proofs = [], []
    for question, row in zip(setup.questions, tally.ciphertexts, strict=True):
        made = [group.text(group.power(pair.alpha, share.secret)) for pair in row]
        proven = [prove_factor(group, prefix, share.secret, pair.alpha, random) for pair in row]
        factors.append(question.nested(made))
        proofs.append(question.nested(proven))
    return encode(_PartialForm(tuple(factors), tuple(proofs)))


def read_partial(setup: Setup, tally: Tally, owner: int, document: bytes) -> Factors:
    """The factors of trustee `owner`, once every proof holds."""
    refused = ElectionRefused(ElectionProblem.DECRYPTION, owner=owner)
    with at(f"trustee:{owner}"):
        form = decode(document, _PartialForm, _PARTIAL)
        key = setup.board.keys.get(owner)
        sizes = [len(row) for row in tally.ciphertexts]
        factors = _rows(setup, form.decryption_factors, str)
        proofs = _rows(setup, form.decryption_proofs, Proof)
        if key is None or sizes != list(map(len, factors)) or sizes != list(map(len, proofs)):
            raise refused
        read = tuple(tuple(map(setup.group.read, row)) for row in factors)
        prefix = _prefix(setup, key)
        each = zip(*map(chain.from_iterable, (tally.ciphertexts, read, proofs)), strict=True)
        for pair, factor, proof in each:
            if not proves_factor(setup.group, prefix, key, pair.alpha, factor, proof):
                raise refused
        return read


def _rows(
    setup: Setup, nested: Sequence[object], form: type[Form]
) -> tuple[tuple[Form, ...], ...]:
    """A document's parts, a row for each question."""
    if len(nested) != len(setup.questions):
        raise ElectionRefused(ElectionProblem.FORM, what=_PARTIAL)
    return tuple(
        tuple(convert(part, form, _PARTIAL) for part in question.flat(row, _PARTIAL))
        for question, row in zip(setup.questions, nested, strict=True)
    )


def unmask(setup: Setup, tally: Tally, given: Mapping[int, Factors]) -> Factors:
    """What each pair of the tally holds, from the factors of enough trustees (owner → factors).

    Of a sum that is the generator to the count, of a ballot the element that holds its numbers.
    """
    setup.board.require(given)
    return tuple(
        tuple(
            _unmasked(setup, pair, {owner: factors[n][slot] for owner, factors in given.items()})
            for slot, pair in enumerate(row)
        )
        for n, row in enumerate(tally.ciphertexts)
    )


def _unmasked(setup: Setup, pair: Pair, factors: Mapping[int, Element]) -> Element:
    group = setup.group
    return group.times(pair.beta, group.power(setup.board.factor(group, factors), -1))


def decrypt(setup: Setup, tally: Tally, partials: Mapping[int, bytes]) -> Factors:
    """As `unmask`, from partial decryptions (owner → document), each of which is checked."""
    given = {owner: read_partial(setup, tally, owner, said) for owner, said in partials.items()}
    return unmask(setup, tally, given)
