# SPDX-License-Identifier: AGPL-3.0-or-later
"""QR symbols as black modules: for thermal paper in whole dots, for PDF as drawn squares."""

from __future__ import annotations

from itertools import groupby
from typing import Literal

import segno
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from printouts.errors import PaperProblem, PaperRefused

QUIET = 4  # modules of white around a symbol, ISO/IEC 18004
SMALLEST_MODULE = 3  # dots of a thermal head (0.375 mm); below, dead heater columns win

Matrix = tuple[tuple[bool, ...], ...]
Level = Literal["m", "q"]  # error correction: 15 % or, for what must last, 25 % of the symbol


def matrix(payload: str, level: Level = "m") -> Matrix:
    """Rows of modules, True for black, without the quiet zone.

    Upper-case alphanumeric payloads take QR's alphanumeric mode and so a smaller symbol.
    """
    symbol = segno.make_qr(payload, error=level, boost_error=False)
    return tuple(tuple(bool(module) for module in row) for row in symbol.matrix)


def picture(payload: str, room: int, level: Level = "m") -> Image.Image:
    """The symbol with its quiet zone, mode "1", as large as whole dots allow in `room` dots.

    Raises:
        PaperRefused: `too-narrow` when a module would be under 3 dots.
    """
    rows = matrix(payload, level)
    side = len(rows) + 2 * QUIET
    module = room // side
    if module < SMALLEST_MODULE:
        raise PaperRefused(PaperProblem.TOO_NARROW, dots=room, needed=side * SMALLEST_MODULE)
    small = Image.new("1", (side, side), 1)
    for y, row in enumerate(rows, QUIET):
        for x, dark in enumerate(row, QUIET):
            small.putpixel((x, y), int(not dark))
    return small.resize((side * module, side * module), Image.Resampling.NEAREST)


def draw(
    sheet: Canvas,
    payload: str,
    corner: tuple[float, float],
    side: float,
    level: Level = "m",
) -> None:
    """Draws the symbol with its quiet zone in a square of `side` points, `corner` bottom left.

    One path of one rectangle per dark run. Not through ReportLab's graphics, whose renderer
    names Helvetica in the file.
    """
    rows = matrix(payload, level)
    module = side / (len(rows) + 2 * QUIET)
    path = sheet.beginPath()
    for number, row in enumerate(reversed(rows), QUIET):
        column = QUIET
        for dark, run in groupby(row):
            length = sum(1 for _ in run)
            if dark:
                left, bottom = corner[0] + column * module, corner[1] + number * module
                path.rect(left, bottom, length * module, module)
            column += length
    sheet.setFillGray(0)
    sheet.drawPath(path, stroke=0, fill=1)
