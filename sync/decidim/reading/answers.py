# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows from what the API answers (pure)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

from sync.decidim.reading.rows import (
    AgendaRow,
    BudgetRow,
    ComponentRow,
    Kind,
    Label,
    MatrixRow,
    MeetingRow,
    MilestoneRow,
    OptionRow,
    ProjectRow,
    ProposalRow,
    QuestionRow,
    ResultRow,
    Row,
    SpaceRow,
    SurveyRow,
    Texts,
)

Node: TypeAlias = Mapping[str, Any]
_UNANSWERED: Final = "not_answered"


def space_row(node: Node, kind: Literal["process", "assembly"], url: str) -> SpaceRow:
    """The space that was asked for."""
    return SpaceRow(
        kind=kind,
        slug=node["slug"],
        url=url,
        **_own(node),
        description=_texts(node, "description"),
    )


def component_row(node: Node, url: str) -> ComponentRow:
    """One of its components."""
    kind, weight = node["__typename"], node.get("weight")
    name = _texts(node, "name")
    return ComponentRow(id=str(node["id"]), kind=kind, name=name, weight=weight, url=url)


def rows_of(kind: Kind, node: Node, component: str) -> Iterator[tuple[Kind, Row]]:
    """The rows of one node of a page: itself, and the projects of a budget."""
    yield kind, _READERS[kind](node, component)
    if kind is Kind.BUDGETS:
        for project in node["projects"]:
            yield Kind.PROJECTS, _project(project, component, str(node["id"]))


def moment(text: object) -> str:
    """A time as ISO 8601 to the second; Ruby writes it with spaces, and with or without parts."""
    written = str(text or "").strip()
    found = re.fullmatch(
        r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)? ?(Z|UTC|[+-]\d\d:?\d\d)?", written
    )
    if not found:
        return written
    zone = (found[3] or "").replace("UTC", "+0000").replace("Z", "+0000").replace(":", "")
    iso = f"{found[1]}T{found[2]}{zone}"
    try:
        return datetime.fromisoformat(iso).isoformat()
    except ValueError:
        return written


def _own(node: Node) -> dict[str, Any]:
    return {"id": str(node["id"]), "title": _texts(node, "title")}


def _texts(node: Node, field: str) -> Texts:
    translations = (node.get(field) or {}).get("translations") or ()
    return {each["locale"]: each["text"] for each in translations if each.get("text")}


def _text(node: Node, field: str) -> str:
    value = node.get(field)
    return "" if value is None else str(value)


def _ids(node: Node, field: str) -> tuple[str, ...]:
    return tuple(str(each["id"]) for each in node.get(field) or () if each)


def _id(node: Node, field: str) -> str | None:
    return str(node[field]["id"]) if node.get(field) else None


def _place(node: Node) -> dict[str, Any]:
    at = node.get("coordinates") or {}
    told = {name: _text(at, name) for name in ("latitude", "longitude")}
    return {"address": _text(node, "address"), **told}


def _labels(node: Node) -> tuple[Label, ...]:
    found = [("taxonomy", each) for each in node.get("taxonomies") or ()]
    found += [(of, node[of]) for of in ("category", "scope") if node.get(of)]
    return tuple(
        Label(id=str(each["id"]), of=of, name=_texts(each, "name"))  # type: ignore[arg-type]
        for of, each in found
    )


def _common(node: Node, component: str) -> dict[str, Any]:
    """What nearly every kind has."""
    return {
        **_own(node),
        "component": component,
        "description": _texts(node, "description"),
        "url": _text(node, "url"),
        "labels": _labels(node),
    }


def _agenda(items: Iterable[Node] | None) -> tuple[AgendaRow, ...]:
    return tuple(
        AgendaRow(
            **_own(item),
            description=_texts(item, "description"),
            minutes=item["duration"],
            items=_agenda(item.get("items")),
        )
        for item in sorted(items or (), key=lambda each: each["position"])
    )


def _meeting(node: Node, component: str) -> MeetingRow:
    agenda = node.get("agenda") or {}
    return MeetingRow(
        **_common(node, component),
        **_place(node),
        start=moment(node.get("startTime")),
        end=moment(node.get("endTime")),
        type=_text(node, "typeOfMeeting"),
        location=_texts(node, "location"),
        location_hints=_texts(node, "locationHints"),
        reference=_text(node, "reference"),
        agenda_title=_texts(agenda, "title"),
        agenda=_agenda(agenda.get("items")),
        registrations_enabled=node.get("registrationsEnabled"),
        private=node.get("privateMeeting"),
        withdrawn=bool(node.get("withdrawn")),
        closed=node.get("closed"),
        closing_report=_texts(node, "closingReport"),
        attendees=node.get("attendeesCount"),
        contributions=node.get("contributionCount"),
        organizations=_text(node, "attendingOrganizations"),
        proposals=_ids(node, "proposalsFromMeeting"),
    )


def _proposal(node: Node, component: str) -> ProposalRow:
    common = _common(node, component)
    del common["description"]
    state = _text(node, "state")
    return ProposalRow(
        **common,
        **_place(node),
        body=_texts(node, "body"),
        state="" if state == _UNANSWERED else state,
        state_title=_texts(node.get("proposalState") or {}, "title"),
        answer=_texts(node, "answer"),
        answered_at=moment(node.get("answeredAt")),
        cost=_text(node, "cost"),
        cost_report=_texts(node, "costReport"),
        execution_period=_texts(node, "executionPeriod"),
        votes=node.get("voteCount"),
        likes=node.get("likesCount"),
        official=node.get("official"),
        created_in_meeting=node.get("createdInMeeting"),
        meeting=_id(node, "meeting"),
        withdrawn=bool(node.get("withdrawn")) or state == "withdrawn",
        position=node.get("position"),
        participatory_text_level=_text(node, "participatoryTextLevel"),
        reference=_text(node, "reference"),
        published_at=moment(node.get("publishedAt")),
    )


def _budget(node: Node, component: str) -> BudgetRow:
    weight, total = node.get("weight"), node.get("total_budget")
    return BudgetRow(**_common(node, component), total=total, weight=weight)


def _project(node: Node, component: str, budget: str) -> ProjectRow:
    return ProjectRow(
        **_common(node, component),
        **_place(node),
        budget=budget,
        amount=node.get("budget_amount"),
        votes=node.get("confirmedVotes"),
        selected=node.get("selected"),
        selected_at=moment(node.get("selectedAt")),
        reference=_text(node, "reference"),
        proposals=_ids(node, "relatedProposals"),
    )


def _result(node: Node, component: str) -> ResultRow:
    status = node.get("status") or {}
    milestones = tuple(
        MilestoneRow(
            **_own(each), date=_text(each, "entryDate"), description=_texts(each, "description")
        )
        for each in node.get("milestones") or ()
    )
    return ResultRow(
        **_common(node, component),
        external_id=_text(node, "externalId"),
        parent=_id(node, "parent"),
        progress=_text(node, "progress").removesuffix(".0"),
        start=_text(node, "startDate"),
        end=_text(node, "endDate"),
        status=_text(status, "key"),
        status_name=_texts(status, "name"),
        weight=node.get("weight"),
        reference=_text(node, "reference"),
        milestones=milestones,
        proposals=_ids(node, "proposals"),
    )


def _question(node: Node) -> QuestionRow:
    options = tuple(
        OptionRow(id=str(each["id"]), body=_texts(each, "body"), free_text=each["freeText"])
        for each in node.get("responseOptions") or ()
    )
    lines = tuple(
        MatrixRow(id=str(each["id"]), body=_texts(each, "body"))
        for each in node.get("matrixRows") or ()
    )
    return QuestionRow(
        id=str(node["id"]),
        body=_texts(node, "body"),
        description=_texts(node, "description"),
        type=_text(node, "questionType"),
        mandatory=node["mandatory"],
        max_choices=node.get("maxChoices"),
        max_characters=node["maxCharacters"],
        position=node.get("position"),
        options=options,
        lines=lines,
    )


def _survey(node: Node, component: str) -> SurveyRow:
    form = node.get("questionnaire") or {}
    return SurveyRow(
        id=str(node["id"]),
        component=component,
        title=_texts(form, "title"),
        description=_texts(form, "description"),
        conditions=_texts(form, "tos"),
        starts=moment(node.get("startsAt")),
        ends=moment(node.get("endsAt")),
        open=node.get("allowResponses"),
        questions=tuple(map(_question, form.get("questions") or ())),
        url=_text(node, "url"),
    )


_READERS: Final[dict[Kind, Callable[[Node, str], Row]]] = {
    Kind.MEETINGS: _meeting,
    Kind.PROPOSALS: _proposal,
    Kind.BUDGETS: _budget,
    Kind.RESULTS: _result,
    Kind.SURVEYS: _survey,
}
