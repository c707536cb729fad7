# SPDX-License-Identifier: AGPL-3.0-or-later
"""A room of kiosks on one network, in a temporary folder."""

from __future__ import annotations

from pathlib import Path
from random import Random
from shutil import rmtree
from tempfile import mkdtemp
from typing import Self

from sync.replica import Replica
from tests.simulator import recording
from tests.simulator.evening import Evening
from tests.simulator.fate import Fate
from tests.simulator.kiosk import Card, Kiosk
from tests.simulator.liars import Face
from tests.simulator.network import Network
from tests.simulator.room import DESK, LEADER, TEMPORARY, card, take_place
from tests.simulator.schedule import Schedule


class World:
    """`kiosks` are honest, by name; `faces` are not. Use as a context."""

    def __init__(self, seed: str, fate: Fate, lines: str = "") -> None:
        """`lines` is another seed for the network alone."""
        self.fate = fate
        self.chance = Random(f"{seed} world")
        self.schedule = Schedule()
        self.network = Network(
            self.schedule, Random(f"{seed}{lines} lines"), fate.weather, fate.breaks
        )
        self.evening = Evening(self.schedule, Random(f"{seed} evening"))
        self.kiosks: dict[str, Kiosk] = {}
        self.faces: list[Face] = []
        self._seed = seed
        self._folder = Path(mkdtemp(prefix="urna-world-", dir=TEMPORARY))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for kiosk in self.kiosks.values():
            if kiosk.is_up:
                kiosk.switch_off()
            recording.forget(kiosk.folder)
        for face in self.faces:
            face.close()
        rmtree(self._folder)

    def begin(self) -> None:
        """All who have met are on, and people come."""
        for name in self.fate.names:
            self.add(name, card(*self.fate.names), name).switch_on()
        self.evening.lead(self.kiosks[LEADER])
        self.evening.vote([self.kiosks[name] for name in self.fate.booths], self.fate.slips)
        if DESK in self.kiosks:
            self.evening.check_in(self.kiosks[DESK])

    def add(self, name: str, card: Card, device: str) -> Kiosk:
        """A kiosk that is off, with the identity of a device."""
        folder = take_place(device, self._folder / name)
        kiosk = Kiosk(name, folder, card, self.schedule, self._seed, self.fate.promise)
        kiosk.verifying = self.fate.verifying
        self.kiosks[name] = kiosk
        self.network.join(kiosk)
        return kiosk

    def add_false(self, face: Face) -> None:
        """A device that is not honest."""
        face.verifying = self.fate.verifying
        self.faces.append(face)
        self.network.join(face)

    def replicas(self, *without: str) -> dict[str, Replica]:
        """The records of honest kiosks, all of which are on."""
        return {name: k.replica for name, k in self.kiosks.items() if name not in without}
