# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stages side by side: who is above whom, what changed, which stages share a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ballots.counting.contest import Amount
from ballots.counting.count import Count, Stage

NOBODY: Final = ""
"""In place of an option, as in transfers: votes for which no preference is left."""


class Mark(StrEnum):
    """What a stage decides on an option, as a sign beside its votes."""

    NONE = ""
    ELECTED = "✓"
    EXCLUDED = "✗"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Votes of one option at one stage, and what came or went since the stage before."""

    now: Amount
    moved: Amount
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Stages from `first` to `last`, by index, and the options that were still in the count."""

    first: int
    last: int
    options: tuple[str, ...]

    @property
    def stages(self) -> range:
        """The indices of the stages."""
        return range(self.first, self.last + 1)


def finishing_order(count: Count) -> tuple[str, ...]:
    """Winners as they were elected, then those excluded last, most votes first; withdrawn last."""
    place = {option: number for number, option in enumerate(count.winners)}

    def finish(position: int) -> tuple[int, bool, int, Amount, int]:
        option = count.contest.options[position]
        left = excluded_at(count.stages, option.id)
        votes = count.stages[min(left, len(count.stages) - 1)].votes.get(option.id, 0)
        first = place.get(option.id, len(place))
        return first, option.withdrawn, -left, -votes, position

    return count.contest.ids(sorted(range(len(count.contest.options)), key=finish))


def excluded_at(stages: tuple[Stage, ...], option: str) -> int:
    """The index of the stage at which an option was excluded; their number where it never was."""
    found = (index for index, stage in enumerate(stages) if option in stage.excluded)
    return next(found, len(stages))


def elected_at(stages: tuple[Stage, ...], option: str) -> int:
    """The index of the stage at which an option was elected; their number where it never was."""
    found = (index for index, stage in enumerate(stages) if option in stage.elected)
    return next(found, len(stages))


def entry(stages: tuple[Stage, ...], index: int, option: str) -> Entry | None:
    """The votes of an option at a stage, of NOBODY those that no option holds.

    None once an option is out of the count and its votes have moved.
    """
    now, before = _held(stages[index], option), _held(stages[max(0, index - 1)], option)
    out = excluded_at(stages, option)
    if index > out and not now and not before:
        return None
    mark = {out: Mark.EXCLUDED, elected_at(stages, option): Mark.ELECTED}.get(index, Mark.NONE)
    return Entry(now=now, moved=now - before, mark=mark)


def _held(stage: Stage, option: str) -> Amount:
    return stage.exhausted if option == NOBODY else stage.votes.get(option, 0)


def blocks(count: Count, most: int) -> Iterator[Block]:
    """As few blocks as hold `most` stages each, of about equal size.

    Options that were excluded before a block are left out of it.
    """
    stages, order = count.stages, finishing_order(count)
    number = -(-len(stages) // max(1, most))
    for block in range(number):
        first = len(stages) * block // number
        last = len(stages) * (block + 1) // number - 1
        shown = stages[first : last + 1]
        options = tuple(
            option
            for option in order
            if not first
            or excluded_at(stages, option) >= first
            or any(stage.votes.get(option) for stage in shown)
        )
        yield Block(first=first, last=last, options=options)
