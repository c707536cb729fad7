# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is asked of each version of Decidim, newest first.

A rung lists the fields that its version has and others lack; whether a server stands on it is
told by its validation of the query, never by introspection. Words of later versions are aliased
to one name, so that answers are read in one way.
"""

from __future__ import annotations

from typing import Final

from sync.decidim.reading.rows import Kind

PAGE: Final = 50  # as many as Decidim gives at once

_T: Final = "{translations{locale text}}"
_LABEL: Final = f"id name{_T}"
_TAXONOMIES: Final = f"taxonomies{{{_LABEL}}}"
_BEFORE_TAXONOMIES: Final = f"category{{{_LABEL}}} scope{{{_LABEL}}}"
_PLACE: Final = "address coordinates{latitude longitude}"

_AGENDA_ITEM: Final = f"id position duration title{_T} description{_T}"
_MEETING: Final = (
    f"id title{_T} description{_T} startTime endTime typeOfMeeting {_PLACE} location{_T}"
    f" locationHints{_T} reference registrationsEnabled privateMeeting closed closingReport{_T}"
    " contributionCount attendingOrganizations proposalsFromMeeting{id}"
    f" agenda{{title{_T} items{{{_AGENDA_ITEM} items{{{_AGENDA_ITEM}}}}}}}"
)
_PROPOSAL: Final = (
    f"id title{_T} body{_T} state answer{_T} answeredAt voteCount official createdInMeeting"
    f" meeting{{id}} position participatoryTextLevel reference {_PLACE} publishedAt"
)
_BUDGET: Final = f"id title{_T} description{_T} total_budget"
_PROJECT: Final = f"id title{_T} description{_T} budget_amount selected reference"
_RESULT: Final = (
    f"id title{_T} description{_T} externalId parent{{id}} progress startDate endDate"
    f" status{{key name{_T}}} weight reference"
)
_MILESTONE: Final = f"{{id entryDate title{_T} description{_T}}}"
_QUESTION: Final = (
    f"id body{_T} description{_T} questionType mandatory maxChoices maxCharacters position"
)
_OPTION: Final = f"{{id body{_T} freeText}}"

_NOW: Final = {
    Kind.MEETINGS: f"{_MEETING} attendeesCount withdrawn url {_TAXONOMIES}",
    Kind.PROPOSALS: (
        f"{_PROPOSAL} withdrawn url {_TAXONOMIES} likesCount proposalState{{title{_T}}} cost"
        f" costReport{_T} executionPeriod{_T}"
    ),
    Kind.BUDGETS: (
        f"{_BUDGET} weight url {_TAXONOMIES} projects{{{_PROJECT} {_PLACE} confirmedVotes"
        f" selectedAt relatedProposals{{id}} url {_TAXONOMIES}}}"
    ),
    Kind.RESULTS: (f"{_RESULT} url {_TAXONOMIES} milestones{_MILESTONE} proposals{{id}}"),
    Kind.SURVEYS: (
        f"id startsAt endsAt allowResponses url questionnaire{{title{_T} description{_T} tos{_T}"
        f" questions{{{_QUESTION} responseOptions{_OPTION} matrixRows{{id body{_T}}}}}}}"
    ),
}


def _before(*, withdrawn: bool, labels: str) -> dict[Kind, str]:
    """What 0.30 and older have; on 0.27 only the state of a proposal says that it is withdrawn."""
    own = "withdrawn" if withdrawn else ""
    return {
        Kind.MEETINGS: f"{_MEETING} attendeesCount:attendeeCount withdrawn:isWithdrawn {labels}",
        Kind.PROPOSALS: f"{_PROPOSAL} {own} likesCount:endorsementsCount {labels}",
        Kind.BUDGETS: f"{_BUDGET} projects{{{_PROJECT} {labels}}}",
        Kind.RESULTS: f"{_RESULT} {labels} milestones:timelineEntries{_MILESTONE}",
        Kind.SURVEYS: (
            f"id questionnaire{{title{_T} description{_T} tos{_T}"
            f" questions{{{_QUESTION} responseOptions:answerOptions{_OPTION}}}}}"
        ),
    }


RUNGS: Final[dict[str, dict[Kind, str]]] = {
    "0.31": _NOW,
    "0.30": _before(withdrawn=True, labels=_TAXONOMIES),
    "0.28": _before(withdrawn=True, labels=_BEFORE_TAXONOMIES),
    "0.27": _before(withdrawn=False, labels=_BEFORE_TAXONOMIES),
}
"""Name of the oldest version that a rung fits → the fields of each kind. 0.32 reads as 0.31."""

LISTS: Final = {
    "Meetings": (Kind.MEETINGS, "meetings"),
    "Proposals": (Kind.PROPOSALS, "proposals"),
    "Budgets": (Kind.BUDGETS, "budgets"),
    "Accountability": (Kind.RESULTS, "results"),
    "Surveys": (Kind.SURVEYS, "surveys"),
}
"""GraphQL type of a component → what is listed in it, and by which field."""

_SPACE: Final = (
    f"{{id slug title{_T} description{_T} components{{__typename id name{_T} weight}}}}"
)
PROCESS: Final = (
    f"query($slug:String!){{decidim{{version}} space:participatoryProcess(slug:$slug){_SPACE}}}"
)
PROCESS_BY_ID: Final = (
    f"query($id:ID!){{decidim{{version}} space:participatoryProcess(id:$id){_SPACE}}}"
)
ASSEMBLY: Final = f"query($id:ID!){{decidim{{version}} space:assembly(id:$id){_SPACE}}}"
ASSEMBLIES: Final = "{assemblies{id slug}}"


def page_query(rung: str, component: str) -> str:
    """The query for one page of a component of a type that `LISTS` has."""
    kind, field = LISTS[component]
    return (
        f"query($id:ID!,$first:Int!,$after:String){{component(id:$id){{...on {component}"
        f"{{page:{field}(first:$first,after:$after)"
        f"{{pageInfo{{hasNextPage endCursor}} nodes{{{RUNGS[rung][kind]}}}}}}}}}}}"
    )
