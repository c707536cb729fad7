# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an admin exports, and the open data that anyone may take: CSV, JSON and the zip of it.

With what makes real files hard to read: guards before formulas, lists that are joined, texts in
languages that nobody wrote, columns with the names of people.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from tests.decidim_double.serialized import ENTITIES, Serialized, serialized_space
from tests.decidim_double.world import Budget, Component, Project, Proposal, Space, User, World

_GUARDED = ("=", "+", "-", "@")


def export(
    world: World, version: str, entity: str, component: int, *, public: bool
) -> list[Serialized]:
    """The records of one component; amendments are among the proposals."""
    kind, serialized = ENTITIES[entity]

    def here(row: Any) -> bool:
        place = world.get(Budget, row.budget) if isinstance(row, Project) else row
        out = getattr(row, "published", True) or not (public or kind is Proposal)
        return place is not None and place.component == component and out

    return [serialized(world, version, row) for row in world.all(kind, here)]


def open_data(world: World, version: str) -> bytes:
    """The zip that is made each night, of all that is public on the platform."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:

        def put(entity: str, records: list[Serialized]) -> None:
            name = f"{world.host}-open-data-{entity}.csv"
            archive.writestr(name, as_csv(records, world.separator))

        components = world.all(Component, lambda row: world.sees_component(None, row))
        for entity in ENTITIES:
            records: list[Serialized] = []
            for component in components:
                records += export(world, version, entity, component.id, public=True)
            put(entity, records)
        spaces = world.all(Space, lambda row: world.sees_space(None, row))
        for entity, kind in (
            ("assemblies", "Assembly"),
            ("participatory_processes", "ParticipatoryProcess"),
        ):
            put(entity, [serialized_space(world, row) for row in spaces if row.kind == kind])
        people = world.all(User)
        put("users", [{"id": row.id, "name": row.name, "nickname": row.name} for row in people])
        put("proposal_comments", [{"id": 1, "body": "=1", "author": {"name": "Neighbour 3"}}])
        archive.writestr("README.md", "# Open data\n")
        archive.writestr("LICENSE.md", "ODbL\n")
    return packed.getvalue()


def as_json(records: list[Serialized]) -> bytes:
    return json.dumps(records, ensure_ascii=False, indent=2).encode()


def as_csv(records: list[Serialized], separator: str) -> bytes:
    """The header is that of all records; where there are none, there is none."""
    flat = [_flat(record, "") for record in records]
    header = list(dict.fromkeys(name for record in flat for name in record))
    rows: list[list[Any]] = [header, *([record.get(name) for name in header] for record in flat)]
    lines = (separator.join(_cell(value, separator) for value in row) for row in rows)
    return ("\n".join(lines) + "\n").encode()


def _flat(value: Mapping[str, Any], above: str) -> Serialized:
    flat: Serialized = {}
    for key, inner in value.items():
        if isinstance(inner, Mapping):
            flat |= _flat(inner, f"{above}{key}/")
        else:
            flat[above + key] = ", ".join(map(_ruby, inner)) if isinstance(inner, list) else inner
    return flat


def _ruby(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f'"{key}"=>"{text}"' for key, text in value.items()) + "}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _cell(value: Any, separator: str) -> str:
    if value is None:
        return ""
    text = _ruby(value)
    if isinstance(value, str) and text.startswith(_GUARDED):
        text = f"'{text}"
    odd = not text or any(sign in text for sign in f'{separator}"\r\n') or text != text.strip()
    return '"' + text.replace('"', '""') + '"' if odd else text
