# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sizes and colours of the booth: millimetres become pixels, three colours become two palettes.

Sizes follow VVSG 2.0 7.1-G (capital letters), 7.2-I (touch areas); contrast follows 7.1-C and
7.1-D, computed as in WCAG 2.2.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import IntEnum, StrEnum

TARGET_MM = 12.7
GAP_MM = 2.54
NORMAL_RATIO = 10.0
CAPITAL_OF_EM = 0.65  # height of a capital H in Source Sans 3, at least, Regular to Bold

Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)
INK: Colour = (17, 20, 24)


class TextSize(IntEnum):
    """The four sizes a person may choose from, smallest first."""

    SMALL = 1
    MEDIUM = 2
    LARGE = 3
    HUGE = 4

    @property
    def capital_mm(self) -> float:
        """Height of a capital letter in millimetres."""
        return {1: 3.5, 2: 4.8, 3: 6.4, 4: 8.5}[self.value]

    @property
    def following(self) -> TextSize:
        """The next larger one; after the largest comes the smallest."""
        return TextSize(self % len(TextSize) + 1)

    @property
    def downwards(self) -> tuple[TextSize, ...]:
        """This one and every smaller one, largest first."""
        return tuple(TextSize(step) for step in range(self, 0, -1))


class Contrast(StrEnum):
    """How strongly ink stands out from the ground."""

    NORMAL = "normal"
    HIGH = "high"

    @property
    def other(self) -> Contrast:
        """What the person gets who asks for a change."""
        return Contrast.NORMAL if self is Contrast.HIGH else Contrast.HIGH


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A screen: pixels, and pixels per inch, which turn millimetres into pixels."""

    width: int = 800
    height: int = 480
    dpi: int = 131

    def px(self, millimetres: float) -> int:
        """Whole pixels that are at least so long."""
        return math.ceil(millimetres * self.dpi / 25.4 - 1e-9)

    def em(self, size: TextSize) -> int:
        """Pixels per em whose capitals are at least as tall as `size` says."""
        return math.ceil(size.capital_mm * self.dpi / 25.4 / CAPITAL_OF_EM)

    @property
    def target(self) -> int:
        """The least width and height of what a finger must hit."""
        return self.px(TARGET_MM)

    @property
    def gap(self) -> int:
        """The least distance between two targets."""
        return self.px(GAP_MM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """The three colours of the house: of actions, of quiet grounds, and of what needs care."""

    primary: Colour = (31, 58, 95)
    secondary: Colour = (244, 241, 234)
    accent: Colour = (138, 28, 43)


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Every colour that is drawn, in pairs of a ground and what lies on it.

    `line` bounds targets; `mark` fills the mark of what is chosen and bounds it.
    """

    ground: Colour
    ink: Colour
    line: Colour
    quiet: Colour
    on_quiet: Colour
    action: Colour
    on_action: Colour
    pressed: Colour
    on_pressed: Colour
    chosen: Colour
    on_chosen: Colour
    mark: Colour
    on_mark: Colour
    care: Colour

    def pairs(self) -> Iterator[tuple[str, Colour, Colour]]:
        """Text with the ground it stands on: name of the pair, ink, ground."""
        yield "ink", self.ink, self.ground
        yield "care", self.care, self.ground
        for field in fields(self):
            if field.name.startswith("on_"):
                ground = field.name.removeprefix("on_")
                yield ground, getattr(self, field.name), getattr(self, ground)


def colour(text: str) -> Colour:
    """`#rrggbb` as numbers; raises ValueError on anything else."""
    if len(text) != 7 or not text.startswith("#"):
        raise ValueError(text)
    red, green, blue = bytes.fromhex(text[1:])
    return red, green, blue


def luminance(shade: Colour) -> float:
    """Relative luminance of an sRGB colour, 0 to 1 (WCAG 2.2)."""
    red, green, blue = (_linear(value / 255) for value in shade)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def ratio(one: Colour, other: Colour) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def blend(one: Colour, other: Colour, share: float) -> Colour:
    """`share` (0 to 1) of `other` laid over `one`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def against(shade: Colour, ground: Colour, least: float) -> Colour:
    """`shade`, moved towards black or white only as far as it takes to reach `least`."""
    end = BLACK if luminance(ground) > 0.18 else WHITE
    steps = (blend(shade, end, step / 40) for step in range(41))
    return next((moved for moved in steps if ratio(moved, ground) >= least), end)


def palette(theme: Theme, contrast: Contrast) -> Palette:
    """The colours drawn: every pair reaches 10:1, or 20:1 when `contrast` is high."""
    if contrast is Contrast.HIGH:
        return HIGH
    action = against(theme.primary, WHITE, NORMAL_RATIO)
    return Palette(
        ground=WHITE,
        ink=INK,
        line=blend(action, WHITE, 0.35),
        quiet=against(theme.secondary, INK, NORMAL_RATIO),
        on_quiet=INK,
        action=action,
        on_action=WHITE,
        pressed=blend(action, BLACK, 0.45),
        on_pressed=WHITE,
        chosen=against(blend(WHITE, action, 0.12), INK, NORMAL_RATIO),
        on_chosen=INK,
        mark=action,
        on_mark=WHITE,
        care=against(theme.accent, WHITE, NORMAL_RATIO),
    )


# White on black, black on white for what acts: no colour reaches 20:1.
HIGH = Palette(
    ground=BLACK,
    ink=WHITE,
    line=WHITE,
    quiet=BLACK,
    on_quiet=WHITE,
    action=WHITE,
    on_action=BLACK,
    pressed=BLACK,
    on_pressed=WHITE,
    chosen=BLACK,
    on_chosen=WHITE,
    mark=WHITE,
    on_mark=BLACK,
    care=WHITE,
)
