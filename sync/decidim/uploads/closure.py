# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an administrator types when a meeting is closed, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sync.decidim.uploads.ids import require_once
from sync.decidim.uploads.rich import Rich

MOST_ATTENDEES: Final = 999  # Decidim refuses more


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """The closing form. `contributions` is None where nobody counted who spoke.

    `reports` are by locale. `present` may be more than the form takes; then the report has to
    say it, and `attendees` is what goes into the field.
    """

    reports: Mapping[str, Rich]
    present: int
    contributions: int | None = None
    organisations: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_once(self.proposals)

    @property
    def attendees(self) -> int:
        """The number for the field."""
        return min(self.present, MOST_ATTENDEES)

    @property
    def capped(self) -> bool:
        """Whether more people came than the field takes."""
        return self.present > MOST_ATTENDEES
