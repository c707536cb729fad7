# SPDX-License-Identifier: AGPL-3.0-or-later
"""A hub: keeps what others write, and signs for it once it has heard nothing new for a while."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ballots.record.kinds import Kind, Role
from ballots.session import Kept, receipt_of
from kiosk.device import Device

QUIET: Final = 2.0  # seconds without anything new
LONGEST: Final = 30.0  # seconds after which it signs although more is coming

Heads = Mapping[str, int]


@dataclass(slots=True)
class Lull:
    """Whether it is time to sign for what came. Times are seconds that never go back."""

    _signed: Heads = field(default_factory=dict)
    _seen: Heads = field(default_factory=dict)
    _since: float = 0.0  # when the last thing came
    _first: float | None = None  # when the first came that is not signed for

    def is_due(self, heads: Heads, now: float) -> bool:
        """Whether to sign for these heads now."""
        if heads == self._signed:
            self._first = None
            return False
        if heads != self._seen:
            self._seen, self._since = dict(heads), now
        self._first = now if self._first is None else self._first
        return now - self._since >= QUIET or now - self._first >= LONGEST

    def has_signed(self, heads: Heads) -> None:
        """These are signed for."""
        self._signed, self._first = dict(heads), None


def to_sign_for(device: Device) -> Heads:
    """The heads that a hub signs for: those of whoever is no hub."""
    heads = device.replica.heads()  # before the session, which then knows whose each of them is
    devices = device.session().devices.values()
    hubs = {segment for it in devices if it.role is Role.HUB for segment in it.segments}
    return {segment: number for segment, number in heads.items() if segment not in hubs}


def acknowledge(device: Device) -> Kept | None:
    """Sign for all that is held; None where that was done before, or there is nothing.

    Raises:
        SyncError: it could not be stored.
    """
    me = device.key.public.hex()
    with device.alone():
        receipt = receipt_of(device.replica.everything())
        before = [each.cut for each in device.session().kept if each.device == me]
        if receipt is None or receipt.heads in before:
            return None
        device.write(Kind.HUB_RECEIPT, receipt.encode())
        return Kept(device=me, cut=receipt.heads)
