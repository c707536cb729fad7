# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which slip may vote, on which paper; and which may not, or not here, or not again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ballots.assembly import Alone, Poll
from ballots.election.groups.modp import ModularPower
from ballots.election.setup import Setup
from ballots.election.slip import Slip
from ballots.merge import marks_of, takes
from ballots.one_slip import home, reserved
from ballots.receipts.held import Others
from ballots.session import CastBallot as Cast
from ballots.session import PollStage, PollState, Session
from kiosk.device import Device
from kiosk.errors import KioskRefused
from kiosk.papers import OnPaper
from kiosk.troubles import SlipProblem
from sync.errors import SyncError


class Company(Protocol):
    """The other devices, as far as a booth has to do with them."""

    def is_alone(self) -> bool:
        """Whether none is connected."""
        ...

    def others(self, segment: str, number: int) -> Others:
        """Who else holds the ballot with this segment and number, after a short wait."""
        ...

    def reserve(self, slip: bytes) -> str:
        """Have a slip in hand; the key (hex) of the device that has it, or "", soon."""
        ...

    def put_back(self) -> None:
        """Have no slip in hand."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Paper:
    """The ballot paper that the slip in hand may fill in."""

    uuid: str
    poll: Poll
    setup: Setup

    def sealed(self, tracker: str) -> OnPaper:
        """A ballot of it, as paper speaks of one."""
        return OnPaper(uuid=self.uuid, poll=self.poll, tracker=tracker)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Away:
    """The slip may not vote; `at` is what the booth is called that it belongs to, or lies at.

    `voted` is the last ballot that it cast here, on which paper.
    """

    reason: SlipProblem
    at: str = ""
    voted: tuple[OnPaper, Cast] | None = None


class Admission:
    """That of the booth on `device`.

    Among others, a slip is admitted at one booth at a time. Alone, slips of a strict poll are
    admitted at their home booth and nowhere else, so that none can be used on both sides of a
    cable that is out.
    """

    def __init__(self, device: Device, company: Company, power: ModularPower) -> None:
        self._device = device
        self._me = device.key.public.hex()
        self._company = company
        self._power = power
        self._setups: dict[str, Setup] = {}
        self.names: Mapping[str, str] = {}
        """What devices (keys in hex) are called, as of the last slip."""

    def admit(self, slip: Slip) -> Paper | Away:
        """The first open paper that the slip may fill in, and has in hand from now on."""
        try:
            session = self._device.session()
        except SyncError:
            return Away(reason=SlipProblem.UNREADY)
        self.names = {key: device.name for key, device in session.devices.items()}
        polls = self._open_polls(session)
        if not polls:
            return Away(reason=SlipProblem.CLOSED)
        reason, last = SlipProblem.UNREADY, None
        for uuid, state in polls.items():
            try:
                setup = self._setup(state)
            except KioskRefused:
                continue
            if reason is SlipProblem.UNREADY:
                reason = SlipProblem.UNKNOWN
            credential = slip.credential(uuid, setup.group).public
            if credential not in setup.roll:
                continue
            reason = SlipProblem.USED
            voted = self.voted(state, setup, credential)
            if voted is None:
                paper = Paper(uuid=uuid, poll=state.poll, setup=setup)
                return self._held_up(state, credential) or paper
            if voted.device == self._me:  # a receipt can be had again where the vote was cast
                last = OnPaper(uuid=uuid, poll=state.poll, tracker=voted.tracker), voted
        return Away(reason=reason, voted=last)

    def voted(self, state: PollState, setup: Setup, credential: str) -> Cast | None:
        """The ballot that a slip has in the box already.

        What other devices recorded is believed once the election takes it: anyone can write a
        credential into something that is no ballot. What was truly opened is in no box; a claim
        to have opened it is not enough, or a slip could vote twice.
        """
        for cast in state.ballots:
            if cast.credential != credential or _opened(state, setup, cast.tracker):
                continue
            if cast.device == self._me or takes(setup, cast.body):
                return cast
        return None

    def _open_polls(self, session: Session) -> Mapping[str, PollState]:
        """Polls that take ballots, in the order of the preparation; none at a revoked booth."""
        polls = {} if self._me in session.revoked else session.polls
        return {
            uuid: polls[uuid]
            for uuid in self._device.prepared.rolls
            if uuid in polls and polls[uuid].stage is PollStage.OPEN
        }

    def _setup(self, state: PollState) -> Setup:
        if state.uuid not in self._setups:
            self._setups[state.uuid] = self._device.prepared.setup(state, self._power)
        return self._setups[state.uuid]

    def _held_up(self, state: PollState, credential: str) -> Away | None:
        """Why a slip that may vote has to do so at another booth, or is in hand there."""
        if not self._device.has_room():
            return Away(reason=SlipProblem.FULL)
        is_strict = state.poll.alone is Alone.STRICT and self._me in state.booths
        if is_strict and self._company.is_alone():
            at = home(credential, state.booths)
            if at != self._me:
                return Away(reason=SlipProblem.ELSEWHERE, at=self.names[at])
        by = self._company.reserve(reserved(state.uuid, credential))
        if by:
            return Away(reason=SlipProblem.IN_HAND, at=self.names.get(by, by[:8]))
        return None


def _opened(state: PollState, setup: Setup, tracker: str) -> bool:
    claims = (opened for opened in state.challenges if opened.tracker == tracker)
    return any(marks_of(setup, opened) is not None for opened in claims)
