# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way to an outcome, step by step: codes with facts, which catalogues turn into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from ballots.assembly import Question

Fact = str | int | Decimal | tuple[str, ...]
"""A number, a word, or ids of options. Under `option`, `other`, `winner`, `options` and `winners`
stand ids of options, which give way to their names when a step is said; under `cost`, `price`,
`budget`, `left`, `paid`, `unspent` and `cut` stands money."""


class Told(StrEnum):
    """What a step of a poll tells, with its facts. A share reads `1/2`."""

    BALLOTS = "count.ballots"  # n, valid, blank
    QUORUM_CENSUS = "count.quorum-census"  # share, of, n needed
    QUORUM_PRESENT = "count.quorum-present"  # share, of, n needed
    QUORUM_REACHED = "count.quorum-reached"  # n ballots, needed
    QUORUM_MISSED = "count.quorum-missed"  # n ballots short, ballots, needed
    BASE_VALID = "count.base-valid"  # n
    BASE_CAST = "count.base-cast"  # n
    BASE_PRESENT = "count.base-present"  # n
    BASE_CENSUS = "count.base-census"  # n
    MORE_THAN = "count.more-than"  # share, of, n needed
    AT_LEAST = "count.at-least"  # share, of, n needed
    MORE_VOTES = "count.more-votes"  # yes or no, whichever has more
    MOST_VOTES = "count.most-votes"  # n seats
    SIDES = "count.sides"  # yes, no
    EQUAL = "count.equal"  # n votes on each side
    ADOPTED = "count.adopted"  # n votes in favour
    REJECTED = "count.rejected"  # n votes short
    TIE = "count.tie"  # n seats open, options tied for them
    CHOSEN = "count.chosen"  # option, n votes
    TIED = "count.tied"  # option, n votes
    OUTVOTED = "count.outvoted"  # option, votes, n short
    BELOW = "count.below"  # option, votes, n short
    VACANT = "count.vacant"  # n seats that stay empty
    MARGIN = "count.margin"  # n ballots that, marked otherwise, could change the outcome
    CONFLICTS = "count.conflicts"  # n slips used twice, margin


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a code and its facts."""

    code: StrEnum
    facts: Mapping[str, Fact]

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))

    def __hash__(self) -> int:
        return hash((self.code, tuple(sorted(self.facts.items()))))

    def worded(self, question: Question, language: str) -> dict[str, str | int]:
        """The facts for a sentence: an option's id gives way to its text in `language`."""
        texts = {option.id: option.text.in_language(language) for option in question.options}
        return {
            name: texts[str(value)] if name == "option" else value
            for name, value in self.facts.items()
            if isinstance(value, str | int)
        }


def step(code: StrEnum, /, **facts: Fact) -> Step:
    """A step with its facts."""
    return Step(code, facts)
