# SPDX-License-Identifier: AGPL-3.0-or-later
"""How tall each block of a sheet stands at a width, and what it is drawn with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from kiosk.appearance import Palette, TextSize
from kiosk.screens import buttons, skins
from kiosk.screens import type as set_type
from kiosk.screens.drawing import Box, Code, Drawing, Look, Rect, Sign, Target
from kiosk.screens.icons import Icon
from kiosk.screens.sheet import Block, Card, Keypad, Mark, Prose, QrCode, Tracker
from kiosk.screens.skins import Skin
from printouts.fonts import Weight
from printouts.typesetting import Paragraph

QR_MM = 45  # side of a code on the panel
LARGE = 150  # percent of the text's em


def height(block: Block, look: Look, size: TextSize, width: int) -> int:
    """The least height of a block `width` wide, its text in `size`."""
    match block:
        case Prose():
            return set_type.height(_prose(block, look, size), width)
        case Tracker():
            return sum(set_type.height(text, width) for text in _tracker(block, look, size))
        case Card():
            inner = _inner(look, size, width)
            text = max(
                sum(set_type.height(line, inner) for line in _lines(block, look, size, chosen))
                for chosen in (False, True)
            )
            return max(look.panel.target, text + 2 * _padding(look))
        case Keypad():
            return buttons.keypad_height(block, look)
        case QrCode():
            beside = set_type.height(look.paragraph(block.text, size), width - _qr_aside(look))
            return max(look.panel.px(QR_MM), beside)
        case _:
            assert_never(block)


def whole(block: Block, look: Look, size: TextSize, width: int) -> bool:
    """Whether no word has to be cut at that width and size."""
    match block:
        case Prose():
            return set_type.whole(_prose(block, look, size), width)
        case Tracker():
            return all(set_type.whole(text, width) for text in _tracker(block, look, size))
        case Card():
            inner = _inner(look, size, width)
            return all(set_type.whole(line, inner) for line in _lines(block, look, size, True))
        case QrCode():
            return set_type.whole(look.paragraph(block.text, size), width - _qr_aside(look))
        case Keypad():
            return True
        case _:
            assert_never(block)


def place(block: Block, look: Look, size: TextSize, rect: Rect) -> Iterator[Drawing | Target]:
    """What a block is drawn with in its rectangle, and what of it can be pressed."""
    match block:
        case Card():
            yield card(block, look, size, rect)
        case Keypad():
            yield from buttons.keypad(block, look, size, rect)
        case Prose() | Tracker():
            yield from _draw(block, look, size, rect)
        case QrCode():
            yield from _qr_code(block, look, size, rect)
        case _:
            assert_never(block)


def _draw(block: Prose | Tracker, look: Look, size: TextSize, rect: Rect) -> Iterator[Drawing]:
    if isinstance(block, Prose):
        texts: tuple[Paragraph, ...] = (_prose(block, look, size),)
    else:
        texts = _tracker(block, look, size)
    yield from set_type.stacked(texts, rect, look.palette.ink)


def _qr_aside(look: Look) -> int:
    return look.panel.px(QR_MM) + look.gap


def _qr_code(block: QrCode, look: Look, size: TextSize, rect: Rect) -> Iterator[Drawing]:
    side, aside = look.panel.px(QR_MM), _qr_aside(look)
    yield Code(rect=Rect(rect.x, rect.y, side, side), payload=block.payload)
    text = (look.paragraph(block.text, size),)
    beside = Rect(rect.x + aside, rect.y, rect.width - aside, rect.height)
    yield from set_type.stacked(text, beside, look.palette.ink)


def card(block: Card, look: Look, size: TextSize, rect: Rect) -> Target:
    """A large target."""
    return Target(
        name=block.name,
        rect=rect,
        label=" ".join(line.text for line in block.lines),
        event=block.event,
        drawings=tuple(_card(block, look, size, rect, _skin(block, look.palette))),
        pressed=tuple(_card(block, look, size, rect, skins.pressed(look.palette))),
    )


def _skin(block: Card, colours: Palette) -> Skin:
    if block.chosen:
        return skins.chosen(colours)
    if block.full:
        return skins.full(colours)
    return skins.strong(colours) if block.strong else skins.plain(colours)


def _card(block: Card, look: Look, size: TextSize, rect: Rect, skin: Skin) -> Iterator[Drawing]:
    yield skins.box(look, rect, skin)
    sign = look.panel.em(size)
    place = Rect(rect.x + look.gap, rect.y + (rect.height - sign) // 2, sign, sign)
    if isinstance(block.front, Mark):
        yield from _mark(block, block.front, look, place, skin)
    else:
        yield Sign(rect=place, icon=block.front, ink=skin.ink)
    texts = tuple(_lines(block, look, size, block.chosen))
    inner = _inner(look, size, rect.width)
    tall = sum(set_type.height(text, inner) for text in texts)
    top = rect.y + (rect.height - tall) // 2
    yield from set_type.stacked(
        texts, Rect(place.right + _space(look, size), top, inner, tall), skin.ink
    )


def _mark(block: Card, mark: Mark, look: Look, place: Rect, skin: Skin) -> Iterator[Drawing]:
    """Empty, or filled with a check; what can't be chosen now has a dash."""
    colours = look.palette
    radius = place.width // 2 if mark is Mark.CIRCLE else place.width // 6
    fill, line = (colours.mark, colours.mark) if block.chosen else (skin.fill, skin.ink)
    thickness = max(2, place.width // 12)
    yield Box(rect=place, fill=fill, line=line, thickness=thickness, radius=radius)
    inner = place.inset(place.width // 6)
    if block.chosen:
        yield Sign(rect=inner, icon=Icon.CHECK, ink=colours.on_mark)
    elif block.full:
        yield Sign(rect=inner, icon=Icon.DASH, ink=skin.ink)


def _lines(block: Card, look: Look, size: TextSize, chosen: bool) -> Iterator[Paragraph]:
    for line in block.lines:
        weight = Weight.BOLD if line.strong or chosen else Weight.REGULAR
        yield look.paragraph(line.text, size, weight)


def _space(look: Look, size: TextSize) -> int:
    """Between a card's mark or icon and its text."""
    return max(look.gap, look.panel.em(size) * 2 // 5)


def _padding(look: Look) -> int:
    return look.gap * 2 // 3


def _inner(look: Look, size: TextSize, width: int) -> int:
    """Width of a card's text."""
    return max(1, width - 2 * look.gap - look.panel.em(size) - _space(look, size))


def _prose(block: Prose, look: Look, size: TextSize) -> Paragraph:
    return look.paragraph(block.text, size, balanced=True)


def _tracker(block: Tracker, look: Look, size: TextSize) -> tuple[Paragraph, Paragraph]:
    return (
        look.paragraph(block.label, size),
        look.code(block.code, size, percent=LARGE if block.large else 100),
    )
