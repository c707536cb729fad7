# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import pytest

from hardware.attach import Address
from hardware.errors import DeviceCode, DeviceError
from hardware.serial_line import SerialLine
from hardware.simulated.scanner import ScannerSimulator

SOON = 5.0  # seconds, never reached


def line_of(simulator: ScannerSimulator) -> SerialLine:
    return Address.read(simulator.url, known=frozenset({"baud"})).open_line()


def received(line: SerialLine, size: int) -> bytes:
    data = b""
    while len(data) < size:
        arrived = line.receive(timeout=SOON)
        assert arrived
        data += arrived
    return data


@pytest.mark.parametrize("chunks", [1, 3, 7, 100])
def test_a_scan_is_prefix_text_and_terminator_in_any_number_of_pieces(chunks: int) -> None:
    with ScannerSimulator() as simulator:
        line = line_of(simulator)
        simulator.scan("CODE", chunks=chunks, terminator="\r\n", aim="]Q1")
        assert received(line, 9) == b"]Q1CODE\r\n"
        assert line.receive(timeout=0) == b""
        line.close()


def test_bytes_pass_as_they_are() -> None:
    every = bytes(range(256))
    with ScannerSimulator() as simulator:
        line = line_of(simulator)
        simulator.send(every)
        assert received(line, 256) == every
        line.close()


def test_what_nobody_listened_to_is_gone() -> None:
    with ScannerSimulator() as simulator:
        simulator.scan("EARLY")
        line = line_of(simulator)
        assert line.receive(timeout=0) == b""
        simulator.send(bytes(100_000))  # more than the cable holds: the rest is lost, nobody waits
        line.close()


def test_an_unplugged_scanner_is_nowhere_until_it_is_plugged_in_again() -> None:
    with ScannerSimulator() as simulator:
        simulator.unplug()
        simulator.scan("LOST")
        with pytest.raises(DeviceError) as caught:
            line_of(simulator)
        assert caught.value.code is DeviceCode.NOT_FOUND
        simulator.plug_in()
        line = line_of(simulator)
        simulator.unplug()
        with pytest.raises(DeviceError) as caught:
            line.receive(timeout=SOON)
        assert caught.value.code is DeviceCode.LINE_LOST
        with pytest.raises(DeviceError) as caught:
            line.send(b"x", patience=SOON)
        assert caught.value.code is DeviceCode.LINE_LOST
        line.close()


def test_a_scanner_can_be_put_away_twice() -> None:
    simulator = ScannerSimulator()
    simulator.close()
    simulator.close()
    simulator.plug_in()
