# SPDX-License-Identifier: AGPL-3.0-or-later
"""A result of accountability through the API, known by its external id.

No field finds a result by that id, and the platform takes the same one twice: all results of the
component are looked through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from sync.decidim.reading.rows import ResultRow
from sync.decidim.refusals import DecidimProblem, DecidimRefused
from sync.decidim.uploads.accountability import NewResult
from sync.decidim.uploads.ids import require_once
from sync.decidim.writing.outcomes import Already, Conflict, Decision, Send
from sync.decidim.writing.replies import Texts, same
from sync.decidim.writing.route import PAGED, TEXTS

LOOK: Final = (
    f"{PAGED}{{...on Accountability{{found:results(first:50,after:$after)"
    f"{{pageInfo{{hasNextPage endCursor}} nodes{{id externalId title{TEXTS} description{TEXTS}}}"
    "}}}}"
)
CREATE: Final = (
    "mutation($component:ID!,$input:CreateResultInput!){component(id:$component)"
    "{...on AccountabilityMutation{told:createResult(input:$input){id}}}}"
)
UPDATE: Final = (
    "mutation($component:ID!,$id:ID!,$input:UpdateResultInput!){component(id:$component)"
    "{...on AccountabilityMutation{at:result(id:$id){told:update(input:$input){id}}}}}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultThere:
    """What a result says."""

    titles: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, row: ResultRow) -> ResultThere:
        """As a pull saw it."""
        return cls(titles=row.title, descriptions=row.description)

    def has(self, other: ResultThere | NewResult) -> bool:
        """Whether it says what the other says."""
        titles = same(other.titles, self.titles)
        return titles and same(other.descriptions, self.descriptions)


class Result(msgspec.Struct, frozen=True):
    """A result as it is there."""

    id: str
    externalId: str | None = None  # noqa: N815 - Decidim's name
    title: Texts | None = None
    description: Texts | None = None

    @property
    def there(self) -> ResultThere:
        """What it says."""
        return ResultThere(
            titles=self.title.by_locale() if self.title else {},
            descriptions=self.description.by_locale() if self.description else {},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultStep:
    """A result to be made, or where there is one `before`, to be written over it."""

    component: str
    result: NewResult
    proposals: tuple[str, ...] = ()
    before: ResultThere | None = None

    def __post_init__(self) -> None:
        require_once(self.proposals)

    @property
    def id(self) -> str:
        """The external id."""
        return self.result.external_id

    def sought(self) -> Mapping[str, str]:
        """The variables of the question."""
        return {}

    def decide(self, found: Sequence[Result]) -> Decision:
        """Made once, and changed only where it still says what the plan saw."""
        own = [each for each in found if each.externalId == self.id]
        if len(own) > 1:
            return Conflict(DecidimRefused(DecidimProblem.TWICE_THERE, id=self.id))
        if not own:
            if self.before:
                return Conflict(DecidimRefused(DecidimProblem.VANISHED, id=self.id))
            return Send(CREATE, {"component": self.component, "input": self._input()})
        there = own[0].there
        if there.has(self.result):
            return Already(own[0].id)
        if not self.before or not (there.has(self.before) and self.before.has(there)):
            return Conflict(DecidimRefused(DecidimProblem.CHANGED_THERE, id=self.id))
        place = {"component": self.component, "id": own[0].id}
        return Send(UPDATE, {**place, "input": self._input()})

    def _input(self) -> dict[str, object]:
        attributes = {
            "title": dict(self.result.titles),
            "description": dict(self.result.descriptions),
            "externalId": self.id,
            "proposalIds": [int(number) for number in self.proposals],
        }
        return {"attributes": attributes}
