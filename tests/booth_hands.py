# SPDX-License-Identifier: AGPL-3.0-or-later
"""A booth with a small service, a clock that is moved by hand, and a finger."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from types import ModuleType
from typing import ParamSpec, Protocol, TypeVar

from kiosk import events
from kiosk.booth_app import BoothApp, Face
from kiosk.events import Event, ServiceWish
from kiosk.views import State
from tests.booth_states import POLL, TITLE, TRACKER, UUID

P = ParamSpec("P")
T = TypeVar("T")


class Touch(Protocol):
    """One touch of a finger."""

    button: str

    def down(self) -> None: ...

    def slide(self, x: float, y: float) -> None: ...

    def up(self) -> None: ...


class SmallService:
    """Welcomes every slip and keeps every ballot; notes what it was asked. `answers` differ."""

    def __init__(self) -> None:
        self.asked: list[ServiceWish] = []
        self.breaks = False
        self.answers: dict[type, Event] = {
            events.LookUpSlip: events.SlipWelcomed(uuid=UUID, poll=POLL),
            events.SealBallot: events.BallotSealed(tracker=TRACKER),
            events.PrintCommitment: events.CommitmentPrinted(),
            events.CastBallot: events.BallotKept(tracker=TRACKER, holders=2),
            events.PrintReceipt: events.ReceiptPrinted(),
            events.OpenChallenge: events.ChallengeOpened(tracker=TRACKER),
            events.PrintChallenge: events.ChallengePrinted(),
        }

    def carry_out(self, wish: ServiceWish) -> Event | None:
        if self.breaks:
            raise ValueError("broken")
        self.asked.append(wish)
        return self.answers.get(type(wish))


class LaterWorker(Executor):
    """Does nothing until told to: `work` carries out what waits, in order."""

    def __init__(self) -> None:
        self._waiting: list[Callable[[], None]] = []

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()

        def carry_out() -> None:
            try:
                future.set_result(fn(*args, **kwargs))
            except ValueError as error:
                future.set_exception(error)

        self._waiting.append(carry_out)
        return future

    def work(self, most: int = 1000) -> None:
        for _ in range(min(most, len(self._waiting))):
            self._waiting.pop(0)()


@dataclass
class Listener:
    """A speaker that writes down."""

    heard: list[tuple[str, str]] = field(default_factory=list)
    speaking: bool = False

    def speak(self, text: str, language: str) -> None:
        self.heard.append((text, language))
        self.speaking = True

    def hush(self) -> None:
        self.speaking = False


class Hands:
    """Uses a booth as people do: with a finger, a key, a slip, and time."""

    def __init__(
        self,
        load: Callable[[str], ModuleType],
        *,
        speaks: bool = True,
        worker: Executor | None = None,
    ) -> None:
        """`load` imports what needs Kivy; without `speaks` the booth has no speaker."""
        self.now = 1000.0
        self.service = SmallService()
        self.worker = LaterWorker()
        self.listener = Listener()
        self.app = BoothApp(
            self.service,
            Face(title=TITLE),
            speaker=self.listener if speaks else None,
            clock=lambda: self.now,
            worker=worker or self.worker,
        )
        self._finger = load("kiosk.screens.finger")
        self._window = load("kivy.base").EventLoop.window

    @property
    def state(self) -> State:
        return self.app.state

    def wait(self, seconds: float) -> None:
        """Time goes by, second by second."""
        until = self.now + seconds
        while self.now < until:
            self.now = min(until, self.now + 1.0)
            self.app.step()

    def settle(self) -> None:
        """Let the service do all it was asked."""
        while self.app.busy:
            self.worker.work()
            self.app.step()

    def scan(self, code: str = "SLIP") -> None:
        self.app.receive(events.CodeScanned(code=code))
        self.app.step()
        self.settle()

    def touch(self, name: str) -> Touch:
        """A finger over the middle of a target, not down yet."""
        x, y, width, height = self.app.targets()[name]
        touch: Touch = self._finger.Touch(x + width / 2, y + height / 2)
        return touch

    def touch_at(self, x: float, y: float) -> None:
        """A tap on the panel, wherever that is."""
        touch = self._finger.Touch(x, y)
        touch.down()
        touch.up()

    def tap(self, *names: str) -> None:
        """Press one after the other, each when the screen has come to rest."""
        for name in names:
            self.now += 0.3
            self._finger.tap(self.app.targets()[name])
            self.settle()

    def reach(self, *names: str) -> None:
        """Press one after the other, turning pages as far as need be."""
        for name in names:
            while name not in self.app.targets():
                self.tap("more")
            self.tap(name)

    def key(self, code: int, *modifiers: str) -> bool:
        """Press a key; whether the booth kept it from doing anything else."""
        self.now += 0.3
        kept = bool(self._window.dispatch("on_key_down", code, 0, None, list(modifiers)))
        self.settle()
        return kept
