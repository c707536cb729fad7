# SPDX-License-Identifier: AGPL-3.0-or-later
"""The facilitator's acts: open the evening and its polls, close them, seal what was cast."""

from __future__ import annotations

from collections.abc import Callable

from ballots import seal
from ballots.assembly import Poll
from ballots.ballot_paper import questions_of
from ballots.documents import poll_document, rule_hash
from ballots.election.election import Election
from ballots.election.groups.named import group_named
from ballots.election.trustees.board import read_board
from ballots.record import bodies
from ballots.record.kinds import Kind
from ballots.session import revocation_for
from kiosk.device import Device
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.finishing import finish
from kiosk.prepared import require_room


def settle(device: Device) -> None:
    """What the facilitator's device does when records have come: its finals, then the seals."""
    finish(device)
    Facilitator(device, clock=str).seal_finished()


class Facilitator:
    """Runs on the device of whoever leads the evening. `clock` gives the local time as HH:MM."""

    def __init__(self, device: Device, clock: Callable[[], str]) -> None:
        """The facilitator whose device is `device`."""
        self._device = device
        self._clock = clock

    def open_assembly(self, slips: int) -> None:
        """Put the assembly's document and the number of printed slips on record."""
        self._device.write(Kind.ASSEMBLY, self._device.prepared.document)
        self._device.write(Kind.SLIPS_PRINTED, bodies.Slips(count=slips).encode())

    def open_poll(self, poll: Poll) -> str:
        """Set the election of a poll up and open it; the election's uuid.

        A poll that was planned has its election; one born in the room takes the next spare one,
        and is refused when none is left, when it bears the id of a planned one, or when its
        ballots would be too large for the record.
        """
        prepared = self._device.prepared
        require_room(poll, prepared.group, prepared.assembly.languages[0])
        if poll.id in prepared.planned and poll not in prepared.assembly.polls:
            raise KioskRefused(KioskProblem.UNFIT_ELECTION, poll=poll.id)
        uuid = prepared.planned.get(poll.id) or self._next_spare()
        opening = bodies.PollOpen(
            at=self._clock(),
            election=self._election(uuid, poll).encode().decode(),
            poll=poll_document(poll).decode(),
            uuid=uuid,
        )
        self._device.write(Kind.POLL_OPEN, opening.encode(), uuid)
        return uuid

    def close_poll(self, uuid: str) -> None:
        """Say that a poll is over; booths finish what is being cast."""
        self._device.write(Kind.CLOSE, bodies.Close(at=self._clock()).encode(), uuid)

    def seal_poll(self, uuid: str) -> None:
        """Seal a poll that every booth has finished with; refused while one is awaited."""
        session = self._device.session()
        checkpoint = session.polls[uuid].checkpoint
        if checkpoint is None:
            awaited = (session.devices[id_].name for id_ in session.polls[uuid].awaited)
            raise KioskRefused(KioskProblem.NOT_FINISHED, names=", ".join(awaited))
        self._device.write(Kind.SEAL, seal.sign(checkpoint.text, self._device.key), uuid)

    def seal_finished(self) -> None:
        """Seal every poll that all booths have finished with and that has no seal yet."""
        for uuid, state in self._device.session().polls.items():
            if state.checkpoint is not None and state.seal is None:
                self.seal_poll(uuid)

    def revoke(self, device: str) -> bool:
        """Sign that a device (its key, in hex) is taken out; whether a second one has, too.

        What another facilitator has signed is signed, if it names all that is held here.
        """
        entries = self._device.replica.everything()
        document = revocation_for(entries, device)
        self._device.write(Kind.REVOKE, document.encode())
        return device in self._device.session().revoked

    def _next_spare(self) -> str:
        used = self._device.session().polls
        for uuid in self._device.prepared.spare:
            if uuid not in used:
                return uuid
        raise KioskRefused(KioskProblem.NO_SPARE_ELECTION)

    def _election(self, uuid: str, poll: Poll) -> Election:
        """The election of a poll, worded in the language of the record."""
        prepared = self._device.prepared
        language = prepared.assembly.languages[0]
        group = group_named(prepared.group)
        return Election(
            uuid=uuid,
            name=poll.title.in_language(language),
            description=prepared.assembly.title.in_language(language),
            group=prepared.group,
            public_key=group.text(read_board(group, prepared.trustees).joint),
            questions=questions_of(poll, language),
            x_assembly=prepared.bound_to(uuid, rule_hash(poll)),
        )
