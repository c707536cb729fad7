# SPDX-License-Identifier: AGPL-3.0-or-later
"""The text engine of screens and thermal paper: measures, wraps and draws paragraphs of type.

Pillow with raqm shapes; lengths are whole pixels (dots on paper), y grows downwards.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from PIL import ImageDraw

from printouts.fonts import Weight, face

# Control characters and separators of lines stand for a space: raqm refuses some of them. Not
# so the no-break space: it is there to hold "no. 3" together.
_SPACES = re.compile(r"[ \x00-\x1f\x7f-\x9f\u2028\u2029]+")


class Direction(StrEnum):
    """The base direction of a paragraph; runs inside it follow Unicode's bidi rules."""

    LTR = "ltr"
    RTL = "rtl"


class Align(StrEnum):
    """Against which edge lines stand. `START` is where reading starts: left, or right in RTL."""

    START = "start"
    CENTRE = "centre"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """How text is set. `size` is pixels per em, `leading` per cent of it from line to line.

    `language` is a BCP 47 tag (it picks local letterforms); `features` are OpenType features.
    """

    size: int
    weight: Weight = Weight.REGULAR
    language: str = "ca"
    direction: Direction = Direction.LTR
    leading: int = 122
    features: tuple[str, ...] = ()

    @property
    def line_height(self) -> int:
        """Pixels from one baseline to the next."""
        return math.ceil(self.size * self.leading / 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Text in one type. `balanced` makes its lines nearly equal in length, for headings."""

    text: str
    type: Type
    align: Align = Align.START
    balanced: bool = False


def width(text: str, type_: Type) -> int:
    """How wide one line of `text` runs, rounded up."""
    return math.ceil(
        face(type_.weight, type_.size).getlength(
            text,
            direction=type_.direction,
            language=type_.language,
            features=list(type_.features),
        )
    )


def wrap(text: str, type_: Type, measure: int) -> tuple[str, ...]:
    """Lines of `text` no wider than `measure`, broken between words.

    A word wider than the measure is cut between letters (a letter stays with its accents; one
    letter alone may overrun). Empty text has no lines. Lines are in reading order.
    """
    lines: list[str] = []
    line = ""
    for word in _words(text, type_, measure):
        longer = f"{line} {word}" if line else word
        if line and width(longer, type_) > measure:
            lines.append(line)
            longer = word
        line = longer
    return (*lines, line) if line else ()


def _words(text: str, type_: Type, measure: int) -> Iterator[str]:
    for word in filter(None, _SPACES.split(text)):
        if width(word, type_) <= measure:
            yield word
        else:
            yield from _cut(word, type_, measure)


def _cut(word: str, type_: Type, measure: int) -> Iterator[str]:
    piece = ""
    for letter in _letters(word):
        if piece and width(piece + letter, type_) > measure:
            yield piece
            piece = ""
        piece += letter
    yield piece


def _letters(word: str) -> Iterator[str]:
    """Characters, each with the combining marks and joiners that follow it."""
    letter = ""
    for character in word:
        if letter and not unicodedata.category(character).startswith(("M", "Cf")):
            yield letter
            letter = ""
        letter += character
    yield letter


def lines(paragraph: Paragraph, measure: int) -> tuple[str, ...]:
    """The lines of a paragraph set to `measure`."""
    widest = wrap(paragraph.text, paragraph.type, measure)
    if not paragraph.balanced or len(widest) < 2:
        return widest
    longest = max(width(word, paragraph.type) for word in paragraph.text.split())
    narrow, wide = max(measure // 2, min(longest, measure)), measure
    while narrow < wide:  # the smallest measure that needs no further line and cuts no word
        middle = (narrow + wide) // 2
        if len(wrap(paragraph.text, paragraph.type, middle)) > len(widest):
            narrow = middle + 1
        else:
            wide = middle
    return wrap(paragraph.text, paragraph.type, wide)


def height(paragraph: Paragraph, measure: int) -> int:
    """How tall the paragraph stands when set to `measure`."""
    return len(lines(paragraph, measure)) * paragraph.type.line_height


def draw(
    surface: ImageDraw.ImageDraw, paragraph: Paragraph, corner: tuple[int, int], measure: int
) -> int:
    """Draws in black from the top left `corner` and returns the height used."""
    type_ = paragraph.type
    font = face(type_.weight, type_.size)
    ascent, descent = font.getmetrics()
    baseline = corner[1] + (type_.line_height + ascent - descent) // 2
    for line in lines(paragraph, measure):
        surface.text(
            (corner[0] + _indent(paragraph, measure - width(line, type_)), baseline),
            line,
            fill=0,
            font=font,
            anchor="ls",
            direction=type_.direction,
            language=type_.language,
            features=list(type_.features),
        )
        baseline += type_.line_height
    return height(paragraph, measure)


def _indent(paragraph: Paragraph, room: int) -> int:
    """Pixels left of a line that leaves `room` pixels free."""
    if paragraph.align is Align.CENTRE:
        return room // 2
    at_start = paragraph.align is Align.START
    left_to_right = paragraph.type.direction is Direction.LTR
    return 0 if at_start is left_to_right else room
