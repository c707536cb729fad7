# SPDX-License-Identifier: AGPL-3.0-or-later
"""One kind of ballot read as another, where nothing has to be guessed.

What cannot be read so is spoilt, with its reason; a kind that says too little is refused.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any, TypeVar

from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.profile import (
    Approvals,
    Approved,
    Batch,
    Profile,
    Ranking,
    Rankings,
    Scored,
    Scores,
    Spoilt,
)

Read = TypeVar("Read", bound=Profile)


def as_rankings(batch: Batch, *, strict: bool = False) -> tuple[Rankings, Batch]:
    """Ranked ballots: marked options are equal and first, points rank from the highest.

    `strict` spoils ballots that rank options equal.
    """
    profile = batch.profile
    if isinstance(profile, Rankings):
        if not strict or all(len(rank) == 1 for ballot in profile.counts for rank in ballot):
            return profile, batch

        def read(ballot: Any) -> Ranking | Spoilt:  # noqa: ANN401 - one of three kinds
            return ballot if all(len(rank) == 1 for rank in ballot) else Spoilt.EQUAL
    elif isinstance(profile, Approvals):

        def read(ballot: Any) -> Ranking | Spoilt:  # noqa: ANN401
            return Spoilt.EQUAL if strict and len(ballot) > 1 else (ballot,) if ballot else ()
    else:

        def read(ballot: Any) -> Ranking | Spoilt:  # noqa: ANN401
            ranking = _by_points(ballot)
            equal = strict and any(len(rank) > 1 for rank in ranking)
            return Spoilt.EQUAL if equal else ranking

    return _reread(batch, read, Rankings)


def as_approvals(batch: Batch) -> tuple[Approvals, Batch]:
    """Marked ballots: what is ranked at all, or has points above 0, is marked."""
    profile = batch.profile
    if isinstance(profile, Approvals):
        return profile, batch
    if isinstance(profile, Rankings):

        def read(ballot: Any) -> Approved | Spoilt:  # noqa: ANN401
            return tuple(sorted(option for rank in ballot for option in rank))
    else:

        def read(ballot: Any) -> Approved | Spoilt:  # noqa: ANN401
            return tuple(option for option, points in ballot if points > 0)

    return _reread(batch, read, Approvals)


def as_scores(batch: Batch, rule: str) -> tuple[Scores, Batch]:
    """Ballots with points: a mark is one point. Refuses rankings, which have none."""
    profile = batch.profile
    if isinstance(profile, Scores):
        return profile, batch
    if isinstance(profile, Rankings):
        raise CountingRefused(CountingProblem.BALLOTS, rule=rule, kind="rankings")

    def read(ballot: Any) -> Scored | Spoilt:  # noqa: ANN401
        return tuple((option, 1) for option in ballot)

    return _reread(batch, read, Scores)


def as_choices(batch: Batch) -> tuple[Approvals, Batch]:
    """One option each: the first of a ranking, the only mark, the only one with most points."""
    ranked, batch = as_rankings(batch)
    spoilt: Counter[Spoilt] = Counter()
    kept: Counter[Approved] = Counter()
    for ranking, n in ranked.counts.items():
        first = ranking[0] if ranking else ()
        if len(first) > 1:
            spoilt[Spoilt.OVER_MARKED] += n
        else:
            kept[first] += n
    choices = Approvals(kept)
    return choices, batch.without(choices, spoilt)


def summed(counted: Iterable[tuple[Iterable[Any], int]]) -> Counter[Any]:
    """How often each mark is made by ballots, so many of each; equally many count together."""
    alike: defaultdict[int, list[Any]] = defaultdict(list)
    for ballot, n in counted:
        alike[n].append(ballot)
    marks: Counter[Any] = Counter()
    for n, ballots in alike.items():
        for mark, times in Counter(chain.from_iterable(ballots)).items():
            marks[mark] += n * times
    return marks


def _by_points(ballot: Scored) -> Ranking:
    ranks: dict[int, list[int]] = {}
    for option, points in ballot:
        ranks.setdefault(points, []).append(option)
    return tuple(tuple(ranks[points]) for points in sorted(ranks, reverse=True))


def _reread(
    batch: Batch, read: Callable[[Any], Any], kind: Callable[[Mapping[Any, int]], Read]
) -> tuple[Read, Batch]:
    kept: Counter[Any] = Counter()
    spoilt: Counter[Spoilt] = Counter()
    for ballot, n in batch.profile.counts.items():
        found = read(ballot)
        if isinstance(found, Spoilt):
            spoilt[found] += n
        else:
            kept[found] += n
    profile = kind(kept)
    return profile, batch.without(profile, spoilt)
