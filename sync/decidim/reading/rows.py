# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was read from Decidim, one row for each thing, whatever it was read from.

Texts are as Decidim has them, with their mark-up; `plain.py` makes them fit for print. Times are
ISO 8601 with their offset, dates without; numbers with a fraction are text, as canonical JSON has
none. None means that the source did not say. Nobody's name is in here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta

Id = Annotated[str, Meta(pattern=r"\A[1-9][0-9]{0,17}\Z")]
Texts: TypeAlias = dict[str, str]
"""Locale → what is said in it; locales that say nothing are left out."""


class Kind(StrEnum):
    """The kinds of rows, each a file `rows/KIND.jsonl`."""

    SPACE = "space"
    COMPONENTS = "components"
    MEETINGS = "meetings"
    PROPOSALS = "proposals"
    BUDGETS = "budgets"
    PROJECTS = "projects"
    RESULTS = "results"
    SURVEYS = "surveys"


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing of Decidim; `id` is unique among those of its kind."""

    id: Id


class Label(Row, frozen=True):
    """A taxonomy (0.30 and later), or the category or scope that came before it."""

    of: Literal["taxonomy", "category", "scope"]
    name: Texts


class SpaceRow(Row, frozen=True):
    """The process or assembly that was pulled; always one row."""

    kind: Literal["process", "assembly"]
    slug: str
    title: Texts
    description: Texts
    url: str


class ComponentRow(Row, frozen=True):
    """A part of the space. `kind` is its GraphQL type: `Proposals`, `Meetings` or another."""

    kind: str
    name: Texts
    weight: int | None
    url: str


class AgendaRow(Row, frozen=True):
    """An item of a meeting's agenda, `minutes` long; items below it have none below them."""

    title: Texts
    description: Texts
    minutes: int
    items: tuple[AgendaRow, ...] = ()


class MeetingRow(Row, frozen=True):
    """A meeting. `proposals` are those that it discussed or made."""

    component: Id
    title: Texts
    description: Texts
    start: str
    end: str
    type: str
    address: str
    location: Texts
    location_hints: Texts
    latitude: str
    longitude: str
    reference: str
    agenda_title: Texts
    agenda: tuple[AgendaRow, ...]
    registrations_enabled: bool | None
    private: bool | None
    withdrawn: bool
    closed: bool | None
    closing_report: Texts
    attendees: int | None
    contributions: int | None
    organizations: str
    proposals: tuple[Id, ...]
    labels: tuple[Label, ...]
    url: str


class ProposalRow(Row, frozen=True):
    """A proposal. `state` is the token of its state, empty while it is not answered."""

    component: Id
    title: Texts
    body: Texts
    state: str
    state_title: Texts
    answer: Texts
    answered_at: str
    cost: str
    cost_report: Texts
    execution_period: Texts
    votes: int | None
    likes: int | None
    official: bool | None
    created_in_meeting: bool | None
    meeting: Id | None
    withdrawn: bool
    position: int | None
    participatory_text_level: str
    reference: str
    address: str
    latitude: str
    longitude: str
    published_at: str
    labels: tuple[Label, ...]
    url: str


class BudgetRow(Row, frozen=True):
    """A budget, in whole units of its currency, which Decidim does not tell."""

    component: Id
    title: Texts
    description: Texts
    total: int | None
    weight: int | None
    labels: tuple[Label, ...]
    url: str


class ProjectRow(Row, frozen=True):
    """A project of a budget. `votes` are those that Decidim shows, from its own platform.

    `paper` are those on paper, where a module counts them; only files tell them.
    """

    component: Id
    budget: Id
    title: Texts
    description: Texts
    amount: int | None
    votes: int | None
    selected: bool | None
    selected_at: str
    reference: str
    proposals: tuple[Id, ...]
    address: str
    latitude: str
    longitude: str
    labels: tuple[Label, ...]
    url: str
    paper: int | None = None


class MilestoneRow(Row, frozen=True):
    """A date on the way of a result."""

    date: str
    title: Texts
    description: Texts


class ResultRow(Row, frozen=True):
    """A result of accountability. `progress` is in per cent; `external_id` is never in files."""

    component: Id
    title: Texts
    description: Texts
    external_id: str
    parent: Id | None
    progress: str
    start: str
    end: str
    status: str
    status_name: Texts
    weight: int | None
    reference: str
    milestones: tuple[MilestoneRow, ...]
    proposals: tuple[Id, ...]
    labels: tuple[Label, ...]
    url: str


class OptionRow(Row, frozen=True):
    """An answer that may be chosen; `free_text`: whoever does writes some words as well."""

    body: Texts
    free_text: bool


class MatrixRow(Row, frozen=True):
    """A line of a question that is a table."""

    body: Texts


class QuestionRow(Row, frozen=True):
    """A question of a survey; `type` is Decidim's word, such as `single_option`."""

    body: Texts
    description: Texts
    type: str
    mandatory: bool
    max_choices: int | None
    max_characters: int
    position: int | None
    options: tuple[OptionRow, ...]
    lines: tuple[MatrixRow, ...]


class SurveyRow(Row, frozen=True):
    """A survey, its form and nobody's answers."""

    component: Id
    title: Texts
    description: Texts
    conditions: Texts
    starts: str
    ends: str
    open: bool | None
    questions: tuple[QuestionRow, ...]
    url: str


ROWS: Final[dict[Kind, type[Row]]] = {
    Kind.SPACE: SpaceRow,
    Kind.COMPONENTS: ComponentRow,
    Kind.MEETINGS: MeetingRow,
    Kind.PROPOSALS: ProposalRow,
    Kind.BUDGETS: BudgetRow,
    Kind.PROJECTS: ProjectRow,
    Kind.RESULTS: ResultRow,
    Kind.SURVEYS: SurveyRow,
}
