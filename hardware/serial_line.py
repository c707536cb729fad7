# SPDX-License-Identifier: AGPL-3.0-or-later
"""A serial line: pyserial in one place, its many errors turned into ours."""

from __future__ import annotations

import errno
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self

import serial

from hardware.errors import DeviceCode, DeviceError

BITS_PER_BYTE = 10  # 8 data bits, start and stop
MOST_AT_ONCE = 4096  # bytes; what the terminal layer of Linux holds for a reader

_OPENING = {
    errno.ENOENT: DeviceCode.NOT_FOUND,
    errno.ENODEV: DeviceCode.NOT_FOUND,
    errno.ENXIO: DeviceCode.NOT_FOUND,
    errno.EIO: DeviceCode.NOT_FOUND,
    errno.EACCES: DeviceCode.NOT_ALLOWED,
    errno.EPERM: DeviceCode.NOT_ALLOWED,
    errno.EAGAIN: DeviceCode.BUSY,
    errno.EBUSY: DeviceCode.BUSY,
}


class SerialLine:
    """An open serial port, 8 data bits, no parity, raw, ours alone."""

    def __init__(self, port: serial.Serial, path: str, baud: int) -> None:
        self._port = port
        self._path = path
        self._baud = baud

    @classmethod
    def open(cls, path: str, *, baud: int) -> Self:
        """Open and lock the port at `path`; what had arrived before is dropped.

        Raises:
            DeviceError: NOT_FOUND, NOT_ALLOWED, BUSY (another program has it) or NOT_SERIAL.
        """
        try:
            port = serial.Serial(path, baud, exclusive=True)
        except (OSError, termios.error) as error:
            # Without a number it opened, but does not have the settings of a serial port.
            code = _OPENING.get(error.args[0], DeviceCode.NOT_SERIAL)
            raise DeviceError(code, port=path) from error
        return cls(port, path, baud)

    def seconds_for(self, size: int) -> float:
        """Return how long `size` bytes take on the wire."""
        return size * BITS_PER_BYTE / self._baud

    def send(self, data: bytes, *, patience: float) -> None:
        """Hand over all of `data`, waiting at most its time on the wire and `patience` seconds.

        Raises:
            DeviceError: STALLED (part of it may have gone) or LINE_LOST.
        """
        with self._told_as_ours():
            self._port.write_timeout = self.seconds_for(len(data)) + patience
            self._port.write(data)

    def receive(self, *, timeout: float) -> bytes:
        """Give what has arrived, as soon as there is any; nothing after `timeout` seconds.

        Raises:
            DeviceError: LINE_LOST.
        """
        with self._told_as_ours():
            self._port.timeout = max(timeout, 0)
            first = self._port.read(1)
            return first + self._port.read(min(self._port.in_waiting, MOST_AT_ONCE))

    def forget_output(self) -> None:
        """Drop what was handed over and has not left. Raises DeviceError: LINE_LOST."""
        with self._told_as_ours():
            self._port.reset_output_buffer()

    def close(self) -> None:
        """Close without waiting for what has not left."""
        with suppress(OSError, termios.error):
            self._port.reset_output_buffer()
        with suppress(OSError):
            self._port.close()

    @contextmanager
    def _told_as_ours(self) -> Iterator[None]:
        try:
            yield
        except serial.SerialTimeoutException as error:
            raise DeviceError(DeviceCode.STALLED, port=self._path) from error
        except (OSError, termios.error) as error:
            raise DeviceError(DeviceCode.LINE_LOST, port=self._path) from error
