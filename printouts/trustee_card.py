# SPDX-License-Identifier: AGPL-3.0-or-later
"""A trustee's card on A4, and the letter with its PIN: two papers that never lie together.

The upper half of the card is for scanners, the lower one for fingers and eyes. The letter has its
PIN in the middle third, so that it lies inside when the letter is folded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from ballots.election.trustees.card import Card
from ballots.election.trustees.pin import Pin
from printouts import qr
from printouts.fonts import Weight
from printouts.identifiers import groups, require_count, require_text
from printouts.paper import HAIR, QUIET, canvas, fitted, typeface
from printouts.voice import Say

WIDTH, HEIGHT = A4
EDGE = 20 * mm
MEASURE = WIDTH - 2 * EDGE
COLUMN = EDGE + 98 * mm  # where the right column begins
SYMBOL = 88 * mm  # side of the symbol with its quiet zone: modules of at least 0.9 mm
GROUP = 5  # symbols of a row of the code that are read in one breath
CELL = 9.6  # points per symbol of the code: wide enough for W at 12 points
DIGIT = 30  # points per digit of a PIN
TO_DO = ("keep", "rehearse", "come", "lost", "destroy")
NEVER = ("pin", "copy", "hand-over")
PIN_TO_DO = ("alone", "learn", "forget")
PIN_NEVER = ("together", "tell")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trustee:
    """Whose card or PIN it is. `language` is that of `assembly`, its title.

    Raises `empty` without a title, `count` for an owner or a threshold that cannot be.
    """

    assembly: str
    language: str
    owner: int
    trustees: int
    threshold: int

    def __post_init__(self) -> None:
        require_text(self.assembly, "assembly")
        require_count(self.owner, "owner", least=1)
        require_count(self.threshold, "threshold", least=1)
        require_count(self.trustees - max(self.owner, self.threshold), "trustees")

    def which(self, say: Say) -> str:
        """Which of the trustees."""
        return say("trustee.which", owner=self.owner, trustees=self.trustees)

    def needed(self, say: Say) -> str:
        """How many of them open the count."""
        if self.trustees == 1:
            return say("trustee.alone")
        if self.threshold == self.trustees:
            return say("trustee.all", trustees=self.trustees)
        return say("trustee.needed", n=self.threshold, trustees=self.trustees)


def card_pdf(trustee: Trustee, card: Card, say: Say) -> bytes:
    """The card on one A4 page, byte-identical for the same card."""
    buffer = BytesIO()
    title = say("trustee-card.document", assembly=trustee.assembly, owner=trustee.owner)
    sheet = canvas(buffer, trustee.language, title, trustee.assembly)
    top = _head(sheet, say("trustee-card.title"), trustee.assembly)
    quiet = SYMBOL * qr.QUIET / (len(qr.matrix(card.payload, "q")) + 2 * qr.QUIET)
    corner = (EDGE - quiet, top - SYMBOL)  # the white around it may lie in the margin
    qr.draw(sheet, card.payload, corner, SYMBOL, "q")
    _beside(sheet, top - 6 * mm, trustee, say)
    _fold(sheet, HEIGHT / 2)
    top = HEIGHT / 2 - 12 * mm
    left = (EDGE, top, 88 * mm, top - EDGE)
    used = fitted(sheet, [say("trustee-card.type")], Weight.REGULAR, 10.5, left)
    _code(sheet, card.rows, top - used - 3 * mm)
    _lists(
        sheet,
        (COLUMN, top, WIDTH - EDGE - COLUMN, top - EDGE),
        [
            (say("trustee.do"), [say(f"trustee-card.do.{name}") for name in TO_DO]),
            (say("trustee.never"), [say(f"trustee-card.never.{name}") for name in NEVER]),
        ],
    )
    sheet.showPage()
    sheet.save()
    return buffer.getvalue()


def pin_pdf(trustee: Trustee, pin: Pin, say: Say) -> bytes:
    """The letter with a PIN on one A4 page: a secret."""
    buffer = BytesIO()
    title = say("pin-letter.document", assembly=trustee.assembly, owner=trustee.owner)
    sheet = canvas(buffer, trustee.language, title, trustee.assembly)
    top = _head(sheet, say("pin-letter.title"), trustee.assembly)
    fitted(sheet, [trustee.which(say)], Weight.BOLD, 26, (EDGE, top - 4 * mm, MEASURE, 30 * mm))
    for fold in (HEIGHT * 2 / 3, HEIGHT / 3):
        _fold(sheet, fold)
    _digits(sheet, pin)
    top = HEIGHT / 3 - 10 * mm
    half = (MEASURE - 10 * mm) / 2
    lists = [
        (say("trustee.do"), [say(f"pin-letter.do.{name}") for name in PIN_TO_DO]),
        (say("trustee.never"), [say(f"pin-letter.never.{name}") for name in PIN_NEVER]),
    ]
    for column, words in enumerate(lists):
        left = EDGE + column * (half + 10 * mm)
        _lists(sheet, (left, top, half, top - 12 * mm), [words])
    sheet.showPage()
    sheet.save()
    return buffer.getvalue()


def _head(sheet: Canvas, kind: str, assembly: str) -> float:
    """What paper it is and of which assembly; where what follows may begin."""
    top = HEIGHT - EDGE
    sheet.setFillColor(QUIET)
    sheet.setFont(typeface(Weight.SEMIBOLD), 12)
    sheet.drawString(EDGE, top - 9, kind)
    top -= 7 * mm
    fitted(sheet, [assembly], Weight.SEMIBOLD, 19, (EDGE, top, MEASURE, 17 * mm))
    top -= 20 * mm
    sheet.setStrokeColor(HAIR)
    sheet.setLineWidth(0.7)
    sheet.line(EDGE, top, WIDTH - EDGE, top)
    return top - 4 * mm


def _beside(sheet: Canvas, top: float, trustee: Trustee, say: Say) -> None:
    """Which card it is, and how many are needed: right of the symbol."""
    room = WIDTH - EDGE - COLUMN
    top -= 3 * mm + fitted(
        sheet, [trustee.which(say)], Weight.BOLD, 27, (COLUMN, top, room, 46 * mm)
    )
    fitted(sheet, [trustee.needed(say)], Weight.REGULAR, 15, (COLUMN, top, room, 26 * mm))


def _code(sheet: Canvas, rows: Sequence[str], top: float) -> None:
    """The typed code: numbered rows, symbols in cells of one width, in groups."""
    leading = min(21.0, (top - EDGE) / len(rows))
    size = min(12.0, leading * 0.8)
    for number, row in enumerate(rows, 1):
        baseline = top - number * leading + leading - size
        sheet.setFillColor(QUIET)
        sheet.setFont(typeface(), size * 0.8)
        sheet.drawRightString(EDGE + 4.5 * mm, baseline, str(number))
        sheet.setFillGray(0)
        sheet.setFont(typeface(Weight.SEMIBOLD), size)
        for place, symbol in enumerate(row):
            cells = place + place // GROUP + 0.5
            sheet.drawCentredString(EDGE + 7 * mm + CELL * cells, baseline, symbol)


def _digits(sheet: Canvas, pin: Pin) -> None:
    """The PIN in the middle of the page, in groups of one size where there is one."""
    size = next((size for size in (4, 3, 5) if len(pin.digits) % size == 0), 4)
    parts = groups(pin.digits, size)
    cells = len(pin.digits) + 0.6 * (len(parts) - 1)
    left, baseline = (WIDTH - cells * DIGIT) / 2, HEIGHT / 2 - 15
    sheet.setFillGray(0)
    sheet.setFont(typeface(Weight.SEMIBOLD), 44)
    for place, digit in enumerate(pin.digits):
        middle = left + DIGIT * (place + 0.6 * (place // size) + 0.5)
        sheet.drawCentredString(middle, baseline, digit)


def _lists(
    sheet: Canvas,
    box: tuple[float, float, float, float],
    lists: Sequence[tuple[str, Sequence[str]]],
) -> None:
    """Headings with their sentences, from the top of a box (x, top, width, height)."""
    left, top, room, height = box
    bottom = top - height
    for heading, sentences in lists:
        top -= 1 * mm + fitted(
            sheet, [heading], Weight.SEMIBOLD, 12, (left, top, room, top - bottom)
        )
        top -= 4 * mm + fitted(
            sheet, sentences, Weight.REGULAR, 10.5, (left, top, room, top - bottom)
        )


def _fold(sheet: Canvas, height: float) -> None:
    """Ticks in the margins: where to fold."""
    sheet.setStrokeColor(HAIR)
    sheet.setLineWidth(0.5)
    for left in (4 * mm, WIDTH - 10 * mm):
        sheet.line(left, height, left + 6 * mm, height)
