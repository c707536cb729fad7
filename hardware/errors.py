# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a device can refuse, in one family."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import ClassVar

from ballots.errors import Refusal


@unique
class DeviceCode(StrEnum):
    """Every way in which a device fails; the entry in the catalogue is `error.device.<code>`."""

    BAD_ADDRESS = "bad-address"  # facts: url, part
    NOT_FOUND = "not-found"  # facts: port
    NOT_ALLOWED = "not-allowed"  # facts: port
    BUSY = "busy"  # facts: port
    NOT_SERIAL = "not-serial"  # facts: port
    LINE_LOST = "line-lost"  # facts: port
    STALLED = "stalled"  # facts: port
    NO_ANSWER = "no-answer"
    GARBLED = "garbled"
    COVER_OPEN = "cover-open"
    PAPER_OUT = "paper-out"
    OFFLINE = "offline"
    UNCONFIRMED = "unconfirmed"
    UNREADABLE = "unreadable"
    TOO_LONG = "too-long"  # facts: limit


@unique
class Printed(StrEnum):
    """How much of the receipt is on paper: `part` also when it may be all, or none, of it."""

    ALL = "all"
    PART = "part"
    NOTHING = "nothing"


class DeviceError(Refusal):
    """A device refused or failed.

    `printed` is set when the error ends a print, and `None` otherwise. Nothing that was scanned
    or printed is ever among the facts.
    """

    family: ClassVar[str] = "device"

    def __init__(
        self, code: DeviceCode, /, *, printed: Printed | None = None, **facts: str | int
    ) -> None:
        super().__init__(code, **facts)
        self.code: DeviceCode = code
        self.printed = printed
