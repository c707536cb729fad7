# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sums of ballots, of which no single one is looked at any more.

This is what a homomorphic election opens, and what the kiosks of one assembly add up. Numbers
stand in the order of the contest's options; `cast` has every ballot, spoilt ones too. Marks for
options that are withdrawn are left out. `present` and `census` are people of the assembly, not of
a kiosk: they are not added up, and 0 where nobody counted them.

Refused as `CountingRefused`: `contest` where no option can be chosen or two contests are added,
`length`, `range`, and `sum` where so many ballots cannot hold such sums.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ballots.counting.contest import Contest
from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.profile import Cast


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Ballots that mark each option."""

    contest: Contest
    cast: Cast
    votes: tuple[int, ...]
    present: int = 0
    census: int = 0

    def __post_init__(self) -> None:
        _check(self.contest, self.cast, len(self.votes))
        _whole(self.contest, (*self.votes, self.present, self.census))
        _within(self.contest, self.cast, self.votes)

    def refuse_unless(self, *, least: int, most: int) -> None:
        """Refuse votes that ballots with `least` to `most` marks cannot hold."""
        valid = self.cast.valid
        if not least * valid <= sum(self.votes) <= most * valid:
            raise CountingRefused(CountingProblem.SUM, place=self.contest.title)

    @property
    def by_id(self) -> dict[str, int]:
        """Id → votes, of every option."""
        return dict(zip(self.contest.position, self.votes, strict=True))

    @property
    def standing(self) -> dict[str, int]:
        """Id → votes, of the options that may be chosen."""
        return {self.contest.id(place): self.votes[place] for place in self.contest.standing}

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            contest=_same(self.contest, other.contest),
            cast=_together(self.cast, other.cast),
            votes=_sums(self.votes, other.votes),
            present=max(self.present, other.present),
            census=max(self.census, other.census),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Points given to each option, and how many ballots rate it at all."""

    contest: Contest
    cast: Cast
    points: tuple[int, ...]
    rated: tuple[int, ...]

    def __post_init__(self) -> None:
        _check(self.contest, self.cast, len(self.points), len(self.rated))
        _whole(self.contest, (*map(abs, self.points), *self.rated))
        _within(self.contest, self.cast, self.rated)

    def by_option(self) -> Iterator[tuple[str, int, int]]:
        """Id, points, ballots that rate it; of every option."""
        return zip(self.contest.position, self.points, self.rated, strict=True)

    def refuse_unless(self, *, low: int, high: int | None) -> None:
        """Refuse sums that ballots with `low` to `high` points (None: no limit) cannot hold."""
        for points, rated in zip(self.points, self.rated, strict=True):
            if points < low * rated or (high is not None and points > high * rated):
                raise CountingRefused(CountingProblem.SUM, place=self.contest.title)

    def __add__(self, other: Points) -> Points:
        return Points(
            contest=_same(self.contest, other.contest),
            cast=_together(self.cast, other.cast),
            points=_sums(self.points, other.points),
            rated=_sums(self.rated, other.rated),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Histograms:
    """For each option: grade, or number of points → ballots that give it."""

    contest: Contest
    cast: Cast
    given: tuple[Mapping[int, int], ...]

    def __post_init__(self) -> None:
        _check(self.contest, self.cast, len(self.given))
        _whole(self.contest, (n for each in self.given for n in each.values()))
        _within(self.contest, self.cast, self.rated)

    @property
    def rated(self) -> tuple[int, ...]:
        """Ballots that say something of each option."""
        return tuple(sum(each.values()) for each in self.given)

    @property
    def points(self) -> Points:
        """The same, with the numbers that were given added up."""
        sums = tuple(sum(points * n for points, n in each.items()) for each in self.given)
        return Points(contest=self.contest, cast=self.cast, points=sums, rated=self.rated)

    def refuse_unless(self, *, low: int | None, high: int | None) -> None:
        """Refuse numbers beyond `low` and `high` (None: no limit)."""
        for number in set().union(*self.given):
            if not within(number, low, high):
                raise CountingRefused(CountingProblem.SUM, place=self.contest.title)

    def __add__(self, other: Histograms) -> Histograms:
        return Histograms(
            contest=_same(self.contest, other.contest),
            cast=_together(self.cast, other.cast),
            given=tuple(
                Counter(one) + Counter(another)
                for one, another in zip(self.given, other.given, strict=True)
            ),
        )


def within(number: int, low: int | None, high: int | None) -> bool:
    """Whether a number is from `low` to `high`; None is no limit."""
    return (low is None or number >= low) and (high is None or number <= high)


def _check(contest: Contest, cast: Cast, *lengths: int) -> None:
    if not contest.standing:
        raise CountingRefused(CountingProblem.CONTEST, place=contest.title)
    if any(length != len(contest.options) for length in lengths):
        raise CountingRefused(CountingProblem.LENGTH, place=contest.title)
    _whole(contest, (cast.ballots, cast.blank, *cast.spoilt.values(), cast.valid))


def _whole(contest: Contest, numbers: Iterable[int]) -> None:
    if not all(type(number) is int and number >= 0 for number in numbers):
        raise CountingRefused(CountingProblem.RANGE, place=contest.title)


def _within(contest: Contest, cast: Cast, ballots: Iterable[int]) -> None:
    if any(n > cast.valid for n in ballots):
        raise CountingRefused(CountingProblem.SUM, place=contest.title)


def _same(one: Contest, other: Contest) -> Contest:
    if one != other:
        raise CountingRefused(CountingProblem.CONTEST, place=other.title)
    return one


def _together(one: Cast, other: Cast) -> Cast:
    return Cast(
        ballots=one.ballots + other.ballots,
        blank=one.blank + other.blank,
        spoilt=dict(Counter(one.spoilt) + Counter(other.spoilt)),
    )


def _sums(one: Iterable[int], other: Iterable[int]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(one, other, strict=True))
