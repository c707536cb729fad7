# SPDX-License-Identifier: AGPL-3.0-or-later
"""The election document: what is asked, under which key, and what it is bound to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from ballots.election.errors import ElectionProblem, ElectionRefused, at
from ballots.election.numerals import convert, decode, encode

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
MIN_UUID = 14


class _QuestionForm(msgspec.Struct, frozen=True):
    answers: tuple[str, ...]
    min: int
    max: int
    question: str
    blank: bool = False


class _ElectionForm(msgspec.Struct, frozen=True):
    version: Literal[1]
    description: str
    name: str
    group: str
    public_key: str
    questions: tuple[dict[str, object], ...]
    uuid: str
    administrator: str | UnsetType = UNSET
    credential_authority: str | UnsetType = UNSET
    x_assembly: dict[str, str] = msgspec.field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HomomorphicQuestion:
    """A question whose marks are added up while sealed.

    A ballot marks `minimum` to `maximum` of the answers or, where `blank` is allowed, none.
    """

    question: str
    answers: tuple[str, ...]
    minimum: int
    maximum: int
    blank: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.minimum <= self.maximum <= len(self.answers) or not self.answers:
            raise ElectionRefused(ElectionProblem.ELECTION, what="min, max")

    @property
    def slots(self) -> int:
        """How many marks a ballot has: one for each answer, and first the blank one if any."""
        return len(self.answers) + self.blank

    def accepts(self, marks: Sequence[int]) -> bool:
        """Whether these marks, each 0 or 1, blank slot first, are a valid vote."""
        if len(marks) != self.slots or not set(marks) <= {0, 1}:
            return False
        if self.blank and marks[0]:
            return sum(marks) == 1
        return self.minimum <= sum(marks) <= self.maximum

    def form(self) -> dict[str, object]:
        """As it stands in the document."""
        blank = {"blank": True} if self.blank else {}
        limits = {"min": self.minimum, "max": self.maximum}
        return {"answers": self.answers} | blank | limits | {"question": self.question}


@dataclass(frozen=True, slots=True, kw_only=True)
class Election:
    """What the document says. `x_assembly` is ours: it binds the election to its assembly.

    `uuid` has at least 14 characters of base58; `public_key` is in the text form of the group.
    """

    uuid: str
    name: str
    description: str
    group: str
    public_key: str
    questions: tuple[HomomorphicQuestion, ...]
    administrator: str | UnsetType = UNSET
    credential_authority: str | UnsetType = UNSET
    x_assembly: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.uuid) < MIN_UUID or not set(self.uuid) <= set(BASE58):
            raise ElectionRefused(ElectionProblem.ELECTION, what="uuid")
        if not self.questions:
            raise ElectionRefused(ElectionProblem.ELECTION, what="questions")
        object.__setattr__(self, "x_assembly", MappingProxyType(dict(self.x_assembly)))

    def encode(self) -> bytes:
        """The document. Its SHA-256 is the election's fingerprint, so it is kept as it is."""
        form: dict[str, object] = {
            "version": 1,
            "description": self.description,
            "name": self.name,
            "group": self.group,
            "public_key": self.public_key,
            "questions": [question.form() for question in self.questions],
            "uuid": self.uuid,
        }
        if self.administrator is not UNSET:
            form["administrator"] = self.administrator
        if self.credential_authority is not UNSET:
            form["credential_authority"] = self.credential_authority
        if self.x_assembly:
            form["x_assembly"] = dict(self.x_assembly)
        return encode(form)


def read_election(document: bytes) -> Election:
    """What a document says; refuses kinds of question that are not homomorphic."""
    form = decode(document, _ElectionForm, "election")
    return Election(
        uuid=form.uuid,
        name=form.name,
        description=form.description,
        group=form.group,
        public_key=form.public_key,
        questions=tuple(_question(n, plain) for n, plain in enumerate(form.questions, 1)),
        administrator=form.administrator,
        credential_authority=form.credential_authority,
        x_assembly=form.x_assembly,
    )


def _question(number: int, plain: dict[str, object]) -> HomomorphicQuestion:
    with at(f"question:{number}"):
        if "type" in plain:
            raise ElectionRefused(ElectionProblem.UNSUPPORTED_QUESTION)
        form = convert(plain, _QuestionForm, "question")
        return HomomorphicQuestion(
            question=form.question,
            answers=form.answers,
            minimum=form.min,
            maximum=form.max,
            blank=form.blank,
        )
