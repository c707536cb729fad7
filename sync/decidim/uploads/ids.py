# SPDX-License-Identifier: AGPL-3.0-or-later
"""Numbers by which Decidim knows what it holds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from sync.decidim.uploads.errors import ExportProblem, ExportRefused

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


def is_id(text: str) -> bool:
    """Whether a text is such a number."""
    return _NUMBER.fullmatch(text) is not None


def in_order(ids: Iterable[str]) -> list[str]:
    """Ids by number, so that a file is the same whatever order they came in."""
    return sorted(ids, key=lambda id_: (len(id_), id_))


def require_once(ids: Iterable[str]) -> None:
    """Refuse what is no number (`id`) and a number that comes again (`twice`)."""
    seen: set[str] = set()
    for id_ in ids:
        if not is_id(id_):
            raise ExportRefused(ExportProblem.ID, id=id_)
        if id_ in seen:
            raise ExportRefused(ExportProblem.TWICE, id=id_)
        seen.add(id_)
