# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every command with a window needs around it."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from signal import SIG_DFL, SIGINT, SIGTERM, signal

# Where none of these has a screen, SDL draws for nobody rather than fail, unless it is named.
SCREENS = "x11,wayland,kmsdrm"


def where_there_is_a_screen() -> None:
    """Open windows nowhere else."""
    if sys.platform == "linux":
        os.environ.setdefault("SDL_VIDEODRIVER", SCREENS)


@contextmanager
def one_voice() -> Iterator[None]:
    """Where there can be no window, only our refusal says so, and not Kivy's pages beside it."""
    kivy, silence = logging.getLogger("kivy"), logging.NullHandler()
    kivy.addHandler(silence)
    try:
        yield
    finally:
        kivy.removeHandler(silence)


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Whoever stops the program stops it between two frames; what is being cast is finished.

    Only now, because opening the window puts handlers of SDL in place.
    """
    loop = import_module("kivy.base").EventLoop  # late: Kivy is imported by the open window

    def stop(_signal: int, _frame: object) -> None:
        loop.quit = True

    before = {number: signal(number, stop) for number in (SIGTERM, SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal(number, handler or SIG_DFL)  # None: SDL's own, gone with its window
