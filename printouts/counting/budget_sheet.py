# SPDX-License-Identifier: AGPL-3.0-or-later
"""Projects in the order in which the rule came to them: votes, cost, and what was left."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.platypus import Flowable

from ballots.counting.count import Budget, Line
from printouts.counting.cells import LOST, SMALL, Gauge, across, cell, firm, grid, head, widest
from printouts.counting.teller import Teller
from printouts.fonts import Weight
from printouts.paper import QUIET
from printouts.scribe import MEASURE

_NUMBER, _NAMES, _BAR, _PADDING = 22.0, 120.0, 76.0, 8.0
_FULL = 1.25  # of a project's cost: where the bar of its support ends


def budget_sheet(teller: Teller, budget: Budget) -> Iterator[Flowable]:
    """One row for each project; the money is said at the head of each page."""
    say, scribe = teller.say, teller.scribe
    shares = budget.endowment is not None
    most = max([1, *(line.votes for line in budget.lines)])
    lines = [
        _row(place, line, teller, float(most), shares=shares)
        for place, line in enumerate(budget.lines, 1)
    ]
    yield scribe.chapter(say("countpaper.projects"))
    if budget.endowment is not None:
        endowment = say("countpaper.endowment", endowment=teller.money(budget.endowment))
        raised = say("countpaper.raised", n=budget.raised) if budget.raised else ""
        yield scribe.body(f"{endowment} {raised}".strip())
    widths = _widths(teller, budget)
    marks = [("SPAN", (0, 0), (-1, 0)), ("LINEBELOW", (0, 0), (-1, 0), 0, "#FFFFFF")]
    yield grid([[_sums(teller, budget)], _heads(teller, shares=shares), *lines], widths, 2, marks)
    yield scribe.small(
        say("countpaper.support-explained" if shares else "countpaper.left-explained")
    )


def _sums(teller: Teller, budget: Budget) -> Flowable:
    """Budget, spent and left, and how many projects that makes."""
    return firm(
        teller.say(
            "countpaper.funded",
            n=sum(line.funded for line in budget.lines),
            projects=len(budget.lines),
            budget=teller.money(budget.budget),
            spent=teller.money(budget.spent),
            left=teller.money(budget.budget - budget.spent),
        )
    )


def _heads(teller: Teller, *, shares: bool) -> list[object]:
    say = teller.say
    return [
        "",
        head(say("countpaper.project")),
        head(say("countpaper.support" if shares else "countpaper.votes")),
        head(say("countpaper.votes"), right=True) if shares else "",
        head(say("countpaper.cost"), right=True),
        head(say("countpaper.left-before"), right=True),
    ]


def _widths(teller: Teller, budget: Budget) -> list[float]:
    say = teller.say
    votes = [say("countpaper.votes"), *(teller.sum(line.votes) for line in budget.lines)]
    costs = [say("countpaper.cost"), *(teller.money(line.cost) for line in budget.lines)]
    left = [teller.money(line.left) for line in budget.lines]
    taken = [
        _BAR,
        max(widest(votes) + _PADDING, 42.0),
        max(widest(costs) + _PADDING, 56.0),
        max(widest(left) + _PADDING, 56.0),
    ]
    return [_NUMBER, *across(taken, MEASURE - _NUMBER, _NAMES)]


def _row(place: int, line: Line, teller: Teller, most: float, *, shares: bool) -> list[object]:
    weight = Weight.SEMIBOLD if line.funded else Weight.REGULAR
    fate = teller.say("countpaper.is-funded" if line.funded else "countpaper.is-not-funded")
    mark = "✓" if line.funded else "✗"
    return [
        cell(teller.whole(place), colour=QUIET, right=True),
        [
            cell(teller.name(line.option), weight=weight),
            cell(f"{mark} {fate}", SMALL + 0.3, weight, QUIET),
        ],
        _gauge(line, teller, most, shares=shares),
        cell(teller.sum(line.votes), weight=weight, right=True),
        cell(teller.money(line.cost), weight=weight, right=True),
        cell(teller.money(line.left), right=True),
    ]


def _gauge(line: Line, teller: Teller, most: float, *, shares: bool) -> object:
    """Effective support with a line at 100 %, else votes beside those of the most voted."""
    colour, room = teller.scribe.accent if line.funded else LOST, _BAR - 8
    if not shares:
        return Gauge(float(line.votes), room, colour, full=most)
    if line.support is None:
        return ""
    gauge = Gauge(float(line.support), room, colour, full=_FULL, mark=1)
    return [gauge, cell(teller.reached(line.support), SMALL + 0.3)]
