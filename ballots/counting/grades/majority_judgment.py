# SPDX-License-Identifier: AGPL-3.0-or-later
"""Majority judgment: the options with the best majority value are chosen.

A ballot that grades nothing at all is an abstention, whatever no opinion of a single option
counts as. An option that no ballot grades is never chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from ballots.counting.count import Count
from ballots.counting.draw import Draw
from ballots.counting.grades.reading import graded, printed, scale_of
from ballots.counting.grades.reasons import Judged, lost, placed
from ballots.counting.grades.told import GradeTold
from ballots.counting.grades.value import Histogram, fewest_to_meet
from ballots.counting.profile import Batch
from ballots.counting.rule import MajorityJudgment
from ballots.counting.settings import NoOpinion
from ballots.counting.sums.conditions import ballots_told
from ballots.counting.sums.outcome import Fate, Standing
from ballots.counting.sums.places import Places, fill_places, ranked
from ballots.counting.sums.tally import Histograms
from ballots.counting.trace import Step, Told, step

_PLACED = {Fate.CHOSEN: GradeTold.CHOSEN, Fate.TIED: GradeTold.TIED}
_UNGRADED = {
    NoOpinion.WORST: GradeTold.UNGRADED_WORST,
    NoOpinion.EXCLUDED: GradeTold.UNGRADED_LEFT_OUT,
}


def majority_judgment(rule: MajorityJudgment, batch: Batch, draw: Draw) -> Count:
    """Count ballots with grades; a grade that is not on the scale spoils the ballot."""
    tally = graded(rule.name, batch, worst=rule.worst, best=rule.best, no_opinion=rule.no_opinion)
    return judge(rule, tally, draw)


def judge(rule: MajorityJudgment, tally: Histograms, draw: Draw) -> Count:
    """The same from grades that are added up already."""
    contest, scale = tally.contest, scale_of(tally, rule.worst, rule.best)
    given = _given(rule, tally, scale)
    judged = {
        id: Judged.of(id, given[id])
        for id, rated in zip(contest.position, tally.rated, strict=True)
        if id in given and rated
    }
    levels = dict.fromkeys(given, 0) | ranked({id: each.value for id, each in judged.items()})
    places = fill_places(contest, levels, draw, seats=rule.seats)
    steps = {
        each.option: tuple(_why(each, places, judged, scale)) for each in places.decided.standings
    }
    return Count(
        rule=rule,
        contest=contest,
        cast=tally.cast,
        winners=places.winners,
        verdict=places.verdict,
        stages=(),
        told=(
            *ballots_told(tally.cast),
            *_rule_told(rule, scale),
            *places.told,
            *_margin_told(rule, tally, places, given),
        ),
        reasons=tuple(places.reasons(contest, steps)),
        grades=printed(scale, given, _order(levels)),
    )


def _given(
    rule: MajorityJudgment, tally: Histograms, scale: Sequence[int]
) -> dict[str, Histogram]:
    """Id → grades of the options that may be chosen, with what no opinion counts as."""
    given: dict[str, Histogram] = {}
    for place in tally.contest.standing:
        counts = dict(tally.given[place])
        silent = tally.cast.valid - tally.rated[place]
        if silent and rule.no_opinion_counts_as is NoOpinion.WORST:
            counts[scale[0]] = counts.get(scale[0], 0) + silent
        given[tally.contest.id(place)] = counts
    return given


def _rule_told(rule: MajorityJudgment, scale: Sequence[int]) -> Iterator[Step]:
    if scale:
        yield step(GradeTold.SCALE, worst=scale[0], best=scale[-1])
    yield step(_UNGRADED[rule.no_opinion_counts_as])
    yield step(GradeTold.BEST_MEDIAN, n=rule.seats)


def _why(
    standing: Standing, places: Places, judged: Mapping[str, Judged], scale: Sequence[int]
) -> Iterator[Step]:
    id = standing.option
    if standing.fate is Fate.BELOW:
        yield step(GradeTold.UNGRADED, option=id)
    elif standing.fate is Fate.OUTVOTED:
        yield from lost(judged[id], judged[places.winners[-1]], scale[-1])
    else:
        yield placed(_PLACED[standing.fate], judged[id])


def _margin_told(
    rule: MajorityJudgment, tally: Histograms, places: Places, given: Mapping[str, Histogram]
) -> Iterator[Step]:
    """Only where the scale was fixed: ballots marked otherwise could go beyond one that was not.

    A ballot can help one option and harm another at once, be the first to grade an option, or
    the last.
    """
    if rule.worst is None or rule.best is None or places.decided.tied:
        return
    rated = dict(zip(tally.contest.position, tally.rated, strict=True))
    ways = [rated[id] for id in places.winners] + [1] * bool(places.vacant)
    for id in given.keys() - places.winners:
        ways += (
            max(1, fewest_to_meet(given[id], given[winner], worst=rule.worst, best=rule.best))
            if given[id]
            else 1
            for winner in places.winners
        )
    yield step(Told.MARGIN, n=min(ways))


def _order(levels: Mapping[str, int]) -> tuple[tuple[str, ...], ...]:
    """The best first, equal options together, by id."""
    ordered = sorted(levels, key=lambda option: (-levels[option], option))
    return tuple(tuple(equal) for _, equal in groupby(ordered, key=levels.__getitem__))
