# SPDX-License-Identifier: AGPL-3.0-or-later
"""Adding up sealed ballots, and opening the sum with the trustees (belenios §7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from ballots.election.ballot_check import CheckedBallot
from ballots.election.ballot_forms import Ciphertext
from ballots.election.elements import Element, Group
from ballots.election.errors import ElectionProblem, ElectionRefused, at
from ballots.election.logarithms import logarithms
from ballots.election.numerals import decode, encode, hex_hash, read_number
from ballots.election.proofs import Pair, Proof, prove_factor, proves_factor
from ballots.election.setup import Setup
from ballots.election.trustees import TrusteeShare
from ballots.randomness import Randomness

Factors = tuple[tuple[Element, ...], ...]
"""A trustee's contribution per question and slot."""

_SMALL = 2**30 - 1  # larger numbers are written as strings


class SizedTally(msgspec.Struct, frozen=True):
    """How many ballots and how much weight a sealed sum holds, and its hash."""

    num_tallied: int
    total_weight: int | str
    encrypted_tally: str


class _PartialForm(msgspec.Struct, frozen=True):
    decryption_factors: tuple[tuple[str, ...], ...]
    decryption_proofs: tuple[tuple[Proof, ...], ...]


class _ResultForm(msgspec.Struct, frozen=True):
    result: tuple[tuple[int | str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The sealed sum. `weight` equals `ballots` where every vote weighs 1."""

    ballots: int
    weight: int
    ciphertexts: tuple[tuple[Pair, ...], ...]

    def encode(self, group: Group) -> bytes:
        """As the archive holds it."""
        return encode([[Ciphertext.of(group, pair) for pair in row] for row in self.ciphertexts])

    def sized(self, group: Group) -> bytes:
        """The document that names it."""
        return encode(SizedTally(self.ballots, _number(self.weight), hex_hash(self.encode(group))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Votes per question and slot, the blank slot first where there is one."""

    counts: tuple[tuple[int, ...], ...]

    def encode(self) -> bytes:
        """As the archive holds it."""
        return encode(_ResultForm(tuple(tuple(map(_number, row)) for row in self.counts)))


def _number(value: int) -> int | str:
    return value if value <= _SMALL else str(value)


def accumulate(setup: Setup, checked: Iterable[CheckedBallot]) -> Tally:
    """The sum of the last ballot of each credential; refuses one ballot given twice."""
    last: dict[str, CheckedBallot] = {}
    seen: set[str] = set()
    for ballot in checked:
        if ballot.tracker in seen:
            raise ElectionRefused(ElectionProblem.BALLOT_TWICE, place=f"ballot:{ballot.tracker}")
        seen.add(ballot.tracker)
        last[ballot.credential] = ballot
    sums = [[_nothing(setup.group)] * question.slots for question in setup.questions]
    for credential, ballot in last.items():
        _add(setup.group, sums, ballot, setup.roll[credential])
    weight = sum(setup.roll[credential] for credential in last)
    return Tally(ballots=len(last), weight=weight, ciphertexts=tuple(map(tuple, sums)))


def _nothing(group: Group) -> Pair:
    return Pair(group.identity, group.identity)


def _add(group: Group, sums: list[list[Pair]], ballot: CheckedBallot, weight: int) -> None:
    for row, pairs in zip(sums, ballot.ciphertexts, strict=True):
        for slot, pair in enumerate(pairs):
            alpha, beta = pair if weight == 1 else [group.power(half, weight) for half in pair]
            row[slot] = Pair(
                group.times(row[slot].alpha, alpha), group.times(row[slot].beta, beta)
            )


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
    for row in tally.ciphertexts:
        alphas = [pair.alpha for pair in row]
        factors.append(tuple(group.text(group.power(alpha, share.secret)) for alpha in alphas))
        proofs.append(
            tuple(prove_factor(group, prefix, share.secret, alpha, random) for alpha in alphas)
        )
    return encode(_PartialForm(tuple(factors), tuple(proofs)))


def read_partial(setup: Setup, tally: Tally, owner: int, document: bytes) -> Factors:
    """The factors of trustee `owner`, once every proof holds."""
    with at(f"trustee:{owner}"):
        form = decode(document, _PartialForm, "partial decryption")
        factors = tuple(tuple(map(setup.group.read, row)) for row in form.decryption_factors)
        if not _proved(setup, tally, setup.board.keys.get(owner), factors, form):
            raise ElectionRefused(ElectionProblem.DECRYPTION, owner=owner)
        return factors


def _proved(
    setup: Setup, tally: Tally, key: Element | None, factors: Factors, form: _PartialForm
) -> bool:
    shape = [len(row) for row in tally.ciphertexts]
    shapes = [[len(row) for row in rows] for rows in (factors, form.decryption_proofs)]
    if key is None or shapes != [shape, shape]:
        return False
    prefix = _prefix(setup, key)
    return all(
        proves_factor(setup.group, prefix, key, pair.alpha, factor, proof)
        for row in zip(tally.ciphertexts, factors, form.decryption_proofs, strict=True)
        for pair, factor, proof in zip(*row, strict=True)
    )


def unmask(setup: Setup, tally: Tally, given: Mapping[int, Factors]) -> Factors:
    """The generator to each count, from the factors of enough trustees (owner → factors)."""
    group = setup.group
    return tuple(
        tuple(
            group.times(
                pair.beta,
                group.power(
                    setup.board.factor(
                        group, {owner: factors[n][slot] for owner, factors in given.items()}
                    ),
                    -1,
                ),
            )
            for slot, pair in enumerate(row)
        )
        for n, row in enumerate(tally.ciphertexts)
    )


def open_tally(setup: Setup, tally: Tally, partials: Mapping[int, bytes]) -> Result:
    """The counts, from the partial decryptions (owner → document), each of which is checked."""
    given = {owner: read_partial(setup, tally, owner, said) for owner, said in partials.items()}
    opened = unmask(setup, tally, given)
    return Result(
        counts=tuple(tuple(logarithms(setup.group, row, tally.weight)) for row in opened)
    )


def read_result(setup: Setup, tally: Tally, opened: Factors, document: bytes) -> Result:
    """The counts that an archive states, each compared with what the trustees opened."""
    form = decode(document, _ResultForm, "result")
    if [len(row) for row in form.result] != [question.slots for question in setup.questions]:
        raise ElectionRefused(ElectionProblem.FORM, what="result")
    counts = tuple(tuple(map(_read_count, row)) for row in form.result)
    for n, (row, elements) in enumerate(zip(counts, opened, strict=True), 1):
        for count, element in zip(row, elements, strict=True):
            if not 0 <= count <= tally.weight or setup.group.generate(count) != element:
                raise ElectionRefused(ElectionProblem.RESULT, question=n, place=f"question:{n}")
    return Result(counts=counts)


def require_tally(setup: Setup, tally: Tally, encrypted: bytes, sized: bytes) -> None:
    """The sum and its size that an archive states are those of the ballots."""
    if encrypted != tally.encode(setup.group):
        raise ElectionRefused(ElectionProblem.TALLY)
    form = decode(sized, SizedTally, "sized tally")
    if form.num_tallied != tally.ballots or _read_count(form.total_weight) != tally.weight:
        raise ElectionRefused(
            ElectionProblem.TALLY_SIZE, ballots=tally.ballots, weight=tally.weight
        )


def _read_count(value: int | str) -> int:
    return value if isinstance(value, int) else read_number(value, 10**13)
