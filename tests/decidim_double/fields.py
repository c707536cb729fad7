# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each field of the API says of a row.

A field is looked up in `SAID`, then among the fields of its row; what neither knows is null, or
where the schema forbids null, nothing in the form that it asks for.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
)

from tests.decidim_double.addresses import reference_of, space_url, url_of
from tests.decidim_double.limits import Limits
from tests.decidim_double.world import (
    NOT_ANSWERED,
    Budget,
    Component,
    Meeting,
    Project,
    Proposal,
    ProposalState,
    Result,
    Row,
    Space,
    Status,
    Survey,
    Taxonomy,
    User,
    World,
)


@dataclass(slots=True)
class Asked:
    """One request: who asks, and the world, which a mutation replaces."""

    world: World
    user: User | None
    version: str
    limits: Limits
    may_write: bool = False

    @property
    def has_codes(self) -> bool:
        return self.version >= "0.31"


@dataclass(frozen=True, slots=True)
class Writing:
    """A place below `Mutation`: the name of its type, and the row that it is about."""

    kind: str
    row: Row


Said = Callable[..., Any]
SAID: dict[tuple[str, str], Said] = {}
_NOTHING: Mapping[str, Any] = {}  # a text in no language, an object without fields
_BLANK: Mapping[str, Any] = {"Int": 0, "Float": 0.0, "Boolean": False, "JSON": {}}
_SNAKE = re.compile(r"(?<=[a-z])(?=[A-Z])")
_TYPES = {User: "User", Proposal: "Proposal", Meeting: "Meeting", Project: "Project"}


def says(*names: str) -> Callable[[Said], Said]:
    """The function that answers these fields, each written `Type.field`."""

    def remember(said: Said) -> Said:
        for name in names:
            kind, _, field = name.partition(".")
            SAID[kind, field] = said
        return said

    return remember


def resolve(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
    said = SAID.get((info.parent_type.name, info.field_name))
    if said:
        value = said(info.context, source, **arguments)
    elif isinstance(source, Mapping):
        value = source.get(info.field_name)
    else:
        value = getattr(source, _SNAKE.sub("_", info.field_name).lower(), None)
    return _blank(info.return_type) if value is None or value == {} else value


def _blank(wanted: GraphQLOutputType) -> Any:
    if not isinstance(wanted, GraphQLNonNull):
        return None
    if is_list_type(wanted.of_type):
        return []
    named = get_named_type(wanted)
    return _BLANK.get(named.name, "") if is_leaf_type(named) else _NOTHING


def type_of(value: Any, info: GraphQLResolveInfo[Any], abstract: Any) -> str | None:
    match value:
        case Writing(kind=kind):
            return kind
        case Space(kind=kind):
            return kind
        case Component(manifest=manifest):
            known = info.schema.type_map.get(manifest)
            return manifest if known in info.schema.get_possible_types(abstract) else "Component"
        case _:
            return _TYPES.get(type(value))


def bound(schema: GraphQLSchema) -> GraphQLSchema:
    """With the types of rows told wherever one of several may be found."""
    for kind in schema.type_map.values():
        if is_abstract_type(kind):
            kind.resolve_type = type_of
    return schema


def hidden(asked: Asked, kind: str) -> GraphQLError:
    code = {"code": "UNAUTHORIZED_OBJECT_ERROR"} if asked.has_codes else None
    return GraphQLError(f"An object of type {kind} was hidden due to permissions", extensions=code)


# --- the way in ---------------------------------------------------------------------------------


@says("Query.decidim")
def _decidim(asked: Asked, _: Any) -> Any:
    world = asked.world
    return {"version": world.disclosed_version, "applicationName": world.application}


@says("Query.organization")
def _organization(asked: Asked, _: Any) -> Any:
    return {"name": {asked.world.default_locale: asked.world.application}}


@says("Query.session")
def _session(asked: Asked, _: Any) -> Any:
    return {"user": asked.user} if asked.user else None


def _space(asked: Asked, kind: str, number: Any, slug: Any = None) -> Space | None:
    wanted = asked.world.all(
        Space,
        lambda row: row.kind == kind and (str(row.id) == number if number else row.slug == slug),
    )
    if wanted and not asked.world.sees_space(asked.user, wanted[0]):
        raise hidden(asked, kind)
    return wanted[0] if wanted else None


def _spaces(asked: Asked, kind: str) -> tuple[Space, ...]:
    sees = asked.world.sees_space
    return asked.world.all(Space, lambda row: row.kind == kind and sees(asked.user, row))


SAID["Query", "assembly"] = lambda asked, _, id=None: _space(asked, "Assembly", id)
SAID["Query", "assemblies"] = lambda asked, _, **__: _spaces(asked, "Assembly")
SAID["Query", "participatoryProcess"] = lambda asked, _, id=None, slug=None: _space(
    asked, "ParticipatoryProcess", id, slug
)
SAID["Query", "participatoryProcesses"] = lambda asked, _, **__: _spaces(
    asked, "ParticipatoryProcess"
)


@says("Query.component")
def _component(asked: Asked, _: Any, id: str) -> Component | None:
    component = asked.world.get(Component, id)
    if component and not asked.world.sees_component(asked.user, component):
        raise hidden(asked, "Component")
    return component


@says("Assembly.components", "ParticipatoryProcess.components", "ParticipatorySpace.components")
def _components(asked: Asked, space: Space, **_: Any) -> list[Component]:
    sees = asked.world.sees_component
    rows = asked.world.all(Component, lambda row: row.space == space.id and sees(asked.user, row))
    if asked.version == "0.29":  # its schema has no type for what it does not know
        rows = tuple(row for row in rows if row.manifest != "Elections")
    return sorted(rows, key=lambda row: row.weight)


for _kind in ("Assembly", "ParticipatoryProcess"):
    SAID[_kind, "url"] = lambda asked, space: space_url(asked.world, space)
    SAID[_kind, "type"] = lambda _, space: f"Decidim::{space.kind}"


# --- texts --------------------------------------------------------------------------------------

SAID["TranslatedField", "locales"] = lambda _, texts: list(texts)
SAID["TranslatedField", "translation"] = lambda _, texts, locale: texts.get(locale)
SAID["TranslatedField", "translations"] = lambda _, texts, locales=None: [
    {"locale": locale, "text": text, "machineTranslated": False}
    for locale, text in texts.items()
    if locales is None or locale in locales
]

# --- pages --------------------------------------------------------------------------------------


def _paged(rows: tuple[Row, ...], most: int, **asked: Any) -> dict[str, Any]:
    """Never more than a page, whatever is asked for; a cursor is a number in base64."""
    start = int(base64.b64decode(asked["after"])) if asked.get("after") else 0
    end = int(base64.b64decode(asked["before"])) - 1 if asked.get("before") else len(rows)
    first, last = asked.get("first"), asked.get("last")
    if first is None and last is None:
        first = most
    if first is not None:
        end = min(end, start + min(first, most))
    if last is not None:
        start = max(start, end - min(last, most))
    edges = [
        {"node": row, "cursor": base64.b64encode(str(at).encode()).decode()}
        for at, row in enumerate(rows[start:end], start=start + 1)
    ]
    about = {
        "hasNextPage": end < len(rows),
        "hasPreviousPage": start > 0,
        "startCursor": edges[0]["cursor"] if edges else None,
        "endCursor": edges[-1]["cursor"] if edges else None,
    }
    return {"edges": edges, "nodes": [edge["node"] for edge in edges], "pageInfo": about}


def _shown(row: Any) -> bool:
    return getattr(row, "published", True) and getattr(row, "amendment_of", None) is None


def _listed(kind: type[Any], one: str, many: str, manifest: str) -> None:
    def listed(asked: Asked, component: Component, **page: Any) -> Any:
        rows = asked.world.all(kind, lambda row: row.component == component.id and _shown(row))
        return _paged(rows, asked.limits.page, **page)

    def single(asked: Asked, component: Component, id: str) -> Any:
        row = asked.world.get(kind, id)
        return row if row and row.component == component.id and _shown(row) else None

    SAID[manifest, many], SAID[manifest, one] = listed, single


_listed(Proposal, "proposal", "proposals", "Proposals")
_listed(Meeting, "meeting", "meetings", "Meetings")
_listed(Budget, "budget", "budgets", "Budgets")
_listed(Result, "result", "results", "Accountability")
_listed(Survey, "survey", "surveys", "Surveys")

# --- rows ---------------------------------------------------------------------------------------


def _settings(asked: Asked, row: Any) -> frozenset[str]:
    component = asked.world.get(Component, row.component)
    return component.settings if component else frozenset()


def _rows(kind: type[Any], field: str) -> Said:
    return lambda asked, row: [
        found for number in getattr(row, field) if (found := asked.world.get(kind, number))
    ]


def _place(_: Asked, row: Any) -> Any:
    here = getattr(row, "latitude", None)
    return None if here is None else {"latitude": here, "longitude": row.longitude}


for _kind in ("Proposal", "Meeting", "Project", "Result", "Budget"):
    SAID[_kind, "coordinates"] = _place
    SAID[_kind, "url"] = lambda asked, row: url_of(asked.world, row)
    SAID[_kind, "reference"] = lambda _, row: reference_of(row)
    SAID[_kind, "type"] = lambda _, row: f"Decidim::{type(row).__name__}"
for _kind in ("Accountability", "Budgets", "Component", "Meetings", "Proposals", "Surveys"):
    SAID[_kind, "participatorySpace"] = lambda asked, row: asked.world.get(Space, row.space)
    SAID[_kind, "url"] = lambda asked, row: f"https://{asked.world.host}/f/{row.id}"


@says("Proposal.state")
def _state(asked: Asked, row: Proposal) -> str | None:
    """On 0.27 to be withdrawn is a state."""
    if row.withdrawn and asked.version < "0.28":
        return "withdrawn"
    return row.state if row.state_published and row.state != NOT_ANSWERED else None


SAID["Proposal", "answer"] = lambda _, row: row.answer if row.state_published else None
SAID["Proposal", "answeredAt"] = lambda _, row: row.answered_at if row.state_published else None
SAID["Proposal", "cost"] = lambda _, row: None if row.cost is None else str(row.cost)
SAID["Proposal", "voteCount"] = lambda asked, row: (
    None if "votes_hidden" in _settings(asked, row) else row.votes
)
SAID["Proposal", "likesCount"] = SAID["Proposal", "endorsementsCount"] = lambda *_: 1
SAID["Proposal", "official"] = lambda _, row: row.author == 0
SAID["Proposal", "author"] = lambda asked, row: asked.world.get(User, row.author)
SAID["Proposal", "createdInMeeting"] = lambda _, row: row.meeting is not None
SAID["Proposal", "meeting"] = lambda asked, row: asked.world.get(Meeting, row.meeting)
SAID["Proposal", "taxonomies"] = _rows(Taxonomy, "taxonomies")
SAID["Proposal", "proposalState"] = lambda asked, row: next(
    iter(
        asked.world.all(
            ProposalState, lambda it: it.component == row.component and it.token == row.state
        )
        if row.state_published
        else ()
    ),
    None,
)
SAID["Meeting", "agenda"] = lambda _, row: (
    {"id": row.id, "items": row.agenda} if row.agenda and row.agenda_visible else None
)
SAID["Meeting", "closed"] = lambda _, row: row.closed_at is not None
# Its column holds a time of day alone.
SAID["Meeting", "closedAt"] = lambda _, row: row.closed_at and f"2000-01-01{row.closed_at[10:]}"
SAID["Meeting", "closingReport"] = lambda _, row: (
    row.closing_report if row.closing_visible else None
)
SAID["Meeting", "attendeeCount"] = SAID["Meeting", "attendeesCount"] = lambda _, row: row.attendees
SAID["Meeting", "contributionCount"] = lambda _, row: row.contributions
SAID["Meeting", "attendingOrganizations"] = lambda _, row: row.organizations
SAID["Meeting", "isWithdrawn"] = lambda _, row: row.withdrawn
SAID["Meeting", "author"] = lambda asked, row: asked.world.get(User, row.author)
SAID["Meeting", "proposalsFromMeeting"] = _rows(Proposal, "proposals")
SAID["Budget", "projects"] = lambda asked, row: list(
    asked.world.all(Project, lambda project: project.budget == row.id)
)
SAID["Project", "selected"] = lambda _, row: row.selected_at is not None
SAID["Project", "relatedProposals"] = _rows(Proposal, "proposals")
SAID["Result", "proposals"] = _rows(Proposal, "proposals")
SAID["Result", "status"] = lambda asked, row: asked.world.get(Status, row.status)
SAID["Result", "parent"] = lambda asked, row: asked.world.get(Result, row.parent)
SAID["Result", "children"] = lambda asked, row: list(
    asked.world.all(Result, lambda other: other.parent == row.id)
)
SAID["Survey", "questionnaire"] = lambda _, row: row
SAID["Questionnaire", "questions"] = lambda _, row: row.questions
SAID["Question", "responseOptions"] = SAID["Question", "answerOptions"] = lambda _, row: [
    {"id": number, "body": body} for number, body in enumerate(row.options, start=1)
]


@says("Project.confirmedVotes")
def _confirmed(asked: Asked, project: Project) -> int | None:
    """Votes on paper are not among them, whatever module is installed."""
    budget = asked.world.get(Budget, project.budget)
    shown = budget and "show_votes" in _settings(asked, budget)
    return asked.world.online_votes[project.id] if shown else None
