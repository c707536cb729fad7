# SPDX-License-Identifier: AGPL-3.0-or-later
"""The public schema of a version: the real one where it lies beside the project, else ours."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from graphql import GraphQLSchema, build_schema

from tests.shared_data import SHARED

OWN = Path(__file__).parent / "schema"
REAL = SHARED / "decidim" / "schema"
_LATEST = "decidim-0.31.2-barcelona.graphql"
_REAL: dict[str, tuple[str, ...]] = {
    "0.27": ("decidim-0.27.9.graphql",),
    "0.28": ("decidim-0.28.4.graphql",),
    "0.29": ("decidim-0.29.0.dev.graphql",),
    "0.30": ("decidim-0.30.0.dev.graphql",),
    "0.31": (_LATEST,),
    "0.32": (_LATEST, "decidim-0.32plus-write-api.overlay.graphql"),
}
_OWN: dict[str, tuple[str, ...]] = {
    "0.30": ("common.graphql", "only-0.30.graphql"),
    "0.31": ("common.graphql", "since-0.31.graphql"),
    "0.32": ("common.graphql", "since-0.31.graphql", "since-0.32.graphql"),
}
_ANY = "type Component implements ComponentInterface"  # of modules; found by no other type
_FIELDS = "{id: ID! name: TranslatedField! participatorySpace: ParticipatorySpace! weight: Int!}"
VERSIONS = tuple(_REAL)


def real_schemas() -> bool:
    return REAL.is_dir()


def versions() -> tuple[str, ...]:
    """The versions that can be played here."""
    return VERSIONS if real_schemas() else tuple(_OWN)


@cache
def schema_of(version: str, *, own: bool = False) -> GraphQLSchema:
    """Raises KeyError for a version that there is no schema of."""
    folder, names = (OWN, _OWN) if own or not real_schemas() else (REAL, _REAL)
    text = "\n".join((folder / name).read_text(encoding="utf-8") for name in names[version])
    return build_schema(text if _ANY in text else text + _ANY + _FIELDS)
