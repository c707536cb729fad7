# SPDX-License-Identifier: AGPL-3.0-or-later
"""The election document (ELECTION.md §3): what is asked, under which key, what it is bound to.

Its bytes define the election: their hash is the fingerprint that every ballot and proof names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from ballots.election.errors import ElectionProblem, ElectionRefused, at
from ballots.election.numerals import convert, decode, encode
from ballots.election.questions.homomorphic import HomomorphicQuestion
from ballots.election.questions.lists import ListsQuestion
from ballots.election.questions.nonhomomorphic import NonHomomorphicQuestion
from ballots.election.questions.question import Question

__all__ = [
    "BASE58",
    "MIN_UUID",
    "Election",
    "HomomorphicQuestion",
    "ListsQuestion",
    "NonHomomorphicQuestion",
    "Question",
    "read_election",
]

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
MIN_UUID = 14


class _HomomorphicForm(msgspec.Struct, frozen=True):
    answers: tuple[str, ...]
    min: int
    max: int
    question: str
    blank: bool = False


class _NonHomomorphicForm(msgspec.Struct, frozen=True):
    answers: tuple[str, ...]
    question: str


class _ListsForm(msgspec.Struct, frozen=True):
    answers: tuple[tuple[str, ...], ...]
    question: str


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
class Election:
    """What the document says. `x_assembly` is ours: it binds the election to its assembly.

    `uuid` has at least 14 characters of base58; `public_key` is in the text form of the group.
    """

    uuid: str
    name: str
    description: str
    group: str
    public_key: str
    questions: tuple[Question, ...]
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
    """What a document says; refuses kinds of question that the format does not have."""
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


def _question(number: int, plain: dict[str, object]) -> Question:
    with at(f"question:{number}"):
        match plain.get("type", "Homomorphic"):
            case "Homomorphic" if "type" not in plain:
                return _homomorphic(convert(plain, _HomomorphicForm, "question"))
            case "NonHomomorphic":
                asked = convert(plain.get("value"), _NonHomomorphicForm, "question")
                extra = encode(plain["extra"]) if "extra" in plain else b""
                return NonHomomorphicQuestion(
                    question=asked.question, answers=asked.answers, extra=extra
                )
            case "Lists":
                lists = convert(plain.get("value"), _ListsForm, "question")
                return ListsQuestion(question=lists.question, lists=lists.answers)
            case _:
                raise ElectionRefused(ElectionProblem.UNSUPPORTED_QUESTION)


def _homomorphic(form: _HomomorphicForm) -> HomomorphicQuestion:
    return HomomorphicQuestion(
        question=form.question,
        answers=form.answers,
        minimum=form.min,
        maximum=form.max,
        blank=form.blank,
    )
