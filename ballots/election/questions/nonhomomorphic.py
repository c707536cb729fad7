# SPDX-License-Identifier: AGPL-3.0-or-later
"""Questions whose answers are shuffled and then opened one by one (ELECTION.md §6.3).

Rankings, grades, scores and approval sets: one number of 0 to 255 for each answer, all of them in
one sealed pair. The proof shows that its maker knew the randomness, so nobody can copy another's
vote; it does not show that the numbers make sense. Which do is for the counting rule to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import msgspec

from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.numerals import decode_exactly, encode
from ballots.election.proofs import Pair, Proof, SealingKey, prove_key, proves_key
from ballots.election.questions.question import OpenAnswer, Part, flat_row
from ballots.election.sealed.forms import Ciphertext
from ballots.randomness import Randomness

MOST_VALUE = 255


class _AnswerForm(msgspec.Struct, frozen=True):
    choices: Ciphertext
    proof: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class NonHomomorphicQuestion:
    """`extra` is the JSON of the hint for counting that may stand beside the question.

    Belenios knows `{"method":"MajorityJudgment",…}`, `{"method":"Schulze",…}` and
    `{"method":"STV",…}`; it decides nothing here.
    """

    additive: ClassVar[bool] = False
    sealed: ClassVar[int] = 1  # pair for all answers

    question: str
    answers: tuple[str, ...]
    extra: bytes = b""

    def __post_init__(self) -> None:
        if not self.answers:
            raise ElectionRefused(ElectionProblem.ELECTION, what="answers")

    @property
    def values(self) -> int:
        """One for each answer."""
        return len(self.answers)

    def accepts(self, marks: Sequence[int]) -> bool:
        """One number of 0 to 255 for each answer."""
        return len(marks) == len(self.answers) and all(0 <= mark <= MOST_VALUE for mark in marks)

    def form(self) -> dict[str, object]:
        """As it stands in the document."""
        extra: dict[str, object] = {"extra": msgspec.Raw(self.extra)} if self.extra else {}
        asked = {"answers": self.answers, "question": self.question}
        return {"type": "NonHomomorphic", "value": asked} | extra

    def _pairs(self, key: SealingKey, opened: OpenAnswer) -> tuple[Pair, ...]:
        (randomness,) = opened.randomness
        held = key.group.hold(opened.marks)
        alpha, mask = key.group.generate(randomness), key.power(randomness)
        return (Pair(alpha, key.group.times(mask, held)),)

    def seal(
        self, key: SealingKey, ballot: str, opened: OpenAnswer, random: Randomness, /
    ) -> msgspec.Raw:
        """The pair, and the proof that its randomness is known."""
        choice = Ciphertext.of(key.group, self._pairs(key, opened)[0])
        prefix = _prefix(key, ballot, choice)
        proof = prove_key(key.group, prefix, opened.randomness[0], random)
        return msgspec.Raw(encode(_AnswerForm(choice, proof)))

    def require_form(self, answer: msgspec.Raw) -> None:
        """Exact spelling."""
        decode_exactly(bytes(answer), _AnswerForm, "ballot")

    def judge(self, key: SealingKey, ballot: str, answer: msgspec.Raw) -> tuple[Pair, ...] | None:
        """Who made the pair knew its randomness."""
        form = decode_exactly(bytes(answer), _AnswerForm, "ballot")
        pair = form.choices.read(key.group)
        if not proves_key(key.group, _prefix(key, ballot, form.choices), pair.alpha, form.proof):
            return None
        return (pair,)

    def nested(self, flat: Sequence[Part]) -> Sequence[object]:
        """As they are."""
        return flat

    def flat(self, nested: object, what: str) -> tuple[object, ...]:
        """One for each ballot."""
        return flat_row(nested, what)

    def widest(self, element: str, proof: Proof) -> msgspec.Raw:
        """One pair and one proof."""
        return msgspec.Raw(encode(_AnswerForm(Ciphertext(element, element), proof)))


def _prefix(key: SealingKey, ballot: str, choice: Ciphertext) -> str:
    return f"raweg|{ballot}|{key.group.text(key.element)},{choice.alpha},{choice.beta}|"
