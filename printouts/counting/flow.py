# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where votes went from stage to stage, as bars and ribbons with places in a rectangle.

Floats are points on paper here; what is read are the numbers of the table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ballots.counting.count import Count, Stage
from printouts.counting.staging import NOBODY, finishing_order

OTHERS = "\x00others"  # what the smallest options are drawn under; no id of a file
BAR = 9.0

_MOST_STAGES = 14
_MOST_OPTIONS = 11
_SLOT = 9.5  # a thin bar leaves as much for its name
_GAP = 4.0

_Sums = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Votes of one option at one stage; `x` and `top` are its upper left corner."""

    option: str
    stage: int  # its index in the count
    votes: float
    x: float
    top: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ribbon:
    """Votes on their way, from one edge (x, top, bottom) to another; `kept` by who had them."""

    start: tuple[float, float, float]
    end: tuple[float, float, float]
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A drawn count. `first` is the index of the first stage drawn; `merged` options are one."""

    bars: tuple[Bar, ...]
    ribbons: tuple[Ribbon, ...]
    first: int
    merged: tuple[str, ...]
    step: float  # from one stage to the next


@dataclass(frozen=True, slots=True)
class _Link:
    """Votes between two bars; where numbers are cut off, fewer arrive than leave."""

    source: str
    target: str
    leave: float
    arrive: float


def flow(count: Count, width: float, height: float) -> Flow:
    """Two stages or more across `width`, all votes down `height`; the origin is bottom left."""
    first = max(0, len(count.stages) - _MOST_STAGES)
    stages, order = count.stages[first:], finishing_order(count)
    some = [each for each in order if _largest(each, stages)]
    drawn = _drawn(some, count.winners, stages)
    merged = tuple(each for each in some if each not in drawn)
    keys = [*drawn, *([OTHERS] if merged else []), NOBODY]
    group = {each: each if each in drawn else OTHERS for each in order} | {NOBODY: NOBODY}
    sums = [_sums(stage, group) for stage in stages]
    scale = _scale(sums, height)
    step = (width - BAR) / (len(stages) - 1)
    columns = [
        [
            Bar(option=key, stage=first + place, votes=votes, x=place * step, top=top, height=tall)
            for key, votes, top, tall in _stacked(each, keys, height, scale)
        ]
        for place, each in enumerate(sums)
    ]
    ribbons = [
        ribbon
        for stage, (left, right) in zip(stages, pairwise(columns), strict=False)
        for ribbon in _ribbons(left, right, _links(left, right, _moves(stage, group)), scale)
    ]
    bars = tuple(bar for column in columns for bar in column)
    return Flow(bars=bars, ribbons=tuple(ribbons), first=first, merged=merged, step=step)


def _drawn(some: Sequence[str], winners: Sequence[str], stages: Sequence[Stage]) -> list[str]:
    """The options with a bar of their own: the winners, then the largest; all where few."""
    ranked = sorted(some, key=lambda each: (each not in winners, -_largest(each, stages)))
    most = _MOST_OPTIONS if len(some) <= _MOST_OPTIONS else _MOST_OPTIONS - 1
    kept = set(ranked[:most])
    return [each for each in some if each in kept]


def _largest(option: str, stages: Sequence[Stage]) -> float:
    return max(float(stage.votes.get(option, 0)) for stage in stages)


def _sums(stage: Stage, group: Mapping[str, str]) -> _Sums:
    sums: dict[str, float] = defaultdict(float)
    for option, votes in stage.votes.items():
        sums[group[option]] += float(votes)
    sums[NOBODY] = float(stage.exhausted)
    return sums


def _scale(sums: Sequence[_Sums], height: float) -> float:
    """Points for a vote, so that the tallest stage fills the height; by halving, upwards."""
    low, high = 0.0, height / max(1.0, *(sum(each.values()) for each in sums))
    for _ in range(30):
        middle = (low + high) / 2
        tallest = max(sum(_room(votes * middle) for votes in each.values()) for each in sums)
        low, high = (middle, high) if tallest <= height + _GAP else (low, middle)
    return low


def _room(tall: float) -> float:
    """What a bar takes with the gap below it; a thin one as much as its name."""
    return max(tall, _SLOT) + _GAP if tall else 0


def _stacked(
    sums: _Sums, keys: Sequence[str], top: float, scale: float
) -> Iterator[tuple[str, float, float, float]]:
    """Each option that has votes: these, its top and its height."""
    for key in keys:
        votes = sums.get(key, 0)
        if votes:
            yield key, votes, top, votes * scale
            top -= _room(votes * scale)


def _moves(stage: Stage, group: Mapping[str, str]) -> Mapping[tuple[str, str], float]:
    """Votes that left one bar for another."""
    moves: dict[tuple[str, str], float] = defaultdict(float)
    for each in stage.moved:
        source, target = group[each.source], group[each.target]
        if source != target:
            moves[source, target] += float(each.votes)
    return moves


def _links(
    left: Sequence[Bar], right: Sequence[Bar], moves: Mapping[tuple[str, str], float]
) -> Iterator[_Link]:
    """What moved, and what each option kept."""
    before = {bar.option: bar.votes for bar in left}
    after = {bar.option: bar.votes for bar in right}
    for (source, target), votes in moves.items():
        if source in before and target in after:
            yield _Link(source, target, votes, votes)
            before[source] -= votes
            after[target] -= votes
    for key in before.keys() & after.keys():
        yield _Link(key, key, max(0, before[key]), max(0, after[key]))


def _ribbons(
    left: Sequence[Bar], right: Sequence[Bar], links: Iterator[_Link], scale: float
) -> Iterator[Ribbon]:
    """Stacked on each bar in the order of where they lead, so that few of them cross."""
    above = {bar.option: number for number, bar in enumerate(left)}
    over = {bar.option: number for number, bar in enumerate(right)}
    starts = {bar.option: bar.top for bar in left}
    ends = {bar.option: bar.top for bar in right}
    for link in sorted(links, key=lambda link: (above[link.source], over[link.target])):
        leave, arrive = link.leave * scale, link.arrive * scale
        out, into = starts[link.source], ends[link.target]
        starts[link.source] -= leave
        ends[link.target] -= arrive
        yield Ribbon(
            start=(left[0].x + BAR, out, out - leave),
            end=(right[0].x, into, into - arrive),
            kept=link.source == link.target,
        )
