# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever sits on the network: the product's conversation and speaker, on unreal lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from threading import Condition

from ballots.signing import SecretKey
from sync import turns
from sync.conversation import Conversation
from sync.errors import SyncError
from sync.replica import Replica
from sync.speaker import Callbacks, Speaker, Told, verify_at_once
from sync.turns import Link
from sync.wire import Deframer, Message, encode
from tests.simulator.line import Line
from tests.simulator.schedule import Schedule


class Party:
    """One side of any number of lines. `name` is for the trace; peers know its device."""

    replica: Replica
    conversation: Conversation
    speaker: Speaker

    def __init__(self, name: str, schedule: Schedule) -> None:
        self.name = name
        self.schedule = schedule
        self.is_up = False
        self.began = 0.0  # on its own clock, when the schedule's is at 0
        self.sent_away: dict[str, int] = {}  # code → how often it sent a peer away
        self._lines: dict[Link, tuple[Line, Deframer]] = {}
        self.verifying = 0.0  # seconds at most, for a page
        self._pace = Random(f"{name} verifies")

    def meet(self, key: SecretKey, replica: Replica, assembly: str) -> None:
        """Begin to talk, as the device of a key, with what is in a replica."""
        self.replica = replica
        device = key.public.hex()
        self.conversation = Conversation(
            assembly, device, replica.tips(), replica.frozen(), replica.authors()
        )
        self.speaker = Speaker(
            replica,
            self.conversation,
            self,
            lambda: self.began + self.schedule.now,
            Condition(),
            Callbacks(on_trouble=self._troubled, sign=lambda holding: holding.sign(key)),
        )
        self.is_up = True

    def plug(self, link: Link, line: Line) -> None:
        """A line of its own."""
        self._lines[link] = line, Deframer()
        self.do(lambda: self.speaker.tell(turns.Opened(link)))

    def hear(self, link: Link, data: bytes) -> None:
        """Bytes that arrive over a line."""
        if link not in self._lines:
            return
        try:
            messages = self._lines[link][1].feed(data)
        except SyncError as error:
            code = error.code
            self.do(lambda: self.speaker.tell(turns.Garbled(link, code)))
            return
        for message in messages:
            self.do(lambda message=message: self.speaker.tell(turns.Heard(link, message)))  # type: ignore[misc]

    def hung_up(self, link: Link) -> None:
        """A line is gone, and it has been noticed."""
        if self._lines.pop(link, None):
            self.do(lambda: self.speaker.tell(turns.Closed(link)))

    def tick(self) -> None:
        """Some time has passed."""
        self.do(lambda: self.speaker.tell(turns.Ticked()))

    def do(self, act: Callable[[], object]) -> None:
        """Do something, if it is up."""
        if self.is_up:
            act()

    def send(self, link: Link, message: Message) -> None:
        """For the speaker."""
        self.put(link, encode(message))

    def put(self, link: Link, frame: bytes) -> None:
        """Bytes onto a line, if it is there."""
        if link in self._lines:
            self._lines[link][0].send(link, frame)

    def unplug(self, link: Link) -> None:
        """For the speaker."""
        if link in self._lines:
            self._lines.pop(link)[0].end(link)

    def lose(self, link: Link) -> None:
        """For the speaker."""
        self.unplug(link)
        self.speaker.tell(turns.Closed(link))

    def unplug_all(self) -> None:
        """It is gone; its peers may notice."""
        for link in tuple(self._lines):
            self.unplug(link)

    def verify(self, encoded: Sequence[bytes], tell: Told) -> None:
        """For the speaker: at once or later; never, if it falls meanwhile."""
        speaker = self.speaker

        def verify() -> None:
            if self.speaker is speaker:
                self.do(lambda: verify_at_once(encoded, tell))

        if self.verifying:
            self.schedule.after(self._pace.uniform(0, self.verifying), verify)
        else:
            verify()

    def _troubled(self, trouble: Exception) -> None:
        code = str(getattr(trouble, "code", trouble))
        self.sent_away[code] = self.sent_away.get(code, 0) + 1
        self.schedule.note(self.name, "sends away:", code)
