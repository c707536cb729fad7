# SPDX-License-Identifier: AGPL-3.0-or-later
"""The colours of a target in each of its states."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.appearance import Colour, Palette
from kiosk.screens.drawing import Box, Look, Rect


@dataclass(frozen=True, slots=True, kw_only=True)
class Skin:
    """Ground, text and bound of a target; `thick`: bounded so that it stands out."""

    fill: Colour
    ink: Colour
    line: Colour
    thick: bool = False


def plain(colours: Palette) -> Skin:
    """What waits."""
    return Skin(fill=colours.ground, ink=colours.ink, line=colours.line)


def strong(colours: Palette) -> Skin:
    """What most people want next."""
    return Skin(fill=colours.action, ink=colours.on_action, line=colours.action)


def chosen(colours: Palette) -> Skin:
    """What is chosen."""
    return Skin(fill=colours.chosen, ink=colours.on_chosen, line=colours.mark, thick=True)


def full(colours: Palette) -> Skin:
    """What can't be chosen now."""
    return Skin(fill=colours.quiet, ink=colours.on_quiet, line=colours.quiet)


def pressed(colours: Palette) -> Skin:
    """What is under a finger."""
    return Skin(fill=colours.pressed, ink=colours.on_pressed, line=colours.line)


def box(look: Look, rect: Rect, skin: Skin) -> Box:
    """The ground and the bound."""
    return Box(
        rect=rect,
        fill=skin.fill,
        line=skin.line,
        thickness=look.thick if skin.thick else look.hairline,
        radius=look.radius,
    )
