# SPDX-License-Identifier: AGPL-3.0-or-later
"""A trustee's card on thermal paper: what a kiosk prints where there is no other printer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PIL import Image, ImageDraw

from ballots.election.trustees.card import ROW, Card
from printouts.fonts import Weight
from printouts.identifiers import groups
from printouts.roll import PLAIN_SYMBOLS, SIDE, WIDE, Roll, burnt, stack
from printouts.trustee_card import GROUP, NEVER, TO_DO, Trustee
from printouts.typesetting import Align, Direction, Paragraph, Type, draw, width
from printouts.voice import Say

SYMBOL = 384  # dots of room for the QR symbol, on any paper: modules of at least half a mm


def render(trustee: Trustee, card: Card, say: Say, dots: int) -> Image.Image:
    """The card as a picture of mode "1" (0 is black), `dots` wide.

    Raises:
        PaperRefused: `too-narrow` under 384 dots, `no-shaping`, `no-font`.
    """
    roll = Roll(dots=dots, language=trustee.language)
    return stack(
        [
            roll.band(say("trustee-card.title"), roll.type(28, Weight.BOLD)),
            roll.blank(14),
            roll.text(trustee.assembly, roll.type(26), centred=True),
            roll.rule(),
            roll.text(trustee.which(say), roll.type(44, Weight.BOLD), centred=True),
            roll.blank(4),
            roll.text(trustee.needed(say), roll.type(26), centred=True),
            roll.symbol(card.payload, SYMBOL, "q"),
            roll.text(say("trustee-card.type"), roll.type(22)),
            roll.blank(10),
            _code(card.rows, roll),
            roll.rule(),
            *_list(say("trustee.do"), [say(f"trustee-card.do.{name}") for name in TO_DO], roll),
            *_list(
                say("trustee.never"), [say(f"trustee-card.never.{name}") for name in NEVER], roll
            ),
            roll.text(say("trustee-card.fades"), roll.type(22)),
            roll.blank(16),
        ]
    )


def _list(heading: str, sentences: Sequence[str], roll: Roll) -> list[Image.Image]:
    strips = [roll.text(heading, roll.type(26, Weight.SEMIBOLD))]
    for sentence in sentences:
        strips += [roll.blank(6), roll.text(sentence, roll.type(22))]
    return [*strips, roll.blank(16)]


def _code(rows: Sequence[str], roll: Roll) -> Image.Image:
    """Numbered rows in cells of one width; on narrow paper a row takes two lines."""
    per_line = ROW if roll.dots >= WIDE else ROW // 2
    cell = roll.measure // (per_line + per_line // GROUP + 1)  # gaps, and room for the number
    type_ = _filling(cell, roll)
    lines = [
        (number if place == 0 else 0, line)
        for number, row in enumerate(rows, 1)
        for place, line in enumerate(groups(row, per_line))
    ]
    strip = Image.new("L", (roll.dots, len(lines) * type_.line_height), 255)
    surface = ImageDraw.Draw(strip)
    for place, (number, line) in enumerate(lines):
        top = place * type_.line_height
        if number:
            small = replace(type_, size=type_.size * 3 // 4, weight=Weight.REGULAR)
            lower = (type_.line_height - small.line_height) * 2 // 3
            numeral = Paragraph(text=str(number), type=small)
            draw(surface, numeral, (SIDE, top + lower), 2 * cell)
        for column, symbol in enumerate(line):
            left = SIDE + cell * (2 + column + column // GROUP)
            paragraph = Paragraph(text=symbol, type=type_, align=Align.CENTRE)
            draw(surface, paragraph, (left, top), cell)
    return burnt(strip)


def _filling(cell: int, roll: Roll) -> Type:
    """The largest type whose W is no wider than a cell."""
    type_ = Type(
        size=34,
        weight=Weight.SEMIBOLD,
        language=roll.language,
        direction=Direction.LTR,
        features=PLAIN_SYMBOLS,
    )
    while width("W", type_) > cell:
        type_ = replace(type_, size=type_.size - 1)
    return type_
