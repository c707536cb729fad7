# SPDX-License-Identifier: AGPL-3.0-or-later
"""A finger that nobody has: touches dispatched to the window as a touch panel's are."""

from __future__ import annotations

from itertools import count

from kivy.base import EventLoop
from kivy.input.motionevent import MotionEvent

_NUMBERS = count(1)


class Touch(MotionEvent):
    """One touch, in window pixels from the lower left corner."""

    def __init__(self, x: float, y: float) -> None:
        """Not down yet."""
        super().__init__(
            "finger", next(_NUMBERS), self._place(x, y), is_touch=True, type_id="touch"
        )
        self.profile = ["pos"]

    def depack(self, args: tuple[float, float]) -> None:
        """Take over a place, as fractions of the window."""
        self.sx, self.sy = args
        super().depack(args)

    def down(self) -> None:
        """The finger comes down."""
        EventLoop.post_dispatch_input("begin", self)

    def slide(self, x: float, y: float) -> None:
        """The finger moves, staying down."""
        self.move(self._place(x, y))
        EventLoop.post_dispatch_input("update", self)

    def up(self) -> None:
        """The finger leaves."""
        self.update_time_end()
        EventLoop.post_dispatch_input("end", self)

    @staticmethod
    def _place(x: float, y: float) -> tuple[float, float]:
        window = EventLoop.window
        return x / (window.width - 1.0), y / (window.height - 1.0)


def tap(rect: tuple[float, float, float, float]) -> None:
    """Down and up in the middle of a target (x, y, width, height)."""
    x, y, width, height = rect
    touch = Touch(x + width / 2, y + height / 2)
    touch.down()
    touch.up()
