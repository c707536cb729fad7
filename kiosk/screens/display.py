# SPDX-License-Identifier: AGPL-3.0-or-later
"""A state on the panel: its screen, the page of it that is on show, and the window around it.

Importing this imports Kivy, which must have been configured (`kiosk.screens.window`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from kivy.base import EventLoop, runTouchApp
from kivy.clock import Clock
from PIL import Image

from kiosk.appearance import palette
from kiosk.events import Event, Touched
from kiosk.screens import painter
from kiosk.screens.drawing import Look, Target
from kiosk.screens.face import Face
from kiosk.screens.keys import Key, meaning
from kiosk.screens.layout import compose
from kiosk.screens.sheet import Screen
from kiosk.screens.stage import Audience, Stage
from kiosk.views import Before
from printouts.typesetting import Direction

S = TypeVar("S", bound=Before)


class Panelled(Protocol):
    """Who stands behind the panel."""

    def on_event(self, event: Event) -> None:
        """A person did something."""
        ...

    def on_focus(self, label: str) -> None:
        """The keys have come to this target."""
        ...

    def on_frame(self, seconds: float) -> None:
        """A frame is about to be drawn; `seconds` since the last."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a person sees of a state, before it is cut into pages."""

    screen: Screen
    look: Look


class Display(Generic[S]):
    """The panel of one app. A process has one window for its whole life."""

    def __init__(
        self,
        app: Panelled,
        face: Face,
        screen_of: Callable[[S], Screen],
        *,
        clock: Callable[[], float],
        first: S,
    ) -> None:
        """Open the window if it is not open yet, and show the `first` state.

        Raises SystemExit where there can be no window: that is Kivy's way.
        """
        self._app, self._face, self._screen_of = app, face, screen_of
        self._page = 1
        self._seen = self._sight(first)
        audience = Audience(
            clock=clock,
            pressed=self._on_press,
            touched=lambda: app.on_event(Touched()),
            focused=lambda target: app.on_focus(target.label),
        )
        self.stage = Stage(self._seen.look, audience)
        if EventLoop.status == "started":
            EventLoop.window.add_widget(self.stage)
        else:
            runTouchApp(self.stage, embedded=True)
        EventLoop.window.bind(on_key_down=self._on_key)
        Clock.schedule_interval(app.on_frame, 0)
        self._draw()

    @property
    def screen(self) -> Screen:
        """What is on show."""
        return self._seen.screen

    def show(self, state: S) -> None:
        """Show a state; nothing is drawn anew where a person would see no difference."""
        seen, before = self._sight(state), self._seen
        if seen == before:
            return
        same = seen.screen.sheet.name == before.screen.sheet.name
        self._page = self._page if same and seen.look.size is before.look.size else 1
        self._seen = seen
        self._draw()

    def targets(self) -> dict[str, tuple[int, int, int, int]]:
        """Name → x, y (of the lower left corner), width, height, in window pixels."""
        return {
            touchable.target.name: (*touchable.pos, *touchable.size)
            for touchable in self.stage.touchables
        }

    def picture(self) -> Image.Image:
        """The panel as it looks now."""
        return self.stage.picture()

    def forget(self) -> None:
        """Keep no text of what was on show before."""
        painter.forget()

    def close(self) -> None:
        """Leave the window; it stays open for another app of this process."""
        self.forget()
        EventLoop.window.unbind(on_key_down=self._on_key)
        EventLoop.window.remove_widget(self.stage)
        Clock.unschedule(self._app.on_frame)

    def _sight(self, state: S) -> Seen:
        chosen = state.settings
        screen = self._screen_of(state)
        look = Look(
            panel=self._face.panel,
            palette=palette(self._face.theme, chosen.contrast),
            size=chosen.size,
            language=chosen.language,
            direction=Direction(screen.voice.direction),
        )
        return Seen(screen=screen, look=look)

    def _draw(self) -> None:
        page = compose(self._seen.screen, self._seen.look, self._page)
        self._page = page.number
        self.stage.show(page, self._seen.look)

    def _on_press(self, target: Target) -> None:
        turns = {self.screen.more.name: 1, self.screen.previous.name: -1}
        if target.name in turns:
            self._page += turns[target.name]
            self._draw()
        self._app.on_event(target.event)

    def _on_key(
        self, _window: object, code: int, _scan: int, _text: object, modifiers: list[str]
    ) -> bool:
        """Every key ends here: F1 and Escape do nothing here."""
        rtl = self._seen.look.direction is Direction.RTL
        key = meaning(code, frozenset(modifiers), rtl=rtl)
        if key is Key.NEXT:
            self.stage.move_focus(1)
        elif key is Key.PREVIOUS:
            self.stage.move_focus(-1)
        elif key is Key.CHOOSE:
            self.stage.press_focus()
        elif key is Key.BACK:
            self.stage.press_named(self.screen.previous.name, "back")
        self._app.on_event(Touched())
        return True
