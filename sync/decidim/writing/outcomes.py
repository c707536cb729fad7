# SPDX-License-Identifier: AGPL-3.0-or-later
"""What follows for one write from what is there, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sync.decidim.refusals import DecidimRefused


@dataclass(frozen=True, slots=True)
class Send:
    """A mutation and its variables."""

    mutation: str
    variables: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Written:
    """Written now; `id` is Decidim's. Not `shown` is an answer that waits to be published."""

    id: str
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Already:
    """It is there as it is wanted."""

    id: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Not by the API; `lacking` where it would be the same for all of its kind."""

    refusal: DecidimRefused
    lacking: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """What is there is neither what is wanted nor what the plan saw: for people to settle."""

    refusal: DecidimRefused


Outcome = Written | Already | NotTaken | Conflict
Decision = Send | Already | NotTaken | Conflict
