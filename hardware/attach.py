# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a line of the configuration to a device.

`serial:///dev/ttyUSB0?baud=115200&dots=576` is a device on a serial port: best the name under
`/dev/serial/by-id`, which stays when another device is plugged in. `simulated:?dots=384` is one
that needs nothing: the printer prints, into the folder that is named if one is
(`simulated:///tmp/receipts`), and the scanner is never used. Who wants to act on a simulator makes
one and attaches to its `url`.

Nothing is opened here: a device may come later than the kiosk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum, unique
from itertools import count
from pathlib import Path
from typing import Self, assert_never
from urllib.parse import parse_qsl, unquote, urlsplit

from PIL import Image

from hardware.code_scanner import SerialCodeScanner
from hardware.errors import DeviceCode, DeviceError
from hardware.receipt_printer import SerialReceiptPrinter
from hardware.serial_line import SerialLine
from hardware.simulated.paper import save_picture
from hardware.simulated.printer import PrinterSimulator
from hardware.simulated.scanner import ScannerSimulator

SPEEDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115_200, 230_400, 460_800, 921_600)
WIDTHS = range(128, 1665, 8)  # dots; 384 is usual on 58 mm paper, 576 on 80 mm


@unique
class Scheme(StrEnum):
    """Where a device is."""

    SERIAL = "serial"
    SIMULATED = "simulated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A device's line of configuration, read."""

    scheme: Scheme
    path: str
    baud: int = 115_200
    dots: int = 576

    @classmethod
    def read(cls, url: str, *, known: frozenset[str]) -> Self:
        """Read `url`, whose options must be among `known`.

        Raises:
            DeviceError: BAD_ADDRESS; `part` names the scheme, the path or the option at fault.
        """
        try:
            parts = urlsplit(url)
            options = parse_qsl(
                parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)
            )
        except ValueError as error:
            raise DeviceError(DeviceCode.BAD_ADDRESS, url=url, part="url") from error
        path = unquote(parts.path)
        if parts.scheme not in Scheme.__members__.values():
            raise DeviceError(DeviceCode.BAD_ADDRESS, url=url, part="scheme")
        if parts.netloc or parts.fragment or (parts.scheme == "serial" and path in ("", "/")):
            raise DeviceError(DeviceCode.BAD_ADDRESS, url=url, part="path")
        numbers: dict[str, int] = {}
        for name, value in options:
            if name not in known or name in numbers or not _fits(name, value):
                raise DeviceError(DeviceCode.BAD_ADDRESS, url=url, part=name)
            numbers[name] = int(value)
        return cls(scheme=Scheme(parts.scheme), path=path, **numbers)

    def open_line(self) -> SerialLine:
        """Open the serial port at `path`. Raises DeviceError, see `SerialLine.open`."""
        return SerialLine.open(self.path, baud=self.baud)


def attach_printer(url: str) -> SerialReceiptPrinter:
    """Make the driver of the printer at `url`; options are `baud` and `dots`.

    Raises:
        DeviceError: BAD_ADDRESS.
    """
    known = frozenset({"baud", "dots"})
    address = Address.read(url, known=known)
    match address.scheme:
        case Scheme.SERIAL:
            return SerialReceiptPrinter(address.open_line, dots=address.dots)
        case Scheme.SIMULATED:
            keep = _into(Path(address.path)) if address.path else _nowhere
            simulator = PrinterSimulator(dots=address.dots, baud=address.baud, on_receipt=keep)
            line = Address.read(simulator.url, known=known)
            return SerialReceiptPrinter(
                line.open_line, dots=address.dots, released=simulator.close
            )
        case _:
            assert_never(address.scheme)


def attach_scanner(url: str) -> SerialCodeScanner:
    """Make the driver of the scanner at `url`; the option is `baud`.

    Raises:
        DeviceError: BAD_ADDRESS.
    """
    known = frozenset({"baud"})
    address = Address.read(url, known=known)
    match address.scheme:
        case Scheme.SERIAL:
            return SerialCodeScanner(address.open_line)
        case Scheme.SIMULATED:
            simulator = ScannerSimulator()
            line = Address.read(simulator.url, known=known)
            return SerialCodeScanner(line.open_line, released=simulator.close)
        case _:
            assert_never(address.scheme)


def _fits(name: str, value: str) -> bool:
    number = int(value) if value.isascii() and value.isdecimal() else 0
    return number in (SPEEDS if name == "baud" else WIDTHS)


def _into(folder: Path) -> Callable[[Image.Image], None]:
    numbers = count(1)

    def save(receipt: Image.Image) -> None:
        save_picture(receipt, folder / f"receipt-{next(numbers):03}.png")

    return save


def _nowhere(_: Image.Image) -> None:
    """Keep no file of a receipt."""
