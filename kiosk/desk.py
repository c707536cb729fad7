# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk: who is present, and how many slips went out. Never which slip went to whom."""

from __future__ import annotations

from ballots.record.bodies import Leftover, Slips
from ballots.record.kinds import Kind
from kiosk.confidential import Note, readers, seal_name, seal_note
from kiosk.corrections import take_back
from kiosk.device import Device


class Desk:
    """What the desk may do. Each act is one entry, on disk when the method returns."""

    def __init__(self, device: Device) -> None:
        """The desk that runs on `device`."""
        self._device = device

    def check_in(self, name: str) -> None:
        """Record that a person is present; the name is sealed to the desks and facilitators."""
        to = readers(self._device.session(), self._device.key)
        self._device.write(Kind.CHECK_IN, seal_name(name, to))

    def issue_slip(self) -> None:
        """Record that one slip was drawn."""
        self._device.write(Kind.SLIP_ISSUED, Slips(count=1).encode())

    def take_slip_back(self) -> None:
        """Record that a person gave an unused slip back."""
        self._device.write(Kind.SLIP_RETURNED, Slips(count=1).encode())

    def count_leftover(self, *, left: int, void: int) -> None:
        """Record how many printed slips were never drawn, and how many were spoilt.

        Counting again takes back what this desk counted before.
        """
        take_back(self._device, Kind.SLIPS_LEFT)
        self._device.write(Kind.SLIPS_LEFT, Leftover(left=left, void=void).encode())

    def take_note(self, note: Note) -> None:
        """Record what was said, for the minutes; sealed like a name."""
        to = readers(self._device.session(), self._device.key)
        self._device.write(Kind.NOTE, seal_note(note, to))
