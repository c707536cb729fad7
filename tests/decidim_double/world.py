# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a Decidim holds: rows that never change, in a world that is replaced as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

Texts = Mapping[str, str]  # locale → text
NOT_ANSWERED = "not_answered"
STATES = ("accepted", "rejected", "evaluating")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Space(Row):
    """An assembly or a participatory process. `members` may see it where it is private."""

    slug: str
    title: Texts
    kind: str = "Assembly"
    description: Texts = field(default_factory=dict)
    published: bool = True
    private_space: bool = False
    members: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Component(Row):
    """`manifest` is the name of its GraphQL type; `settings` are those that are switched on."""

    space: int
    manifest: str
    name: Texts
    weight: int = 0
    published: bool = True
    settings: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy(Row):
    name: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalState(Row):
    component: int
    token: str
    title: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal(Row):
    """`state` and `answer` are seen once `state_published`. `author` 0 is the organisation."""

    component: int
    title: Texts
    body: Texts
    state: str = NOT_ANSWERED
    state_published: bool = True
    answer: Texts = field(default_factory=dict)
    answered_at: str | None = None
    votes: int = 0
    withdrawn: bool = False
    published: bool = True
    amendment_of: int | None = None
    author: int = 0
    address: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    meeting: int | None = None
    taxonomies: tuple[int, ...] = ()
    cost: float | None = None
    cost_report: Texts = field(default_factory=dict)
    execution_period: Texts = field(default_factory=dict)
    published_at: str = "2026-09-01T08:00:00Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaItem(Row):
    title: Texts
    duration: int
    position: int
    description: Texts = field(default_factory=dict)
    items: tuple[AgendaItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting(Row):
    """`author` 0 is the organisation: then the meeting is official."""

    component: int
    title: Texts
    start_time: str
    end_time: str
    description: Texts = field(default_factory=dict)
    address: str | None = None
    location: Texts = field(default_factory=dict)
    agenda: tuple[AgendaItem, ...] = ()
    agenda_visible: bool = True
    author: int = 0
    published: bool = True
    withdrawn: bool = False
    closed_at: str | None = None
    closing_report: Texts = field(default_factory=dict)
    closing_visible: bool = True
    attendees: int | None = None
    contributions: int | None = None
    organizations: str | None = None
    proposals: tuple[int, ...] = ()
    type_of_meeting: str = "in_person"
    registration_type: str = "on_this_platform"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration(Row):
    meeting: int
    code: str
    name: str
    email: str
    validated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget(Row):
    component: int
    title: Texts
    total_budget: int
    description: Texts = field(default_factory=dict)
    weight: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(Row):
    """`paper_ballots` holds one number for each row that was ever imported."""

    budget: int
    title: Texts
    budget_amount: int
    description: Texts = field(default_factory=dict)
    selected_at: str | None = None
    paper_ballots: tuple[int, ...] = ()
    proposals: tuple[int, ...] = ()
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Row):
    """One person's vote on the web; it counts once it is checked out."""

    budget: int
    user: int
    projects: tuple[int, ...]
    checked_out: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Row):
    component: int
    key: str
    name: Texts
    progress: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(Row):
    component: int
    title: Texts
    description: Texts = field(default_factory=dict)
    external_id: str | None = None
    parent: int | None = None
    status: int | None = None
    progress: float | None = None
    start_date: str | None = None
    end_date: str | None = None
    weight: int = 1
    proposals: tuple[int, ...] = ()
    projects: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Row):
    body: Texts
    question_type: str = "single_option"
    options: tuple[Texts, ...] = ()
    mandatory: bool = False
    max_choices: int | None = None
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey(Row):
    component: int
    title: Texts
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class User(Row):
    """`role` is participant, admin or api; the last signs in with a key and a secret."""

    name: str
    email: str
    role: str = "participant"
    key: str = ""
    secret: str = ""

    @property
    def administers(self) -> bool:
        return self.role in {"admin", "api"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Client(Row):
    """An application that may ask people to act for them (OAuth 2 with PKCE)."""

    uid: str
    redirect_uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Voter(Row):
    """One line of a census: of an election, or (`component` 0) of the verification by CSV."""

    component: int
    data: Mapping[str, str]


R = TypeVar("R", bound=Row)


@dataclass(frozen=True, kw_only=True)
class World:
    """The rows, and what the operator has set. The first locale is the organisation's default.

    `modules` may name `paper_ballots`, and `unique_external_id` as Barcelona has it.
    `mails` tell what was sent to whom; nothing else says that followers were disturbed.
    """

    rows: tuple[Row, ...] = ()
    locales: tuple[str, ...] = ("ca", "es", "en")
    host: str = "decidim.invalid"
    separator: str = ";"
    now: str = "2026-11-14T20:30:00Z"
    application: str = "Decidim of Nowhere"
    disclosed_version: str | None = None
    api_closed: bool = False
    modules: frozenset[str] = frozenset()
    mails: tuple[str, ...] = field(default=())

    @cached_property
    def _index(self) -> dict[type[Row], dict[int, Row]]:
        index: dict[type[Row], dict[int, Row]] = {}
        for row in self.rows:
            index.setdefault(type(row), {})[row.id] = row
        return index

    @property
    def default_locale(self) -> str:
        return self.locales[0]

    def all(self, kind: type[R], where: Callable[[R], bool] = lambda _: True) -> tuple[R, ...]:
        rows = self._index.get(kind, {}).values()
        return tuple(row for row in rows if isinstance(row, kind) and where(row))

    def get(self, kind: type[R], number: object) -> R | None:
        """By its number, as a number or in digits."""
        text = str(number)
        row = self._index.get(kind, {}).get(int(text)) if text.isdecimal() else None
        return row if isinstance(row, kind) else None

    def having(self, *rows: Row) -> World:
        """With these rows, each in the place of the one that it changes."""
        changed = {(type(row), row.id): row for row in rows}
        kept = [changed.pop((type(row), row.id), row) for row in self.rows]
        return replace(self, rows=(*kept, *changed.values()))

    def without(self, *rows: Row) -> World:
        gone = {(type(row), row.id) for row in rows}
        return replace(
            self, rows=tuple(row for row in self.rows if (type(row), row.id) not in gone)
        )

    def mailed(self, *mails: str) -> World:
        return replace(self, mails=(*self.mails, *mails))

    def next_id(self, kind: type[Row]) -> int:
        return max(self._index.get(kind, {}), default=0) + 1

    @cached_property
    def online_votes(self) -> Counter[int]:
        """Project → orders that were checked out."""
        orders = self.all(Order, lambda order: order.checked_out)
        return Counter(project for order in orders for project in order.projects)

    # --- who sees what --------------------------------------------------------------------------

    def sees_space(self, user: User | None, space: Space | None) -> bool:
        if space is None:
            return False
        if user and user.administers:
            return True
        inside = not space.private_space or (user is not None and user.id in space.members)
        return space.published and inside

    def sees_component(self, user: User | None, component: Component | None) -> bool:
        if component is None:
            return False
        open_to_all = component.published or (user is not None and user.administers)
        return open_to_all and self.sees_space(user, self.get(Space, component.space))
