# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every kind of question knows: how it is asked, answered, sealed, judged and tallied.

ELECTION.md §3 has the kinds, §6 how each is answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeVar

import msgspec

from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.groups.elements import Group, product
from ballots.election.proofs import Pair, Proof, SealingKey
from ballots.election.secrecy import hidden
from ballots.randomness import Randomness

Part = TypeVar("Part")


class OpenAnswer(NamedTuple):
    """Marks, and the random number in [0, q) of each pair that seals them. All are secret."""

    marks: tuple[int, ...]
    randomness: tuple[int, ...]

    def __repr__(self) -> str:
        return hidden(self)


class Question(Protocol):
    """A question of a ballot paper, in one of the kinds of the format (ELECTION.md §3).

    A ballot's *marks* are small numbers: 0 or 1 per slot where they are added up while sealed
    (`additive`), 0 to 255 per answer where every answer is opened. A ballot has `sealed` pairs
    for the question.
    """

    @property
    def question(self) -> str:
        """What is asked."""
        ...

    @property
    def additive(self) -> bool:
        """Whether marks are added up while sealed; else answers are shuffled, then opened."""
        ...

    @property
    def values(self) -> int:
        """How many numbers an answer holds when it is opened; 0 where marks are added up."""
        ...

    @property
    def sealed(self) -> int:
        """How many pairs a ballot has for it."""
        ...

    def form(self) -> dict[str, object]:
        """As it stands in the election document."""
        ...

    def accepts(self, marks: Sequence[int]) -> bool:
        """Whether these marks are a valid answer."""
        ...

    def seal(
        self, key: SealingKey, ballot: str, opened: OpenAnswer, random: Randomness, /
    ) -> msgspec.Raw:
        """The sealed answer with its proofs; `ballot` is the text that binds them (S0)."""
        ...

    def require_form(self, answer: msgspec.Raw) -> None:
        """Refuses a sealed answer that is not in its exact form."""
        ...

    def judge(self, key: SealingKey, ballot: str, answer: msgspec.Raw) -> tuple[Pair, ...] | None:
        """The pairs of a sealed answer, or None where a proof in it does not hold."""
        ...

    def nested(self, flat: Sequence[Part]) -> Sequence[object]:
        """One part for each slot of an additive question, as the format nests them."""
        ...

    def flat(self, nested: object, what: str) -> tuple[object, ...]:
        """The opposite of `nested`, of JSON in a document `what`; refuses another shape."""
        ...

    def widest(self, element: str, proof: Proof) -> msgspec.Raw:
        """An answer as long as any can be, where no text and no number is longer than these."""
        ...


def refused_shape(what: str) -> ElectionRefused:
    """A document `what` has another shape than its question asks for."""
    return ElectionRefused(ElectionProblem.FORM, what=what)


def summed(group: Group, pairs: Sequence[Pair]) -> Pair:
    """The sealed sum of sealed marks."""
    return Pair(
        product(group, (pair.alpha for pair in pairs)),
        product(group, (pair.beta for pair in pairs)),
    )


def flat_row(nested: object, what: str, length: int | None = None) -> tuple[object, ...]:
    """A decoded JSON array in a document `what`, of this length where one is given, or refused."""
    if not isinstance(nested, list) or length not in (None, len(nested)):
        raise refused_shape(what)
    return tuple(nested)
