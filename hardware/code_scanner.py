# SPDX-License-Identifier: AGPL-3.0-or-later
"""The driver of a code scanner on a serial line (USB-CDC, RS-232 or a pty)."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from hardware.code_framing import LIMIT, CodeFraming
from hardware.errors import DeviceCode, DeviceError
from hardware.serial_line import SerialLine


class SerialCodeScanner:
    """A `CodeScanner`; the line is opened when first needed and again after it was lost.

    What the scanner sent before the line was opened is dropped. `connect` opens the line;
    `released` is called once the line is closed by `close`.
    """

    def __init__(
        self,
        connect: Callable[[], SerialLine],
        *,
        clock: Callable[[], float] = monotonic,
        released: Callable[[], None] = lambda: None,
    ) -> None:
        self._connect = connect
        self._clock = clock
        self._released = released
        self._framing = CodeFraming()
        self._line: SerialLine | None = None

    def __repr__(self) -> str:
        return "<SerialCodeScanner>"

    def read(self, timeout: float) -> str | None:
        """See `CodeScanner.read`.

        Raises:
            DeviceError: LINE_LOST or a code of opening; UNREADABLE (not printable ASCII) or
                TOO_LONG, after which the next code is read as if nothing had been.
        """
        deadline = self._clock() + timeout
        self._listen(0)
        while (frame := self._framing.next(self._clock())) is None:
            now = self._clock()
            if now >= deadline:
                return None
            due = self._framing.due
            self._listen((deadline if due is None else min(due, deadline)) - now)
        if isinstance(frame, DeviceCode):
            raise DeviceError(frame, limit=LIMIT)
        return frame

    def forget(self) -> None:
        """See `CodeScanner.forget`; also opens the line."""
        self._listen(0)
        self._framing.forget()

    def close(self) -> None:
        """See `CodeScanner.close`."""
        self._drop_line()
        self._released()

    def _listen(self, timeout: float) -> None:
        if self._line is None:
            self._line = self._connect()
        try:
            arrived = self._line.receive(timeout=timeout)
        except DeviceError:
            self._drop_line()
            raise
        if arrived:
            self._framing.take(arrived, self._clock())

    def _drop_line(self) -> None:
        self._framing.forget()
        if self._line is not None:
            self._line.close()
            self._line = None
