# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from time import monotonic

import pytest

from hardware.attach import attach_scanner
from hardware.devices import CodeScanner
from hardware.errors import DeviceCode, DeviceError
from hardware.simulated.scanner import ScannerSimulator
from kiosk.code_reader import MISREAD, TURN, CodeReader
from kiosk.events import CodeScanned

LONG = 20.0  # seconds: never waited for unless something is broken
CODE = "URNA:S1:0123456789ABCDEFGHJKMNPQ"


@contextmanager
def reading(scanner: CodeScanner) -> Iterator[SimpleQueue[CodeScanned]]:
    """What a reader hands over, from its start to its stop."""
    read: SimpleQueue[CodeScanned] = SimpleQueue()
    reader = CodeReader(scanner, read.put)
    reader.start()
    try:
        yield read
    finally:
        reader.stop()


def test_codes_arrive_in_the_order_in_which_they_were_held_before_it() -> None:
    with ScannerSimulator() as simulator, reading(attach_scanner(simulator.url)) as read:
        for code in (CODE, "8410376017595"):
            simulator.scan(code)
        assert [read.get(timeout=LONG).code for _ in range(2)] == [CODE, "8410376017595"]


@pytest.mark.parametrize("garbage", [b"\xff\xfe\r", b"A" * 2000 + b"\r"])
def test_what_cannot_be_a_code_is_handed_over_as_misread(garbage: bytes) -> None:
    with ScannerSimulator() as simulator, reading(attach_scanner(simulator.url)) as read:
        simulator.send(garbage)
        assert read.get(timeout=LONG) == CodeScanned(code=MISREAD)
        simulator.scan(CODE)
        assert read.get(timeout=LONG).code == CODE


def test_what_was_scanned_before_the_start_is_dropped() -> None:
    with ScannerSimulator() as simulator:
        scanner = attach_scanner(simulator.url)
        scanner.forget()  # opens the line
        simulator.scan("THE LAST PERSON")
        with reading(scanner) as read:
            simulator.scan(CODE)
            assert read.get(timeout=LONG).code == CODE
            assert read.empty()


def test_a_scanner_that_was_unplugged_reads_on_when_it_is_back() -> None:
    with ScannerSimulator() as simulator:
        scanner = Counting(attach_scanner(simulator.url))
        with reading(scanner) as read:
            simulator.unplug()
            scanner.failed.get(timeout=LONG)
            simulator.plug_in()
            scanner.opened.get(timeout=LONG)
            simulator.scan(CODE)
            assert read.get(timeout=LONG).code == CODE


class Counting:
    """A scanner that tells how each attempt to read ended."""

    def __init__(self, scanner: CodeScanner) -> None:
        self._scanner = scanner
        self.failed: SimpleQueue[DeviceCode] = SimpleQueue()
        self.opened: SimpleQueue[str | None] = SimpleQueue()
        self._failing = False

    def read(self, timeout: float) -> str | None:
        try:
            code = self._scanner.read(timeout)
        except DeviceError as error:
            self._failing = True
            self.failed.put(error.code)
            raise
        if self._failing:
            self.opened.put(code)
        return code

    def forget(self) -> None:
        self._scanner.forget()

    def close(self) -> None:
        self._scanner.close()


def test_a_scanner_that_is_not_there_is_waited_for_and_not_asked_without_a_pause() -> None:
    with ScannerSimulator() as simulator:
        simulator.unplug()
        scanner = Counting(attach_scanner(simulator.url))
        with reading(scanner) as read:
            assert scanner.failed.get(timeout=LONG) is DeviceCode.NOT_FOUND
            began = monotonic()
            scanner.failed.get(timeout=LONG)
            assert monotonic() - began > TURN / 2
            simulator.plug_in()
            scanner.opened.get(timeout=LONG)
            simulator.scan(CODE)
            assert read.get(timeout=LONG).code == CODE


def test_a_reader_whose_scanner_never_comes_can_be_stopped() -> None:
    with ScannerSimulator() as simulator:
        simulator.unplug()
        with reading(attach_scanner(simulator.url)) as read, pytest.raises(Empty):
            read.get(block=False)


def test_after_the_stop_nothing_is_handed_over() -> None:
    with ScannerSimulator() as simulator:
        with reading(attach_scanner(simulator.url)) as read:
            pass
        simulator.scan(CODE)
        assert read.empty()
