# SPDX-License-Identifier: AGPL-3.0-or-later
"""The driver of a receipt printer that speaks ESC/POS on a serial line (RS-232, USB or a pty)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from PIL import Image

from hardware import escpos
from hardware.devices import PrinterStatus
from hardware.errors import DeviceCode, DeviceError, Printed
from hardware.serial_line import SerialLine

SLOWEST = 400  # dots per second: 50 mm/s
_CUT_OFF = escpos.feed(escpos.MARGIN) + escpos.CUT
_INTO_VIEW = escpos.feed(escpos.WINDOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long the driver waits for a printer, in seconds."""

    answer: float = 0.3  # to DLE EOT, beyond its time on the wire
    quiet: float = 0.1  # without a byte, after which no answer of the past is under way
    finish: float = 2.0  # beyond what sending and printing should take


PATIENT = Patience()


class SerialReceiptPrinter:
    """A `ReceiptPrinter`; the line is opened when first needed and again after it was lost.

    `connect` opens the line; `released` is called once the line is closed by `close`.
    """

    def __init__(
        self,
        connect: Callable[[], SerialLine],
        *,
        dots: int,
        patience: Patience = PATIENT,
        clock: Callable[[], float] = monotonic,
        released: Callable[[], None] = lambda: None,
    ) -> None:
        self.dots = dots
        self._connect = connect
        self._patience = patience
        self._clock = clock
        self._released = released
        self._line: SerialLine | None = None
        self._settled = False  # the printer is known to be between two pictures
        self._filled = False  # a band that was cut off has been completed
        self._hangs = False  # what `begin` printed is out and uncut, and nothing was amiss since
        self._done = False  # the answer to SAY_WHEN_DONE has come
        self._due = 0.0  # when the last byte that was sent leaves the wire

    def status(self) -> PrinterStatus:
        """See `ReceiptPrinter.status`; takes at most about a second."""
        with self._failing_as(None):
            return self._status()

    @property
    def begun(self) -> bool:
        """See `ReceiptPrinter.begun`."""
        return self._hangs

    def print(self, picture: Image.Image) -> None:
        """See `ReceiptPrinter.print`."""
        self._put(picture, end=_CUT_OFF)

    def begin(self, picture: Image.Image) -> None:
        """See `ReceiptPrinter.begin`."""
        self._put(picture, end=_INTO_VIEW)
        self._hangs = True

    def finish(self, picture: Image.Image) -> None:
        """See `ReceiptPrinter.finish`."""
        if not self.begun:
            raise ValueError("nothing is begun")
        self._put(picture, start=b"", end=_CUT_OFF)

    def close(self) -> None:
        """See `ReceiptPrinter.close`."""
        self._drop_line()
        self._released()

    def _put(self, picture: Image.Image, *, start: bytes = escpos.INITIALISE, end: bytes) -> None:
        """Print a part; one that starts afresh has whatever hangs cut off first."""
        if picture.mode != "1" or picture.width != self.dots:
            raise ValueError(f"a picture of mode 1 and width {self.dots} is needed")
        going_on = self._hangs and not start
        self._settled, self._hangs = self._settled and not self._hangs, False
        with self._failing_as(Printed.NOTHING):
            _require_ready(self._status())
            line = self._opened()
            if not (self._settled or going_on):
                self._settle(line)
        with self._failing_as(Printed.PART):
            self._send_part(line, picture, start, end)
        with self._failing_as(Printed.ALL):
            _require_ready(self._status())

    def _opened(self) -> SerialLine:
        if self._line is None:
            self._line = self._connect()
            self._settled = self._filled = False
            self._due = self._clock()
        return self._line

    def _drop_line(self) -> None:
        self._hangs = False
        if self._line is not None:
            self._line.close()
            self._line = None

    @contextmanager
    def _failing_as(self, printed: Printed | None) -> Iterator[None]:
        try:
            yield
        except DeviceError as error:
            if error.code is DeviceCode.LINE_LOST:
                self._drop_line()
            raise DeviceError(error.code, printed=printed, **error.facts) from error

    def _status(self) -> PrinterStatus:
        line = self._opened()
        try:
            return self._questioned(line)
        except DeviceError as error:
            if error.code is not DeviceCode.NO_ANSWER or self._settled or self._filled:
                raise
        # Some printers take a question for dots while a band is incomplete.
        self._filled = True
        self._send(line, escpos.filler(self.dots))
        return self._questioned(line)

    def _questioned(self, line: SerialLine) -> PrinterStatus:
        return escpos.read_status(*(self._answer(line, question) for question in escpos.Asked))

    def _answer(self, line: SerialLine, question: escpos.Asked) -> int:
        self._hear(line, 0)
        self._send(line, escpos.ask(question))
        deadline = max(self._due, self._clock()) + self._patience.answer
        while True:
            heard = self._hear(line, deadline - self._clock())
            told = [byte for byte in heard if not escpos.is_done(byte)]
            if told and not escpos.is_answer(told[0]):
                raise DeviceError(DeviceCode.GARBLED)
            if told:
                return told[0]
            if self._clock() >= deadline:
                raise DeviceError(DeviceCode.NO_ANSWER)

    def _hear(self, line: SerialLine, timeout: float) -> bytes:
        """Give what came within `timeout`; the answer to SAY_WHEN_DONE is noted."""
        heard = line.receive(timeout=timeout)
        self._done = self._done or any(map(escpos.is_done, heard))
        return heard

    def _settle(self, line: SerialLine) -> None:
        """Bring a printer of unknown past to a clean start: what it still held is cut off."""
        self._done = False
        self._send(line, escpos.filler(self.dots) + escpos.INITIALISE + escpos.SAY_WHEN_DONE)
        self._await_done(line, rows=SLOWEST)
        # That answer may have been one which an earlier job had coming: let all of them pass.
        deadline = self._clock() + self._patience.finish
        while line.receive(timeout=self._patience.quiet) and self._clock() < deadline:
            pass
        self._send(line, _CUT_OFF)
        self._settled = True

    def _send_part(self, line: SerialLine, picture: Image.Image, start: bytes, end: bytes) -> None:
        self._settled = self._filled = False
        self._send(line, start)
        answers = True
        for band in escpos.bands(picture):
            self._send(line, band)
            # A printer that stopped may soon be unable to take the question, or may have to
            # finish a band before it answers: then the end tells.
            answers = answers and self._nothing_wrong(line)
        self._done = False
        self._send(line, end + escpos.SAY_WHEN_DONE)
        self._await_done(line, rows=picture.height)
        self._settled = True

    def _nothing_wrong(self, line: SerialLine) -> bool:
        """Raise what is wrong with a printer that is printing; false if it does not answer now."""
        try:
            if escpos.is_offline(self._answer(line, escpos.Asked.PRINTER)):
                _require_ready(self._questioned(line))
        except DeviceError as error:
            if error.code is DeviceCode.NO_ANSWER:
                return False
            raise
        return True

    def _await_done(self, line: SerialLine, *, rows: int) -> None:
        """Wait until everything sent is printed, `rows` of it a picture."""
        deadline = self._due + rows / SLOWEST + self._patience.finish
        while True:
            heard = self._hear(line, max(self._due - self._clock(), self._patience.answer))
            late = self._clock() >= deadline
            answers = self._nothing_wrong(line) if late or not heard else True
            if self._done:
                return
            if late:
                raise DeviceError(DeviceCode.UNCONFIRMED if answers else DeviceCode.NO_ANSWER)

    def _send(self, line: SerialLine, data: bytes) -> None:
        self._due = max(self._due, self._clock()) + line.seconds_for(len(data))
        try:
            line.send(data, patience=self._patience.finish)
        except DeviceError as error:
            if error.code is DeviceCode.STALLED:
                # What waits in this machine must not come out in the middle of the next receipt.
                line.forget_output()
                self._due = self._clock()
            raise


def _require_ready(status: PrinterStatus) -> None:
    if status.trouble is not None:
        raise DeviceError(status.trouble)
