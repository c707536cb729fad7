# SPDX-License-Identifier: AGPL-3.0-or-later
"""The guest's side of pairing for the screens: what `urna sync pair` does at a new kiosk.

Who waits at a door does so in a thread of its own, until the door is shut.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event as Flag
from threading import Thread

from ballots.errors import Refusal
from ballots.randomness import Randomness
from ballots.record.kinds import Role
from kiosk.enrolling import HOST_CODE, REQUEST, ask, asked_by, give_up, guest_code, move_in
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.events import Event, Forget
from kiosk.joining.events import (
    AnswerCame,
    CheckCode,
    Done,
    DoorOpened,
    GiveUp,
    HostShows,
    MoveIn,
    OpenDoor,
    RequestWritten,
    ServiceWish,
    ShutDoor,
    Unlock,
    WentWrong,
)
from kiosk.joining.views import Door, Trouble
from kiosk.sticks import Sticks
from sync.errors import SyncError, SyncProblem
from sync.pairing.finding import announced, come
from sync.pairing.meeting import Guesses, be_guest
from sync.pairing.papers import read_answer
from sync.pairing.words import draw_words, fingerprint

WAITS = 600.0  # seconds that a new kiosk waits at a door
TURN = 0.25  # seconds until a waiting thread looks whether to stop
INTERFACES: tuple[str, ...] = ()  # all there are

Receive = Callable[[Event], None]


class Guest:
    """A new kiosk in a folder that is empty, or holds a request without an answer."""

    def __init__(
        self, folder: Path, role: Role, sticks: Sticks, receive: Receive, random: Randomness
    ) -> None:
        """Nothing is asked yet. `receive` takes what happens at a door, from any thread."""
        self._folder, self._role, self._sticks = folder, role, sticks
        self._receive, self._random = receive, random
        self._guesses = Guesses(time.monotonic)
        self._shut = Flag()
        self._scanned: SimpleQueue[str] = SimpleQueue()
        self._thread: Thread | None = None
        self._answered = b""

    def carry_out(self, wish: ServiceWish, /) -> Event | None:
        """Refusals are events."""
        try:
            return self._carry_out(wish)
        except Refusal as refusal:
            return WentWrong(trouble=Trouble.of(refusal), over=True)
        except OSError as error:
            return WentWrong(trouble=Trouble.of(not_writable(self._folder, error)), over=True)

    def stop(self) -> None:
        """Shut the door, and wait until nobody stands in it."""
        self._shut.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _carry_out(self, wish: ServiceWish) -> Event | None:
        match wish:
            case OpenDoor():
                self._open(wish)
            case ShutDoor():
                self.stop()
            case CheckCode():
                self._scanned.put(wish.code)
            case MoveIn():
                move_in(self._folder, self._answered)
                return Done()
            case GiveUp():
                give_up(self._folder)
            case Forget() | Unlock():
                pass
        return None

    def _open(self, wish: OpenDoor) -> None:
        self.stop()
        if (self._folder / REQUEST).exists():
            asked = asked_by(self._folder)
        else:
            asked = self._ask(wish.name)
        self._shut, self._scanned = Flag(), SimpleQueue()
        wait = self._watch_sticks if wish.door is Door.STICK else self._wait
        self._thread = Thread(
            target=self._told, args=(wait, asked, wish.door), name="guest", daemon=True
        )
        self._thread.start()

    def _ask(self, name: str) -> bytes:
        """Whole, or the folder is as empty as before: who tries again is not refused."""
        try:
            return ask(self._folder, name, self._role, self._random)
        except OSError:  # the folder was found empty, so the key in it is ours
            give_up(self._folder)
            raise

    def _told(self, wait: Callable[[bytes, Door], None], asked: bytes, door: Door) -> None:
        try:
            wait(asked, door)
        except Refusal as refusal:
            self._tell(WentWrong(trouble=Trouble.of(refusal), over=True))
        except OSError:  # there is no network to wait on
            broken = SyncError(SyncProblem.PAIRING_LINE)
            self._tell(WentWrong(trouble=Trouble.of(broken), over=True))

    def _tell(self, event: Event) -> None:
        if not self._shut.is_set():
            self._receive(event)

    def _wait(self, asked: bytes, door: Door) -> None:
        words, until = draw_words(self._random), time.monotonic() + WAITS
        with announced(self._random, INTERFACES) as (entrance, address):
            shown = words if door is Door.WORDS else guest_code(asked, address)
            self._tell(DoorOpened(shown=shown))
            for line in come(
                entrance, lambda: not self._shut.is_set() and time.monotonic() < until
            ):
                if self._met(line, asked, words, door):
                    return
        raise KioskRefused(KioskProblem.PAIRING_STOPPED)

    def _met(self, line: socket.socket, asked: bytes, words: str, door: Door) -> bool:
        """Whether an answer came that is one."""

        def confirm(own: str) -> bool:
            return door is Door.CODES and self._is_scanned(own)

        try:
            self._take(asked, be_guest(line, asked, words, self._guesses, confirm))
        except SyncError as error:
            locked = max(0.0, self._guesses.until - time.monotonic())
            told = SyncError(SyncProblem.PAIRING_LOCKED) if locked else error
            self._tell(WentWrong(trouble=Trouble.of(told), locked=locked))
            return False
        return True

    def _is_scanned(self, own: str) -> bool:
        self._tell(HostShows())
        while not self._shut.is_set():
            try:
                return self._scanned.get(timeout=TURN) == f"{HOST_CODE}{own.upper()}"
            except Empty:
                continue
        return False

    def _watch_sticks(self, asked: bytes, _door: Door) -> None:
        """Write the request on a stick, then look for its answer on any."""
        self._tell(DoorOpened())
        written, told = "", ""
        while not self._shut.wait(TURN):
            try:
                if not written:
                    written = self._sticks.write(asked)
                    if written:
                        self._tell(RequestWritten(file=written))
                answered = self._sticks.answer_to(asked)
            except Refusal as refusal:
                if str(refusal) != told:  # each once, not four times a second
                    told = str(refusal)
                    self._tell(WentWrong(trouble=Trouble.of(refusal)))
                continue
            if answered is not None:
                self._take(asked, answered)
                return

    def _take(self, asked: bytes, answered: bytes) -> None:
        read_answer(answered, asked)
        self._answered = answered
        self._tell(AnswerCame(words=fingerprint(asked, answered)))


def not_writable(folder: Path, error: OSError) -> KioskRefused:
    """A folder that can't be written to."""
    detail = error.strerror or str(error)
    return KioskRefused(KioskProblem.FOLDER_NOT_WRITABLE, path=str(folder), detail=detail)
