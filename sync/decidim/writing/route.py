# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every write has: a step that knows what is wanted, a route that knows the platform."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from sync.decidim.refusals import DecidimProblem
from sync.decidim.writing.outcomes import Decision

TEXTS: Final = "{translations{locale text}}"
SINGLE: Final = "query($component:ID!,$id:ID!){session{__typename} component(id:$component)"
PAGED: Final = "query($component:ID!,$after:String){session{__typename} component(id:$component)"


class Step(Protocol):
    """One thing to be written."""

    @property
    def component(self) -> str:
        """The number of the component that it belongs to."""

    @property
    def id(self) -> str:
        """What a refusal of it names."""

    def sought(self) -> Mapping[str, str]:
        """The variables of the question whether it is there, beside `component`."""

    def decide(self, found: Sequence[Any]) -> Decision:
        """What follows from what is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """`look` asks for `found`, which is one thing or a page of them.

    `denied` is said where the account may not write it.
    """

    since: str
    denied: DecidimProblem
    look: str
    found: Any
