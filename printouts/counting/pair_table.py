# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every duel in one square, who beat whom, and the order that came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from reportlab.platypus import Flowable, KeepTogether, Spacer

from ballots.counting.count import Duels
from printouts.counting.cells import LOST, SMALL, TINT, Gauge, Mark, cell, firm, grid, head, widest
from printouts.counting.sheets import TALL, Page
from printouts.counting.teller import Teller
from printouts.fonts import Weight
from printouts.paper import typeface
from printouts.scribe import MEASURE

_NAMES, _NUMBER = 112.0, 20.0
_LONGEST = 80  # letters of a name beside the square
_FIGURES = 7.6
_PADDING = 7.0
_NARROWEST = 22.0
_WIDEST = 160.0
_BAR = 90.0
_WHOLE = 14  # options at most whose square is not parted


def is_wide(teller: Teller, duels: Duels) -> bool:
    """Whether the square is too wide for paper that is held upright."""
    return _NAMES + _NUMBER + len(duels.matrix) * _column(teller, duels.matrix) > TALL.width


def order(teller: Teller, duels: Duels) -> Iterator[Flowable]:
    """The places with the rule's own score, and who was left out before."""
    score = teller.count.stages[0].votes
    placed = [(place, option) for place, equal in _places(duels.order) for option in equal]
    scores = [score.get(option, 0) for _, option in placed]
    full = float(max([1, *scores]))
    falling = all(one >= other for one, other in pairwise(scores))  # of defeats less is better
    rows: list[list[object]] = [
        ["", head(teller.say("countpaper.option")), "", head(teller.say("countpaper.score"))]
    ]
    for (place, option), points in zip(placed, scores, strict=True):
        won = option in teller.count.winners
        colour = teller.scribe.accent if won else LOST
        name = teller.name(option)
        rows.append(
            [
                cell(teller.whole(place), right=True),
                firm(name) if won else cell(name),
                Gauge(float(points), _BAR - 10, colour, full=full) if falling else "",
                cell(teller.votes(points)),
            ]
        )
    if placed:
        yield teller.scribe.chapter(teller.say("countpaper.order"))
        yield grid(rows, [_NUMBER, MEASURE - _NUMBER - 2 * _BAR, _BAR, _BAR])
    if duels.left_out:
        left_out = teller.names(duels.left_out)
        yield teller.scribe.body(teller.say("countpaper.left-out", options=left_out))


def pair_table(teller: Teller, duels: Duels, page: Page) -> Iterator[Flowable]:
    """The square of all duels, that of the rule's own strengths, and other rules."""
    say, scribe = teller.say, teller.scribe
    yield scribe.chapter(say("countpaper.pairs"))
    for code, matrix in (("duels", duels.matrix), ("strength", duels.strength)):
        if matrix:
            heading = scribe.heading(say(f"countpaper.pairs.{code}"))
            explained = scribe.small(say(f"countpaper.pairs.{code}-explained"))
            first, *others = _squares(teller, duels, matrix, page)
            square = [heading, explained, Spacer(0, 4), first]
            yield from [KeepTogether(square)] if len(matrix) <= _WHOLE else square
            yield from others
    if duels.others:
        yield scribe.heading(say("countpaper.other-rules"))
        yield scribe.small(say("countpaper.other-rules-explained"))
        rows = [
            [cell(say(f"rule.{rule}")), cell(teller.names(winners) or say("countpaper.nobody"))]
            for rule, winners in duels.others.items()
        ]
        yield grid(rows, [_WIDEST, page.width - _WIDEST], heads=0)


def _places(order: Sequence[Sequence[str]]) -> Iterator[tuple[int, Sequence[str]]]:
    """Places from 1, equal options sharing the first of theirs."""
    place = 1
    for equal in order:
        yield place, equal
        place += len(equal)


def _arranged(teller: Teller, duels: Duels) -> list[int]:
    """Positions in the order of the outcome: whoever is above wins to the right."""
    contest = teller.count.contest
    ordered = [contest.position[each] for equal in duels.order for each in equal]
    return [*ordered, *(each for each in range(len(contest.options)) if each not in ordered)]


def _column(teller: Teller, matrix: Sequence[Sequence[int]]) -> float:
    figures = [teller.whole(max(row, default=0)) for row in matrix]
    return max(_NARROWEST, widest(figures, _FIGURES) + _PADDING)


def _squares(
    teller: Teller, duels: Duels, matrix: Sequence[Sequence[int]], page: Page
) -> Iterator[Flowable]:
    """All rows with as many columns as fit, then the next columns."""
    arranged, column = _arranged(teller, duels), _column(teller, matrix)
    most = max(1, int((page.width - _NAMES - _NUMBER) // column))
    for first in range(0, len(arranged), most):
        shown = range(first, min(first + most, len(arranged)))
        names = min(_WIDEST, page.width - _NUMBER - column * len(shown))
        yield _square(teller, matrix, arranged, shown, [_NUMBER, names, *([column] * len(shown))])


def _square(
    teller: Teller,
    matrix: Sequence[Sequence[int]],
    arranged: Sequence[int],
    shown: range,
    widths: Sequence[float],
) -> Flowable:
    heads = [head(teller.whole(place + 1), SMALL, right=True) for place in shown]
    rows: list[list[object]] = [["", "", *heads]]
    marks: list[Mark] = [
        ("ALIGN", (2, 1), (-1, -1), "RIGHT"),
        ("FONTSIZE", (2, 1), (-1, -1), _FIGURES),
        ("VALIGN", (2, 1), (-1, -1), "TOP"),
    ]
    for row, one in enumerate(arranged):
        figures = []
        for place, column_ in enumerate(shown, 2):
            other = arranged[column_]
            figures.append("" if one == other else teller.whole(matrix[one][other]))
            if matrix[one][other] > matrix[other][one]:
                at = (place, row + 1)
                marks.append(("BACKGROUND", at, at, TINT))
                marks.append(("FONTNAME", at, at, typeface(Weight.BOLD)))
        option = teller.count.contest.id(one)
        name = teller.name(option, _LONGEST)
        written = firm(name) if option in teller.count.winners else cell(name)
        rows.append([cell(teller.whole(row + 1), right=True), written, *figures])
    return grid(rows, widths, marks=marks)
