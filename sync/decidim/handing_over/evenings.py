# SPDX-License-Identifier: AGPL-3.0-or-later
"""What verified bundles say that matters to Decidim: assemblies, questions, exact numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

from ballots.assembly import Question, Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One question of one election. `tally` has blank ballots first, then each option.

    Every ballot came by a booth: it is the one channel that a record has.
    """

    election: str
    question: Question
    tally: tuple[int, ...]
    ballots: int
    conflicts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evening:
    """One assembly, as one bundle (SHA-256 in hex) tells it. `entries` are ids of its record."""

    bundle: str
    assembly: str
    title: Wording
    place: str
    day: str
    present: int
    census: int
    trustees: int
    threshold: int
    votes: tuple[Vote, ...]
    entries: frozenset[bytes] = field(repr=False)

    @property
    def facts(self) -> tuple[object, ...]:
        """All that it says of the assembly, whichever file said it."""
        return (
            self.title,
            self.place,
            self.day,
            self.present,
            self.census,
            self.trustees,
            self.threshold,
            self.votes,
        )
