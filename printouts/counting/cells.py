# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cells of dense tables, and the bar that shows a share beside what was needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reportlab.lib.colors import Color, HexColor, black, white
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, Table

from printouts.fonts import Weight
from printouts.paper import HAIR, QUIET, Around, style, text, typeface

SIZE = 8.5
SMALL = 7.0
_LONGEST = 2500  # letters of a sentence
TINT = HexColor("#E4E7EC")  # still seen on a photocopy, and black on it still read
LOST = HexColor("#8C94A1")

Mark = tuple[Any, ...]
"""One of ReportLab's commands for cells of a table."""


def cell(
    words: str,
    size: float = SIZE,
    weight: Weight = Weight.REGULAR,
    colour: Color = black,
    *,
    right: bool = False,
) -> Paragraph:
    """Plain words in a cell, cut where they would not fit a page."""
    kept = words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
    return text(kept, style(size, weight, colour, Around(right=right)))


def firm(words: str, size: float = SIZE, *, right: bool = False) -> Paragraph:
    """Words that decide."""
    return cell(words, size, Weight.SEMIBOLD, right=right)


def head(words: str, size: float = SMALL + 0.5, *, right: bool = False) -> Paragraph:
    """The head of a column."""
    return cell(words, size, colour=QUIET, right=right)


def grid(
    rows: Sequence[Sequence[object]],
    widths: Sequence[float],
    heads: int = 1,
    marks: Sequence[Mark] = (),
    heights: Sequence[float | None] | None = None,
) -> Table:
    """A dense table: hair lines between rows, heads repeated on each page."""
    head_rows = (0, 0), (-1, heads - 1)
    return Table(
        [list(row) for row in rows],
        colWidths=list(widths),
        rowHeights=list(heights) if heights else None,
        repeatRows=heads,
        hAlign="LEFT",
        style=[
            ("FONTNAME", (0, 0), (-1, -1), typeface()),
            ("FONTSIZE", (0, 0), (-1, -1), SIZE),
            ("LEADING", (0, 0), (-1, -1), SIZE * 1.32),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, HAIR),
            *([("VALIGN", *head_rows, "BOTTOM")] if heads else []),
            *([("LINEBELOW", (0, heads - 1), (-1, heads - 1), 0.8, QUIET)] if heads else []),
            *marks,
        ],
    )


def told(
    entries: Sequence[tuple[str, Sequence[str]]],
    widths: Sequence[float],
    heads: Sequence[str] = (),
) -> Table:
    """Names with sentences beside them, in as many rows as keep each of them on a page."""
    rows: list[list[object]] = [[head(each) for each in heads]] if heads else []
    marks: list[Mark] = []
    for name, sentences in entries:
        for n, said in _packed(sentences):
            if n:  # goes on with the row before
                marks.append(("LINEBELOW", (0, len(rows) - 1), (-1, len(rows) - 1), 0, white))
            rows.append(["" if n else firm(name), cell(said)])
    return grid(rows, widths, 1 if heads else 0, marks)


def _packed(sentences: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Numbered paragraphs of sentences, as long as a cell may be."""
    paragraphs: list[str] = []
    for sentence in sentences:
        longer = f"{paragraphs[-1]} {sentence}" if paragraphs else sentence
        if paragraphs and len(longer) <= _LONGEST:
            paragraphs[-1] = longer
        else:
            paragraphs.append(sentence)
    return enumerate(paragraphs)


def widest(texts: Sequence[str], size: float = SIZE, weight: Weight = Weight.SEMIBOLD) -> float:
    """Points that the longest of some texts takes on one line."""
    return max((stringWidth(each, typeface(weight), size) for each in texts), default=0.0)


def numbered(
    entries: Sequence[str], size: float, weight: Weight = Weight.REGULAR
) -> list[Paragraph]:
    """A list with numbers, lines after the first set in; one entry alone has no number."""
    if len(entries) == 1:
        return [text(entries[0], style(size, weight, around=Around(after=2)))]
    hanging = widest([f"{len(entries)}. "], size, weight)
    listed = style(size, weight, around=Around(after=size / 5, hanging=hanging))
    return [text(f"{place}. {words}", listed) for place, words in enumerate(entries, 1)]


def across(taken: Sequence[float], room: float, least: float) -> list[float]:
    """The widths of columns: the first has what the others leave, and these leave it `least`."""
    narrowed = [each * min(1.0, (room - least) / sum(taken)) for each in taken]
    return [room - sum(narrowed), *narrowed]


class Gauge(Flowable):
    """A bar of `share` (of `full`) in `room` points, with a line across it at `mark`."""

    def __init__(
        self, share: float, room: float, colour: Color, *, full: float = 1, mark: float = 0
    ) -> None:
        super().__init__()
        self.share, self.colour, self.full, self.mark = share, colour, full, mark
        self.width, self.height = room, SIZE * 1.32

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        """No wider than its column."""
        self.width = min(self.width, available_width)
        return self.width, self.height

    def draw(self) -> None:
        """Called by ReportLab with the origin at the bottom left."""
        sheet: Canvas = self.canv
        sheet.setFillColor(self.colour)
        sheet.rect(0, 2.2, self.width * min(1, self.share / self.full), 6.5, stroke=0, fill=1)
        if self.mark:
            across = self.width * min(1, self.mark / self.full)
            sheet.setStrokeColor(black)
            sheet.setLineWidth(0.9)
            sheet.line(across, 0, across, self.height)
