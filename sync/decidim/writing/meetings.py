# SPDX-License-Identifier: AGPL-3.0-or-later
"""A meeting through the API: made before the assembly, closed after it by whoever made it.

A meeting has no external id: one that begins at the same moment under the same title is it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from sync.decidim.refusals import DecidimProblem, DecidimRefused
from sync.decidim.uploads.closure import Closure
from sync.decidim.uploads.errors import ExportProblem, ExportRefused
from sync.decidim.uploads.rich import Rich
from sync.decidim.writing.outcomes import Already, Conflict, Decision, NotTaken, Send
from sync.decidim.writing.replies import Texts, same
from sync.decidim.writing.route import PAGED, SINGLE, TEXTS

LOOK_FOR: Final = (
    f"{PAGED}{{...on Meetings{{found:meetings(first:50,after:$after)"
    f"{{pageInfo{{hasNextPage endCursor}} nodes{{id title{TEXTS} startTime}}}}}}}}}}"
)
LOOK_AT: Final = (
    f"{SINGLE}{{...on Meetings{{found:meeting(id:$id){{id title{TEXTS} startTime closed"
    f" closingReport{TEXTS} attendeesCount}}}}}}}}"
)
CREATE: Final = (
    "mutation($component:ID!,$input:CreateMeetingInput!){component(id:$component)"
    "{...on MeetingsMutation{told:createMeeting(input:$input){id}}}}"
)
CLOSE: Final = (
    "mutation($component:ID!,$id:ID!,$input:CloseMeetingInput!){component(id:$component)"
    "{...on MeetingsMutation{at:meeting(id:$id){told:close(input:$input){id}}}}}"
)


class Meeting(msgspec.Struct, frozen=True):
    """A meeting as it is there. Its report is null unless it shows."""

    id: str
    startTime: str  # noqa: N815 - Decidim's names
    title: Texts | None = None
    closed: bool = False
    closingReport: Texts | None = None  # noqa: N815
    attendeesCount: int | None = None  # noqa: N815


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMeeting:
    """A meeting to be announced, in one locale; it has an offset and ends after it begins."""

    locale: str
    title: str
    description: Rich
    start: datetime
    end: datetime
    address: str = ""

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None or self.end <= self.start:
            raise ExportRefused(ExportProblem.TIMES)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingStep:
    """A meeting to be made. Nobody registers for it: people come."""

    component: str
    meeting: NewMeeting

    @property
    def id(self) -> str:
        """Its title: it has no number yet."""
        return self.meeting.title

    def sought(self) -> Mapping[str, str]:
        """The variables of the question."""
        return {}

    def decide(self, found: Sequence[Meeting]) -> Decision:
        """Made once."""
        own = [each for each in found if self._is(each)]
        if len(own) > 1:
            return Conflict(DecidimRefused(DecidimProblem.TWICE_THERE, id=self.id))
        if own:
            return Already(own[0].id)
        new = self.meeting
        attributes = {
            "title": new.title,
            "description": new.description,
            "startTime": new.start.isoformat(),
            "endTime": new.end.isoformat(),
            "typeOfMeeting": "IN_PERSON",
            "registrationType": "REGISTRATION_DISABLED",
            "address": new.address,
        }
        given = {"attributes": attributes, "locale": new.locale}
        return Send(CREATE, {"component": self.component, "input": given})

    def _is(self, there: Meeting) -> bool:
        titles = there.title.by_locale() if there.title else {}
        try:
            start = datetime.fromisoformat(there.startTime)
        except ValueError:
            return False
        return start == self.meeting.start and same(
            {self.meeting.locale: self.meeting.title}, titles
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureStep:
    """A meeting to be closed, with its report in one locale."""

    component: str
    meeting: str
    closure: Closure
    locale: str

    def __post_init__(self) -> None:
        if not self.closure.reports.get(self.locale):
            raise ExportRefused(ExportProblem.LOCALES, place=self.meeting)

    @property
    def id(self) -> str:
        """The number of the meeting."""
        return self.meeting

    def sought(self) -> Mapping[str, str]:
        """The variables of the question."""
        return {"id": self.meeting}

    def decide(self, found: Sequence[Meeting]) -> Decision:
        """Closed once; a report of somebody else stays."""
        if not found:
            return NotTaken(DecidimRefused(DecidimProblem.GONE, id=self.id))
        there = found[0]
        if there.closed:
            told = there.closingReport.by_locale() if there.closingReport else {}
            ours = {self.locale: self.closure.reports[self.locale]}
            if same(ours, told) and there.attendeesCount == self.closure.attendees:
                return Already(self.id)
            return Conflict(DecidimRefused(DecidimProblem.CLOSED_THERE, id=self.id))
        attributes = {
            "closingReport": self.closure.reports[self.locale],
            "attendeesCount": self.closure.attendees,
            "proposalIds": list(self.closure.proposals),
        }
        given = {"attributes": attributes, "locale": self.locale}
        return Send(CLOSE, {"component": self.component, "id": self.meeting, "input": given})
