# SPDX-License-Identifier: AGPL-3.0-or-later
"""How one booth looks: what its configuration and its assembly say about it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ballots.assembly import Wording
from kiosk.appearance import Panel, Theme
from kiosk.i18n import LANGUAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """`title` is the assembly's; `mouse`: the booth runs in a window on a desk.

    `frames` are drawn in a second at the most; 0 waits for nothing in between.
    """

    panel: Panel = field(default_factory=Panel)
    theme: Theme = field(default_factory=Theme)
    languages: tuple[str, ...] = LANGUAGES
    title: Wording | None = None
    mouse: bool = False
    fullscreen: bool = False
    frames: int = 60
