# SPDX-License-Identifier: AGPL-3.0-or-later
"""The booth with its real screen, played from outside: real widgets, touched at pixel positions.

What a resident would see is said in words; where they would touch is a target's place in the
window, and a finger comes down there and leaves.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from hardware.devices import CodeScanner
from kiosk.booth import Booth
from kiosk.booth_app import BoothApp, Face
from kiosk.code_reader import CodeReader
from kiosk.demo.hands import Answer, Deeds, serve_one
from kiosk.demo.plain_booth import sight
from kiosk.device import Device
from kiosk.events import CodeScanned
from kiosk.views import Paper

FRAME = 1 / 60
CALM = 0.3  # seconds that a person looks before they touch


class HeadlessClock:
    """Runs with the machine's, and can be told that a person took their time."""

    def __init__(self) -> None:
        """Shows what the machine's shows."""
        self._ahead = 0.0

    def __call__(self) -> float:
        """Seconds that never go back."""
        return monotonic() + self._ahead

    def pass_(self, seconds: float) -> None:
        """Let time pass at once."""
        self._ahead += seconds


class ScreenBooth:
    """One booth in a window, whose resident sits at the other end of a pipe."""

    def __init__(self, booth: Booth, scanner: CodeScanner, device: Device, pictures: Path) -> None:
        """Open the window. `pictures` gets one of each view, when it is first seen."""
        assembly = device.prepared.assembly
        self._clock = HeadlessClock()
        self._headless = os.environ.get("SDL_VIDEODRIVER") == "offscreen"
        self._app = BoothApp(
            booth,
            Face(
                languages=assembly.languages,
                title=assembly.title,
                mouse=not self._headless,
                frames=0 if self._headless else 60,
            ),
            clock=self._clock,
        )
        # Only now: Kivy must not be imported before the app has configured it.
        self._tap = import_module("kiosk.screens.finger").tap
        self._held = self._scanned = 0  # slips held before the reader, and those it has read
        self._reader = CodeReader(scanner, self._scan)
        self._pictures = pictures
        self._taken: set[str] = set()
        pictures.mkdir(parents=True, exist_ok=True)
        self._reader.start()

    def deeds(self) -> Deeds:
        """What can be done with it from outside."""
        return {
            "choose": lambda request: self.choose(request["language"]),
            "scan": lambda _: self.scan(),
            "press": lambda request: self.press(request["target"]),
            "look": lambda _: self.look(),
        }

    def look(self) -> Answer:
        """What is on the screen, once the booth has nothing more to do."""
        self._until(lambda: not self._app.busy)
        self._take_picture()
        seen = sight(self._app.state)
        return {**seen, "targets": sorted(self._app.targets())}

    def choose(self, language: str) -> Answer:
        """Pick a language with the finger."""
        if self._app.state.settings.language != language:
            self._touch("languages")
            self._touch(f"language:{language}")
        return self.look()

    def scan(self) -> Answer:
        """Wait until the reader has read what is held before it."""
        self._held += 1
        self._until(lambda: self._scanned >= self._held)
        return self.look()

    def press(self, target: str) -> Answer:
        """Touch a target where it is."""
        self._touch(target)
        return self.look()

    def frame(self) -> None:
        """One frame of the window."""
        self._app.step()

    def close(self) -> None:
        """Leave the window."""
        self._reader.stop()
        self._app.close()

    def _touch(self, target: str) -> None:
        if self._headless:
            self._clock.pass_(CALM)
        self._until(lambda: self._app.ready and target in self._app.targets())
        self._tap(self._app.targets()[target])
        self._app.step()

    def _until(self, state: Callable[[], bool]) -> None:
        self._app.step()
        while not state():
            self._take_picture()
            self._app.step()

    def _scan(self, event: CodeScanned) -> None:
        self._app.receive(event)
        self._scanned += 1

    def _take_picture(self) -> None:
        view = self._app.state.view
        name, paper = type(view).__name__.lower(), getattr(view, "paper", Paper.OUT)
        name = name if paper is Paper.OUT else f"{name}-{paper}"
        if name not in self._taken:
            self._taken.add(name)
            self._app.screenshot(self._pictures / f"{len(self._taken):02}-{name}.png")


def serve_screen(
    booth: Booth, scanner: CodeScanner, device: Device, deeds: Deeds, pictures: Path
) -> None:
    """Show the booth, and carry out requests between its frames, until `stop`."""
    screen = ScreenBooth(booth, scanner, device, pictures)
    requests: SimpleQueue[str] = SimpleQueue()
    Thread(target=_listen, args=(requests,), daemon=True).start()
    known = {**deeds, **screen.deeds()}
    serving = True
    try:
        while serving:
            try:
                line = requests.get(timeout=FRAME)
            except Empty:
                screen.frame()
            else:
                serving = serve_one(known, line, sys.stdout)
    finally:
        screen.close()


def _listen(requests: SimpleQueue[str]) -> None:
    for line in sys.stdin:
        requests.put(line)
    requests.put('{"do": "stop"}')  # nobody is at the other end any more
