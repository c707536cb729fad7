# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the rest of the house knows of devices: their Protocols, whatever stands behind them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Protocol

from PIL import Image

from hardware.errors import DeviceCode


@unique
class Paper(StrEnum):
    """What the paper sensors see; `low` still prints."""

    OK = "ok"
    LOW = "low"
    OUT = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterStatus:
    """What a printer said of itself; it exists only if the printer answered, and rightly."""

    paper: Paper
    online: bool
    cover_open: bool = False

    @property
    def trouble(self) -> DeviceCode | None:
        """Why it cannot print now, in the order in which a person mends it; `None` if it can."""
        if self.cover_open:
            return DeviceCode.COVER_OPEN
        if self.paper is Paper.OUT:
            return DeviceCode.PAPER_OUT
        return None if self.online else DeviceCode.OFFLINE


class ReceiptPrinter(Protocol):
    """Prints pictures on a roll. One thread at a time."""

    @property
    def dots(self) -> int:
        """Width of the paper in dots, a multiple of 8 (8 dots are one millimetre)."""
        ...

    def status(self) -> PrinterStatus:
        """Ask the printer.

        Raises:
            DeviceError: there is no answer, or none that a printer gives.
        """
        ...

    @property
    def begun(self) -> bool:
        """Whether what `begin` printed came out whole and still hangs, for `finish` to go on."""
        ...

    def print(self, picture: Image.Image) -> None:
        """Print a picture of mode "1" and width `dots`, cut, and return when it is on paper.

        May be repeated after any error: a torn receipt is cut off before the next, and so is a
        paper that was begun.

        Raises:
            DeviceError: it did not end well; `error.printed` says how much went out.
            ValueError: the picture has another mode or width.
        """
        ...

    def begin(self, picture: Image.Image) -> None:
        """Print the first part of a paper and feed it into view, uncut; otherwise as `print`."""
        ...

    def finish(self, picture: Image.Image) -> None:
        """Print the last part below what was `begun`, and cut; otherwise as `print`.

        After an error nothing is begun any more: the whole paper is for `print`.

        Raises:
            DeviceError: as `print`.
            ValueError: as `print`, or nothing is begun.
        """
        ...

    def close(self) -> None:
        """Give the line back; the next call opens it again."""
        ...


class CodeScanner(Protocol):
    """Reads codes. What it reads is a secret: it is neither logged nor shown. One thread."""

    def read(self, timeout: float) -> str | None:
        """Give the next code that was scanned, or `None` after `timeout` seconds.

        Raises:
            DeviceError: the scanner is gone, or what it read cannot be a code.
        """
        ...

    def forget(self) -> None:
        """Drop what was scanned so far: the last person's second beep is not the next one's."""
        ...

    def close(self) -> None:
        """Give the line back; the next call opens it again."""
        ...
