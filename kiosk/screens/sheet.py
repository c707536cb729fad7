# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one screen says, before it has a size: heading, blocks, and what may be pressed.

A sheet is spoken, laid out and tested from the same values. Names of targets are stable.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.events import Event
from kiosk.i18n import Voice
from kiosk.screens.icons import Icon


class Mark(StrEnum):
    """The shape in front of an option: a circle where one may be chosen, a square for several."""

    CIRCLE = "circle"
    SQUARE = "square"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A button. `strong`: what most people want next."""

    name: str
    label: str
    icon: Icon
    event: Event
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One paragraph inside a card."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A large target: an option to choose has a mark in `front`, a thing to do an icon.

    `full`: as many as allowed are chosen, this one is not among them. `strong` as in `Action`.
    """

    name: str
    lines: tuple[Line, ...]
    event: Event
    front: Mark | Icon
    chosen: bool = False
    full: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracker:
    """A tracking code with its label; eyes compare it with paper."""

    label: str
    code: str
    large: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A key of the keypad."""

    name: str
    label: str
    event: Event
    span: int = 1  # columns
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Keypad:
    """Keys in so many columns, and what has been typed; `prompt` stands there until then."""

    keys: tuple[Symbol, ...]
    typed: str = field(repr=False)
    prompt: str
    columns: int = 8

    @property
    def rows(self) -> int:
        """How many rows the keys fill."""
        return -(-sum(key.span for key in self.keys) // self.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class QrCode:
    """A code for another device to scan, and beside it what to do with it."""

    payload: str
    text: str


Block = Card | Prose | Tracker | Keypad | QrCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What one view says: `title` over the heading, `hint` below it, then the blocks.

    `note` tells where the person is; it stands at the foot if there is room, else over the
    heading. `back` and then `actions` stand at the foot, from the reading start to its end. A
    `bare` sheet needs the whole panel: it goes without settings, and its blocks say its heading.
    """

    name: str
    heading: str
    title: str = ""
    hint: str = ""
    note: str = ""
    emblem: Icon | None = None
    blocks: tuple[Block, ...] = ()
    back: Action | None = None
    actions: tuple[Action, ...] = ()
    bare: bool = False

    @property
    def asks(self) -> bool:
        """Whether there is something to choose besides the buttons at the foot."""
        return any(isinstance(block, Card | Keypad) for block in self.blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A sheet in a language, with the settings (`rail`) and the buttons that turn its pages."""

    sheet: Sheet
    voice: Voice
    rail: tuple[Action, ...]
    more: Action
    previous: Action

    def pressable(self) -> Iterator[Action | Card | Symbol]:
        """Everything that may be pressed, in the order of reading; turning pages left out."""
        for block in self.sheet.blocks:
            if isinstance(block, Card):
                yield block
            elif isinstance(block, Keypad):
                yield from block.keys
        if self.sheet.back is not None:
            yield self.sheet.back
        yield from self.sheet.actions
        yield from self.rail
