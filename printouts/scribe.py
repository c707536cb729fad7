# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who writes the minutes: one voice, one set of styles, and what is left unsaid in public."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, Table

from printouts import qr
from printouts.fonts import Weight
from printouts.paper import HAIR, QUIET, Around, date_said, style, text, time_said, typeface
from printouts.redaction import withhold
from printouts.voice import Say

MARGIN = 22 * mm
MEASURE = A4[0] - 2 * MARGIN
LABELS = 42 * mm


@dataclass(frozen=True, slots=True, kw_only=True)
class Scribe:
    """Writes in `language`; `withheld` are the names that this copy must not hold."""

    say: Say
    language: str
    accent: Color
    public: bool
    withheld: frozenset[str]

    def discreet(self, words: str) -> str:
        """Free words as this copy may print them."""
        return withhold(words, self.withheld, self.say("minutes.name-withheld"))

    def title(self, words: str) -> Paragraph:
        """The one large line of the document."""
        return text(words, style(23, Weight.BOLD, around=Around(after=2)))

    def chapter(self, words: str, *, keep: bool = True) -> Paragraph:
        """A part of the document; `keep` holds it on the page of what follows."""
        around = Around(before=20, after=5, keep=keep)
        return text(words, style(14.5, Weight.BOLD, self.accent, around))

    def heading(self, words: str) -> Paragraph:
        """A heading in a part."""
        return text(
            words, style(11.5, Weight.SEMIBOLD, around=Around(before=11, after=3, keep=True))
        )

    def body(self, words: str) -> Paragraph:
        """Running text."""
        return text(words, style(10, around=Around(after=4)))

    def firm(self, words: str) -> Paragraph:
        """Running text that decides."""
        return text(words, style(10, Weight.SEMIBOLD))

    def small(self, words: str) -> Paragraph:
        """Explanations beside the matter."""
        return text(words, style(8.5, colour=QUIET, around=Around(before=2)))

    def code(self, symbols: str) -> Paragraph:
        """Symbols under an explanation, to be compared one by one."""
        return text(symbols, style(8.5))

    def label(self, words: str) -> Paragraph:
        """The name of a fact."""
        return text(words, style(10, colour=QUIET))

    def facts(self, rows: Sequence[tuple[str, Sequence[str]]], measure: float = MEASURE) -> Table:
        """Names of facts on the left, what they are on the right, a hair line between rows."""
        cells = [
            [self.label(name), [text(words, style(10)) for words in values]]
            for name, values in rows
        ]
        return table(cells, [LABELS, measure - LABELS])

    def date(self, moment: datetime) -> str:
        """A date in words."""
        return date_said(moment, self.language)

    def time(self, moment: datetime) -> str:
        """A time of day."""
        return time_said(moment, self.language)


def table(cells: Sequence[list[object]], widths: Sequence[float], heads: int = 0) -> Table:
    """Cells set flush with the text, rows parted by hair lines."""
    return Table(
        cells,
        colWidths=list(widths),
        repeatRows=heads,
        style=[
            ("FONTNAME", (0, 0), (-1, -1), typeface()),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
            ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 3),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, HAIR),
        ],
    )


class Symbol(Flowable):
    """A QR symbol in a square of `side` points."""

    def __init__(self, payload: str, side: float) -> None:
        super().__init__()
        self.payload = payload
        self.width = self.height = side

    def draw(self) -> None:
        """Called by ReportLab with the origin at the bottom left."""
        sheet: Canvas = self.canv
        qr.draw(sheet, self.payload, (0, 0), self.width)


class Bar(Flowable):
    """A bar of `share` (0 to 1) of `room` points, on a line of text of 10 points."""

    def __init__(self, share: float, room: float, colour: Color) -> None:
        super().__init__()
        self.share, self.colour = share, colour
        self.width, self.height = room, 13.2

    def draw(self) -> None:
        """Called by ReportLab with the origin at the bottom left."""
        sheet: Canvas = self.canv
        sheet.setFillColor(self.colour)
        sheet.rect(0, 2.4, self.width * self.share, 7, stroke=0, fill=1)
