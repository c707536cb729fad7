# SPDX-License-Identifier: AGPL-3.0-or-later
"""Anonymous ballots, equal ones together: what a count is made from.

Options are positions in the contest. A blank ballot is the empty key. Nothing here says who cast
a ballot, where or when; the order of a mapping decides nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from ballots.counting.contest import Contest
from ballots.counting.errors import CountingProblem, CountingRefused

Ranking = tuple[tuple[int, ...], ...]
"""Ranks from the best; options of one rank are equal, in ascending order. Unranked ones are left
out: they are equal among themselves and below all others."""

Approved = tuple[int, ...]
"""Options that are marked, in ascending order."""

Scored = tuple[tuple[int, int], ...]
"""(option, points or grade), in ascending order of options; no opinion is left out."""


class Spoilt(StrEnum):
    """Why a ballot is kept apart and not counted; said as `spoilt.<value>`."""

    OVER_MARKED = "over-marked"  # more options, or points, than the rule allows
    UNDER_MARKED = "under-marked"  # fewer than the rule asks for, and not blank
    REPEATED = "repeated"  # one option twice
    UNKNOWN_OPTION = "unknown-option"
    RANGE = "range"  # points or a grade outside of the scale
    EQUAL = "equal"  # options ranked equal where the rule needs an order


@dataclass(frozen=True, slots=True)
class Rankings:
    """Ranked ballots → how many."""

    counts: Mapping[Ranking, int]


@dataclass(frozen=True, slots=True)
class Approvals:
    """Marked ballots → how many."""

    counts: Mapping[Approved, int]


@dataclass(frozen=True, slots=True)
class Scores:
    """Ballots with points or grades → how many."""

    counts: Mapping[Scored, int]


Profile = Rankings | Approvals | Scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """How many ballots there were; blank and spoilt ones are among them."""

    ballots: int
    blank: int
    spoilt: Mapping[Spoilt, int] = field(default_factory=dict)

    @property
    def valid(self) -> int:
        """Ballots with a mark that counts."""
        return self.ballots - self.blank - sum(self.spoilt.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """All ballots of one contest, spoilt ones apart.

    `present` and `census` are people, 0 where nobody counted them: some quorums are a share of
    these.
    """

    contest: Contest
    profile: Profile
    spoilt: Mapping[Spoilt, int] = field(default_factory=dict)
    present: int = 0
    census: int = 0

    @property
    def cast(self) -> Cast:
        """The ballots in numbers."""
        accepted, spoilt = sum(self.profile.counts.values()), sum(self.spoilt.values())
        return Cast(ballots=accepted + spoilt, blank=blank(self.profile), spoilt=self.spoilt)

    def without(self, kept: Profile, spoilt: Mapping[Spoilt, int]) -> Batch:
        """This batch with fewer ballots counted and as many more spoilt."""
        return replace(self, profile=kept, spoilt=dict(Counter(self.spoilt) + Counter(spoilt)))


def blank(profile: Profile) -> int:
    """Ballots without a mark."""
    return profile.counts.get((), 0)


def merged(batches: Iterable[Batch]) -> Batch:
    """The union of the batches of several kiosks; refuses batches of different contests."""
    first, *others = batches
    for batch in others:
        if batch.contest != first.contest or type(batch.profile) is not type(first.profile):
            raise CountingRefused(CountingProblem.CONTEST, place=batch.contest.title)
    spoilt: Counter[Spoilt] = Counter()
    for batch in (first, *others):
        spoilt.update(batch.spoilt)
    profile = _union([batch.profile for batch in (first, *others)])
    return Batch(contest=first.contest, profile=profile, spoilt=dict(spoilt))


def _union(profiles: Sequence[Profile]) -> Profile:
    counts: Counter[Any] = Counter()
    for profile in profiles:
        counts.update(profile.counts)
    return type(profiles[0])(counts)
