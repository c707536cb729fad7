# SPDX-License-Identifier: AGPL-3.0-or-later
"""What came of a verification, and what a verified archive says (ELECTION.md §12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ballots.checks import Check
from ballots.election.questions.question import Question
from ballots.election.result import Votes
from ballots.election.setup import Setup


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a verified archive says.

    `counts` are per question and slot, the blank slot first where there is one; `votes` are the
    answers of each ballot to a question that was shuffled (then its counts are empty). `trackers`
    are of all ballots in the order of the archive; `voters` counts credentials, `weight` their
    votes, `mixers` the trustees named on shuffles (no proof binds them to it); `setup` is what
    the election stands on.
    """

    uuid: str
    fingerprint: str
    name: str
    description: str
    group: str
    questions: tuple[Question, ...]
    counts: tuple[tuple[int, ...], ...]
    votes: tuple[Votes, ...]
    trackers: tuple[str, ...]
    voters: int
    weight: int
    roll: int
    trustees: int
    threshold: int
    mixers: int
    timestamp: int
    x_assembly: Mapping[str, str]
    setup: Setup = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedElection:
    """The checks that were made. `published` is there only if all of them passed.

    A check that failed is the last; its fact `code` is the entry in the message catalogue that the
    other facts belong to.
    """

    checks: tuple[Check, ...]
    published: Published | None

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return self.published is not None
