# SPDX-License-Identifier: AGPL-3.0-or-later
"""Strips of thermal paper: pictures as wide as the paper that, stacked, are a receipt.

Mode "1" throughout, 1 is white; 8 dots are one millimetre (heads of 203 dots per inch).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PIL import Image, ImageChops, ImageDraw

from printouts import qr
from printouts.errors import PaperProblem, PaperRefused
from printouts.fonts import Weight
from printouts.typesetting import Align, Direction, Paragraph, Type, draw, height, width

NARROW = 384  # printable dots of 58 mm paper
WIDE = 576  # printable dots of 80 mm paper
SIDE = 8  # dots kept white at either edge: guides are never quite true
GROUP = 4  # symbols of a tracker that are read in one breath

SYMBOL = 276  # dots of room for a QR symbol: 30 mm or so, whatever the paper
# Grey at or under which a dot burns. Type is drawn in grey first: set straight in black and
# white, its letters are spaced unevenly, and strokes thinner than the head's dots break up.
INKED = 170

# A slashed zero and an I with serifs: what tells 0 from O and I from l in Source Sans 3.
PLAIN_SYMBOLS = ("zero", "ss01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """Paper of `dots` printable dots and the language that is printed on it.

    Raises `too-narrow` under 384 dots or when `dots` is no whole number of bytes.
    """

    dots: int
    language: str
    direction: Direction = Direction.LTR

    def __post_init__(self) -> None:
        if self.dots < NARROW or self.dots % 8:
            raise PaperRefused(PaperProblem.TOO_NARROW, dots=self.dots, needed=NARROW)

    @property
    def measure(self) -> int:
        """Dots that text may fill."""
        return self.dots - 2 * SIDE

    def type(self, size: int, weight: Weight = Weight.REGULAR) -> Type:
        """A type of `size` dots on 58 mm paper, an eighth larger on 80 mm paper."""
        return Type(
            size=size * 9 // 8 if self.dots >= WIDE else size,
            weight=weight,
            language=self.language,
            direction=self.direction,
        )

    def blank(self, rows: int) -> Image.Image:
        """White paper."""
        return Image.new("1", (self.dots, rows), 1)

    def rule(self) -> Image.Image:
        """A line across, two dots thick, with air around it."""
        strip = self.blank(26)
        strip.paste(0, (SIDE, 12, self.dots - SIDE, 14))
        return strip

    def text(self, text: str, type_: Type, *, centred: bool = False) -> Image.Image:
        """A paragraph; centred ones have lines of nearly equal length."""
        paragraph = Paragraph(
            text=text,
            type=type_,
            align=Align.CENTRE if centred else Align.START,
            balanced=centred,
        )
        strip = Image.new("L", (self.dots, height(paragraph, self.measure)), 255)
        draw(ImageDraw.Draw(strip), paragraph, (SIDE, 0), self.measure)
        return burnt(strip)

    def band(self, text: str, type_: Type) -> Image.Image:
        """White words on black, for what must not be overlooked."""
        words = self.text(text, type_, centred=True)
        return ImageChops.invert(stack([self.blank(8), words, self.blank(10)]))

    def symbol(self, payload: str, room: int = SYMBOL, level: qr.Level = "m") -> Image.Image:
        """A QR symbol in the middle, in `room` dots."""
        symbol = qr.picture(payload, room, level)
        strip = self.blank(symbol.height)
        strip.paste(symbol, ((self.dots - symbol.width) // 2, 0))
        return strip

    def tracker(self, code: str) -> Image.Image:
        """A code in cells of one width, in groups, the same number of groups in each row.

        Always left to right: it is a code, in no language.
        """
        type_ = replace(
            self.type(32, Weight.SEMIBOLD), direction=Direction.LTR, features=PLAIN_SYMBOLS
        )
        cell = width("W", type_)
        per_row = (self.measure + cell) // (cell * (GROUP + 1))
        left = (self.dots - cell * (per_row * (GROUP + 1) - 1)) // 2
        rows = -(-len(code) // (per_row * GROUP))
        strip = Image.new("L", (self.dots, rows * type_.line_height), 255)
        surface = ImageDraw.Draw(strip)
        for place, symbol in enumerate(code):
            row, column = divmod(place, per_row * GROUP)
            corner = (left + cell * (column + column // GROUP), row * type_.line_height)
            draw(surface, Paragraph(text=symbol, type=type_, align=Align.CENTRE), corner, cell)
        return burnt(strip)


def burnt(grey: Image.Image) -> Image.Image:
    """A grey strip as the head burns it."""
    return grey.point([255 * (value > INKED) for value in range(256)], "1")


def stack(strips: Sequence[Image.Image]) -> Image.Image:
    """Strips of one width, one below the other."""
    paper = Image.new("1", (strips[0].width, sum(strip.height for strip in strips)), 1)
    top = 0
    for strip in strips:
        paper.paste(strip, (0, top))
        top += strip.height
    return paper
