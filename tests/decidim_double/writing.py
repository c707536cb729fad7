# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the API may change, who may, and what it is refused for.

0.31 takes answers to proposals; meetings and results came after it. Nothing takes votes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from graphql import GraphQLError

from tests.decidim_double.fields import Asked, Writing, says
from tests.decidim_double.world import (
    NOT_ANSWERED,
    Component,
    Meeting,
    Proposal,
    ProposalState,
    Result,
    Row,
)

Attributes = Mapping[str, Any]
NOT_AUTHORIZED = "MUTATION_NOT_AUTHORIZED_ERROR"
INVALID = "ATTRIBUTE_VALIDATION_ERROR"
NOT_FOUND = "NOT_FOUND_ERROR"
NO_LOCALE = "INVALID_LOCALE_ERROR"


def _refusal(code: str, *fields: str) -> GraphQLError:
    return GraphQLError(", ".join(fields) or code, extensions={"code": code})


def _demand(allowed: bool) -> None:
    if not allowed:
        raise _refusal(NOT_AUTHORIZED)


def _administers(asked: Asked) -> bool:
    return asked.may_write and asked.user is not None and asked.user.administers


@says("Mutation.component")
def _component(asked: Asked, _: Any, id: str) -> Writing:
    component = asked.world.get(Component, id)
    if component is None or not asked.world.sees_component(asked.user, component):
        raise _refusal(NOT_FOUND)
    return Writing(f"{component.manifest}Mutation", component)


def _below(asked: Asked, kind: type[Any], kinds: str, place: Row, number: str) -> Writing:
    row = asked.world.get(kind, number)
    if row is None or row.component != place.id:
        raise _refusal(NOT_FOUND)
    return Writing(kinds, row)


@says("ProposalsMutation.proposal")
def _proposal(asked: Asked, place: Writing, id: str) -> Writing:
    return _below(asked, Proposal, "ProposalMutation", place.row, id)


@says("MeetingsMutation.meeting")
def _meeting(asked: Asked, place: Writing, id: str) -> Writing:
    return _below(asked, Meeting, "MeetingMutation", place.row, id)


@says("AccountabilityMutation.result")
def _result(asked: Asked, place: Writing, id: str) -> Writing:
    return _below(asked, Result, "ResultMutation", place.row, id)


# --- answers ------------------------------------------------------------------------------------


@says("ProposalMutation.answer")
def _answer(asked: Asked, place: Writing, input: Attributes) -> Proposal:
    _demand(_administers(asked))
    proposal, given, world = place.row, input["attributes"], asked.world
    assert isinstance(proposal, Proposal)
    component = world.get(Component, proposal.component)
    assert component
    states = world.all(ProposalState, lambda row: row.component == component.id)
    state, text = given.get("state"), given.get("answerContent") or {}
    wrong = []
    if state not in {NOT_ANSWERED, *(row.token for row in states)}:
        wrong.append("state")
    if state == "rejected" and not text.get(world.default_locale):
        wrong.append("answerContent")
    if "answers_with_costs" in component.settings and state == "accepted":
        wrong += [
            name for name in ("cost", "costReport", "executionPeriod") if not given.get(name)
        ]
    if wrong:
        raise _refusal(INVALID, *wrong)
    told = replace(
        proposal,
        state=state,
        answer=text,
        answered_at=world.now,
        cost=given.get("cost"),
        cost_report=given.get("costReport") or {},
        execution_period=given.get("executionPeriod") or {},
        state_published="publish_answers_immediately" in component.settings,
    )
    asked.world = world.having(told).mailed(f"proposal {told.id} answered")
    return told


# --- meetings -----------------------------------------------------------------------------------


def _takes_meetings(asked: Asked, component: int) -> bool:
    place = asked.world.get(Component, component)
    settings = place.settings if place else frozenset()
    return asked.may_write and "creation_enabled_for_participants" in settings


def _locale(asked: Asked, input: Attributes) -> str:
    if input["locale"] not in asked.world.locales:
        raise _refusal(NO_LOCALE)
    return str(input["locale"])


@says("MeetingsMutation.createMeeting")
def _create_meeting(asked: Asked, place: Writing, input: Attributes) -> Meeting:
    _demand(_takes_meetings(asked, place.row.id) and asked.user is not None)
    locale, given = _locale(asked, input), input["attributes"]
    assert asked.user
    if given["endTime"] <= given["startTime"]:
        raise _refusal(INVALID, "endTime")
    made = Meeting(
        id=asked.world.next_id(Meeting),
        component=place.row.id,
        title={locale: given["title"]},
        description={locale: given["description"]},
        start_time=given["startTime"],
        end_time=given["endTime"],
        address=given.get("address"),
        author=asked.user.id,
        type_of_meeting=given["typeOfMeeting"].lower(),
        registration_type=given["registrationType"].lower(),
    )
    asked.world = asked.world.having(made)
    return made


@says("MeetingMutation.close")
def _close(asked: Asked, place: Writing, input: Attributes) -> Meeting:
    """By whoever made it, once it is over; the report is in one locale."""
    meeting, world = place.row, asked.world
    assert isinstance(meeting, Meeting)
    own = asked.user is not None and meeting.author == asked.user.id
    over = meeting.end_time <= world.now and not meeting.closed_at and not meeting.withdrawn
    _demand(_takes_meetings(asked, meeting.component) and own and over and meeting.published)
    locale, given = _locale(asked, input), input["attributes"]
    proposals = tuple(int(number) for number in given.get("proposalIds") or ())
    wrong = [] if 0 <= given["attendeesCount"] <= 999 else ["attendeesCount"]
    wrong += [] if given["closingReport"] else ["closingReport"]
    wrong += [] if all(world.get(Proposal, number) for number in proposals) else ["proposalIds"]
    if wrong:
        raise _refusal(INVALID, *wrong)
    closed = replace(
        meeting,
        closed_at=given.get("closedAt") or world.now,
        closing_report={locale: given["closingReport"]},
        attendees=given["attendeesCount"],
        proposals=proposals,
    )
    asked.world = world.having(closed).mailed(f"meeting {closed.id} closed")
    return closed


# --- results ------------------------------------------------------------------------------------

_NAMES = {
    "title": "title",
    "description": "description",
    "externalId": "external_id",
    "progress": "progress",
    "startDate": "start_date",
    "endDate": "end_date",
    "parentId": "parent",
    "decidimAccountabilityStatusId": "status",
    "weight": "weight",
}


@says("AccountabilityMutation.createResult")
def _create_result(asked: Asked, place: Writing, input: Attributes) -> Result:
    _demand(_administers(asked))
    new = Result(id=asked.world.next_id(Result), component=place.row.id, title={})
    return _written(asked, new, input["attributes"])


@says("ResultMutation.update")
def _update_result(asked: Asked, place: Writing, input: Attributes) -> Result:
    _demand(_administers(asked))
    assert isinstance(place.row, Result)
    return _written(asked, place.row, input["attributes"])


def _written(asked: Asked, row: Result, given: Attributes) -> Result:
    """An external id may be there twice: nothing looks."""
    world = asked.world
    plain: dict[str, Any] = {ours: given[name] for name, ours in _NAMES.items() if name in given}
    linked: dict[str, Any] = {
        name: tuple(given[f"{name[:-1]}Ids"])
        for name in ("proposals", "projects")
        if f"{name[:-1]}Ids" in given
    }
    result = replace(row, **plain, **linked)
    wrong = [] if result.title.get(world.default_locale) else ["title"]
    wrong += [] if 0 <= (result.progress or 0) <= 100 else ["progress"]
    wrong += (
        [] if all(world.get(Proposal, number) for number in result.proposals) else ["proposalIds"]
    )
    if wrong:
        raise _refusal(INVALID, *wrong)
    asked.world = world.having(result)
    return result
