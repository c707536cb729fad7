# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drawings become Kivy's canvas instructions; text and signs become textures."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import assert_never

from kivy.graphics import Canvas, Color, Rectangle, SmoothRoundedRectangle
from kivy.graphics.texture import Texture
from PIL import Image

from kiosk.appearance import WHITE, Colour
from kiosk.screens import icons
from kiosk.screens import type as set_type
from kiosk.screens.drawing import Box, Code, Drawing, Rect, Sign, Words
from kiosk.screens.icons import Icon
from printouts import qr
from printouts.typesetting import Paragraph


def paint(canvas: Canvas, drawings: Iterable[Drawing], panel_height: int, *, rtl: bool) -> None:
    """Draw in order; Kivy's y grows upwards from the foot of the panel."""
    with canvas:
        for drawing in drawings:
            match drawing:
                case Box():
                    _box(drawing, panel_height)
                case Words():
                    words = _words(drawing.paragraph, drawing.rect.width)
                    _ink(words, drawing.ink, drawing.rect, panel_height)
                case Sign():
                    sign = _sign(drawing.icon, drawing.rect.width, rtl)
                    _ink(sign, drawing.ink, drawing.rect, panel_height)
                case Code():
                    picture = _code(drawing.payload, drawing.rect.width)
                    _ink(picture, WHITE, drawing.rect, panel_height)
                case _:
                    assert_never(drawing)


def forget() -> None:
    """Drop every text that was drawn."""
    _words.cache_clear()
    set_type.forget()


def upwards(rect: Rect, panel_height: int) -> tuple[int, int]:
    """The lower left corner in Kivy's coordinates."""
    return rect.x, panel_height - rect.bottom


def _box(box: Box, panel_height: int) -> None:
    _plane(box.rect, box.line if box.thickness else box.fill, box.radius, panel_height)
    if box.thickness and box.line != box.fill:
        inner = box.rect.inset(box.thickness)
        _plane(inner, box.fill, max(0, box.radius - box.thickness), panel_height)


def _plane(rect: Rect, colour: Colour, radius: int, panel_height: int) -> None:
    _colour(colour)
    size = (rect.width, rect.height)
    if radius:
        SmoothRoundedRectangle(pos=upwards(rect, panel_height), size=size, radius=[radius])
    else:
        Rectangle(pos=upwards(rect, panel_height), size=size)


def _ink(texture: Texture, ink: Colour, rect: Rect, panel_height: int) -> None:
    _colour(ink)
    Rectangle(texture=texture, pos=upwards(rect, panel_height), size=texture.size)


def _colour(colour: Colour) -> None:
    red, green, blue = colour
    Color(red / 255, green / 255, blue / 255, 1)


@lru_cache(maxsize=400)
def _words(paragraph: Paragraph, measure: int) -> Texture:
    return _texture(set_type.mask(paragraph, measure))


@lru_cache(maxsize=400)
def _sign(icon: Icon, side: int, rtl: bool) -> Texture:
    return _texture(icons.mask(icon, side, mirrored=rtl))


def _code(payload: str, side: int) -> Texture:
    drawn = qr.picture(payload, side)
    framed = Image.new("L", (side, side), 255)
    framed.paste(drawn, ((side - drawn.width) // 2, (side - drawn.height) // 2))
    return _blit(framed.convert("RGBA"))


def _texture(mask: Image.Image) -> Texture:
    """White of the mask's opacity: the ink comes from the colour that is set."""
    picture = Image.new("RGBA", mask.size, (255, 255, 255, 0))
    picture.putalpha(mask)
    return _blit(picture)


def _blit(picture: Image.Image) -> Texture:
    texture = Texture.create(size=picture.size, colorfmt="rgba")
    texture.blit_buffer(picture.tobytes(), colorfmt="rgba", bufferfmt="ubyte")
    texture.flip_vertical()
    return texture
