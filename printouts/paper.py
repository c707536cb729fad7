# SPDX-License-Identifier: AGPL-3.0-or-later
"""A4 paper in Source Sans 3: styles, paragraphs, dates, and a canvas that repeats byte by byte."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from io import BytesIO
from xml.sax.saxutils import escape

from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from reportlab.lib.colors import Color, HexColor, black
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from printouts.errors import PaperProblem, PaperRefused
from printouts.fonts import Weight, path
from printouts.voice import locale

QUIET = HexColor("#4B5563")  # 7.6:1 on white: for labels, never for what decides
HAIR = HexColor("#C3C8D0")


@cache
def typeface(weight: Weight = Weight.REGULAR) -> str:
    """The name under which ReportLab knows a weight, embedded and subset in every document.

    Raises:
        PaperRefused: `no-font`.
    """
    name = f"SourceSans3-{weight}"
    registerFont(TTFont(name, path(weight)))
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """How a paragraph stands: points of white before and after it, and how far in.

    `hanging` lines are those after the first; `keep` holds it on the page of what follows.
    """

    before: float = 0
    after: float = 0
    indent: float = 0
    hanging: float = 0
    right: bool = False
    keep: bool = False


def style(
    size: float,
    weight: Weight = Weight.REGULAR,
    colour: Color = black,
    around: Around = Around(),
) -> ParagraphStyle:
    """A paragraph style of `size` points; no widows, no orphans, long words are cut."""
    return ParagraphStyle(
        name=f"{weight}-{size}",
        fontName=typeface(weight),
        bulletFontName=typeface(weight),
        fontSize=size,
        leading=size * 1.32,
        textColor=colour,
        spaceBefore=around.before,
        spaceAfter=around.after,
        leftIndent=around.indent + around.hanging,
        firstLineIndent=-around.hanging,
        alignment=TA_RIGHT if around.right else TA_LEFT,
        keepWithNext=around.keep,
        allowWidows=0,
        allowOrphans=0,
        splitLongWords=1,
    )


def text(words: str, style_: ParagraphStyle) -> Paragraph:
    """A paragraph of plain words: nothing in them is markup."""
    return Paragraph(escape(words), style_)


def fitted(
    sheet: Canvas,
    texts: Sequence[str],
    weight: Weight,
    size: float,
    box: tuple[float, float, float, float],
) -> float:
    """Paragraphs from the top of a box (x, top, width, height), smaller until they fit it.

    Returns the height used. Nothing gets smaller than 5 points.
    """
    x, top, width, height = box
    while True:
        paragraphs = [text(words, style(size, weight)) for words in texts]
        heights = [paragraph.wrap(width, height)[1] + size * 0.3 for paragraph in paragraphs]
        if sum(heights) <= height or size <= 5:
            break
        size -= 0.5
    for paragraph, tall in zip(paragraphs, heights, strict=True):
        top -= tall
        paragraph.drawOn(sheet, x, top)
    return sum(heights)


def number(value: int, language: str) -> str:
    """A whole number as people of a language write it."""
    return str(format_decimal(value, locale=locale(language)))


def moment(text_: str, place: str) -> datetime:
    """A local date and time, ISO 8601 to the minute, without zone.

    Raises:
        PaperRefused: `date`, naming `place`.
    """
    try:
        found = datetime.fromisoformat(text_)
    except ValueError:
        raise PaperRefused(PaperProblem.DATE, place=place) from None
    if found.tzinfo is not None:
        raise PaperRefused(PaperProblem.DATE, place=place)
    return found


def date_said(moment_: datetime, language: str) -> str:
    """The date in words, with the day of the week."""
    return str(format_date(moment_, format="full", locale=locale(language)))


def time_said(moment_: datetime, language: str) -> str:
    """The time of day, to the minute."""
    return str(format_time(moment_, format="short", locale=locale(language)))


def shortened(words: str, size: float, room: float, weight: Weight = Weight.REGULAR) -> str:
    """`words` on one line of `room` points, cut with an ellipsis where they are too long."""
    line, font = " ".join(words.split()), typeface(weight)
    if stringWidth(line, font, size) <= room:
        return line
    kept = line[: int(room)]  # hardly a letter is narrower than a point
    while kept and stringWidth(kept + "…", font, size) > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def canvas(buffer: BytesIO, language: str, title: str, author: str) -> Canvas:
    """An A4 canvas whose bytes depend on nothing but what is drawn on it.

    Its first font is ours: ReportLab's own default would name Helvetica in every file.
    """
    sheet = Canvas(
        buffer,
        invariant=1,
        lang=language,
        initialFontName=typeface(),  # type: ignore[arg-type]  # the stubs take it for a number
    )
    sheet.setTitle(title)
    sheet.setAuthor(author)
    sheet.setCreator("Urna")
    return sheet


def accent(colour: str) -> Color:
    """A colour for headings and lines, from `#RRGGBB`.

    Raises:
        PaperRefused: `colour` when it is none, or lighter than 4.5:1 on white (WCAG 2.2, 1.4.3).
    """
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        raise PaperRefused(PaperProblem.COLOUR)
    found = HexColor(colour)
    light = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (found.red, found.green, found.blue)
    ]
    luminance = 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]
    if 1.05 / (luminance + 0.05) < 4.5:
        raise PaperRefused(PaperProblem.COLOUR)
    return found
