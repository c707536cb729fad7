# SPDX-License-Identifier: AGPL-3.0-or-later
"""Paragraphs measured and drawn once, and remembered until the person is gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache

from PIL import Image, ImageChops, ImageDraw

from kiosk.appearance import Colour
from kiosk.screens.drawing import Rect, Words
from printouts import typesetting
from printouts.typesetting import Paragraph, Type

_STEPS = 24  # measures tried between a half and the whole, to balance lines


@cache
def lines(paragraph: Paragraph, measure: int) -> tuple[str, ...]:
    """The lines of a paragraph set to `measure` pixels; balanced ones are about equally long."""
    widest = typesetting.wrap(paragraph.text, paragraph.type, measure)
    if not paragraph.balanced or len(widest) < 2:
        return widest
    narrow = max(measure // 2, *(_advance(word, paragraph.type) for word in _words(paragraph)))
    for measured in range(narrow, measure, max(1, measure // _STEPS)):
        found = typesetting.wrap(paragraph.text, paragraph.type, measured)
        if len(found) == len(widest):
            return found
    return widest


def height(paragraph: Paragraph, measure: int) -> int:
    """How tall it stands."""
    return len(lines(paragraph, measure)) * paragraph.type.line_height


@cache
def width(paragraph: Paragraph) -> int:
    """How wide it runs in one line."""
    return _advance(paragraph.text, paragraph.type)


@cache
def whole(paragraph: Paragraph, measure: int) -> bool:
    """Whether no word has to be cut to fit."""
    return all(_advance(word, paragraph.type) <= measure for word in _words(paragraph))


def _words(paragraph: Paragraph) -> list[str]:
    return paragraph.text.split()


@cache
def _advance(text: str, type_: Type) -> int:
    return typesetting.width(text, type_)


@lru_cache(maxsize=400)
def mask(paragraph: Paragraph, measure: int) -> Image.Image:
    """The set paragraph as a picture of mode "L", `measure` wide; 255 is ink."""
    picture = Image.new("L", (max(1, measure), max(1, height(paragraph, measure))), 255)
    pen, top = ImageDraw.Draw(picture), 0
    for line in lines(paragraph, measure):
        alone = replace(paragraph, text=line, balanced=False)
        top += typesetting.draw(pen, alone, (0, top), measure)
    return ImageChops.invert(picture)


def stacked(texts: tuple[Paragraph, ...], rect: Rect, ink: Colour) -> Iterator[Words]:
    """Paragraphs one below the other, from the top of `rect`."""
    top = rect.y
    for text in texts:
        tall = height(text, rect.width)
        yield Words(rect=Rect(rect.x, top, rect.width, tall), paragraph=text, ink=ink)
        top += tall


def forget() -> None:
    """Drop every text: which ones were set bold would tell what somebody chose."""
    for remembered in (lines, width, whole, _advance, mask):
        remembered.cache_clear()
