# SPDX-License-Identifier: AGPL-3.0-or-later
"""An answer to a proposal through the API.

The type of `attributes` has another name in later versions, so that variables are declared by
the name of the outer input alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from sync.decidim.reading.rows import ProposalRow
from sync.decidim.refusals import DecidimProblem, DecidimRefused
from sync.decidim.uploads.answers import Answer
from sync.decidim.writing.outcomes import Already, Conflict, Decision, NotTaken, Send
from sync.decidim.writing.replies import Texts, same
from sync.decidim.writing.route import SINGLE, TEXTS

LOOK: Final = (
    f"{SINGLE}{{...on Proposals{{found:proposal(id:$id){{id state answer{TEXTS}"
    f" cost costReport{TEXTS} executionPeriod{TEXTS}}}}}}}}}"
)
TELL: Final = (
    "mutation($component:ID!,$id:ID!,$input:AnswerInput!){component(id:$component)"
    "{...on ProposalsMutation{at:proposal(id:$id){told:answer(input:$input){id state}}}}}"
)
_UNANSWERED: Final = "not_answered"
_NUMBER: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a proposal is answered with; `state` is empty while it is not, or does not show it."""

    state: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, row: ProposalRow) -> Answered:
        """As a pull saw it."""
        return cls(state=row.state, texts=row.answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What a component that "answers with costs" asks for; `amount` in digits, with a point."""

    amount: str
    report: Mapping[str, str]
    period: Mapping[str, str]

    def attributes(self) -> dict[str, object]:
        """As fields of the mutation; an amount that is no number is left out."""
        amount = {"cost": float(self.amount)} if _NUMBER.fullmatch(self.amount) else {}
        told = {"costReport": dict(self.report), "executionPeriod": dict(self.period)}
        return {**amount, **{name: texts for name, texts in told.items() if texts}}


class Proposal(msgspec.Struct, frozen=True):
    """A proposal as it is there."""

    id: str
    state: str | None = None
    answer: Texts | None = None
    cost: str | None = None
    costReport: Texts | None = None  # noqa: N815 - Decidim's names
    executionPeriod: Texts | None = None  # noqa: N815

    @property
    def answered(self) -> Answered:
        """What it is answered with."""
        return Answered(state=self.state or "", texts=_said(self.answer))

    @property
    def costs(self) -> Costs:
        """What it is said to cost."""
        return Costs(
            amount=self.cost or "",
            report=_said(self.costReport),
            period=_said(self.executionPeriod),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerStep:
    """An answer to be written over `before`, which is what the plan saw there."""

    component: str
    answer: Answer
    before: Answered = Answered()
    costs: Costs | None = None

    @property
    def id(self) -> str:
        """The number of the proposal."""
        return self.answer.proposal

    def sought(self) -> Mapping[str, str]:
        """The variables of the question."""
        return {"id": self.id}

    def decide(self, found: Sequence[Proposal]) -> Decision:
        """Written over what the plan saw, and nothing else."""
        if not found:
            return NotTaken(DecidimRefused(DecidimProblem.GONE, id=self.id))
        there = found[0].answered
        if _state(self.answer.state) == _state(there.state) and same(
            self.answer.texts, there.texts
        ):
            return Already(self.id)
        if not _alike(self.before, there):
            return Conflict(DecidimRefused(DecidimProblem.CHANGED_THERE, id=self.id))
        costs = self.costs or found[0].costs
        attributes = {
            "state": self.answer.state,
            "answerContent": dict(self.answer.texts),
            **costs.attributes(),
        }
        given = {"attributes": attributes}
        return Send(TELL, {"component": self.component, "id": self.id, "input": given})


def _said(texts: Texts | None) -> dict[str, str]:
    return texts.by_locale() if texts else {}


def _state(token: str) -> str:
    return "" if token == _UNANSWERED else token


def _alike(one: Answered, other: Answered) -> bool:
    both = same(one.texts, other.texts) and same(other.texts, one.texts)
    return both and _state(one.state) == _state(other.state)
