# SPDX-License-Identifier: AGPL-3.0-or-later
"""Buttons: in the bar at the foot, in the rail of settings, and on the keypad."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kiosk.appearance import TextSize
from kiosk.screens import type as set_type
from kiosk.screens.drawing import Drawing, Look, Rect, Sign, Target, Words
from kiosk.screens.icons import Icon
from kiosk.screens.sheet import Action, Keypad, Symbol
from kiosk.screens.skins import Skin, box, chosen, plain, pressed, strong
from printouts.fonts import Weight
from printouts.typesetting import Align, Paragraph

_TALLEST_BAR = 0.26  # of the panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The sizes of the buttons at the foot: one height, a width each."""

    height: int
    widths: tuple[int, ...]
    fits: bool


def bar(actions: Sequence[Action], look: Look, size: TextSize, width: int) -> Bar:
    """Buttons in one line each if possible, else in equal shares with labels of several lines.

    It fits if no word has to be cut and it leaves the most of the panel to the sheet.
    """
    gaps = look.gap * (len(actions) - 1)
    natural = tuple(_natural(action, look, size) for action in actions)
    if sum(natural) + gaps <= width:
        return Bar(height=_tall(1, look, size), widths=natural, fits=True)
    share = (width - gaps) // len(actions)
    room = share - _beside(look, size)
    labels = [_label(action, look, size) for action in actions]
    tall = _tall(max(len(set_type.lines(label, room)) for label in labels), look, size)
    whole = all(set_type.whole(label, room) for label in labels)
    fits = whole and tall <= _TALLEST_BAR * look.panel.height
    return Bar(height=tall, widths=(share,) * len(actions), fits=fits)


def _label(action: Action, look: Look, size: TextSize) -> Paragraph:
    return look.paragraph(action.label, size, Weight.SEMIBOLD)


def _beside(look: Look, size: TextSize) -> int:
    """What a button needs beside its label."""
    return look.panel.em(size) + 3 * look.gap


def _natural(action: Action, look: Look, size: TextSize) -> int:
    label = set_type.width(_label(action, look, size)) + _beside(look, size)
    return max(2 * look.panel.target, label)


def _tall(lines: int, look: Look, size: TextSize) -> int:
    line = look.paragraph("", size).type.line_height
    return max(look.panel.target, lines * line + look.gap)


def in_bar(action: Action, look: Look, size: TextSize, rect: Rect) -> Target:
    """An icon with its label beside it."""

    def face(skin: Skin) -> Iterator[Drawing]:
        em = look.panel.em(size)
        label = _label(action, look, size)
        room = rect.width - _beside(look, size)
        wide = min(room, set_type.width(label))
        start = rect.x + (rect.width - em - look.gap - wide) // 2
        onwards = action.icon is Icon.NEXT  # points away from its label
        icon_x, label_x = (
            (start + wide + look.gap, start) if onwards else (start, start + em + look.gap)
        )
        icon = Rect(icon_x, rect.y + (rect.height - em) // 2, em, em)
        yield Sign(rect=icon, icon=action.icon, ink=skin.ink)
        yield _centred(label, Rect(label_x, rect.y, wide, rect.height), skin)

    return _button(action, look, rect, face)


def rail(actions: Sequence[Action], look: Look) -> Iterator[Target]:
    """The settings, one below the other in the smallest size: an icon over its label."""
    size, margin = TextSize.SMALL, look.gap // 2
    em = look.panel.em(size)
    width = rail_width(actions, look) - 2 * margin
    room = look.panel.height - 2 * margin - look.gap * (len(actions) - 1)
    tall = min(room // len(actions), look.panel.target * 2)

    for index, action in enumerate(actions):
        rect = Rect(margin, margin + index * (tall + look.gap), width, tall)

        def face(skin: Skin, action: Action = action, rect: Rect = rect) -> Iterator[Drawing]:
            line = look.paragraph(action.label, size, align=Align.CENTRE)
            top = rect.y + (rect.height - em - line.type.line_height) // 2
            icon = Rect(rect.x + (rect.width - em) // 2, top, em, em)
            yield Sign(rect=icon, icon=action.icon, ink=skin.ink)
            at = Rect(rect.x, icon.bottom, rect.width, line.type.line_height)
            yield Words(rect=at, paragraph=line, ink=skin.ink)

        yield _button(action, look, rect, face)


def rail_width(actions: Sequence[Action], look: Look) -> int:
    """Wide enough for every label in one line; nothing where there are no settings."""
    if not actions:
        return 0
    labels = (look.paragraph(action.label, TextSize.SMALL) for action in actions)
    widest = max(set_type.width(label) for label in labels)
    return max(look.panel.target, widest + 2 * look.gap) + look.gap


def keypad(block: Keypad, look: Look, size: TextSize, rect: Rect) -> Iterator[Drawing | Target]:
    """What is typed in one line, in the largest size that fits, above rows of keys."""
    room = rect.height - _keys_height(block, look) - look.gap // 2
    line = _typed(block, look, rect.width, room)
    tall = line.type.line_height
    yield Words(rect=Rect(rect.x, rect.y, rect.width, tall), paragraph=line, ink=look.palette.ink)
    top = rect.y + tall + look.gap // 2
    one = (rect.width - look.gap * (block.columns - 1)) // block.columns
    high = (rect.bottom - top - look.gap * (block.rows - 1)) // block.rows
    set_in = _of_height(look, size, high)
    longer = [key for key in block.keys if len(key.label) > 1]  # these look alike
    widths = [_of_width(key.label, look, size, one * key.span) for key in longer]
    place = 0
    for key in block.keys:
        row, column = divmod(place, block.columns)
        place += key.span
        wide = one * key.span + look.gap * (key.span - 1)
        at = Rect(rect.x + column * (one + look.gap), top + row * (high + look.gap), wide, high)
        own = min(set_in, *widths) if key in longer else set_in
        label = look.paragraph(key.label, own, Weight.BOLD, align=Align.CENTRE)

        def face(skin: Skin, label: Paragraph = label, at: Rect = at) -> Iterator[Drawing]:
            yield _centred(label, at, skin)

        yield _button(key, look, at, face)


def _of_height(look: Look, size: TextSize, height: int) -> TextSize:
    """The largest size up to `size` of which one line fits into `height`."""
    lines = ((step, look.paragraph("", step).type.line_height) for step in size.downwards)
    return next((step for step, line in lines if line <= height), TextSize.SMALL)


def _of_width(label: str, look: Look, size: TextSize, width: int) -> TextSize:
    """The largest size up to `size` in which a key's label fits into `width`."""
    widths = ((step, look.paragraph(label, step, Weight.BOLD)) for step in size.downwards)
    fitting = (step for step, line in widths if set_type.width(line) <= width - look.gap)
    return next(fitting, TextSize.SMALL)


def keypad_width(block: Keypad, look: Look) -> int:
    """The least width of a keypad."""
    return block.columns * look.panel.target + (block.columns - 1) * look.gap


def keypad_height(block: Keypad, look: Look) -> int:
    """The least height of a keypad: every key as large as a finger, below a line of text."""
    line = look.paragraph("", TextSize.SMALL).type.line_height
    return line + look.gap // 2 + _keys_height(block, look)


def _keys_height(block: Keypad, look: Look) -> int:
    return block.rows * look.panel.target + (block.rows - 1) * look.gap


def _typed(block: Keypad, look: Look, width: int, room: int) -> Paragraph:
    """Typed symbols, or the prompt, in the largest size up to the person's that fits."""
    lines = [
        look.code(block.typed, size) if block.typed else look.paragraph(block.prompt, size)
        for size in look.size.downwards
    ]
    fitting = (
        line for line in lines if set_type.width(line) <= width and line.type.line_height <= room
    )
    return next(fitting, None) or _end_of(block.typed, look, width)


def _end_of(typed: str, look: Look, width: int) -> Paragraph:
    """As much of the end as there is room for."""
    ends = (look.code(typed[start:], TextSize.SMALL) for start in range(len(typed) + 1))
    return next(line for line in ends if set_type.width(line) <= width)


def _centred(label: Paragraph, rect: Rect, skin: Skin) -> Words:
    tall = set_type.height(label, rect.width)
    at = Rect(rect.x, rect.y + (rect.height - tall) // 2, rect.width, tall)
    return Words(rect=at, paragraph=label, ink=skin.ink)


def _button(
    key: Action | Symbol, look: Look, rect: Rect, face: Callable[[Skin], Iterator[Drawing]]
) -> Target:
    def dressed(skin: Skin) -> tuple[Drawing, ...]:
        return (box(look, rect, skin), *face(skin))

    colours = look.palette
    if isinstance(key, Action):
        skin = strong(colours) if key.strong else plain(colours)
    else:
        skin = chosen(colours) if key.chosen else plain(colours)
    return Target(
        name=key.name,
        rect=rect,
        label=key.label,
        event=key.event,
        drawings=dressed(skin),
        pressed=dressed(pressed(colours)),
    )
