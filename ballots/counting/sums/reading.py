# SPDX-License-Identifier: AGPL-3.0-or-later
"""From ballots to sums: which are spoilt, which are blank, and what each option was given.

A ballot that says nothing of any option which may be chosen is blank, an abstention.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ballots.counting.marks import as_approvals, as_choices, summed
from ballots.counting.profile import (
    Approvals,
    Approved,
    Batch,
    Cast,
    Rankings,
    Scores,
    Spoilt,
)
from ballots.counting.sums.tally import Histograms, Tally, within


def choices(batch: Batch) -> Tally:
    """One mark each; a preference for an option that is withdrawn passes to the next one."""
    return _tally(as_choices(without_withdrawn(batch))[1])


def approvals(batch: Batch, *, fewest: int = 0, most: int = 0) -> Tally:
    """`fewest` to `most` marks each, or blank; a `most` of 0 is no limit.

    Marks for withdrawn options are marks on the paper, and count for nobody.
    """

    def broken(ballot: Approved) -> Spoilt | None:
        if most and len(ballot) > most:
            return Spoilt.OVER_MARKED
        return Spoilt.UNDER_MARKED if 0 < len(ballot) < fewest else None

    marked, batch = as_approvals(batch)
    kept, spoilt = sifted(marked.counts, broken)
    return _tally(without_withdrawn(batch.without(Approvals(kept), spoilt)))


def histograms(
    batch: Batch,
    scores: Scores,
    *,
    low: int | None = None,
    high: int | None = None,
    no_opinion: int | None = None,
) -> Histograms:
    """What each option was given, from `low` to `high` (None: no limit); `scores` are the batch's.

    `no_opinion` is a number that says nothing. A ballot with any other number beyond the limits
    is spoilt.
    """
    counts, spoilt = scores.counts, Counter(batch.spoilt)
    marks = summed(counts.items())
    wild = {mark for mark in marks if mark[1] != no_opinion and not within(mark[1], low, high)}
    if wild:
        counts, broken = sifted(
            counts, lambda ballot: None if wild.isdisjoint(ballot) else Spoilt.RANGE
        )
        spoilt.update(broken)
        marks = summed(counts.items())
    contest = batch.contest
    silent = {
        mark for mark in marks if mark[1] == no_opinion or contest.options[mark[0]].withdrawn
    }
    given: tuple[dict[int, int], ...] = tuple({} for _ in contest.options)
    for option, number in marks.keys() - silent:
        given[option][number] = marks[option, number]
    blank = sum(n for ballot, n in counts.items() if silent.issuperset(ballot))
    cast = Cast(ballots=batch.cast.ballots, blank=blank, spoilt=dict(spoilt))
    return Histograms(contest=contest, cast=cast, given=given)


def without_withdrawn(batch: Batch) -> Batch:
    """The batch as if options that are withdrawn had not been on the paper."""
    out = {place for place, option in enumerate(batch.contest.options) if option.withdrawn}
    if not out:
        return batch

    def left(ballot: Any) -> Any:  # noqa: ANN401 - one of three kinds, and gives the same
        match batch.profile:
            case Rankings():
                ranks = (tuple(option for option in rank if option not in out) for rank in ballot)
                return tuple(rank for rank in ranks if rank)
            case Approvals():
                return tuple(option for option in ballot if option not in out)
            case _:
                return tuple(mark for mark in ballot if mark[0] not in out)

    counts: Counter[Any] = Counter()
    for ballot, n in batch.profile.counts.items():
        counts[left(ballot)] += n
    return replace(batch, profile=type(batch.profile)(counts))


def sifted(
    counts: Mapping[Any, int], broken: Callable[[Any], Spoilt | None]
) -> tuple[dict[Any, int], Counter[Spoilt]]:
    """The ballots that break nothing; and how many do, by what they break."""
    kept: dict[Any, int] = {}
    spoilt: Counter[Spoilt] = Counter()
    for ballot, n in counts.items():
        why = broken(ballot)
        if why is None:
            kept[ballot] = n
        else:
            spoilt[why] += n
    return kept, spoilt


def _tally(batch: Batch) -> Tally:
    marks = summed(batch.profile.counts.items())
    return Tally(
        contest=batch.contest,
        cast=batch.cast,
        votes=tuple(marks[place] for place in range(len(batch.contest.options))),
        present=batch.present,
        census=batch.census,
    )
