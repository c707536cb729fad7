# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is attached to this machine, and whether it works: codes and facts for `urna devices`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Protocol

from serial.tools import list_ports

from hardware.attach import attach_printer, attach_scanner
from hardware.devices import Paper
from hardware.errors import DeviceError

SIMULATED = "simulated:"


@unique
class Health(StrEnum):
    """What a test finds where nothing fails; the entry in the catalogue is `device.<code>`."""

    READY = "ready"  # the printer answered and can print; facts: dots
    PAPER_LOW = "paper-low"  # the same, with the end of the roll near; facts: dots
    LISTENING = "listening"  # the port is open; a scanner cannot be asked anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the test of one device found; `key` is what the catalogue is asked for."""

    url: str
    key: str
    well: bool
    facts: Mapping[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialPort:
    """A port that may bear a device, and what the other end of a USB cable calls itself."""

    url: str
    product: str


class Port(Protocol):
    """What pyserial tells of a port."""

    device: str
    product: str | None


def serial_ports(listed: Callable[[], Iterable[Port]] = list_ports.comports) -> list[SerialPort]:
    """List the serial ports of this machine by name; simulators are not among them."""
    found = (
        SerialPort(url=f"serial://{port.device}", product=port.product or "") for port in listed()
    )
    return sorted(found, key=lambda port: port.url)


def examine_printer(url: str) -> Finding:
    """Ask the printer at `url` how it is; nothing is printed. Never raises DeviceError."""
    try:
        printer = attach_printer(url)
    except DeviceError as error:
        return _failed(url, error)
    try:
        status = printer.status()
    except DeviceError as error:
        return _failed(url, error)
    finally:
        printer.close()
    if status.trouble is not None:
        return _failed(url, DeviceError(status.trouble))
    health = Health.PAPER_LOW if status.paper is Paper.LOW else Health.READY
    return Finding(url=url, key=f"device.{health}", well=True, facts={"dots": printer.dots})


def examine_scanner(url: str) -> Finding:
    """Open the scanner at `url` and close it again. Never raises DeviceError."""
    try:
        scanner = attach_scanner(url)
    except DeviceError as error:
        return _failed(url, error)
    try:
        scanner.forget()
    except DeviceError as error:
        return _failed(url, error)
    finally:
        scanner.close()
    return Finding(url=url, key=f"device.{Health.LISTENING}", well=True, facts={})


def _failed(url: str, error: DeviceError) -> Finding:
    return Finding(url=url, key=error.key, well=False, facts=error.facts)
