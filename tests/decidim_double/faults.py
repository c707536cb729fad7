# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may befall a request, by its number on this server. The first is number 1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.decidim_double.world import World


@dataclass(frozen=True, slots=True)
class Busy:
    """429; the header Retry-After says these seconds, or is not there."""

    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class Failing:
    """A page of the web server instead of JSON."""

    status: int = 503


@dataclass(frozen=True, slots=True)
class Slow:
    """Nothing is said for so long."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Cut:
    """The line is cut after so many bytes of the answer."""

    after: int = 20


@dataclass(frozen=True, slots=True)
class Changed:
    """Somebody changes the world before this request is answered."""

    how: Callable[[World], World]


@dataclass(frozen=True, slots=True)
class Instead:
    """Somebody else answers: a wall before the platform, another program, another host."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Fault = Busy | Failing | Slow | Cut | Changed | Instead


@dataclass(frozen=True, slots=True)
class Faults:
    """Request number → what befalls it."""

    planned: Mapping[int, Fault] = field(default_factory=dict)
