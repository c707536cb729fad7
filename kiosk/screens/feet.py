# SPDX-License-Identifier: AGPL-3.0-or-later
"""The foot of a screen: the way back at the reading start, the others at its end, a note between.

All pages of a screen have a foot of one height and one size of text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.appearance import TextSize
from kiosk.screens import buttons
from kiosk.screens import type as set_type
from kiosk.screens.drawing import Drawing, Look, Rect, Target, Words
from kiosk.screens.sheet import Action, Screen
from printouts.typesetting import Align, Paragraph

Pages = tuple[tuple[int, int], ...]
"""Kinds of pages by what stands at their feet: number, and how many there are."""

ALONE: Pages = ((1, 1),)
SEVERAL: Pages = ((1, 2), (2, 3), (2, 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Foot:
    """Where the buttons go and in which size; `room` is what is left above them.

    `noted`: the sheet's note has room beside the buttons of every page.
    """

    rect: Rect
    size: TextSize
    room: Rect
    noted: bool


def foot_of(screen: Screen, look: Look, column: Rect, pages: Pages) -> Foot:
    """The foot within a column, for pages of these kinds."""
    rows = [row for row in (_actions(screen, *page) for page in pages) if row]
    sizes = (TextSize.SMALL,) if screen.sheet.bare else look.size.downwards
    size = next(
        (s for s in sizes if all(buttons.bar(row, look, s, column.width).fits for row in rows)),
        TextSize.SMALL,
    )
    bars = [buttons.bar(row, look, size, column.width) for row in rows]
    height = max((bar.height for bar in bars), default=0)
    rect = Rect(column.x, column.bottom - height, column.width, height)
    notes = _notes(screen, look, 9, 1 if pages is ALONE else 9)
    return Foot(
        rect=rect,
        size=size,
        room=Rect(
            column.x, column.y, column.width, column.height - (height + look.gap if height else 0)
        ),
        noted=all(
            _has_room(notes, _between(row, bar.widths, screen, rect, look))
            for row, bar in zip(rows, bars, strict=True)
        ),
    )


def place_foot(
    screen: Screen, look: Look, foot: Foot, number: int, count: int
) -> Iterator[Drawing | Target]:
    """The buttons of one page, what goes on before what goes back, and the note."""
    actions = _actions(screen, number, count)
    if not actions:
        return
    widths = buttons.bar(actions, look, foot.size, foot.rect.width).widths
    spots = _spots(widths, _leads_back(actions, screen), foot.rect, look.gap)
    order = sorted(range(len(actions)), key=lambda index: _goes_back(actions[index], screen))
    for index in order:
        yield buttons.in_bar(actions[index], look, foot.size, spots[index])
    notes = _notes(screen, look, number, count)
    between = _between(actions, widths, screen, foot.rect, look)
    yield from _write(notes if foot.noted else notes[1:], between, look)


def _actions(screen: Screen, number: int, count: int) -> tuple[Action, ...]:
    back = screen.sheet.back if number == 1 else screen.previous
    rest = screen.sheet.actions if number == count else (screen.more,)
    return (back, *rest) if back else rest


def _goes_back(action: Action, screen: Screen) -> bool:
    return action in (screen.sheet.back, screen.previous)


def _leads_back(actions: tuple[Action, ...], screen: Screen) -> bool:
    return _goes_back(actions[0], screen)


def _spots(widths: tuple[int, ...], back: bool, rect: Rect, gap: int) -> list[Rect]:
    """The way back stands alone at the start, the others at the end."""
    spots: list[Rect] = []
    right = rect.right
    for width in reversed(widths[1:] if back else widths):
        spots.insert(0, Rect(right - width, rect.y, width, rect.height))
        right -= width + gap
    return [Rect(rect.x, rect.y, widths[0], rect.height), *spots] if back else spots


def _between(
    actions: tuple[Action, ...], widths: tuple[int, ...], screen: Screen, rect: Rect, look: Look
) -> Rect:
    """What the buttons leave free in the middle."""
    back = _leads_back(actions, screen)
    left = rect.x + (widths[0] + look.gap if back else 0)
    taken = sum(widths[1:] if back else widths) + look.gap * len(widths[1:] if back else widths)
    return Rect(left, rect.y, rect.right - taken - left, rect.height)


def _notes(screen: Screen, look: Look, number: int, count: int) -> tuple[Paragraph, ...]:
    """The sheet's note, then the page's number where there are several; lines, one each."""
    page = screen.voice.say("booth.page", number=number, count=count) if count > 1 else ""
    return tuple(
        look.paragraph(text, TextSize.SMALL, align=Align.CENTRE)
        for text in (screen.sheet.note, page)
    )


def _has_room(notes: tuple[Paragraph, ...], rect: Rect) -> bool:
    lines = [note for note in notes if note.text]
    tall = sum(line.type.line_height for line in lines)
    return tall <= rect.height and all(set_type.width(line) <= rect.width for line in lines)


def _write(notes: tuple[Paragraph, ...], rect: Rect, look: Look) -> Iterator[Words]:
    lines = tuple(note for note in notes if note.text)
    if _has_room(lines, rect):
        tall = sum(line.type.line_height for line in lines)
        middle = Rect(rect.x, rect.y + (rect.height - tall) // 2, rect.width, tall)
        yield from set_type.stacked(lines, middle, look.palette.ink)
