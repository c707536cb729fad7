# SPDX-License-Identifier: AGPL-3.0-or-later
"""What befalls a room on one evening, drawn from a seed before it begins."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from ballots.record.kinds import Role
from tests.simulator.disk import Promise
from tests.simulator.line import Manner, Weather
from tests.simulator.room import BOOTHS, DESK, LEADER

CALM = 14.0  # seconds after which nothing befalls anybody

CLEAR = {manner: Weather(manner=manner) for manner in Manner}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """A kiosk dies after so many more operations of its disk, and is off for some seconds."""

    at: float
    name: str
    operations: int
    loses_power: bool
    off: float
    dies_again: int | None  # after so many operations of its next start
    card_of: float | None  # it comes back with a copy of its card that was taken then


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """For a time some names are in another part of the room."""

    at: float
    until: float
    parts: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """A card is copied while its kiosk runs; later a second kiosk runs on the copy."""

    name: str
    copied: float
    starts: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """A false device signs branches that part after `common` entries (-1: at the opening)."""

    role: Role
    common: int
    lengths: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """All of it. `lies` is the chance that a liar lies; 0 where there is none.

    `verifying` is how many seconds a kiosk may take at most to verify a page.
    """

    names: tuple[str, ...]
    promise: Promise
    weather: Weather
    breaks: float
    partings: tuple[Parting, ...]
    falls: tuple[Fall, ...]
    twin: Twin | None
    fork: Fork | None
    lies: float
    slips: int
    is_late: bool
    verifying: float

    @property
    def booths(self) -> tuple[str, ...]:
        """Where people vote."""
        return tuple(name for name in self.names if name in BOOTHS)

    @property
    def disturbed(self) -> frozenset[str]:
        """Whose card was exchanged or copied."""
        exchanged = {fall.name for fall in self.falls if fall.card_of is not None}
        return frozenset(exchanged | ({self.twin.name} if self.twin else set()))


def drawn(chance: Random) -> Fate:
    """Most evenings see a few misfortunes, some see none, some see many."""
    names = (
        LEADER,
        *([DESK] if chance.random() < 0.8 else []),
        *BOOTHS[: chance.choice((2, 2, 3))],
    )
    false = chance.choice(("", "", "", "fork", "lies"))
    return Fate(
        names=names,
        promise=chance.choice(tuple(Promise)),
        weather=_weather(chance),
        breaks=chance.choice((0.0, 0.02, 0.1)),
        partings=tuple(_parting(chance, names) for _ in range(chance.choice((0, 0, 1, 2)))),
        falls=tuple(_fall(chance, names) for _ in range(chance.choice((0, 1, 2, 4)))),
        twin=_twin(chance, names) if chance.random() < 0.15 else None,
        fork=_fork(chance) if false == "fork" else None,
        lies=chance.choice((0.1, 0.5, 1.0)) if false == "lies" else 0.0,
        slips=chance.randint(5, 14),
        is_late=chance.random() < 0.15,
        verifying=chance.choice((0.0, 0.02, 0.3, 3.0)),
    )


def calm(names: tuple[str, ...], chance: Random) -> Fate:
    """Nothing befalls anybody, but lines have their own delays."""
    return Fate(
        names=names,
        promise=Promise.EXT4,
        weather=Weather(slowest=chance.choice((0.02, 0.2))),
        breaks=0.0,
        partings=(),
        falls=(),
        twin=None,
        fork=None,
        lies=0.0,
        slips=chance.randint(5, 14),
        is_late=False,
        verifying=0.02,
    )


def _weather(chance: Random) -> Weather:
    manner = chance.choice((Manner.STREAM, Manner.STREAM, Manner.FRAMES))
    return Weather(
        manner=manner,
        slowest=chance.choice((0.02, 0.2, 0.2, 2.5)),
        lost=chance.choice((0.0, 0.05, 0.3)),
        repeated=chance.choice((0.0, 0.05, 0.3)),
        split=chance.choice((0.0, 0.3)),
        unnoticed=chance.choice((0.0, 0.2)),
    )


def _parting(chance: Random, names: tuple[str, ...]) -> Parting:
    """Halves that never met, or that lose sight of each other for a while."""
    at = chance.choice((0.0, chance.uniform(0.5, CALM - 1)))
    until = chance.uniform(at, CALM)
    return Parting(at=at, until=until, parts={name: chance.randrange(2) for name in names})


def _fall(chance: Random, names: tuple[str, ...]) -> Fall:
    at = chance.uniform(0.2, CALM - 1)
    return Fall(
        at=at,
        name=chance.choice(names),
        operations=chance.choice((0, chance.randrange(60))),
        loses_power=chance.random() < 0.7,
        off=chance.choice((0.0, chance.uniform(0.1, 3))),
        dies_again=chance.choice((None, None, chance.randrange(1, 40))),
        card_of=chance.choice((None, None, chance.uniform(0, at))),
    )


def _twin(chance: Random, names: tuple[str, ...]) -> Twin:
    copied = chance.uniform(0, CALM - 3)
    return Twin(name=chance.choice(names), copied=copied, starts=chance.uniform(copied, CALM - 1))


def _fork(chance: Random) -> Fork:
    return Fork(
        role=chance.choice((Role.DESK, Role.DESK, Role.BOOTH)),
        common=chance.choice((-1, 0, 1, 4)),
        lengths=(chance.randint(1, 4), chance.randint(1, 4)),
    )
