# SPDX-License-Identifier: AGPL-3.0-or-later
"""The chart of transfers: bars for votes, ribbons for where they went, told apart in grey."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.lib.colors import HexColor, black, white
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from printouts.counting.flow import BAR, OTHERS, Bar, Flow, Ribbon, flow
from printouts.counting.sheets import TALL, WIDE, Page
from printouts.counting.staging import NOBODY
from printouts.counting.teller import Teller
from printouts.fonts import Weight
from printouts.paper import QUIET, shortened, typeface

_NAMES = {TALL: 100.0, WIDE: 124.0}  # room at both ends
_THIN = 1.5  # a ribbon that white edges would eat up
_HEAD = 14.0
_LEAST, _EACH = 110.0, 36.0  # how tall it is, by the number of options
_MOST = 0.8  # of a page
_UPRIGHT = 8  # stages that fit paper held upright
_KEPT = HexColor("#E7E9ED")
_MOVED = HexColor("#B4BAC4")
_LOSER = HexColor("#7A828E")
_SIZE = 7.2
_LINE = _SIZE * 1.25


def page_of(teller: Teller) -> Page:
    """Turned where there are many stages."""
    return TALL if len(teller.count.stages) <= _UPRIGHT else WIDE


def flow_chart(teller: Teller, page: Page) -> Iterator[Flowable]:
    """The chart, and what is not in it or is drawn together."""
    say, options = teller.say, len(teller.count.contest.options)
    height = min(page.height * _MOST, _LEAST + _EACH * options)
    names = _NAMES[page]
    drawn = flow(teller.count, page.width - 2 * names, height - _HEAD)
    yield teller.scribe.chapter(say("countpaper.flow"))
    yield _Chart(teller, drawn, names, height)
    yield teller.scribe.small(say("countpaper.flow-explained"))
    if drawn.first:
        yield teller.scribe.small(say("countpaper.flow-begins", stage=drawn.first + 1))
    if drawn.merged:
        merged = teller.names(drawn.merged)
        yield teller.scribe.small(say("countpaper.flow-others", n=len(drawn.merged), names=merged))


class _Chart(Flowable):
    """Names at both ends, stages above, numbers at each bar that is tall enough."""

    def __init__(self, teller: Teller, drawn: Flow, names: float, height: float) -> None:
        super().__init__()
        self.teller, self.drawn, self.names = teller, drawn, names
        self.height = height

    def draw(self) -> None:
        """Called by ReportLab with the origin at the bottom left."""
        sheet: Canvas = self.canv
        sheet.saveState()
        sheet.translate(self.names, 0)
        for ribbon in sorted(self.drawn.ribbons, key=lambda each: not each.kept):
            _ribbon(sheet, ribbon)
        first, last = self.drawn.first, len(self.teller.count.stages) - 1
        for stage in range(first, last + 1):
            self.stage(sheet, stage)
        for bar in self.drawn.bars:
            self.bar(sheet, bar)
            if bar.stage == first:
                self.label(sheet, bar, left=True)
            elif bar.stage == last:
                self.label(sheet, bar, left=False)
            else:
                self.number(sheet, bar)
        sheet.restoreState()

    def stage(self, sheet: Canvas, stage: int) -> None:
        """The number of a stage above its bars."""
        x = next((bar.x for bar in self.drawn.bars if bar.stage == stage), 0)
        said = self.teller.say("countpaper.stage", stage=stage + 1)
        sheet.setFillColor(QUIET)
        sheet.setFont(typeface(), _SIZE)
        sheet.drawCentredString(x + BAR / 2, self.height - 8, said)

    def bar(self, sheet: Canvas, bar: Bar) -> None:
        """Dark for winners, grey for the others, white for votes that nobody holds."""
        won = bar.option in self.teller.count.winners
        colour = self.teller.scribe.accent if won else _LOSER
        sheet.setFillColor(white if bar.option == NOBODY else colour)
        sheet.setStrokeColor(black)
        sheet.setLineWidth(0.5)
        sheet.rect(bar.x, bar.top - bar.height, BAR, bar.height, stroke=1, fill=1)

    def label(self, sheet: Canvas, bar: Bar, *, left: bool) -> None:
        """Name and votes beside the first bar of an option, or the last; in two lines or one."""
        won = bar.option in self.teller.count.winners
        weight = Weight.SEMIBOLD if won else Weight.REGULAR
        votes, room = self.votes(bar), self.names - 6
        if bar.height >= 2 * _LINE:
            lines = [shortened(self.name(bar.option), _SIZE, room, weight), votes]
        else:
            room -= sheet.stringWidth(f" {votes}", typeface(weight), _SIZE)
            lines = [f"{shortened(self.name(bar.option), _SIZE, room, weight)} {votes}"]
        sheet.setFillColor(black)
        sheet.setFont(typeface(weight), _SIZE)
        y = bar.top - max(bar.height, _SIZE) / 2 - _SIZE / 3 + _LINE * (len(lines) - 1) / 2
        for line in lines:
            if left:
                sheet.drawRightString(bar.x - 4, y, line)
            else:
                sheet.drawString(bar.x + BAR + 4, y, line)
            y -= _LINE

    def name(self, option: str) -> str:
        """That of an option, of all the small ones, or of votes that nobody holds."""
        others = {OTHERS: "countpaper.flow-small", NOBODY: "countpaper.non-transferable"}
        return self.teller.say(others[option]) if option in others else self.teller.name(option)

    def number(self, sheet: Canvas, bar: Bar) -> None:
        """Votes beside a bar that is tall enough, where the next one is far enough."""
        size, votes = _SIZE - 1, self.votes(bar)
        wide = stringWidth(votes, typeface(), size)
        if bar.height >= _SIZE and wide <= self.drawn.step - BAR - 4:
            x, y = bar.x + BAR + 2, bar.top - bar.height / 2 - _SIZE / 3
            sheet.setFillColor(_KEPT)  # no ribbon strikes it out
            sheet.rect(x - 1, y - 1.2, wide + 2, size, stroke=0, fill=1)
            sheet.setFillColor(black)
            sheet.setFont(typeface(), size)
            sheet.drawString(x, y, votes)

    def votes(self, bar: Bar) -> str:
        """Whole votes: the decimals are in the table."""
        return self.teller.whole(round(bar.votes))


def _ribbon(sheet: Canvas, ribbon: Ribbon) -> None:
    """A band that leaves and arrives level."""
    (x, top, bottom), (to, high, low) = ribbon.start, ribbon.end
    middle = (x + to) / 2
    path = sheet.beginPath()
    path.moveTo(x, top)
    path.curveTo(middle, top, middle, high, to, high)
    path.lineTo(to, low)
    path.curveTo(middle, low, middle, bottom, x, bottom)
    path.close()
    colour = _KEPT if ribbon.kept else _MOVED
    sheet.setFillColor(colour)
    sheet.setStrokeColor(white if min(top - bottom, high - low) > _THIN else colour)
    sheet.setLineWidth(0.3)
    sheet.drawPath(path, stroke=1, fill=1)
