# SPDX-License-Identifier: AGPL-3.0-or-later
"""A pulse of the room from cold (1) to warm: how many each, and the median. It decides nothing."""

from __future__ import annotations

from ballots.counting.contest import Option
from ballots.counting.count import Count, Grades, Reason
from ballots.counting.draw import Draw
from ballots.counting.grades.reading import graded, printed, scale_of
from ballots.counting.grades.told import GradeTold
from ballots.counting.profile import Batch
from ballots.counting.rule import Temperature
from ballots.counting.sums.conditions import ballots_told
from ballots.counting.sums.outcome import Verdict
from ballots.counting.sums.places import withdrawn
from ballots.counting.sums.tally import Histograms
from ballots.counting.trace import step


def temperature(rule: Temperature, batch: Batch, _draw: Draw) -> Count:
    """Count ballots with a level for each option; other numbers spoil a ballot."""
    return pulse(rule, graded(rule.name, batch, worst=1, best=rule.levels))


def pulse(rule: Temperature, tally: Histograms) -> Count:
    """The same from levels that are added up already."""
    contest = tally.contest
    scale = scale_of(tally, 1, rule.levels)
    given = {contest.id(place): tally.given[place] for place in contest.standing}
    grades = printed(scale, given, order=tuple((id,) for id in given))
    return Count(
        rule=rule,
        contest=contest,
        cast=tally.cast,
        winners=(),
        verdict=Verdict.INFORMED,
        stages=(),
        told=(*ballots_told(tally.cast), step(GradeTold.NOTHING_DECIDED)),
        reasons=tuple(
            withdrawn(option) if option.withdrawn else _reason(rule, option, rated, grades)
            for option, rated in zip(contest.options, tally.rated, strict=True)
        ),
        grades=grades,
    )


def _reason(rule: Temperature, option: Option, rated: int, grades: Grades) -> Reason:
    if not rated:
        told = step(GradeTold.UNGRADED, option=option.id)
    else:
        median = grades.median[option.id]
        told = step(
            GradeTold.TEMPERATURE, option=option.id, grade=median, levels=rule.levels, n=rated
        )
    return Reason(option=option.id, won=False, steps=(told,))
