# SPDX-License-Identifier: AGPL-3.0-or-later
"""Kivy's environment and configuration, set before Kivy is imported: importing it has effects.

Without these Kivy reads the program's arguments, writes logs and a folder into the home, quits on
Escape, and delivers one touch twice.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from kiosk.appearance import Panel

ENVIRONMENT: Mapping[str, str] = MappingProxyType(
    {
        "KIVY_NO_ARGS": "1",
        "KIVY_NO_CONFIG": "1",
        "KIVY_NO_ENV_CONFIG": "1",
        "KIVY_NO_FILELOG": "1",
        "KIVY_NO_CONSOLELOG": "1",
        "KIVY_LOG_MODE": "PYTHON",
        "KIVY_TEXT": "pil",
        "KIVY_WINDOW": "sdl2",  # another provider ends the program from within C
        "KIVY_METRICS_DENSITY": "1",
    }
)
_GRAPHICS: Mapping[str, str] = MappingProxyType(
    {"multisamples": "0", "resizable": "0", "window_state": "visible"}
)


def prepare(panel: Panel, *, mouse: bool, fullscreen: bool, frames: int = 60) -> None:
    """Configure Kivy for a panel; the window opens when the first widget is made.

    SDL itself delivers the fingers of a touch panel, so the one provider that may be added is
    the mouse, where the booth runs in a window on a desk. A second one would double touches.
    `frames` are drawn in a second at the most; 0 waits for nothing in between.
    """
    os.environ.update(ENVIRONMENT)
    os.environ["KIVY_DPI"] = str(panel.dpi)
    config = import_module("kivy.config").Config
    for name, _ in config.items("input"):
        config.remove_option("input", name)
    if mouse:
        config.set("input", "mouse", "mouse,disable_multitouch")
    for name, value in _GRAPHICS.items():
        config.set("graphics", name, value)
    config.set("graphics", "maxfps", frames)
    config.set("graphics", "width", panel.width)
    config.set("graphics", "height", panel.height)
    config.set("graphics", "fullscreen", "auto" if fullscreen else "0")
    config.set("graphics", "show_cursor", int(mouse))
    config.set("kivy", "exit_on_escape", 0)
    config.set("kivy", "window_icon", "")
