# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts in rounds as their texts say, a paper at a time: slow, and written without ours.

Where options are tied nothing is decided here: `Tied` is raised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from ballots.counting.profile import Batch

Paper = tuple[int, ...]


class Tied(Exception):
    """The text asks for an earlier stage or a lot."""


def papers(batch: Batch) -> list[Paper]:
    """Each ballot by itself, as options from the best, those that withdrew left out."""
    every = []
    for ballot, n in batch.profile.counts.items():
        ranked = tuple(option for (option,) in ballot if option in batch.contest.standing)  # type: ignore[misc]
        every += [ranked] * n
    return every


def only(options: Sequence[int]) -> int:
    if len(options) > 1:
        raise Tied
    return options[0]


@dataclass
class Plain:
    """What a count came to: who won, in order, and the votes at each stage."""

    winners: list[int] = field(default_factory=list)
    stages: list[list[Fraction]] = field(default_factory=list)


def irv(every: list[Paper], options: int) -> Plain:
    result, left = Plain(), set(range(options))
    while True:
        firsts = [next((each for each in paper if each in left), None) for paper in every]
        votes = [Fraction(firsts.count(option)) for option in range(options)]
        result.stages.append(votes)
        ahead = max(left, key=lambda option: votes[option])
        if votes[ahead] * 2 > sum(votes):
            result.winners.append(ahead)
            return result
        fewest = min(votes[option] for option in left)
        left.remove(only([option for option in left if votes[option] == fewest]))


def truncated(value: Fraction, places: int = 5) -> Fraction:
    return Fraction(value * 10**places // 1, 10**places)


def scottish(every: list[Paper], options: int, seats: int) -> Plain:
    """SSI 2007/42, rules 45 to 52, without ties."""
    quota = sum(map(bool, every)) // (seats + 1) + 1
    worth = [Fraction(1)] * len(every)
    at = [paper[0] if paper else None for paper in every]
    votes = [Fraction(at.count(option)) for option in range(options)]
    standing, waiting, result = set(range(options)), list[int](), Plain()
    while True:
        result.stages.append(list(votes))
        reached = sorted((o for o in standing if votes[o] >= quota), key=lambda o: -votes[o])
        standing -= set(reached)
        result.winners += reached
        waiting += [option for option in reached if votes[option] > quota]
        if len(result.winners) + len(standing) <= seats:
            result.winners += sorted(standing, key=lambda option: -votes[option])
            return result
        if len(result.winners) == seats:
            return result
        if waiting:
            most = max(votes[option] for option in waiting)
            source = only([option for option in waiting if votes[option] == most])
            waiting.remove(source)
            share, rest = (most - quota), Fraction(quota)
        else:
            fewest = min(votes[option] for option in standing)
            source = only([option for option in standing if votes[option] == fewest])
            standing.remove(source)
            share, rest = Fraction(0), Fraction(0)
        for number, paper in enumerate(every):
            if at[number] != source:
                continue
            if share:
                worth[number] = truncated(share * worth[number] / votes[source])
            after = paper[paper.index(source) + 1 :]
            at[number] = next((option for option in after if option in standing), None)
            if at[number] is not None:
                votes[at[number]] += worth[number]  # type: ignore[index]
        votes[source] = rest


def meek(every: list[Paper], options: int, seats: int, places: int, omega: int) -> Plain:
    """The reference rule of the Proportional Representation Foundation, without ties."""
    unit = Fraction(1, 10**places)

    def up(value: Fraction) -> Fraction:
        return Fraction(-(-value // unit)) * unit

    keep = [Fraction(1)] * options
    hopeful, result = set(range(options)), Plain()
    while hopeful and len(result.winners) < seats:
        before: Fraction | None = None
        while True:
            votes = [Fraction(0)] * options
            for paper in every:
                comes = Fraction(1)
                for option in paper:
                    kept = up(comes * keep[option])
                    votes[option] += kept
                    comes -= kept
            quota = Fraction(sum(votes) / (seats + 1) // unit) * unit + unit
            reached = sorted((o for o in hopeful if votes[o] >= quota), key=lambda o: -votes[o])
            surplus = max(Fraction(0), sum((votes[o] - quota for o in result.winners), Fraction()))
            if (
                reached
                or surplus < Fraction(1, 10**omega)
                or (before is not None and surplus >= before)
            ):
                break
            before = surplus
            for option in result.winners:
                keep[option] = min(Fraction(1), up(up(keep[option] * quota) / votes[option]))
        result.stages.append(votes)
        result.winners += reached
        hopeful -= set(reached)
        if not reached and len(result.winners) + len(hopeful) > seats:
            lowest = min(votes[option] for option in hopeful)
            out = only([option for option in hopeful if votes[option] <= lowest + surplus])
            hopeful.remove(out)
            keep[out] = Fraction(0)
        if len(result.winners) + len(hopeful) <= seats:
            result.winners += sorted(hopeful, key=lambda option: -votes[option])
            hopeful.clear()
    return result
