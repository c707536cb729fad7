# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people do on one evening, drawn from a seed: who votes where, and when all is over."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from random import Random

from ballots.documents import assembly_document
from ballots.record.bodies import Slips
from ballots.record.entry import Entry
from ballots.record.kinds import Kind
from ballots.session import PollStage
from kiosk.device import Device
from kiosk.facilitator import Facilitator
from tests.simulator.kiosk import Kiosk
from tests.simulator.schedule import Schedule
from tests.told_evenings import UUID, assembly, ballot_body, poll_open

OPENS, FIRST, LAST, CLOSES = 0.5, 1.5, 8.0, 9.0  # seconds of the evening
AGAIN = (0.3, 2.0)  # seconds until somebody whose ballot was not kept tries elsewhere
REMINDS = 1.0  # seconds after which the facilitator looks at the clock again
PATIENCE = 3  # booths that they try
LARGEST = 60_000  # bytes of a note


class Evening:
    """The votes of one poll. `cast` is who was told what: slip → booths that kept its ballot."""

    def __init__(self, schedule: Schedule, chance: Random) -> None:
        self.cast: dict[str, list[str]] = {}
        self._schedule = schedule
        self._chance = chance

    def lead(self, leader: Kiosk) -> None:
        """The facilitator opens, closes and seals, each as soon as it can be done."""
        leader.duties = self._lead
        self._remind(leader)

    def _remind(self, leader: Kiosk) -> None:
        leader.remind()
        self._schedule.after(REMINDS, partial(self._remind, leader))

    def _lead(self, device: Device) -> None:
        state, now = device.session().polls.get(UUID), self._schedule.now
        facilitator = Facilitator(device, lambda: "19:30")
        if state is None and now >= OPENS:
            device.write(Kind.ASSEMBLY, assembly_document(assembly()))
            device.write(Kind.SLIPS_PRINTED, Slips(count=20).encode())
            device.write(Kind.POLL_OPEN, poll_open(), UUID)
        elif state and state.stage is PollStage.OPEN and now >= CLOSES:
            facilitator.close_poll(UUID)
        else:
            facilitator.seal_finished()

    def vote(self, booths: list[Kiosk], slips: int) -> None:
        """Slips are drawn, carried to a booth, and now and then to another one as well."""
        for number in range(slips):
            slip, choice = f"{number}", self._chance.choice("yn")
            self._plan(slip, choice, booths)
            if self._chance.random() < 0.25:
                self._plan(slip, self._chance.choice((choice, "other")), booths)

    def kept_at(self, booths: Collection[str]) -> set[str]:
        """Credentials of the slips of which one of these booths acknowledged a ballot."""
        return {f"slip-{slip}" for slip, kept in self.cast.items() if set(kept) & set(booths)}

    def _plan(self, slip: str, choice: str, booths: list[Kiosk]) -> None:
        at, booth = self._chance.uniform(FIRST, LAST), self._chance.choice(booths)
        self._schedule.after(at, lambda: self._try(slip, choice, booth, booths, PATIENCE))

    def _try(self, slip: str, choice: str, booth: Kiosk, booths: list[Kiosk], tries: int) -> None:
        if self._schedule.now >= CLOSES or not tries:
            return
        if booth.act(lambda device: _cast(device, slip, choice)):
            self.cast.setdefault(slip, []).append(booth.name)
            return
        wait, other = self._chance.uniform(*AGAIN), self._chance.choice(booths)
        self._schedule.after(wait, lambda: self._try(slip, choice, other, booths, tries - 1))

    def check_in(self, desk: Kiosk) -> None:
        """People come; some have much to say."""
        for _ in range(self._chance.randint(2, 6)):
            size = self._chance.choice((40, 300, LARGEST))
            words = self._chance.randbytes(size)
            kind = self._chance.choice((Kind.CHECK_IN, Kind.NOTE))
            say = partial(desk.act, partial(Device.write, kind=kind, body=words))
            self._schedule.after(self._chance.uniform(FIRST, LAST), say)


def _cast(device: Device, slip: str, choice: str) -> Entry | None:
    """A ballot in its outward form, where the poll is known to be open."""
    state = device.session().polls.get(UUID)
    if state is None or state.stage is not PollStage.OPEN:
        return None
    return device.write(Kind.BALLOT, ballot_body(slip, choice), UUID)
