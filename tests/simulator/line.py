# SPDX-License-Identifier: AGPL-3.0-or-later
"""One connection between two parties: bytes on their way, and what may become of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Protocol

from sync.turns import Link
from tests.simulator.schedule import Schedule


class Manner(StrEnum):
    """How a line treats what it carries."""

    STREAM = "stream"  # in order, in pieces, until it breaks: what the conversation assumes
    FRAMES = "frames"  # whole frames, each lost, repeated or overtaken on its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """Seconds and chances, of every line of a network."""

    manner: Manner = Manner.STREAM
    fastest: float = 0.001
    slowest: float = 0.02
    lost: float = 0.0  # of a frame, where they travel on their own
    repeated: float = 0.0  # likewise
    split: float = 0.0  # that a frame arrives in pieces
    unnoticed: float = 0.0  # that an end is not told that its line broke


class Listener(Protocol):
    """Who sits at an end."""

    def hear(self, link: Link, data: bytes) -> None: ...

    def hung_up(self, link: Link) -> None: ...


class End:
    """Where one party speaks and hears; `free` is when the last of its bytes have arrived."""

    def __init__(self, owner: Listener, link: Link) -> None:
        self.owner = owner
        self.link = link
        self.free = 0.0


class Line:
    """`gone` is called once, when it breaks or either end hangs up."""

    def __init__(
        self,
        ends: tuple[End, End],
        weather: Callable[[], Weather],
        schedule: Schedule,
        chance: Random,
        gone: Callable[[Line], None],
    ) -> None:
        self.ends = ends
        self.is_open = True
        self._weather = weather
        self._schedule = schedule
        self._chance = chance
        self._gone = gone

    def send(self, link: Link, frame: bytes) -> None:
        """What one end says to the other."""
        if not self.is_open:
            return
        weather, chance = self._weather(), self._chance
        if weather.manner is Manner.STREAM:
            for piece in self._pieces(frame, weather):
                self._carry(link, piece, in_order=True)
        elif chance.random() >= weather.lost:
            for _ in range(2 if chance.random() < weather.repeated else 1):
                self._carry(link, frame, in_order=False)

    def end(self, link: Link | None = None) -> None:
        """One end hangs up, or nobody did: what is on its way is lost."""
        if not self.is_open:
            return
        self.is_open = False
        self._gone(self)
        for end in self.ends:
            if end.link != link and self._chance.random() >= self._weather().unnoticed:
                self._schedule.after(self._delay(), lambda end=end: end.owner.hung_up(end.link))  # type: ignore[misc]

    def far(self, link: Link) -> End:
        """The other end."""
        one, other = self.ends
        return other if one.link == link else one

    def _pieces(self, frame: bytes, weather: Weather) -> list[bytes]:
        if self._chance.random() >= weather.split:
            return [frame]
        at = self._chance.randrange(len(frame))
        return [frame[:at], frame[at:]] if at else [frame]

    def _carry(self, link: Link, data: bytes, *, in_order: bool) -> None:
        end = self.far(link)
        arrives = self._schedule.now + self._delay()
        if in_order:
            arrives = end.free = max(arrives, end.free)

        def arrive() -> None:
            if self.is_open:
                end.owner.hear(end.link, data)

        self._schedule.after(arrives - self._schedule.now, arrive)

    def _delay(self) -> float:
        weather = self._weather()
        return self._chance.uniform(weather.fastest, weather.slowest)
