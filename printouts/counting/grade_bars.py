# SPDX-License-Identifier: AGPL-3.0-or-later
"""Grades as one bar for each option, from the best to the worst, and the middle of the ballots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from reportlab.lib.colors import Color, black, white
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from ballots.counting.count import Grades
from printouts.counting.cells import cell, firm, grid, head, widest
from printouts.counting.teller import Teller
from printouts.fonts import Weight
from printouts.paper import typeface
from printouts.scribe import MEASURE

_NAMES, _MEDIAN = 128.0, 46.0
_FIGURES, _NUMBERS = 7.0, 7.5
_BAR = 15.0
_THIN = 1.5
_DARKEST, _LIGHTEST = 0.22, 0.97
_PADDING = 7.0


def grade_bars(teller: Teller, grades: Grades) -> Iterator[Flowable]:
    """Bars with shares, then the same as numbers of ballots."""
    say, scribe = teller.say, teller.scribe
    options = [each for equal in grades.order for each in equal]
    yield scribe.chapter(say("countpaper.grades"))
    yield scribe.small(say("countpaper.grades-explained"))
    room = MEASURE - _NAMES - _MEDIAN
    rows: list[list[object]] = [
        [
            head(say("countpaper.option")),
            _Legend(grades.scale, room - 6),
            head(say("countpaper.median"), right=True),
        ]
    ]
    for option in options:
        name = teller.name(option)
        rows.append(
            [
                firm(name) if option in teller.count.winners else cell(name),
                _Shares(teller, _from_best(grades, option), room - 6),
                firm(str(grades.median.get(option, "–")), right=True),
            ]
        )
    yield grid(rows, [_NAMES, room, _MEDIAN])
    yield scribe.heading(say("countpaper.grades-in-numbers"))
    yield from _numbers(teller, grades, options)


def _from_best(grades: Grades, option: str) -> list[tuple[int, int]]:
    """(grade, ballots) from the best grade down."""
    return list(zip(grades.scale, grades.given[option], strict=True))[::-1]


def _numbers(teller: Teller, grades: Grades, options: Sequence[str]) -> Iterator[Flowable]:
    """The grades that any ballot gives, as many beside each other as fit, then the next."""
    given = {option: dict(_from_best(grades, option)) for option in options}
    scale = [each for each in grades.scale[::-1] if any(by[each] for by in given.values())]
    figures = [teller.whole(number) for by in given.values() for number in by.values()]
    column = widest([*figures, *map(str, scale)], _NUMBERS) + _PADDING
    most = int((MEASURE - _NAMES) // column)
    for first in range(0, len(scale), most):
        shown = scale[first : first + most]
        heads = [head(str(grade), right=True) for grade in shown]
        rows: list[list[object]] = [[head(teller.say("countpaper.option")), *heads]]
        for option, by in given.items():
            numbers = [cell(teller.whole(by[each]), _NUMBERS, right=True) for each in shown]
            rows.append([cell(teller.name(option)), *numbers])
        yield grid(rows, [MEASURE - column * len(shown), *([column] * len(shown))])


def _grey(place: int, steps: int) -> float:
    """Luminance of a step, the best the darkest."""
    return _DARKEST + (_LIGHTEST - _DARKEST) * (place / (steps - 1) if steps > 1 else 0)


def _ink(grey: float) -> Color:
    return white if grey < 0.46 else black  # 4.5:1 at least


class _Legend(Flowable):
    """The grades in the greys that they are drawn in, all of one width."""

    def __init__(self, scale: Sequence[int], room: float) -> None:
        super().__init__()
        self.scale, self.width, self.height = scale[::-1], room, 11.0

    def draw(self) -> None:
        """Called by ReportLab with the origin at the bottom left."""
        sheet: Canvas = self.canv
        each = min(30.0, self.width / len(self.scale))
        for place, grade in enumerate(self.scale):
            grey = _grey(place, len(self.scale))
            _box(sheet, (place * each, 1, each, 9), grey)
            _inside(sheet, str(grade), (place * each, 1, each, 9), grey)


class _Shares(Flowable):
    """The shares of all grades of one option, and a line at half of its ballots."""

    def __init__(self, teller: Teller, given: Sequence[tuple[int, int]], room: float) -> None:
        super().__init__()
        self.teller, self.given = teller, given
        self.width, self.height = room, _BAR + 5

    def draw(self) -> None:
        """Called by ReportLab with the origin at the bottom left."""
        sheet: Canvas = self.canv
        total = sum(number for _, number in self.given)
        x = 0.0
        for place, (_, number) in enumerate(self.given):
            if number:
                wide = self.width * number / total
                grey = _grey(place, len(self.given))
                box = (x, 2.5, wide, _BAR)
                _box(sheet, box, grey)
                _inside(sheet, self.teller.percent(Fraction(number, total)), box, grey)
                x += wide
        sheet.setStrokeColor(black)
        sheet.setLineWidth(2.2)
        sheet.setStrokeColor(white)
        sheet.line(self.width / 2, 0, self.width / 2, _BAR + 5)
        sheet.setLineWidth(1)
        sheet.setStrokeColor(black)
        sheet.line(self.width / 2, 0, self.width / 2, _BAR + 5)


def _box(sheet: Canvas, box: tuple[float, float, float, float], grey: float) -> None:
    sheet.setFillColorRGB(grey, grey, grey)
    sheet.setStrokeColor(black)
    sheet.setLineWidth(0.4)
    sheet.rect(*box, stroke=int(box[2] >= _THIN), fill=1)  # else its edges would be all of it


def _inside(
    sheet: Canvas, words: str, box: tuple[float, float, float, float], grey: float
) -> None:
    """Words in the middle of a box that is wide enough."""
    x, y, width, height = box
    if sheet.stringWidth(words, typeface(Weight.SEMIBOLD), _FIGURES) + 2 <= width:
        sheet.setFillColor(_ink(grey))
        sheet.setFont(typeface(Weight.SEMIBOLD), _FIGURES)
        sheet.drawCentredString(x + width / 2, y + height / 2 - _FIGURES * 0.34, words)
