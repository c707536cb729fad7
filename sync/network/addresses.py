# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where peers may be, and when to try: pure, told the time.

Whatever the network says of addresses proves nothing. So all of them are tried, those that once
led to a device are never forgotten for others, and there are never more than `MOST`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from math import inf
from typing import Final

from ballots.randomness import Randomness

MOST: Final = 64
AT_ONCE: Final = 8  # tries under way
FIRST_RETRY: Final = 0.1  # seconds; doubled at each failure
LAST_RETRY: Final = 2.0
STEADY: Final = 5.0  # seconds of a line after which the next retry is the first again


def jittered(seconds: float, random: Randomness) -> float:
    """A fifth more or less, so that devices which begin together do not stay together."""
    return seconds * (0.8 + 0.4 * random(1)[0] / 255)


Address = tuple[str, int]
"""Host and port; the host is an IPv4 or IPv6 address as text."""


@dataclass(slots=True)
class _Candidate:
    """`device` is who was met there last, "" while nobody was; `since` when, while it lasts."""

    due: float
    since: float = inf
    wait: float = FIRST_RETRY
    device: str = ""
    fixed: bool = False  # somebody typed it


class AddressBook:
    """The addresses that one device knows of."""

    def __init__(self, device: str, random: Randomness) -> None:
        self._device = device
        self._random = random
        self._candidates: dict[Address, _Candidate] = {}
        self._trying: set[Address] = set()

    def hear(self, address: Address, now: float, *, fixed: bool = False) -> None:
        """Somebody may be there. Where the book is full, one goes where nobody was ever met."""
        if address in self._candidates:
            return
        if len(self._candidates) >= MOST and not self._make_room():
            return
        self._candidates[address] = _Candidate(due=now, fixed=fixed)

    def due(self, now: float, met: Collection[str]) -> Iterator[Address]:
        """Those to be tried now, while some devices are met already; they count as being tried."""
        for address, it in self._candidates.items():
            if len(self._trying) >= AT_ONCE:
                return
            is_met = it.device in met or it.device == self._device
            if it.due <= now and not is_met and address not in self._trying:
                self._trying.add(address)
                yield address

    def reached(self, address: Address, device: str, now: float) -> None:
        """A device is there, and has something to say; this one itself perhaps."""
        self._trying.discard(address)
        candidate = self._candidates[address]
        candidate.device, candidate.since = device, now

    def failed(self, address: Address, now: float) -> None:
        """Nobody who may speak is there, or not any more: to be tried again, later each time.

        Who is sent away as soon as it has greeted is not called ten times a second.
        """
        self._trying.discard(address)
        candidate = self._candidates[address]
        if now - candidate.since >= STEADY:
            candidate.wait = FIRST_RETRY
        candidate.since = inf
        candidate.due = now + jittered(candidate.wait, self._random)
        candidate.wait = min(2 * candidate.wait, LAST_RETRY)

    def hurry(self, now: float) -> None:
        """Something has changed: try all of them now, where this device was itself too."""
        for candidate in self._candidates.values():
            candidate.due, candidate.wait = now, FIRST_RETRY
            if candidate.device == self._device:
                candidate.device = ""

    def _make_room(self) -> bool:
        for address, candidate in self._candidates.items():
            if not (candidate.device or candidate.fixed or address in self._trying):
                del self._candidates[address]
                return True
        return False
