# SPDX-License-Identifier: AGPL-3.0-or-later
"""A receipt printer on a pty, with a paper roll, that can fail in all the ways of a real one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self, assert_never

from PIL import Image

from hardware.devices import Paper
from hardware.simulated.commands import (
    Ask,
    CommandReader,
    Cut,
    Deed,
    Feed,
    Initialise,
    Picture,
    QuestionSpotter,
    SayWhenDone,
    Stray,
)
from hardware.simulated.paper import NEAR_END, Roll, save_picture
from hardware.simulated.pty_line import MOUTHFUL, PtyLine

BITS_PER_BYTE = 10
USB_BAUD = 921_600  # what the address says where no speed is simulated


class PrinterSimulator:
    """A printer in a thread of its own; attach a driver to `url`, close it when done.

    `receipts` holds what was cut off whole, `fragments` what was torn: by the end of a roll, or by
    a receipt that began before the last was cut. `on_receipt` is called with each whole receipt,
    `on_bytes` with the number of bytes received so far, before they are acted upon: both run in
    the simulator's thread and may call everything here except `close`.

    `mute` answers nothing, `garbled` answers these bytes instead, `says_done` = False leaves
    GS r unanswered, `answers_within_pictures` = False takes questions in a picture for dots.
    """

    def __init__(
        self,
        *,
        dots: int = 576,
        baud: int | None = None,
        on_receipt: Callable[[Image.Image], object] = lambda _: None,
        on_bytes: Callable[[int], object] = lambda _: None,
    ) -> None:
        self.receipts: list[Image.Image] = []
        self.fragments: list[Image.Image] = []
        self.strays = bytearray()  # bytes that would have come out as wrong characters
        self.bytes_received = 0
        self.mute = False
        self.garbled: bytes | None = None
        self.says_done = True
        self.answers_within_pictures = True
        self.dots = dots
        self.baud = baud
        self.on_receipt = on_receipt
        self.on_bytes = on_bytes
        self._on = True
        self._cover_open = False
        self._bytes_to_stall: int | None = None
        self._roll = Roll(dots)
        self._reader = CommandReader()
        self._spotter = QuestionSpotter()
        self._to_do: deque[Deed] = deque()
        self._line = PtyLine("printer")
        self._thread = Thread(target=self._serve, name="simulated printer", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _1: type[BaseException] | None, _2: BaseException | None, _3: TracebackType | None
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The address to attach a driver to."""
        return f"serial://{self._line.path}?baud={self.baud or USB_BAUD}&dots={self.dots}"

    @property
    def wire_seconds(self) -> float:
        """How long the bytes so far would have taken at `baud`; 0 without."""
        return self.bytes_received * BITS_PER_BYTE / self.baud if self.baud else 0.0

    def run_low(self) -> None:
        """Let the near-end sensor see the end of the roll."""
        self.run_out(after_dots=NEAR_END)

    def run_out(self, *, after_dots: int = 0) -> None:
        """Let the roll end so many dots (eighths of a millimetre) from here."""
        with self._line.lock:
            self._roll.left = after_dots

    def load_paper(self) -> None:
        """Put a full roll in; the printer goes on with what it had still to do."""
        with self._line.lock:
            strip = self._roll.load()
            if strip is not None:
                self.fragments.append(strip.picture)
            self._work()

    def open_cover(self) -> None:
        """Open the cover: the printer stops, and says why."""
        with self._line.lock:
            self._cover_open = True

    def close_cover(self) -> None:
        """Close the cover; the printer goes on with what it had still to do."""
        with self._line.lock:
            self._cover_open = False
            self._work()

    def stall(self, *, after_bytes: int = 0) -> None:
        """Stop taking bytes after so many more; the cable holds up to 16 KiB."""
        with self._line.lock:
            self._bytes_to_stall = after_bytes
            self._stall_if_due(0)

    def resume(self) -> None:
        """Take bytes again."""
        with self._line.lock:
            self._bytes_to_stall = None
            self._line.appetite = MOUTHFUL
            self._line.wake()

    def unplug(self) -> None:
        """Pull the cable; what the printer has received it keeps."""
        self._line.unplug()

    def plug_in(self) -> None:
        """Plug the cable in again, at the same address."""
        self._line.plug_in()

    def save(self, folder: Path) -> list[Path]:
        """Save all receipts and fragments as PNG, numbered from 1."""
        with self._line.lock:
            named = [
                (folder / f"{name}-{number:03}.png", picture)
                for name, pictures in (("receipt", self.receipts), ("fragment", self.fragments))
                for number, picture in enumerate(pictures, 1)
            ]
        for path, picture in named:
            save_picture(picture, path)
        return [path for path, _ in named]

    def close(self) -> None:
        """Switch off for good."""
        if self._on:
            self._on = False
            self._line.hang_up()
            self._thread.join()
            self._line.remove()

    def _serve(self) -> None:
        while (data := self._line.read()) is not None:
            with self._line.lock:
                self._take(data)

    def _take(self, data: bytes) -> None:
        self.bytes_received += len(data)
        if data:
            self.on_bytes(self.bytes_received)
        asked = self._spotter.spot(data)
        for command in self._reader.read(data):
            if not isinstance(command, Ask):
                self._to_do.append(command)
            elif not self.answers_within_pictures:
                self._answer(self._status(command.question))
        for question in asked if self.answers_within_pictures else ():
            self._answer(self._status(question))
        self._work()
        self._stall_if_due(len(data))

    def _stall_if_due(self, received: int) -> None:
        if self._bytes_to_stall is not None:
            self._bytes_to_stall = max(0, self._bytes_to_stall - received)
            self._line.appetite = min(MOUTHFUL, self._bytes_to_stall)

    @property
    def _online(self) -> bool:
        return not self._cover_open and self._roll.paper is not Paper.OUT

    def _status(self, question: int) -> int:
        """Answer to DLE EOT: the bits of `hardware.escpos.read_status`, seen from the printer."""
        out = self._roll.paper is Paper.OUT
        near_end = self._roll.paper is not Paper.OK
        told = {
            1: 0 if self._online else 0x08,
            2: (0x04 if self._cover_open else 0) | (0x20 if out else 0),
            4: (0x0C if near_end else 0) | (0x60 if out else 0),
        }
        return 0x12 | told.get(question, 0)

    def _answer(self, byte: int) -> None:
        if not self.mute:
            self._line.write(bytes([byte]) if self.garbled is None else self.garbled)

    def _work(self) -> None:
        while self._to_do and self._online:
            self._do(self._to_do.popleft())

    def _do(self, deed: Deed) -> None:
        match deed:
            case Initialise():
                self._roll.begin()
            case Picture(width, rows):
                drawn = self._roll.draw(width, rows)
                if drawn * width < len(rows):
                    self._to_do.appendleft(Picture(width, rows[drawn * width :]))
            case Feed(dots):
                self._roll.feed(dots)
            case Cut():
                self._cut()
            case SayWhenDone():
                if self.says_done:
                    self._answer(0x00 if self._roll.paper is Paper.OK else 0x03)
            case Stray(byte):
                self.strays.append(byte)
            case _:
                assert_never(deed)

    def _cut(self) -> None:
        strip = self._roll.cut()
        if strip is None:
            return
        if strip.torn:
            self.fragments.append(strip.picture)
        else:
            self.receipts.append(strip.picture)
            self.on_receipt(strip.picture)
