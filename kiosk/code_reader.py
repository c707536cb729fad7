# SPDX-License-Identifier: AGPL-3.0-or-later
"""Listens to the code scanner in a thread of its own and hands what it reads to the booth."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread

from hardware.devices import CodeScanner
from hardware.errors import DeviceCode, DeviceError
from kiosk.events import CodeScanned

TURN = 0.25  # seconds of listening before looking whether to stop
MISREAD = "?"  # no slip: the booth says that the code could not be read
UNREADABLE = frozenset({DeviceCode.UNREADABLE, DeviceCode.TOO_LONG})


class CodeReader:
    """From `start` to `stop`. A scanner that is gone is tried again until it is back.

    What was scanned is a secret: it goes to `receive` and nowhere else.
    """

    def __init__(self, scanner: CodeScanner, receive: Callable[[CodeScanned], None]) -> None:
        """Nothing is read yet."""
        self._scanner = scanner
        self._receive = receive
        self._stopping = Event()
        self._thread = Thread(target=self._read, name="code reader", daemon=True)

    def start(self) -> None:
        """Begin to listen; what was scanned before is dropped."""
        with suppress(DeviceError):  # not there yet: it is opened when it is
            self._scanner.forget()
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and give the line back."""
        self._stopping.set()
        self._thread.join()
        self._scanner.close()

    def _read(self) -> None:
        while not self._stopping.is_set():
            try:
                code = self._scanner.read(TURN)
            except DeviceError as error:
                if error.code not in UNREADABLE:
                    self._stopping.wait(TURN)  # there is nobody to listen to
                    continue
                code = MISREAD
            if code is not None:
                self._receive(CodeScanned(code=code))
