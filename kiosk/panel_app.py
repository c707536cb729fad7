# SPDX-License-Identifier: AGPL-3.0-or-later
"""An app on a panel put together: a flow, its screens, who carries out its wishes, a speaker.

The flow runs in Kivy's thread. Wishes go to the service in one worker thread, in their order;
what comes of them returns to Kivy's thread, unless its person is gone by then.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from PIL import Image

from kiosk.errors import KioskProblem, KioskRefused
from kiosk.events import Event, Forget, Speak, Ticked
from kiosk.screens.face import Face
from kiosk.screens.sheet import Screen
from kiosk.screens.window import prepare
from kiosk.speech import Speaker, spoken
from kiosk.views import Before

if TYPE_CHECKING:  # importing it imports Kivy
    from kiosk.screens.display import Display

TICK = 1.0  # seconds between ticks of the flow
S = TypeVar("S", bound=Before)
W = TypeVar("W")
W_contra = TypeVar("W_contra", contravariant=True)


class Service(Protocol[W_contra]):
    """Carries out what a flow wishes; called from one thread."""

    def carry_out(self, wish: W_contra, /) -> Event | None:
        """What came of it. Refusals are events; an exception ends the app."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Play(Generic[S, W]):
    """What an app is about: where it begins, what follows what, and what it looks like."""

    first: S
    step: Callable[[S, Event], tuple[S, tuple[W | Forget | Speak, ...]]]
    screen_of: Callable[[S], Screen]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a wish came to, and which person it was asked for."""

    person: int
    future: Future[Event | None]


class PanelApp(Generic[S, W]):
    """One app in one window."""

    def __init__(
        self,
        service: Service[W | Forget],
        face: Face,
        play: Play[S, W],
        *,
        speaker: Speaker | None = None,
        clock: Callable[[], float] = time.monotonic,
        worker: Executor | None = None,
    ) -> None:
        """Open the window and show where the play begins. `clock` tells seconds.

        Raises:
            KioskRefused: `no-window` where none can be opened.
        """
        self._service = service
        self._step = play.step
        self._speaker = speaker
        self._clock = clock
        self._worker = worker or ThreadPoolExecutor(max_workers=1, thread_name_prefix="panel")
        self._news: SimpleQueue[Event | Answer] = SimpleQueue()
        self._pending = 0
        self._ticked_at = clock()
        self.state = play.first
        prepare(face.panel, mouse=face.mouse, fullscreen=face.fullscreen, frames=face.frames)
        self._kivy: Any = import_module("kivy.base")
        try:
            self._display: Display[S] = import_module("kiosk.screens.display").Display(
                self, face, play.screen_of, clock=clock, first=play.first
            )
        except SystemExit as error:
            raise KioskRefused(KioskProblem.NO_WINDOW) from error

    @property
    def busy(self) -> bool:
        """Whether the service still has something to do, or to say."""
        return self._pending > 0 or not self._news.empty()

    @property
    def ready(self) -> bool:
        """Whether a touch that begins now would count."""
        return self._display.stage.calm

    def targets(self) -> dict[str, tuple[int, int, int, int]]:
        """What can be pressed now: name → x, y (of the lower left corner), width, height.

        In window pixels, y upwards, as Kivy's touches are.
        """
        return self._display.targets()

    def receive(self, event: Event) -> None:
        """Let something happen, from any thread; the reader's codes come in here."""
        self._news.put(event)

    def step(self) -> None:
        """One frame, for whoever drives the app without `run`."""
        self._kivy.EventLoop.idle()

    def run_until(self, done: Callable[[S], bool]) -> bool:
        """Run until a state is reached, and leave the window open; False: it was closed before."""
        loop = self._kivy.EventLoop
        while not (done(self.state) or loop.quit or loop.status != "started"):
            loop.idle()
            loop.window.mainloop()
        return done(self.state)

    def run(self) -> None:
        """Run until the window is closed."""
        try:
            self._kivy.EventLoop.mainloop()
        finally:
            self._kivy.stopTouchApp()
            self._worker.shutdown()

    def close(self) -> None:
        """Leave the window; it stays open for another app of this process."""
        self._hush()
        self._display.close()
        self._worker.shutdown()

    def picture(self) -> Image.Image:
        """The panel as it looks now."""
        return self._display.picture()

    def screenshot(self, path: Path) -> None:
        """Write the panel as it looks now, as PNG."""
        self.picture().save(path)

    def on_event(self, event: Event) -> None:
        """Let something happen, show what it led to, and ask for what it wishes."""
        self.state, wishes = self._step(self.state, event)
        self._display.show(self.state)
        if not self.state.settings.aloud:
            self._hush()
        for wish in wishes:
            if isinstance(wish, Speak):
                self._speak(spoken(self._display.screen))
            else:
                self._ask(wish)

    def on_focus(self, label: str) -> None:
        """The keys have come to a target."""
        if self.state.settings.aloud:
            self._speak(label)

    def on_frame(self, _seconds: float) -> None:
        """Hear what happened meanwhile, and let time pass."""
        while not self._news.empty():
            self._hear(self._news.get())
        passed = self._clock() - self._ticked_at
        if passed >= TICK:
            self._ticked_at += passed
            self.on_event(Ticked(seconds=passed))

    def _ask(self, wish: W | Forget) -> None:
        if isinstance(wish, Forget):
            self._hush()
            self._display.forget()
        person = self.state.person
        self._pending += 1
        future = self._worker.submit(self._service.carry_out, wish)
        future.add_done_callback(lambda done: self._news.put(Answer(person=person, future=done)))

    def _hear(self, news: Event | Answer) -> None:
        if not isinstance(news, Answer):
            self.on_event(news)
            return
        self._pending -= 1
        event = news.future.result()
        if event is not None and news.person == self.state.person:
            self.on_event(event)

    def _speak(self, text: str) -> None:
        if self._speaker is not None:
            self._speaker.speak(text, self.state.settings.language)

    def _hush(self) -> None:
        if self._speaker is not None:
            self._speaker.hush()
