# SPDX-License-Identifier: AGPL-3.0-or-later
"""Questions about candidates on lists (ELECTION.md §6.4): verified, never asked by us.

A ballot chooses one list and at least one of its candidates. The first slot of a list is the list
itself. Four proofs say so: every slot is 0 or 1; the list slots sum to 1; who marks a candidate
marks their list; the candidate slots do not sum to 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import ClassVar, NoReturn

import msgspec

from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.numerals import decode_exactly, encode, read_number
from ballots.election.proofs import Pair, Proof, SealingKey, Statement, oracle, proves_one_of
from ballots.election.questions.question import OpenAnswer, Part, flat_row, refused_shape, summed
from ballots.election.sealed.forms import Ciphertext, answer_text, pair_prefix
from ballots.randomness import Randomness


class _NonZeroForm(msgspec.Struct, frozen=True):
    commitment: str
    challenge: str
    response: tuple[str, str]


class _AnswerForm(msgspec.Struct, frozen=True):
    choices: tuple[tuple[Ciphertext, ...], ...]
    individual_proofs: tuple[tuple[tuple[Proof, Proof], ...], ...]
    overall_proof: Proof
    list_proofs: tuple[tuple[Proof, Proof], ...]
    nonzero_proof: _NonZeroForm


@dataclass(frozen=True, slots=True, kw_only=True)
class ListsQuestion:
    """`lists` hold the name of a list and then its candidates."""

    additive: ClassVar[bool] = True
    values: ClassVar[int] = 0  # answers are never opened

    question: str
    lists: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        if not self.lists or not all(self.lists):
            raise ElectionRefused(ElectionProblem.ELECTION, what="answers")

    @property
    def sealed(self) -> int:
        """One pair for each list and each candidate."""
        return sum(map(len, self.lists))

    def form(self) -> dict[str, object]:
        """As it stands in the document."""
        return {"type": "Lists", "value": {"answers": self.lists, "question": self.question}}

    def accepts(self, _marks: Sequence[int]) -> bool:
        """No: such questions are not sealed here."""
        return False

    def seal(
        self, _key: SealingKey, _ballot: str, _opened: OpenAnswer, _random: Randomness, /
    ) -> NoReturn:
        """Refused, as `accepts` says."""
        raise ElectionRefused(ElectionProblem.UNSUPPORTED_QUESTION)

    def require_form(self, answer: msgspec.Raw) -> None:
        """Exact spelling, and as many pairs and proofs as the question asks for."""
        self._read(answer)

    def _read(self, answer: msgspec.Raw) -> _AnswerForm:
        form = decode_exactly(bytes(answer), _AnswerForm, "ballot")
        sizes = [len(list_) for list_ in self.lists]
        if sizes != [len(row) for row in form.choices]:
            raise refused_shape("ballot")
        if sizes != [len(row) for row in form.individual_proofs]:
            raise refused_shape("ballot")
        if len(form.list_proofs) != len(sizes):
            raise refused_shape("ballot")
        return form

    def judge(self, key: SealingKey, ballot: str, answer: msgspec.Raw) -> tuple[Pair, ...] | None:
        """One list, and at least one of its candidates."""
        form = self._read(answer)
        rows = [[choice.claimed(key.group) for choice in row] for row in form.choices]
        flat = tuple(chain.from_iterable(rows))
        each = zip(
            chain.from_iterable(form.choices),
            flat,
            chain.from_iterable(form.individual_proofs),
            strict=True,
        )
        for choice, pair, proofs in each:
            zero_or_one = [Statement(pair, 0), Statement(pair, 1)]
            if not proves_one_of(key, pair_prefix(ballot, choice), zero_or_one, proofs):
                return None
        text = answer_text(ballot, tuple(chain.from_iterable(form.choices)))
        if not all(_holds(key, text, form, rows)):
            return None
        return flat

    def nested(self, flat: Sequence[Part]) -> Sequence[object]:
        """A row for each list."""
        parts = iter(flat)
        return [[next(parts) for _ in list_] for list_ in self.lists]

    def flat(self, nested: object, what: str) -> tuple[object, ...]:
        """One for each slot."""
        rows = flat_row(nested, what, len(self.lists))
        parts = (
            flat_row(row, what, len(list_)) for row, list_ in zip(rows, self.lists, strict=True)
        )
        return tuple(chain.from_iterable(parts))

    def widest(self, element: str, proof: Proof) -> msgspec.Raw:
        """Every slot and proof at its longest."""
        form = _AnswerForm(
            choices=tuple((Ciphertext(element, element),) * len(row) for row in self.lists),
            individual_proofs=tuple(((proof, proof),) * len(row) for row in self.lists),
            overall_proof=proof,
            list_proofs=((proof, proof),) * len(self.lists),
            nonzero_proof=_NonZeroForm(element, proof.challenge, (proof.response, proof.response)),
        )
        return msgspec.Raw(encode(form))


def _holds(
    key: SealingKey, text: str, form: _AnswerForm, rows: Sequence[Sequence[Pair]]
) -> Iterator[bool]:
    """The proofs about slots together."""
    lists = summed(key.group, [row[0] for row in rows])
    prefix = pair_prefix(text, Ciphertext.of(key.group, lists))
    yield proves_one_of(key, prefix, [Statement(lists, 1)], [form.overall_proof])
    for row, proofs in zip(rows, form.list_proofs, strict=True):
        others = summed(key.group, row[1:])
        chosen_or_empty = [Statement(row[0], 1), Statement(others, 0)]
        yield proves_one_of(key, f"lproof|{text}|", chosen_or_empty, proofs)
    candidates = summed(key.group, [pair for row in rows for pair in row[1:]])
    yield _is_not_zero(key, f"nonzero|{text}|", candidates, form.nonzero_proof)


def _is_not_zero(key: SealingKey, prefix: str, pair: Pair, proof: _NonZeroForm) -> bool:
    """Whether the pair holds anything but 0: its maker showed a power of what it holds."""
    group, q = key.group, key.group.q
    commitment = group.read(proof.commitment)
    challenge = read_number(proof.challenge, q)
    first, second = (read_number(number, q) for number in proof.response)
    alpha = group.times(group.power(pair.alpha, first), group.generate(second))
    beta = group.times(group.power(pair.beta, first), key.power(second))
    beta = group.times(beta, group.power(commitment, challenge))
    said = oracle(group, prefix, [commitment, alpha, beta])
    return commitment != group.identity and said == challenge
