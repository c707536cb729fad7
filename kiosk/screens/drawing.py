# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a laid-out page is made of. Pixels; the origin is the top left, y grows downwards."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.appearance import Colour, Palette, Panel, TextSize
from kiosk.events import Event
from kiosk.screens.icons import Icon
from printouts.fonts import Weight
from printouts.roll import PLAIN_SYMBOLS
from printouts.typesetting import Align, Direction, Paragraph, Type


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle by its top left corner."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column after it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row below it."""
        return self.y + self.height

    def inset(self, margin: int) -> Rect:
        """Smaller by `margin` on each side."""
        return Rect(
            self.x + margin, self.y + margin, self.width - 2 * margin, self.height - 2 * margin
        )

    def mirrored(self, across: int) -> Rect:
        """Where it lies on a page `across` wide that is read from the right."""
        return replace(self, x=across - self.right)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle with round corners, bounded by a line inside its edge."""

    rect: Rect
    fill: Colour
    line: Colour
    thickness: int = 0
    radius: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A paragraph, set to the width of its rectangle."""

    rect: Rect
    paragraph: Paragraph
    ink: Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """An icon, as wide as high."""

    rect: Rect
    icon: Icon
    ink: Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A QR code, black on white, as wide as high."""

    rect: Rect
    payload: str


Drawing = Box | Words | Sign | Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Something to press: how it looks, and how it looks under a finger.

    `label` is said when the target has the focus.
    """

    name: str
    rect: Rect
    label: str
    event: Event
    drawings: tuple[Drawing, ...]
    pressed: tuple[Drawing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a screen, `number` of `count` from 1. `targets` are in the order of reading."""

    drawings: tuple[Drawing, ...]
    targets: tuple[Target, ...]
    number: int
    count: int


def mirrored(page: Page, across: int) -> Page:
    """The page for a language that is read from the right."""
    return replace(
        page,
        drawings=_mirrored(page.drawings, across),
        targets=tuple(
            replace(
                target,
                rect=target.rect.mirrored(across),
                drawings=_mirrored(target.drawings, across),
                pressed=_mirrored(target.pressed, across),
            )
            for target in page.targets
        ),
    )


def _mirrored(drawings: tuple[Drawing, ...], across: int) -> tuple[Drawing, ...]:
    return tuple(replace(thing, rect=thing.rect.mirrored(across)) for thing in drawings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a person sees the booth: panel, colours, size of text, language."""

    panel: Panel
    palette: Palette
    size: TextSize
    language: str
    direction: Direction

    def paragraph(
        self,
        text: str,
        size: TextSize,
        weight: Weight = Weight.REGULAR,
        *,
        align: Align = Align.START,
        percent: int = 100,
        balanced: bool = False,
    ) -> Paragraph:
        """Text in the person's language, in `percent` of the em of `size`."""
        return Paragraph(
            text=text,
            type=Type(
                size=self.panel.em(size) * percent // 100,
                weight=weight,
                language=self.language,
                direction=self.direction,
                leading=115,
            ),
            align=align,
            balanced=balanced,
        )

    def code(self, symbols: str, size: TextSize, *, percent: int = 100) -> Paragraph:
        """Symbols in no language: left to right, with shapes that eyes do not mix up."""
        line = self.paragraph(symbols, size, Weight.SEMIBOLD, percent=percent)
        plain = replace(line.type, direction=Direction.LTR, features=PLAIN_SYMBOLS)
        start = Align.START if self.direction is Direction.LTR else Align.END
        return replace(line, type=plain, align=start)

    @property
    def gap(self) -> int:
        """The distance between targets."""
        return self.panel.gap

    @property
    def radius(self) -> int:
        """Of corners."""
        return self.panel.px(1.6)

    @property
    def hairline(self) -> int:
        """The line around a target."""
        return self.panel.px(0.3)

    @property
    def thick(self) -> int:
        """The line around what is chosen."""
        return self.panel.px(0.9)
