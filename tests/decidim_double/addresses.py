# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the page of a thing is, and what it is called in the papers of the house."""

from __future__ import annotations

from tests.decidim_double.world import Budget, Component, Project, Row, Space, World

_FOLDERS = {"Assembly": "assemblies", "ParticipatoryProcess": "processes"}


def space_url(world: World, space: Space) -> str:
    return f"https://{world.host}/{_FOLDERS[space.kind]}/{space.slug}"


def space_of(world: World, component: int) -> Space:
    place = world.get(Component, component)
    space = place and world.get(Space, place.space)
    assert space
    return space


def url_of(world: World, row: Row) -> str:
    """A project is below its budget, everything else below its component."""
    path = f"{type(row).__name__.lower()}s/{row.id}"
    if isinstance(row, Project):
        budget = world.get(Budget, row.budget)
        assert budget
        return f"{url_of(world, budget)}/{path}"
    component: int = row.component  # type: ignore[attr-defined]
    return f"{space_url(world, space_of(world, component))}/f/{component}/{path}"


def reference_of(row: Row) -> str:
    return f"X-{type(row).__name__[:4].upper()}-{row.id}"
