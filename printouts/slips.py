# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sheets of voting slips to cut: ten to an A4 page, each a secret as QR symbol and as code.

A slip bears no number and a sheet says nothing of its slips, so that nobody can tell from the
paper in which order they were made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from ballots.election.slip import Slip
from printouts import qr
from printouts.errors import PaperProblem, PaperRefused
from printouts.fonts import Weight
from printouts.identifiers import require_text
from printouts.paper import HAIR, QUIET, canvas, fitted, typeface
from printouts.voice import Say

COLUMNS, ROWS = 2, 5
WIDTH, HEIGHT = 95 * mm, 55 * mm
LEFT = (A4[0] - COLUMNS * WIDTH) / 2
BOTTOM = (A4[1] - ROWS * HEIGHT) / 2
PAD = 5 * mm
BLACK = 33 * mm  # side of the symbol without its quiet zone: modules of more than 1 mm
QUIET_ZONE = BLACK * qr.QUIET / 25  # 25 modules: version 2, which holds 38 symbols
CODE_SIZE = 15.5
CELL = 10.2  # points per symbol of the typed code: wide enough for W


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """The slips of one assembly in the order of printing, which is to be that of no list.

    `language` is that of `assembly`, its title. Raises `empty` without slips or title.
    """

    assembly: str
    language: str
    slips: Sequence[Slip]

    def __post_init__(self) -> None:
        require_text(self.assembly, "assembly")
        if not self.slips:
            raise PaperRefused(PaperProblem.EMPTY, place="slips")


def pdf(stack: Stack, say: Say, *others: Say) -> bytes:
    """The sheets, byte-identical for the same stack; `others` say how to use a slip once more.

    `say` speaks the language of the stack. A slip has room for three languages.
    """
    buffer = BytesIO()
    title = say("slip.document", assembly=stack.assembly)
    sheet = canvas(buffer, stack.language, title, stack.assembly)
    uses = [speak("slip.use") for speak in (say, *others)]
    per_page = COLUMNS * ROWS
    pages = -(-len(stack.slips) // per_page)
    for page in range(pages):
        for place, slip in enumerate(stack.slips[page * per_page : (page + 1) * per_page]):
            row, column = divmod(place, COLUMNS)
            corner = (LEFT + column * WIDTH, BOTTOM + (ROWS - 1 - row) * HEIGHT)
            _slip(sheet, corner, stack.assembly, uses, slip)
        _cut_marks(sheet)
        _margin_note(sheet, say("slip.sheet", page=page + 1, pages=pages))
        sheet.showPage()
    sheet.save()
    return buffer.getvalue()


def _slip(
    sheet: Canvas,
    corner: tuple[float, float],
    assembly: str,
    uses: Sequence[str],
    slip: Slip,
) -> None:
    x, y = corner
    top = y + HEIGHT - PAD
    room = WIDTH - 2 * PAD
    top -= 3 * mm + fitted(sheet, [assembly], Weight.SEMIBOLD, 10.5, (x + PAD, top, room, 10 * mm))
    below = (x + PAD - QUIET_ZONE, top - BLACK - QUIET_ZONE)
    qr.draw(sheet, slip.payload, below, BLACK + 2 * QUIET_ZONE)
    left = x + PAD + BLACK + 4.5 * mm
    _code(sheet, slip.code[:13], left, top - CODE_SIZE * 0.66)
    top -= CODE_SIZE * 1.96
    _code(sheet, slip.code[14:], left, top)
    top -= 2 * mm
    fitted(sheet, uses, Weight.REGULAR, 8.5, (left, top, x + WIDTH - PAD - left, top - y - PAD))


def _code(sheet: Canvas, code: str, x: float, baseline: float) -> None:
    """Symbols in cells of one width; zeros are slashed, groups stand apart."""
    for place, symbol in enumerate(code):
        middle = x + CELL * (place + 0.5)
        if symbol == "-":
            sheet.setFillColor(QUIET)
            sheet.setFont(typeface(), CODE_SIZE)
        else:
            sheet.setFillGray(0)
            sheet.setFont(typeface(Weight.SEMIBOLD), CODE_SIZE)
        sheet.drawCentredString(middle, baseline, symbol)
        if symbol == "0":
            sheet.setLineWidth(1)
            sheet.setStrokeGray(0)
            sheet.line(middle - 2, baseline + 2.7, middle + 2, baseline + 7.6)


def _cut_marks(sheet: Canvas) -> None:
    """Ticks in the margins and crosses between the slips: where to lay the knife."""
    sheet.setStrokeColor(HAIR)
    sheet.setLineWidth(0.5)
    right, top = LEFT + COLUMNS * WIDTH, BOTTOM + ROWS * HEIGHT
    for column in range(COLUMNS + 1):
        x = LEFT + column * WIDTH
        for row in range(ROWS + 1):
            y = BOTTOM + row * HEIGHT
            across = (-5, 0) if x == LEFT else (0, 5) if x == right else (-2, 2)
            along = (-5, 0) if y == BOTTOM else (0, 5) if y == top else (-2, 2)
            sheet.line(x + across[0] * mm, y, x + across[1] * mm, y)
            sheet.line(x, y + along[0] * mm, x, y + along[1] * mm)


def _margin_note(sheet: Canvas, note: str) -> None:
    """A line below the slips, in what is cut away."""
    sheet.setFont(typeface(), 7)
    sheet.setFillColor(QUIET)
    sheet.drawString(LEFT + PAD, BOTTOM - 4.5 * mm, note)
