# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which columns hold what: for each kind of row, by field, from 0.27 to 0.32.

A field that is not in the tables is in no file; a name that ends in `/` stands for the same in
each locale. Columns with names of people are in no table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import NoneType
from typing import Any, Final, TypeAlias, get_args, get_origin

import msgspec

from sync.decidim.exported.cells import Cells
from sync.decidim.reading.rows import ROWS, Kind, Row

Told: TypeAlias = Callable[[Cells], Any]
Source: TypeAlias = tuple[tuple[str, ...], Told]


def _text(*names: str) -> Source:
    return names, lambda cells: cells.text(*names)


def _texts(field: str) -> Source:
    return (field,), lambda cells: cells.texts(field)


def _number(*names: str) -> Source:
    return names, lambda cells: cells.number(*names)


def _flag(name: str) -> Source:
    return (name,), lambda cells: bool(cells.flag(name))


def _when(name: str) -> Source:
    return (name,), lambda cells: cells.when(name)


def _ids(name: str) -> Source:
    return (name,), lambda cells: cells.ids(name)


def _state(cells: Cells) -> str:
    state = cells.text("state")
    return "" if state == "not_answered" else state


def _withdrawn(cells: Cells) -> bool:
    """On 0.27 only the state says so."""
    return bool(cells.flag("withdrawn")) or cells.text("state") == "withdrawn"


_ALL: Final[Mapping[str, Source]] = {
    "id": (("id",), lambda cells: cells.id("id")),
    "title": _texts("title/"),
    "url": _text("url"),
}
_PART: Final[Mapping[str, Source]] = {
    **_ALL,
    "component": (("component/id",), lambda cells: cells.id("component/id")),
    "labels": (("taxonomies/id", "category/id", "scope/id"), lambda cells: cells.labels()),
    "reference": _text("reference"),
}
_PLACE: Final[Mapping[str, Source]] = {
    name: _text(name) for name in ("address", "latitude", "longitude")
}
_DESCRIBED: Final = {"description": _texts("description/")}

FIELDS: Final[Mapping[Kind, Mapping[str, Source]]] = {
    Kind.SPACE: {**_ALL, **_DESCRIBED, "slug": _text("slug")},
    Kind.MEETINGS: {
        **_PART,
        **_PLACE,
        **_DESCRIBED,
        "start": _when("start_time"),
        "end": _when("end_time"),
        "location": _texts("location/"),
        "withdrawn": _flag("withdrawn"),
        # Where nobody wrote a number, Decidim exports 0.
        "attendees": (("attendees",), lambda cells: cells.number("attendees") or None),
        "contributions": (("contributions",), lambda cells: cells.number("contributions") or None),
        "organizations": _text("organizations"),
        "proposals": _ids("related_proposals"),
    },
    Kind.PROPOSALS: {
        **_PART,
        **_PLACE,
        "body": _texts("body/"),
        "state": (("state",), _state),
        "answer": _texts("answer/"),
        "answered_at": _when("answered_at"),
        "cost": _text("cost"),
        "cost_report": _texts("cost_report/"),
        "execution_period": _texts("execution_period/"),
        "votes": _number("votes", "supports"),
        "likes": _number("endorsements/total_count", "likes/total_count"),
        "created_in_meeting": (
            ("created_in_meeting",),
            lambda cells: cells.flag("created_in_meeting"),
        ),
        "withdrawn": (("withdrawn", "state"), _withdrawn),
        "published_at": _when("published_at"),
    },
    Kind.BUDGETS: {
        "id": (("budget/id",), lambda cells: cells.id("budget/id")),
        "component": _PART["component"],
        "title": _texts("budget/title/"),
        "url": _text("budget/url"),
    },
    Kind.PROJECTS: {
        **_PART,
        **_PLACE,
        **_DESCRIBED,
        "budget": (("budget/id",), lambda cells: cells.id("budget/id")),
        "amount": _number("budget_amount"),
        "votes": _number("confirmed_votes"),
        "paper": _number("paper_ballots"),
        "selected": (("selected_at",), lambda cells: bool(cells.text("selected_at"))),
        "selected_at": _when("selected_at"),
        "proposals": _ids("related_proposals"),
    },
    Kind.RESULTS: {
        **_PART,
        **_DESCRIBED,
        "parent": (("parent/id",), lambda cells: cells.linked("parent/id")),
        "progress": (("progress",), lambda cells: cells.text("progress").removesuffix(".0")),
        "start": _text("start_date"),
        "end": _text("end_date"),
        "status": _text("status/key"),
        "status_name": _texts("status/name/"),
        "proposals": _ids("proposal_urls"),
    },
}

_SIGNS: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.SPACE: frozenset({"slug"}),
    Kind.MEETINGS: frozenset({"start_time", "end_time", "component/id"}),
    Kind.PROPOSALS: frozenset({"state", "body/", "component/id"}),
    Kind.PROJECTS: frozenset({"budget_amount", "budget/id", "component/id"}),
    Kind.RESULTS: frozenset({"progress", "start_date", "component/id"}),
}


def told_by(columns: frozenset[str]) -> frozenset[str]:
    """The columns, and for those of one locale what stands for all of them."""
    return columns | {name.rpartition("/")[0] + "/" for name in columns if "/" in name}


def kind_of(told: frozenset[str]) -> Kind | None:
    """Whose columns these are; None if nobody's."""
    needed = {"id", "title/", "url"}
    return next((kind for kind, signs in _SIGNS.items() if signs | needed <= told), None)


def row_of(kind: Kind, cells: Cells, /, **known: Any) -> Row:  # noqa: ANN401 - fields of any row
    """The row of a record; what files never tell is empty, or as it is known otherwise."""
    fields = FIELDS[kind]
    told = {name: tell(cells) for name, (_, tell) in fields.items()}
    return ROWS[kind](**{**_blank(ROWS[kind]), **told, **known})


def unseen(kind: Kind, told: frozenset[str]) -> frozenset[str]:
    """The fields of which a file with these columns says nothing."""
    fields = FIELDS.get(kind, {})
    seen = {name for name, (columns, _) in fields.items() if told.intersection(columns)}
    return every_field(kind) - seen


def every_field(kind: Kind) -> frozenset[str]:
    """The names of the fields of a kind."""
    return frozenset(ROWS[kind].__struct_fields__)


def _blank(row: type[Row]) -> dict[str, Any]:
    plain: dict[Any, Any] = {str: "", dict: {}, bool: False, tuple: ()}
    return {
        field.name: None
        if NoneType in get_args(field.type)
        else plain.get(get_origin(field.type) or field.type)
        for field in msgspec.structs.fields(row)
    }
