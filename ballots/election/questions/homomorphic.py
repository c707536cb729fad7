# SPDX-License-Identifier: AGPL-3.0-or-later
"""Questions whose marks are added up while sealed: 0 or 1 per slot (ELECTION.md §6.2).

Every slot is proven to hold 0 or 1, and together they are proven to be in range or, where it is
allowed, blank. The first slot of a question with a blank vote is the blank one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.numerals import decode_exactly, encode
from ballots.election.proofs import (
    Pair,
    Proof,
    SealingKey,
    Statement,
    Witness,
    prove_one_of,
    proves_one_of,
)
from ballots.election.questions.question import OpenAnswer, Part, flat_row, refused_shape, summed
from ballots.election.sealed.forms import Ciphertext, answer_text, pair_prefix
from ballots.randomness import Randomness


class _AnswerForm(msgspec.Struct, frozen=True):
    choices: tuple[Ciphertext, ...]
    individual_proofs: tuple[tuple[Proof, Proof], ...]
    overall_proof: tuple[Proof, ...]
    blank_proof: tuple[Proof, Proof] | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class HomomorphicQuestion:
    """A ballot marks `minimum` to `maximum` of the answers or, where `blank` is allowed, none."""

    additive: ClassVar[bool] = True
    values: ClassVar[int] = 0  # answers are never opened

    question: str
    answers: tuple[str, ...]
    minimum: int
    maximum: int
    blank: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.minimum <= self.maximum <= len(self.answers) or not self.answers:
            raise ElectionRefused(ElectionProblem.ELECTION, what="min, max")

    @property
    def sealed(self) -> int:
        """One pair for each answer, and first the blank one if any."""
        return len(self.answers) + self.blank

    def accepts(self, marks: Sequence[int]) -> bool:
        """Whether these marks, each 0 or 1, blank slot first, are a valid vote."""
        if len(marks) != self.sealed or not set(marks) <= {0, 1}:
            return False
        if self.blank and marks[0]:
            return sum(marks) == 1
        return self.minimum <= sum(marks) <= self.maximum

    def blanks(self, counts: Sequence[int], ballots: int) -> int | None:
        """How many of so many ballots mark no answer, where the sums of all slots tell it."""
        if self.blank:
            return counts[0]
        return ballots - sum(counts) if (self.minimum, self.maximum) == (0, 1) else None

    def form(self) -> dict[str, object]:
        """As it stands in the document."""
        blank = {"blank": True} if self.blank else {}
        limits = {"min": self.minimum, "max": self.maximum}
        return {"answers": self.answers} | blank | limits | {"question": self.question}

    def seal(
        self, key: SealingKey, ballot: str, opened: OpenAnswer, random: Randomness, /
    ) -> msgspec.Raw:
        """Proofs are made in this order: slot by slot, blank, overall."""
        choices = tuple(Ciphertext.of(key.group, pair) for pair in map(key.seal, *opened))
        individual = []
        for choice, mark, randomness in zip(choices, *opened, strict=True):
            witnesses = [Witness(randomness, mark), Witness(randomness, mark - 1)]
            zero, one = prove_one_of(key, pair_prefix(ballot, choice), witnesses, mark, random)
            individual.append((zero, one))
        text = answer_text(ballot, choices)
        if self.blank:
            form = _AnswerForm(
                choices, tuple(individual), *self._prove_blank_or_range(key, opened, text, random)
            )
        else:
            # The product of the pairs, which whoever sealed them can make anew with less work.
            total = Ciphertext.of(key.group, key.seal(*map(sum, opened)))
            range_, true = self._range(opened)
            overall = prove_one_of(key, pair_prefix(text, total), range_, true, random)
            form = _AnswerForm(choices, tuple(individual), overall)
        return msgspec.Raw(encode(form))

    def _range(self, opened: OpenAnswer) -> tuple[list[Witness], int]:
        """What is known of "the sum is n" for each n allowed, and the index of the true one."""
        mark, randomness = (sum(part[self.blank :]) for part in opened)
        allowed = range(self.minimum, self.maximum + 1)
        return [Witness(randomness, mark - n) for n in allowed], mark - self.minimum

    def _prove_blank_or_range(
        self, key: SealingKey, opened: OpenAnswer, text: str, random: Randomness
    ) -> tuple[tuple[Proof, ...], tuple[Proof, Proof]]:
        """Blank or a sum in range; not blank, or nothing else marked."""
        blank = opened.marks[0]
        first, second = prove_one_of(key, _blank_prefix(text, 0), _halves(opened), blank, random)
        range_, true = self._range(opened)
        valid = [Witness(opened.randomness[0], blank - 1), *range_]
        true = 0 if blank else true + 1
        overall = prove_one_of(key, _blank_prefix(text, 1), valid, true, random)
        return overall, (first, second)

    def require_form(self, answer: msgspec.Raw) -> None:
        """Exact spelling, and as many pairs and proofs as the question asks for."""
        self._read(answer)

    def _read(self, answer: msgspec.Raw) -> _AnswerForm:
        form = decode_exactly(bytes(answer), _AnswerForm, "ballot")
        shape = (
            len(form.choices),
            len(form.individual_proofs),
            len(form.overall_proof),
            form.blank_proof is not UNSET,
        )
        span = self.maximum - self.minimum + 1 + self.blank
        if shape != (self.sealed, self.sealed, span, self.blank):
            raise refused_shape("ballot")
        return form

    def judge(self, key: SealingKey, ballot: str, answer: msgspec.Raw) -> tuple[Pair, ...] | None:
        """Every mark is 0 or 1, and together they are in range or blank.

        The proof about one mark raises both halves of its pair to a power.
        """
        form = self._read(answer)
        pairs = tuple(choice.claimed(key.group) for choice in form.choices)
        for choice, pair, proofs in zip(form.choices, pairs, form.individual_proofs, strict=True):
            zero_or_one = [Statement(pair, 0), Statement(pair, 1)]
            if not proves_one_of(key, pair_prefix(ballot, choice), zero_or_one, proofs):
                return None
        if not self._in_range_or_blank(key, answer_text(ballot, form.choices), form, pairs):
            return None
        return pairs

    def _in_range_or_blank(
        self, key: SealingKey, text: str, form: _AnswerForm, pairs: tuple[Pair, ...]
    ) -> bool:
        total = summed(key.group, pairs[self.blank :])
        range_ = [Statement(total, n) for n in range(self.minimum, self.maximum + 1)]
        if form.blank_proof is UNSET:
            prefix = pair_prefix(text, Ciphertext.of(key.group, total))
            return proves_one_of(key, prefix, range_, form.overall_proof)
        alone = [Statement(pairs[0], 0), Statement(total, 0)]
        valid = [Statement(pairs[0], 1), *range_]
        return proves_one_of(
            key, _blank_prefix(text, 0), alone, form.blank_proof
        ) and proves_one_of(key, _blank_prefix(text, 1), valid, form.overall_proof)

    def nested(self, flat: Sequence[Part]) -> Sequence[object]:
        """As they are."""
        return flat

    def flat(self, nested: object, what: str) -> tuple[object, ...]:
        """One for each slot."""
        return flat_row(nested, what, self.sealed)

    def widest(self, element: str, proof: Proof) -> msgspec.Raw:
        """Every slot and proof at its longest."""
        span = self.maximum - self.minimum + 1 + self.blank
        form = _AnswerForm(
            choices=(Ciphertext(element, element),) * self.sealed,
            individual_proofs=((proof, proof),) * self.sealed,
            overall_proof=(proof,) * span,
            blank_proof=(proof, proof) if self.blank else UNSET,
        )
        return msgspec.Raw(encode(form))


def _halves(opened: OpenAnswer) -> tuple[Witness, Witness]:
    """What is known of "blank is not marked" and of "nothing else is"."""
    return (
        Witness(opened.randomness[0], opened.marks[0]),
        Witness(sum(opened.randomness[1:]), sum(opened.marks[1:])),
    )


def _blank_prefix(text: str, number: int) -> str:
    """For the proofs of a question with a blank vote: 0, blank or sum 0; 1, the range."""
    return f"bproof{number}|{text}|"
