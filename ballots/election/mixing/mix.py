# SPDX-License-Identifier: AGPL-3.0-or-later
"""Shuffles: what each mixer publishes, and the tally that comes out (ELECTION.md §9).

Sealed sums stay as they are. Nobody who knows fewer than all of the orders can tell whose answer
is which, so two mixers at least take a turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from ballots.election.errors import ElectionProblem, ElectionRefused, at
from ballots.election.mixing.check import proves_shuffle
from ballots.election.mixing.forms import ShuffleProof
from ballots.election.mixing.shuffle import shuffle
from ballots.election.numerals import decode, encode
from ballots.election.proofs import Pair
from ballots.election.sealed.forms import Ciphertext
from ballots.election.sealed.paper import Paper
from ballots.election.setup import Setup
from ballots.election.tally import Tally
from ballots.randomness import Randomness

FEWEST_MIXERS = 2


class _ShuffleForm(msgspec.Struct, frozen=True):
    """An item for each question whose answers are shuffled."""

    ciphertexts: tuple[tuple[Ciphertext, ...], ...]
    proofs: tuple[ShuffleProof, ...]


def is_mixed(paper: Paper) -> bool:
    """Whether the answers of any question are shuffled."""
    return not all(question.additive for question in paper.questions)


def mix(paper: Paper, tally: Tally, random: Randomness) -> tuple[Tally, bytes]:
    """A mixer's turn: the tally that comes out, and the document that is published."""
    rows, proofs = [], []
    for row in _mixed_rows(paper, tally):
        after, proof = shuffle(paper.key, paper.fingerprint, row, random)
        rows.append(after)
        proofs.append(proof)
    texts = (tuple(Ciphertext.of(paper.group, pair) for pair in row) for row in rows)
    return _with_rows(paper, tally, rows), encode(_ShuffleForm(tuple(texts), tuple(proofs)))


def read_shuffle(setup: Setup, tally: Tally, owner: int, document: bytes) -> Tally:
    """The tally that comes out of a published shuffle, once its proofs hold."""
    paper = setup.paper
    with at(f"trustee:{owner}"):
        form = decode(document, _ShuffleForm, "shuffle")
        before = _mixed_rows(paper, tally)
        rows = [[pair.read(paper.group) for pair in row] for row in form.ciphertexts]
        whole = len(rows) == len(form.proofs) == len(before)
        if owner not in setup.board.keys or not whole:
            raise ElectionRefused(ElectionProblem.SHUFFLE, owner=owner)
        for pairs in zip(before, rows, form.proofs, strict=True):
            if not proves_shuffle(paper.key, paper.fingerprint, pairs[:2], pairs[2]):
                raise ElectionRefused(ElectionProblem.SHUFFLE, owner=owner)
    return _with_rows(paper, tally, rows)


def _mixed_rows(paper: Paper, tally: Tally) -> list[Sequence[Pair]]:
    each = zip(paper.questions, tally.ciphertexts, strict=True)
    return [row for question, row in each if not question.additive]


def _with_rows(paper: Paper, tally: Tally, rows: Sequence[Sequence[Pair]]) -> Tally:
    """The tally with these rows for the questions that are shuffled."""
    shuffled = iter(rows)
    ciphertexts = tuple(
        row if question.additive else tuple(next(shuffled))
        for question, row in zip(paper.questions, tally.ciphertexts, strict=True)
    )
    return replace(tally, ciphertexts=ciphertexts)
