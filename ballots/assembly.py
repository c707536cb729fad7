# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an assembly is about: agenda, questions, options and the rules that decide them.

Values here are valid by construction: whoever holds one need not check it again.
`AssemblyRefused` says what is wrong and where (`place`, a dotted path such as `polls.1.max`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import ClassVar

from ballots.errors import Refusal

MAX_OPTIONS = 50
MAX_QUESTIONS = 20


class AssemblyProblem(StrEnum):
    """Why a description of an assembly is refused."""

    EMPTY = "empty"
    LANGUAGE = "language"
    DUPLICATE = "duplicate"
    RANGE = "range"
    UNKNOWN = "unknown"


class AssemblyRefused(Refusal):
    """A description of an assembly that makes no sense, and the place of it."""

    family: ClassVar[str] = "assembly"


class Kind(StrEnum):
    """How a question is asked; each is one homomorphic question of an election."""

    YES_NO = "yes-no"  # options are exactly `yes` and `no`; a blank vote is an abstention
    SINGLE = "single"  # one of the options, or blank
    APPROVAL = "approval"  # min to max of the options, or blank


@dataclass(frozen=True, slots=True)
class Wording:
    """One text in several languages: BCP 47 tag → plain text, at least one, none empty."""

    texts: Mapping[str, str]

    def __post_init__(self) -> None:
        if not self.texts or not all(tag and text.strip() for tag, text in self.texts.items()):
            raise AssemblyRefused(AssemblyProblem.EMPTY, place="wording")
        object.__setattr__(self, "texts", MappingProxyType(dict(self.texts)))

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.texts.items())))

    def __reduce__(self) -> tuple[type[Wording], tuple[dict[str, str]]]:
        return Wording, (dict(self.texts),)

    def in_language(self, tag: str) -> str:
        """The text in `tag`, else in the first language that it has (order of writing)."""
        return self.texts.get(tag) or next(iter(self.texts.values()))


class Thing(StrEnum):
    """What Decidim has that an option may stand for."""

    PROPOSAL = "proposal"
    PROJECT = "project"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One thing of Decidim, by its id there; each kind of thing has ids of its own."""

    kind: Thing
    id: str

    def __post_init__(self) -> None:
        if not self.id:
            raise AssemblyRefused(AssemblyProblem.EMPTY, place="option.about.id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer to a question. `id` is unique in its question and printable ASCII.

    `about` is what it stands for in Decidim, if anything: the `yes` of a question that is asked
    about one proposal stands for that proposal.
    """

    id: str
    text: Wording
    about: Reference | None = None


class QuorumBase(StrEnum):
    """What a quorum is a share of."""

    CENSUS = "census"
    PRESENT = "present"


class MajorityBase(StrEnum):
    """What a majority is a share of."""

    VALID = "valid"  # votes for any option; blank votes and abstentions stay out
    CAST = "cast"  # every ballot, blank ones and abstentions too
    PRESENT = "present"
    CENSUS = "census"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quorum:
    """Ballots cast must be at least `share` of the base."""

    share: Fraction
    base: QuorumBase

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise AssemblyRefused(AssemblyProblem.RANGE, place="quorum.share")


@dataclass(frozen=True, slots=True, kw_only=True)
class Majority:
    """Votes for an option must exceed `share` of the base (or equal it, where not `strict`)."""

    share: Fraction
    base: MajorityBase
    strict: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise AssemblyRefused(AssemblyProblem.RANGE, place="majority.share")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How votes become a decision. Without a majority, the `seats` options with most votes win."""

    quorum: Quorum | None = None
    majority: Majority | None = None
    seats: int = 1

    def __post_init__(self) -> None:
        if self.seats < 1:
            raise AssemblyRefused(AssemblyProblem.RANGE, place="rule.seats")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question with its options in the order of the ballot paper.

    A ballot marks `minimum` to `maximum` options, or is blank.
    """

    id: str
    kind: Kind
    text: Wording
    options: tuple[Option, ...]
    rule: Rule = field(default_factory=Rule)
    minimum: int = 1
    maximum: int = 1
    item: str = ""  # id of the agenda item that it belongs to

    def __post_init__(self) -> None:
        ids = [option.id for option in self.options]
        if not self.id:
            raise AssemblyRefused(AssemblyProblem.EMPTY, place="question.id")
        if len(set(ids)) != len(ids):
            raise AssemblyRefused(AssemblyProblem.DUPLICATE, place=f"question.{self.id}.options")
        if not 2 <= len(ids) <= MAX_OPTIONS:
            raise AssemblyRefused(AssemblyProblem.RANGE, place=f"question.{self.id}.options")
        if self.kind is Kind.YES_NO and ids != ["yes", "no"]:
            raise AssemblyRefused(AssemblyProblem.UNKNOWN, place=f"question.{self.id}.options")
        one = self.kind in (Kind.YES_NO, Kind.SINGLE)
        if not 1 <= self.minimum <= self.maximum <= (1 if one else len(ids)):
            raise AssemblyRefused(AssemblyProblem.RANGE, place=f"question.{self.id}.max")
        if self.rule.seats > len(ids):
            raise AssemblyRefused(AssemblyProblem.RANGE, place=f"question.{self.id}.rule.seats")

    def positions(self, chosen: frozenset[str]) -> tuple[int, ...]:
        """0 or 1 per option, in paper order.

        `chosen` holds option ids; empty means blank. Refuses unknown ids and counts outside
        minimum..maximum.
        """
        known = [option.id for option in self.options]
        if not chosen <= set(known):
            raise AssemblyRefused(AssemblyProblem.UNKNOWN, place=f"question.{self.id}.choice")
        if chosen and not self.minimum <= len(chosen) <= self.maximum:
            raise AssemblyRefused(AssemblyProblem.RANGE, place=f"question.{self.id}.choice")
        return tuple(int(id_ in chosen) for id_ in known)

    def marked(self, positions: Sequence[int]) -> tuple[str, ...]:
        """The ids of the options that marks choose, in paper order; none when blank.

        A slot for blank ballots may come first (`ballots.ballot_paper`).
        """
        marks = positions[len(positions) > len(self.options) :]
        return tuple(o.id for o, mark in zip(self.options, marks, strict=True) if mark)


class Alone(StrEnum):
    """What a booth does while no other device is connected."""

    OPEN = "open"  # takes every slip; of one that is used elsewhere too, one ballot counts
    STRICT = "strict"  # takes only slips whose home it is, and says where the others' is


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """Questions that are open together on one ballot paper: one election, one visit."""

    id: str
    title: Wording
    questions: tuple[Question, ...]
    alone: Alone = Alone.OPEN

    def __post_init__(self) -> None:
        ids = [question.id for question in self.questions]
        if not 1 <= len(ids) <= MAX_QUESTIONS:
            raise AssemblyRefused(AssemblyProblem.RANGE, place=f"poll.{self.id}.questions")
        if len(set(ids)) != len(ids):
            raise AssemblyRefused(AssemblyProblem.DUPLICATE, place=f"poll.{self.id}.questions")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaItem:
    """One point of the agenda, in the order of the call."""

    id: str
    title: Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """How the assembly was called: the facts that minutes must hold (Catalan Civil Code 312-8).

    Times are local, ISO 8601 to the minute, without zone: they are for people.
    """

    convened_by: str
    convened_on: str
    first: str
    second: str = ""
    ordinary: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """The document that the facilitator opens the evening with.

    `census` is how many people are entitled to take part (0 when unknown); `languages` are in
    order of preference, the first is that of the record. Polls share no question id.
    """

    title: Wording
    body: Wording  # the name of the group that meets
    place: str
    call: Call
    languages: tuple[str, ...]
    agenda: tuple[AgendaItem, ...]
    polls: tuple[Poll, ...]
    chair: str
    secretary: str
    census: int = 0
    spare_elections: int = 2
    threshold: int = 2
    trustees: int = 3

    def __post_init__(self) -> None:
        if not self.languages:
            raise AssemblyRefused(AssemblyProblem.EMPTY, place="languages")
        for place, ids in (
            ("agenda", [item.id for item in self.agenda]),
            ("polls", [poll.id for poll in self.polls]),
            ("questions", [q.id for poll in self.polls for q in poll.questions]),
        ):
            if not ids:
                raise AssemblyRefused(AssemblyProblem.EMPTY, place=place)
            if len(set(ids)) != len(ids):
                raise AssemblyRefused(AssemblyProblem.DUPLICATE, place=place)
        items = {item.id for item in self.agenda}
        for poll in self.polls:
            for question in poll.questions:
                if question.item and question.item not in items:
                    raise AssemblyRefused(
                        AssemblyProblem.UNKNOWN, place=f"question.{question.id}.item"
                    )
        if not 1 <= self.threshold <= self.trustees <= 9:
            raise AssemblyRefused(AssemblyProblem.RANGE, place="trustees")
        if self.census < 0 or not 0 <= self.spare_elections <= 20:
            raise AssemblyRefused(AssemblyProblem.RANGE, place="census")
