# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sealed sum of an election, and what is gathered to be shuffled (ELECTION.md §8).

The last ballot of each credential counts. Pairs that will be shuffled are sorted by the bytes of
alpha, then beta, as elements are held.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.groups.elements import Element, Group
from ballots.election.numerals import decode, encode, hex_hash, read_number
from ballots.election.proofs import Pair
from ballots.election.sealed.check import CheckedBallot, Sealed
from ballots.election.sealed.forms import Ciphertext
from ballots.election.sealed.paper import Paper
from ballots.election.setup import Setup

_SMALL = 2**30 - 1  # larger numbers are written as strings
_MOST = 10**13


class SizedTally(msgspec.Struct, frozen=True):
    """How many ballots and how much weight a sealed sum holds, and its hash."""

    num_tallied: int
    total_weight: int | str
    encrypted_tally: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Per question, one sum for each slot; or, sorted, one pair for each ballot.

    `weight` equals `ballots` where every vote weighs 1.
    """

    ballots: int
    weight: int
    ciphertexts: Sealed

    def encode(self, paper: Paper) -> bytes:
        """As the archive holds it."""
        return encode(
            [
                question.nested([Ciphertext.of(paper.group, pair) for pair in row])
                for question, row in zip(paper.questions, self.ciphertexts, strict=True)
            ]
        )

    def sized(self, paper: Paper) -> bytes:
        """The document that names it."""
        return encode(SizedTally(self.ballots, number(self.weight), hex_hash(self.encode(paper))))


class Urn:
    """Ballots being added up; their order makes no difference."""

    def __init__(self, paper: Paper) -> None:
        """Empty."""
        self._paper = paper
        self._ballots = self._weight = 0
        nothing = Pair(paper.group.identity, paper.group.identity)
        self._rows = [
            [nothing] * question.sealed if question.additive else []
            for question in paper.questions
        ]

    def add(self, sealed: Sealed, weight: int) -> None:
        """One ballot."""
        self._ballots += 1
        self._weight += weight
        self._pour(sealed, weight)

    def pour(self, tally: Tally) -> None:
        """All of another urn."""
        self._ballots += tally.ballots
        self._weight += tally.weight
        self._pour(tally.ciphertexts, 1)

    def _pour(self, sealed: Sealed, weight: int) -> None:
        group = self._paper.group
        for question, row, pairs in zip(self._paper.questions, self._rows, sealed, strict=True):
            if not question.additive:
                row.extend(pairs)
                continue
            for slot, pair in enumerate(pairs):
                alpha, beta = pair if weight == 1 else (group.power(half, weight) for half in pair)
                row[slot] = Pair(
                    _times(group, row[slot].alpha, alpha), _times(group, row[slot].beta, beta)
                )

    def tally(self) -> Tally:
        """What is in it; pairs that will be shuffled are sorted, so that they tell no order."""
        return Tally(
            ballots=self._ballots,
            weight=self._weight,
            ciphertexts=tuple(
                tuple(row) if question.additive else tuple(sorted(row))
                for question, row in zip(self._paper.questions, self._rows, strict=True)
            ),
        )


def _times(group: Group, one: Element, other: Element) -> Element:
    return other if one == group.identity else group.times(one, other)


def accumulate(setup: Setup, checked: Iterable[CheckedBallot]) -> Tally:
    """The sum of the last ballot of each credential; refuses one ballot given twice."""
    last: dict[str, CheckedBallot] = {}
    seen: set[str] = set()
    for ballot in checked:
        if ballot.tracker in seen:
            raise ElectionRefused(ElectionProblem.BALLOT_TWICE, place=f"ballot:{ballot.tracker}")
        seen.add(ballot.tracker)
        last[ballot.credential] = ballot
    urn = Urn(setup.paper)
    for credential, ballot in last.items():
        urn.add(ballot.ciphertexts, setup.roll[credential])
    return urn.tally()


def require_size(tally: Tally, sized: bytes) -> None:
    """The number and the weight of ballots that an archive states are those that it holds."""
    form = decode(sized, SizedTally, "sized tally")
    if form.num_tallied != tally.ballots or read_count(form.total_weight) != tally.weight:
        raise ElectionRefused(
            ElectionProblem.TALLY_SIZE, ballots=tally.ballots, weight=tally.weight
        )


def require_sum(paper: Paper, tally: Tally, encrypted: bytes) -> None:
    """The sum that an archive states is that of its ballots."""
    if encrypted != tally.encode(paper):
        raise ElectionRefused(ElectionProblem.TALLY)


def number(value: int) -> int | str:
    """As counts and weights are written."""
    return value if value <= _SMALL else str(value)


def read_count(value: object) -> int:
    """A count or a weight, in either of its spellings."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        return read_number(value, _MOST)
    raise ElectionRefused(ElectionProblem.FORM, what="result")
