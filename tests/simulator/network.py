# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who can reach whom: parties dial each other again and again, and lines break."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from random import Random

from tests.simulator.line import End, Line, Weather
from tests.simulator.party import Party
from tests.simulator.schedule import Schedule

BEAT = 0.25  # seconds between two ticks of everybody
DIALS = 0.4  # chance at each beat that two who lack a line make one
TWICE = 0.02  # chance at each beat of a second line


class Network:
    """`parts` names the part of the room that each party is in; across parts nobody is reached."""

    def __init__(
        self, schedule: Schedule, chance: Random, weather: Weather, breaks: float
    ) -> None:
        self.weather = weather
        self.breaks = breaks  # chance at each beat that one line breaks
        self.parts: Mapping[str, int] = {}
        self.strangers: set[frozenset[str]] = set()  # pairs that never meet
        self._schedule = schedule
        self._chance = chance
        self._parties: list[Party] = []
        self._links = 0
        self._lines: dict[Line, frozenset[str]] = {}
        schedule.after(0, self._beat)

    def join(self, party: Party) -> None:
        """From now on it is on the network."""
        self._parties.append(party)

    def part(self, parts: Mapping[str, int]) -> None:
        """Part the room; whoever is in no named part is in part 0."""
        self.parts = parts
        self._schedule.note("network", "parts" if parts else "heals", dict(parts) or "")
        for line, pair in tuple(self._lines.items()):
            if not self._reaches(pair):
                line.end()

    def _beat(self) -> None:
        self._schedule.after(BEAT, self._beat)
        for party in tuple(self._parties):
            party.tick()
        for one, other in combinations(self._parties, 2):
            pair = frozenset((one.name, other.name))
            has = sum(pair == joined for joined in self._lines.values())
            chance = (DIALS, TWICE, 0.0)[min(has, 2)]
            can_meet = one.is_up and other.is_up and self._reaches(pair)
            if can_meet and self._chance.random() < chance:
                self._connect(one, other)
        if self._lines and self._chance.random() < self.breaks:
            line = self._chance.choice(tuple(self._lines))
            self._schedule.note("network", "breaks", *sorted(self._lines[line]))
            line.end()

    def _reaches(self, pair: frozenset[str]) -> bool:
        return pair not in self.strangers and len({self.parts.get(name, 0) for name in pair}) == 1

    def _connect(self, one: Party, other: Party) -> None:
        near, far = End(one, self._links + 1), End(other, self._links + 2)
        self._links += 2
        line = Line((near, far), lambda: self.weather, self._schedule, self._chance, self._gone)
        self._lines[line] = frozenset((one.name, other.name))
        one.plug(near.link, line)
        other.plug(far.link, line)

    def _gone(self, line: Line) -> None:
        del self._lines[line]
