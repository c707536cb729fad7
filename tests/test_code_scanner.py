# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import pytest

from hardware.attach import Address, attach_scanner
from hardware.code_framing import GAP, LIMIT, CodeFraming, Frame
from hardware.code_scanner import SerialCodeScanner
from hardware.errors import DeviceCode, DeviceError
from hardware.simulated.scanner import ScannerSimulator

CODE = "URNA:S1:0123456789ABCDEFGHJKMNPQ"
SOON = 5.0  # seconds, never reached


def frames(framing: CodeFraming, now: float) -> list[Frame]:
    found = []
    while (frame := framing.next(now)) is not None:
        found.append(frame)
    return found


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\n\r", b"\r\r\n"])
def test_a_terminator_ends_a_code_and_leaves_nothing(end: bytes) -> None:
    framing = CodeFraming()
    framing.take(CODE.encode() + end, 0)
    assert frames(framing, 0) == [CODE]
    assert frames(framing, 10) == []


def test_a_pause_ends_a_code_without_terminator() -> None:
    framing = CodeFraming()
    framing.take(CODE.encode(), 1)
    assert framing.due == 1 + GAP
    assert framing.next(1 + GAP / 2) is None
    assert framing.next(1 + GAP) == CODE
    assert framing.due is None


def test_a_pause_between_two_takes_parts_two_codes() -> None:
    framing = CodeFraming()
    framing.take(b"ONE", 1)
    framing.take(b"TWO\r", 2)
    assert frames(framing, 2) == ["ONE", "TWO"]


def test_pieces_that_follow_soon_are_one_code() -> None:
    framing = CodeFraming()
    for at, byte in enumerate(CODE.encode()):
        framing.take(bytes([byte]), at * GAP / 2)
    framing.take(b"\r", len(CODE) * GAP / 2)
    assert frames(framing, 100) == [CODE]


def test_the_rest_of_crlf_may_come_late() -> None:
    framing = CodeFraming()
    framing.take(b"ONE\r", 0)
    framing.take(b"\nTWO\r", 3)
    framing.take(b"\n", 6)
    assert frames(framing, 9) == ["ONE", "TWO"]


@pytest.mark.parametrize("aim", ["]Q1", "]Q3", "]C0", "]d2"])
def test_the_name_of_the_symbology_is_taken_off(aim: str) -> None:
    framing = CodeFraming()
    framing.take(f"{aim}{CODE}\r".encode(), 0)
    assert frames(framing, 0) == [CODE]


@pytest.mark.parametrize("text", [b"caf\xc3\xa9", b"\x00\x00", b"A\tB", b"\x7f", b"]Q1"])
def test_what_is_not_printable_ascii_is_no_code_and_the_next_is_read(text: bytes) -> None:
    framing = CodeFraming()
    framing.take(text + b"\rNEXT\r", 0)
    assert frames(framing, 0) == [DeviceCode.UNREADABLE, "NEXT"]


@pytest.mark.parametrize("aim", [b"", b"]Q1"])
def test_a_code_may_be_as_long_as_the_limit_and_no_longer(aim: bytes) -> None:
    framing = CodeFraming()
    framing.take(aim + b"A" * LIMIT + b"\r", 0)
    framing.take(aim + b"A" * (LIMIT + 1) + b"\r", 0)
    framing.take(aim + b"A" * 100_000 + b"\rNEXT\r", 0)
    too_long = DeviceCode.TOO_LONG
    assert frames(framing, 0) == ["A" * LIMIT, too_long, too_long, "NEXT"]


@pytest.mark.parametrize("terminator", ["\r", "\n", "\r\n", ""])
@pytest.mark.parametrize("chunks", [1, 40])
@pytest.mark.parametrize("aim", ["", "]Q1"])
def test_a_scanned_code_is_read(terminator: str, chunks: int, aim: str) -> None:
    with ScannerSimulator() as simulator:
        scanner = attach_scanner(simulator.url)
        scanner.forget()
        simulator.scan(CODE, chunks=chunks, terminator=terminator, aim=aim)
        assert scanner.read(SOON) == CODE
        assert scanner.read(0) is None
        scanner.close()


def test_a_code_that_comes_in_two_halves_is_read_once_it_is_whole() -> None:
    with ScannerSimulator() as simulator:
        address = Address.read(simulator.url, known=frozenset({"baud"}))
        scanner = SerialCodeScanner(address.open_line, clock=lambda: 0.0)  # no pause is too long
        scanner.forget()
        simulator.send(b"URNA:S1:0123")
        assert scanner.read(0) is None
        simulator.send(b"4567\r")
        assert scanner.read(SOON) == "URNA:S1:01234567"
        scanner.close()


def test_two_codes_are_read_one_by_one() -> None:
    with ScannerSimulator() as simulator:
        scanner = attach_scanner(simulator.url)
        scanner.forget()
        simulator.scan("ONE", terminator="\r\n")
        simulator.scan("TWO", terminator="\r\n")
        assert [scanner.read(SOON), scanner.read(SOON), scanner.read(0)] == ["ONE", "TWO", None]
        scanner.close()


def test_what_was_scanned_before_it_was_asked_for_can_be_forgotten() -> None:
    with ScannerSimulator() as simulator:
        scanner = attach_scanner(simulator.url)
        scanner.forget()
        simulator.scan("ONE")
        simulator.scan("TWO")
        assert scanner.read(SOON) == "ONE"
        simulator.scan("THREE")
        scanner.forget()
        simulator.scan("FOUR")
        assert scanner.read(SOON) == "FOUR"
        scanner.close()


@pytest.mark.parametrize(
    ("sent", "code"),
    [(b"\xff\x00\r", DeviceCode.UNREADABLE), (b"A" * (LIMIT + 1) + b"\r", DeviceCode.TOO_LONG)],
)
def test_garbage_is_refused_and_the_next_code_is_read(sent: bytes, code: DeviceCode) -> None:
    with ScannerSimulator() as simulator:
        scanner = attach_scanner(simulator.url)
        scanner.forget()
        simulator.send(sent)
        with pytest.raises(DeviceError) as caught:
            scanner.read(SOON)
        assert caught.value.code is code
        simulator.scan(CODE)
        assert scanner.read(SOON) == CODE
        scanner.close()


def test_a_scanner_that_is_unplugged_is_missed_and_read_again_when_it_is_back() -> None:
    with ScannerSimulator() as simulator:
        scanner = attach_scanner(simulator.url)
        scanner.forget()
        simulator.send(b"HALF A CO")
        assert scanner.read(0) is None
        simulator.unplug()
        codes = []
        for _ in range(2):
            with pytest.raises(DeviceError) as caught:
                scanner.read(SOON)
            codes.append(caught.value.code)
        assert codes == [DeviceCode.LINE_LOST, DeviceCode.NOT_FOUND]
        simulator.plug_in()
        assert scanner.read(0) is None
        simulator.scan(CODE)
        assert scanner.read(SOON) == CODE
        scanner.close()


def test_nothing_shows_what_was_scanned() -> None:
    with ScannerSimulator() as simulator:
        scanner = attach_scanner(simulator.url)
        scanner.forget()
        simulator.scan("SECRET\xe9SECRET")
        with pytest.raises(DeviceError) as caught:
            scanner.read(SOON)
        simulator.send(b"SECRET")
        assert scanner.read(0) is None
        framing = CodeFraming()
        framing.take(b"SECRET\rSECRET", 0)
        for shown in (scanner, simulator, framing, caught.value, caught.value.facts):
            assert "SECRET" not in f"{shown} {shown!r}"
        scanner.close()
