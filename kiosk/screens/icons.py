# SPDX-License-Identifier: AGPL-3.0-or-later
"""The booth's signs, drawn from lines on a grid of 24 by 24 with y downwards.

They are drawn large and made small, so that their edges are smooth at any size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import assert_never

from PIL import Image, ImageDraw, ImageOps

GRID = 24
_FINE = 8  # each pixel is drawn as so many squared

Points = tuple[tuple[float, float], ...]


class Icon(StrEnum):
    """What a sign stands for."""

    BACK = "back"
    NEXT = "next"
    MORE = "more"
    PREVIOUS = "previous"
    CHECK = "check"
    CROSS = "cross"
    DASH = "dash"
    GLOBE = "globe"
    SIZE = "size"
    CONTRAST = "contrast"
    LISTEN = "listen"
    SILENCE = "silence"
    SLIP = "slip"
    BOX = "box"
    LENS = "lens"
    PRINTER = "printer"
    PENCIL = "pencil"
    KEYS = "keys"
    ERASE = "erase"
    CLOCK = "clock"
    CARE = "care"
    SEAL = "seal"
    AGAIN = "again"
    LEAVE = "leave"
    DONE = "done"
    WORDS = "words"
    CODE = "code"
    STICK = "stick"
    EYE = "eye"


# Arrows and doors point where reading goes.
_TURNS = frozenset({Icon.BACK, Icon.NEXT, Icon.ERASE, Icon.LEAVE, Icon.LISTEN, Icon.SILENCE})


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points, with round ends."""

    points: Points
    width: float = 2.4


@dataclass(frozen=True, slots=True)
class Ring:
    """An ellipse in its box; `width` 0 fills it; `span` in degrees, clockwise from 3 o'clock."""

    box: tuple[float, float, float, float]
    width: float = 2.4
    span: tuple[float, float] = (0, 360)


@dataclass(frozen=True, slots=True)
class Patch:
    """A filled polygon."""

    points: Points


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle with round corners; `width` 0 fills it."""

    box: tuple[float, float, float, float]
    width: float = 2.4
    radius: float = 2


Shape = Stroke | Ring | Patch | Frame


@cache
def mask(icon: Icon, side: int, *, mirrored: bool = False) -> Image.Image:
    """The sign as a picture of mode "L", `side` pixels wide and high; 255 is ink."""
    scale = side * _FINE / GRID
    picture = Image.new("L", (side * _FINE, side * _FINE), 0)
    pen = ImageDraw.Draw(picture)
    for shape in _SHAPES[icon]:
        _draw(pen, shape, scale)
    small = picture.resize((side, side), Image.Resampling.BOX)
    return ImageOps.mirror(small) if mirrored and icon in _TURNS else small


def _draw(pen: ImageDraw.ImageDraw, shape: Shape, scale: float) -> None:
    match shape:
        case Stroke():
            _stroke(pen, [(x * scale, y * scale) for x, y in shape.points], shape.width * scale)
        case Patch():
            pen.polygon([(x * scale, y * scale) for x, y in shape.points], fill=255)
        case Frame():
            pen.rounded_rectangle(
                [edge * scale for edge in shape.box],
                radius=shape.radius * scale,
                fill=None if shape.width else 255,
                outline=255,
                width=round(shape.width * scale),
            )
        case Ring():
            box = [edge * scale for edge in shape.box]
            start, end = shape.span
            if shape.width:
                pen.arc(box, start, end, fill=255, width=round(shape.width * scale))
            else:
                pen.pieslice(box, start, end, fill=255)
        case _:
            assert_never(shape)


def _stroke(pen: ImageDraw.ImageDraw, points: Sequence[tuple[float, float]], width: float) -> None:
    pen.line(points, fill=255, width=round(width))
    half = width / 2
    for x, y in points:
        pen.ellipse([x - half, y - half, x + half, y + half], fill=255)


_SPEAKER = Patch(((2, 9), (7, 9), (13, 4), (13, 20), (7, 15), (2, 15)))
_FULL_CIRCLE = Ring((2, 2, 22, 22))

_SHAPES: Mapping[Icon, tuple[Shape, ...]] = MappingProxyType(
    {
        Icon.BACK: (Stroke(((20, 12), (4, 12))), Stroke(((11, 5), (4, 12), (11, 19)))),
        Icon.NEXT: (Stroke(((4, 12), (20, 12))), Stroke(((13, 5), (20, 12), (13, 19)))),
        Icon.MORE: (Stroke(((12, 4), (12, 20))), Stroke(((5, 13), (12, 20), (19, 13)))),
        Icon.PREVIOUS: (Stroke(((12, 20), (12, 4))), Stroke(((5, 11), (12, 4), (19, 11)))),
        Icon.CHECK: (Stroke(((4, 13), (10, 19), (20, 6)), 3.4),),
        Icon.CROSS: (Stroke(((5, 5), (19, 19)), 2.8), Stroke(((19, 5), (5, 19)), 2.8)),
        Icon.DASH: (Stroke(((6, 12), (18, 12)), 2.8),),
        Icon.GLOBE: (
            _FULL_CIRCLE,
            Ring((7.5, 2, 16.5, 22), 2),
            Stroke(((3, 12), (21, 12)), 2),
        ),
        Icon.SIZE: (
            Stroke(((1.5, 19), (5.5, 9), (9.5, 19))),
            Stroke(((3, 15.6), (8, 15.6)), 2),
            Stroke(((10.5, 20.5), (16.5, 4), (22.5, 20.5)), 3),
            Stroke(((13, 15), (20, 15)), 2.6),
        ),
        Icon.CONTRAST: (_FULL_CIRCLE, Ring((2, 2, 22, 22), 0, (90, 270))),
        Icon.LISTEN: (
            _SPEAKER,
            Ring((9, 7, 19, 17), 2.2, (-50, 50)),
            Ring((5, 3, 23, 21), 2.2, (-50, 50)),
        ),
        Icon.SILENCE: (
            _SPEAKER,
            Stroke(((16.5, 9.5), (21.5, 14.5))),
            Stroke(((21.5, 9.5), (16.5, 14.5))),
        ),
        Icon.SLIP: (
            Stroke(((3.5, 15), (3.5, 1.8), (20.5, 1.8), (20.5, 15)), 2.2),
            Frame((7, 5, 11, 9), 1.6, 0.3),
            Frame((13, 5, 17, 9), 1.6, 0.3),
            Frame((7, 11, 11, 15), 1.6, 0.3),
            Stroke(((14, 12), (14, 12)), 2),
            Stroke(((16.5, 14.5), (16.5, 14.5)), 2),
            Stroke(((1.5, 18.5), (22.5, 18.5)), 2.6),
            Stroke(((7, 22.5), (17, 22.5)), 2.2),
        ),
        Icon.BOX: (
            Frame((3, 12, 21, 22.5)),
            Stroke(((8, 12), (8, 2.5), (16, 2.5), (16, 12))),
            Stroke(((7, 16), (17, 16)), 2),
        ),
        Icon.LENS: (Ring((2.5, 2.5, 16.5, 16.5), 2.8), Stroke(((15, 15), (21.5, 21.5)), 3.2)),
        Icon.PRINTER: (
            Frame((2, 8, 22, 18)),
            Stroke(((7, 8), (7, 2.5), (17, 2.5), (17, 8)), 2.2),
            Frame((7, 14, 17, 22.5), 0, 1),
        ),
        Icon.PENCIL: (
            Stroke(((4, 20), (5.2, 15), (16, 4.2), (19.8, 8), (9, 18.8), (4, 20)), 2.2),
            Stroke(((13.5, 6.8), (17.2, 10.5)), 2),
        ),
        Icon.KEYS: (
            Frame((1.5, 5, 22.5, 19)),
            *(Stroke(((x, 9.5), (x, 9.5)), 2.4) for x in (6, 10, 14, 18)),
            Stroke(((7, 14.5), (17, 14.5)), 2.4),
        ),
        Icon.ERASE: (
            Stroke(((8, 5), (22, 5), (22, 19), (8, 19), (2, 12), (8, 5)), 2.2),
            Stroke(((11.5, 9), (17.5, 15)), 2.2),
            Stroke(((17.5, 9), (11.5, 15)), 2.2),
        ),
        Icon.CLOCK: (_FULL_CIRCLE, Stroke(((12, 6), (12, 12), (16, 15)))),
        Icon.CARE: (
            Stroke(((12, 2.5), (22.5, 21), (1.5, 21), (12, 2.5)), 2.4),
            Stroke(((12, 9), (12, 14.5)), 2.6),
            Stroke(((12, 18), (12, 18)), 2.8),
        ),
        Icon.SEAL: (
            Frame((4, 10.5, 20, 22), 2.4, 2),
            Ring((7, 2, 17, 18), 2.4, (180, 360)),
            Stroke(((12, 15), (12, 18)), 2.6),
        ),
        Icon.AGAIN: (
            Ring((3.5, 3.5, 20.5, 20.5), 2.4, (-15, 265)),
            Patch(((11, 0), (11, 8.6), (17, 4.4))),
        ),
        Icon.LEAVE: (
            Stroke(((11, 3), (4, 3), (4, 21), (11, 21))),
            Stroke(((10, 12), (21, 12))),
            Stroke(((16.5, 7.5), (21, 12), (16.5, 16.5))),
        ),
        Icon.WORDS: (
            Frame((2, 3, 22, 16)),
            Patch(((6, 15), (13, 15), (6, 22))),
            *(Stroke(((x, 9.5), (x, 9.5)), 2.8) for x in (7, 12, 17)),
        ),
        Icon.CODE: (
            *(Frame((x, y, x + 8, y + 8), 2, 0.5) for x, y in ((2, 2), (14, 2), (2, 14))),
            *(Stroke(((x, y), (x, y)), 3) for x, y in ((15.5, 15.5), (20.5, 20.5), (20.5, 15.5))),
        ),
        Icon.STICK: (
            Frame((6, 9, 18, 22.5)),
            Frame((8.5, 1.5, 15.5, 9), 2, 0.5),
            Stroke(((12, 16), (12, 16)), 3),
        ),
        Icon.EYE: (
            Ring((1, 4, 23, 26), 2.2, (200, 340)),
            Ring((1, -2, 23, 20), 2.2, (20, 160)),
            Ring((8.5, 8.5, 15.5, 15.5), 0),
        ),
        Icon.DONE: (_FULL_CIRCLE, Stroke(((7, 12.5), (10.8, 16), (17, 8.5)), 2.8)),
    }
)
