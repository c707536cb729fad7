# SPDX-License-Identifier: AGPL-3.0-or-later
"""A row as the export of a version tells it, under the names that its serializer has.

Seen of 0.27 and 0.30; in which version between them a name changed is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html import unescape
from typing import Any

from tests.decidim_double.addresses import reference_of, space_of, space_url, url_of
from tests.decidim_double.world import (
    Budget,
    Component,
    Meeting,
    Project,
    Proposal,
    Result,
    Row,
    Space,
    Status,
    Taxonomy,
    Texts,
    User,
    World,
)

Serialized = dict[str, Any]


def _when(moment: str | None) -> str | None:
    """As Ruby prints a time."""
    return moment and f"{moment[:10]} {moment[11:19]} UTC"


def _every(world: World, texts: Texts) -> Serialized:
    return {locale: texts.get(locale, "") for locale in world.locales}


def _labels(world: World, version: str, numbers: Iterable[int]) -> Serialized:
    """Taxonomies; before 0.30, the first of them as the category."""
    found = [row for number in numbers if (row := world.get(Taxonomy, number))]
    if version >= "0.30":
        ids, names = [row.id for row in found], [dict(row.name) for row in found]
        return {"taxonomies": {"id": ids, "name": names}}
    first = found[0] if found else None
    category = {"id": first and first.id, "name": _every(world, first.name if first else {})}
    return {"category": category, "scope": {"id": None, "name": _every(world, {})}}


def _where(world: World, component: int) -> Serialized:
    space = space_of(world, component)
    place = {"id": space.id, "url": space_url(world, space)}
    return {"participatory_space": place, "component": {"id": component}}


def _urls(world: World, kind: type[Row], numbers: Iterable[int]) -> list[str]:
    return [url_of(world, row) for number in numbers if (row := world.get(kind, number))]


def _plain(html: str) -> str:
    return unescape(re.sub(r"</?[A-Za-z][^<>]*>", "", html))


def _proposal(world: World, version: str, row: Proposal) -> Serialized:
    author = world.get(User, row.author)
    name = author.name if author else world.application
    people = {"author": {"id": author and author.id, "name": name, "url": ""}}
    shown = row.state_published
    return {
        "id": row.id,
        **(people if version >= "0.29" else {}),
        **_labels(world, version, row.taxonomies),
        **_where(world, row.component),
        "title": _every(world, row.title),
        "body": {locale: _plain(text) for locale, text in _every(world, row.body).items()},
        "address": row.address,
        "latitude": row.latitude,
        "longitude": row.longitude,
        "reference": reference_of(row),
        "answer": _every(world, row.answer if shown else {}),
        "answered_at": _when(row.answered_at if shown else None),
        "votes" if version >= "0.28" else "supports": row.votes,
        "endorsements": {"total_count": 1, "user_endorsements": [name]},
        "published_at": _when(row.published_at),
        "url": url_of(world, row),
        "meeting_urls": [],
        "related_proposals": [],
        "is_amend": row.amendment_of is not None,
        "original_proposal": {"title": None, "url": None},
        **_state(world, version, row),
    }


def _state(world: World, version: str, row: Proposal) -> Serialized:
    state = row.state if row.state_published else "not_answered"
    if version < "0.28":
        return {"state": "withdrawn" if row.withdrawn else state.replace("not_answered", "")}
    told = {"state": state, "withdrawn": row.withdrawn, "withdrawn_at": None}
    if version >= "0.30":
        told |= {
            "created_in_meeting": row.meeting is not None,
            "cost": row.cost,
            "cost_report": _every(world, row.cost_report),
            "execution_period": _every(world, row.execution_period),
        }
    return told


def _meeting(world: World, version: str, row: Meeting) -> Serialized:
    # Until 0.29 as the database has it: in UTC, without a word of it.
    end = 19 if version < "0.29" else None
    times = [(_when(time) or "")[:end] for time in (row.start_time, row.end_time)]
    withdrawn = {"withdrawn": row.withdrawn, "withdrawn_at": None}
    return {
        "id": row.id,
        **_labels(world, version, ()),
        **_where(world, row.component),
        "title": _every(world, row.title),
        "description": _every(world, row.description),
        "start_time": times[0],
        "end_time": times[1],
        "attendees": row.attendees or 0,
        "contributions": row.contributions or 0,
        "organizations": row.organizations,
        "address": row.address,
        "location": _every(world, row.location),
        "reference": reference_of(row),
        "url": url_of(world, row),
        "related_proposals": _urls(world, Proposal, row.proposals),
        "related_results": [],
        "published": row.published,
        **(withdrawn if version >= "0.29" else {}),
    }


def _project(world: World, version: str, row: Project) -> Serialized:
    budget = world.get(Budget, row.budget)
    assert budget
    place = world.get(Component, budget.component)
    votes, paper = world.online_votes[row.id], sum(row.paper_ballots)
    related = [found for number in row.proposals if (found := world.get(Proposal, number))]
    named = {
        "id": budget.id,
        "title": _every(world, budget.title),
        "url": url_of(world, budget),
    }
    with_paper = {"paper_ballots": paper, "total_votes": votes + paper}
    return {
        "id": row.id,
        **_labels(world, version, ()),
        **_where(world, budget.component),
        "title": _every(world, row.title),
        "description": _every(world, row.description),
        "budget": named,
        "budget_amount": row.budget_amount,
        "confirmed_votes": votes if place and "show_votes" in place.settings else None,
        "url": url_of(world, row),
        "address": row.address,
        **({"selected_at": _when(row.selected_at)} if version >= "0.28" else {}),
        "reference": reference_of(row),
        "related_proposals": [each.id for each in related],
        "related_proposal_titles": [each.title for each in related],
        "related_proposal_urls": _urls(world, Proposal, row.proposals),
        **(with_paper if "paper_ballots" in world.modules else {}),
    }


def _result(world: World, version: str, row: Result) -> Serialized:
    status = world.get(Status, row.status)
    return {
        "id": row.id,
        **_labels(world, version, ()),
        "parent": {"id": row.parent},
        "title": _every(world, row.title),
        "description": _every(world, row.description),
        "start_date": row.start_date,
        "end_date": row.end_date,
        "status": {
            "id": status and status.id,
            "key": status and status.key,
            "name": _every(world, status.name if status else {}),
        },
        "progress": row.progress,
        "url": url_of(world, row),
        "component": {"id": row.component},
        "proposal_urls": _urls(world, Proposal, row.proposals),
        "reference": reference_of(row),
    }


def serialized_space(world: World, row: Space) -> Serialized:
    return {
        "id": row.id,
        "title": _every(world, row.title),
        "slug": row.slug,
        "description": _every(world, row.description),
        "url": space_url(world, row),
    }


Serializer = Callable[[World, str, Any], Serialized]
ENTITIES: Mapping[str, tuple[type[Row], Serializer]] = {
    "proposals": (Proposal, _proposal),
    "meetings": (Meeting, _meeting),
    "projects": (Project, _project),
    "results": (Result, _result),
}
