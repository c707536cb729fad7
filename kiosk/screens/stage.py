# SPDX-License-Identifier: AGPL-3.0-or-later
"""The widget that fills the panel: it draws a page and tells which target was pressed.

It decides nothing but whether a touch counts: down and up inside one target, begun after that
target was shown and a moment of calm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kivy.graphics import Canvas
from kivy.input.motionevent import MotionEvent
from kivy.uix.widget import Widget
from PIL import Image

from kiosk.screens.drawing import Box, Drawing, Look, Page, Rect, Target
from kiosk.screens.painter import paint, upwards
from printouts.typesetting import Direction

CALM = 0.25  # seconds after a page appears in which no touch may begin
_RING = 3  # pixels of the ring around what has the focus, and of the space inside it


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who hears of what happens on the stage; `clock` tells seconds."""

    clock: Callable[[], float]
    pressed: Callable[[Target], None]
    touched: Callable[[], None]
    focused: Callable[[Target], None]


class Touchable(Widget):
    """One target on show."""

    def __init__(self, target: Target, stage: Stage) -> None:
        """Lies where the target lies."""
        super().__init__(size_hint=(None, None))
        self.target = target
        self._stage = stage
        self.pos = upwards(target.rect, stage.look.panel.height)
        self.size = (target.rect.width, target.rect.height)
        self._draw(pressed=False)

    def ring(self, *, shown: bool) -> None:
        """Shows that the keys would press this one."""
        self.canvas.before.clear()
        if shown:
            colours, look = self._stage.look.palette, self._stage.look
            for out, fill in ((2 * _RING, colours.ink), (_RING, colours.ground)):
                around = self.target.rect.inset(-out)
                line = Box(rect=around, fill=fill, line=fill, radius=look.radius + out)
                self._stage.draw(self.canvas.before, (line,))

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """Takes hold of a touch that begins here and counts."""
        if not self.collide_point(*touch.pos):
            return False
        if touch.button in (None, "left") and self._stage.calm:
            touch.grab(self)
            self._draw(pressed=True)
        return True

    def on_touch_move(self, touch: MotionEvent) -> bool:
        """Shows whether letting go here would count."""
        if touch.grab_current is not self:
            return False
        self._draw(pressed=self.collide_point(*touch.pos))
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        """Counts if it ends where it began, and this is still on show."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        if self.parent is not None:
            self._draw(pressed=False)
            if self.collide_point(*touch.pos):
                self._stage.audience.pressed(self.target)
        return True

    def _draw(self, *, pressed: bool) -> None:
        self.canvas.clear()
        self._stage.draw(self.canvas, self.target.pressed if pressed else self.target.drawings)


class Stage(Widget):
    """What is on the panel."""

    def __init__(self, look: Look, audience: Audience) -> None:
        """An empty stage."""
        super().__init__(size_hint=(None, None))
        self.look = look
        self.audience = audience
        self._shown_at = audience.clock()
        self._focus: str | None = None

    @property
    def calm(self) -> bool:
        """Whether what is on show has been so for long enough to be meant."""
        return self.audience.clock() - self._shown_at >= CALM

    @property
    def touchables(self) -> list[Touchable]:
        """The targets on show, in the order of reading."""
        return list(reversed(self.children))

    def show(self, page: Page, look: Look) -> None:
        """Replace what is on show. The focus stays on a target that is still there."""
        self.look = look
        self.size = (look.panel.width, look.panel.height)
        self._shown_at = self.audience.clock()
        self.clear_widgets()
        self.canvas.before.clear()
        ground = look.palette.ground
        whole = Rect(0, 0, look.panel.width, look.panel.height)
        self.draw(self.canvas.before, (Box(rect=whole, fill=ground, line=ground), *page.drawings))
        for target in page.targets:
            self.add_widget(Touchable(target, self))
        if self._focus is not None and page.targets:
            names = [target.name for target in page.targets]
            self._put_focus(self._focus if self._focus in names else names[0])

    def draw(self, canvas: Canvas, drawings: tuple[Drawing, ...]) -> None:
        """Draw onto a canvas of this stage."""
        look = self.look
        paint(canvas, drawings, look.panel.height, rtl=look.direction is Direction.RTL)

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """Any touch shows that somebody is there; fingers need no focus."""
        if self._focus is not None:
            self._put_focus(None)
        super().on_touch_down(touch)
        self.audience.touched()
        return True

    def move_focus(self, by: int) -> None:
        """To the next target (1) or the one before (-1), round and round."""
        names = [touchable.target.name for touchable in self.touchables]
        if not names:
            return
        first = 0 if by > 0 else len(names) - 1
        known = self._focus in names
        index = (names.index(self._focus or "") + by) % len(names) if known else first
        self._put_focus(names[index])
        self.audience.focused(self.touchables[index].target)

    def press_focus(self) -> None:
        """As if a finger had pressed what has the focus."""
        if self._focus is not None:
            self.press_named(self._focus)

    def press_named(self, *names: str) -> None:
        """Press the first of these that is on show."""
        shown = {touchable.target.name: touchable.target for touchable in self.touchables}
        found = next((shown[name] for name in names if name in shown), None)
        if found is not None and self.calm:
            self.audience.pressed(found)

    def _put_focus(self, name: str | None) -> None:
        self._focus = name
        for touchable in self.touchables:
            touchable.ring(shown=touchable.target.name == name)

    def picture(self) -> Image.Image:
        """The panel as it looks now."""
        texture = self.export_as_image().texture
        return Image.frombytes("RGBA", texture.size, texture.pixels).convert("RGB")
