# SPDX-License-Identifier: AGPL-3.0-or-later
"""The head of a sheet: what it is about, what is expected, and its emblem."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.appearance import TextSize
from kiosk.screens import type as set_type
from kiosk.screens.drawing import Drawing, Look, Rect, Sign
from kiosk.screens.icons import Icon
from kiosk.screens.sheet import Sheet
from printouts.fonts import Weight
from printouts.typesetting import Paragraph

# How much larger than the text; where the text is large, boldness is enough.
_PERCENT = {
    TextSize.SMALL: 125,
    TextSize.MEDIUM: 115,
    TextSize.LARGE: 105,
    TextSize.HUGE: 100,
}


def height(sheet: Sheet, look: Look, size: TextSize, width: int) -> int:
    """How tall the head stands, `width` wide without the emblem."""
    return sum(set_type.height(text, width) for text in _texts(sheet, look, size))


def whole(sheet: Sheet, look: Look, size: TextSize, width: int) -> bool:
    """Whether no word has to be cut."""
    return all(set_type.whole(text, width) for text in _texts(sheet, look, size))


def place(sheet: Sheet, look: Look, size: TextSize, rect: Rect) -> Iterator[Drawing]:
    """The head, from the top of `rect`."""
    yield from set_type.stacked(tuple(_texts(sheet, look, size)), rect, look.palette.ink)


def emblem(sheet: Sheet, look: Look, size: TextSize) -> int:
    """Side of the emblem; 0 without one, and where large text needs the room itself."""
    if sheet.emblem is None or size > TextSize.MEDIUM:
        return 0
    return look.panel.em(size) * (3 if not sheet.asks else 2)


def place_emblem(icon: Icon, look: Look, rect: Rect) -> Sign:
    """The emblem; a warning has the colour of care."""
    colours = look.palette
    ink = colours.care if icon is Icon.CARE else colours.action
    return Sign(rect=rect, icon=icon, ink=ink)


def _texts(sheet: Sheet, look: Look, size: TextSize) -> Iterator[Paragraph]:
    if sheet.title:
        yield look.paragraph(sheet.title, size)
    percent = _PERCENT[size]
    yield look.paragraph(sheet.heading, size, Weight.BOLD, percent=percent, balanced=True)
    if sheet.hint:
        yield look.paragraph(sheet.hint, size)
