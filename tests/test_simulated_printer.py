# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from threading import Event
from typing import TYPE_CHECKING

import pytest
import segno
from PIL import Image

from hardware import escpos
from hardware.attach import Address, attach_printer
from hardware.devices import Paper
from hardware.errors import DeviceError
from hardware.serial_line import SerialLine
from hardware.simulated.commands import CommandReader, Cut, Feed, Initialise, Picture, Stray
from hardware.simulated.paper import NEAR_END, Roll
from hardware.simulated.printer import PrinterSimulator
from tests.symbols import symbols_on

if TYPE_CHECKING:
    from pathlib import Path

SOON = 5.0  # seconds, never reached
RECEIPT = "urna:r1:00000000-example:TRACKER0123456789"
NOISE = Image.effect_noise((128, 100), 99).convert("1")


def line_of(simulator: PrinterSimulator) -> SerialLine:
    return Address.read(simulator.url, known=frozenset({"baud", "dots"})).open_line()


def sent(line: SerialLine, data: bytes) -> None:
    """Send without a driver, and wait until the simulator has acted on it."""
    line.send(data + escpos.SAY_WHEN_DONE, patience=SOON)
    assert line.receive(timeout=SOON)


def job(picture: Image.Image) -> bytes:
    return escpos.INITIALISE + b"".join(escpos.bands(picture)) + escpos.feed(24) + escpos.CUT


def with_qr() -> Image.Image:
    drawn = BytesIO()
    segno.make(RECEIPT, error="m").save(drawn, kind="png", scale=4, border=4)
    picture = Image.new("1", (576, 300), 1)
    with Image.open(drawn) as code:
        picture.paste(code.convert("1"), (100, 60))
    return picture


def test_a_qr_code_on_the_paper_can_be_read(tmp_path: Path) -> None:
    with PrinterSimulator() as simulator:
        printer = attach_printer(simulator.url)
        printer.print(with_qr())
        printer.close()
        (saved,) = simulator.save(tmp_path / "receipts")
    assert saved.name == "receipt-001.png"
    with Image.open(saved) as receipt:
        assert symbols_on(receipt) == [RECEIPT]
        assert round(receipt.info["dpi"][0]) == 203


def test_each_whole_receipt_is_announced() -> None:
    announced: list[Image.Image] = []
    with PrinterSimulator(dots=128, on_receipt=announced.append) as simulator:
        printer = attach_printer(simulator.url)
        printer.print(NOISE)
        printer.print(NOISE.crop((0, 0, 128, 30)))
        printer.close()
        assert announced == simulator.receipts
        assert len(announced) == 2


def test_torn_paper_is_kept_and_saved_apart(tmp_path: Path) -> None:
    with PrinterSimulator(dots=128) as simulator:
        line = line_of(simulator)
        sent(line, job(NOISE))
        sent(line, escpos.INITIALISE + next(escpos.bands(NOISE)))
        sent(line, job(NOISE))  # begins below what was never cut
        line.close()
        assert simulator.receipts == [NOISE]
        assert [fragment.height for fragment in simulator.fragments] == [164]
        names = [path.name for path in simulator.save(tmp_path)]
        assert names == ["receipt-001.png", "fragment-001.png"]


def test_a_roll_that_ends_is_torn_off_and_the_rest_comes_on_the_next() -> None:
    with PrinterSimulator(dots=128) as simulator:
        line = line_of(simulator)
        sent(line, b"")
        simulator.run_out(after_dots=70)
        line.send(job(NOISE) + escpos.ask(escpos.Asked.PAPER), patience=SOON)
        assert line.receive(timeout=SOON) in (b"\x1e", b"\x7e")
        simulator.load_paper()
        sent(line, b"")
        line.close()
        upper, lower = simulator.fragments
        assert upper == NOISE.crop((0, 0, 128, 70))
        assert lower == NOISE.crop((0, 70, 128, 100))
        assert simulator.receipts == []


def test_a_cut_without_print_leaves_nothing() -> None:
    with PrinterSimulator(dots=128) as simulator:
        line = line_of(simulator)
        sent(line, escpos.INITIALISE + escpos.feed(100) + escpos.CUT)
        line.close()
        assert simulator.receipts == simulator.fragments == []


def test_the_time_on_the_wire_is_calculated_and_not_spent() -> None:
    with PrinterSimulator(dots=128, baud=9600) as simulator:
        line = line_of(simulator)
        sent(line, job(Image.new("1", (128, 600))))
        line.close()
        assert simulator.wire_seconds == simulator.bytes_received * 10 / 9600
        assert simulator.wire_seconds > 10
    with PrinterSimulator() as simulator:
        assert simulator.wire_seconds == 0


def test_bytes_can_be_acted_upon_as_they_come() -> None:
    sizes: list[int] = []
    with PrinterSimulator(dots=128, on_bytes=sizes.append) as simulator:
        line = line_of(simulator)
        sent(line, job(Image.new("1", (128, 600))))
        line.close()
        assert sizes == sorted(set(sizes))
        assert sizes[-1] == simulator.bytes_received
        steps = [after - before for before, after in pairwise([0, *sizes])]
        assert max(steps) <= 512


def test_a_stalled_printer_takes_no_more_than_it_was_told() -> None:
    stalled = Event()
    with PrinterSimulator(dots=128) as simulator:
        line = line_of(simulator)
        sent(line, b"")
        before = simulator.bytes_received
        simulator.on_bytes = lambda size: stalled.set() if size >= before + 700 else None
        simulator.stall(after_bytes=700)
        with pytest.raises(DeviceError):
            line.send(bytes(30_000), patience=0.1)
        assert stalled.wait(SOON)
        assert simulator.bytes_received - before == 700
        simulator.resume()
        sent(line, b"")
        assert simulator.bytes_received - before > 700 + 4_096
        line.close()


def test_wrong_characters_are_counted() -> None:
    with PrinterSimulator(dots=128) as simulator:
        line = line_of(simulator)
        sent(line, b"Hola\n" + escpos.INITIALISE)
        line.close()
        assert simulator.strays == b"Hola"


def test_a_printer_can_be_closed_twice_and_while_unplugged() -> None:
    simulator = PrinterSimulator()
    simulator.unplug()
    simulator.unplug()
    simulator.close()
    simulator.close()
    simulator.plug_in()


@pytest.mark.parametrize(
    ("data", "commands"),
    [
        (b"\x1b@", [Initialise()]),
        (b"\x1bJ\x05\x1bd\x02\n", [Feed(5), Feed(60), Feed(30)]),
        (b"\x1dV\x00\x1dV1\x1dVB\x00", [Cut(), Cut(), Cut()]),
        (b"\x1dv0\x00\x01\x00\x02\x00\xaa\x55", [Picture(1, b"\xaa\x55")]),
        (b"\x1dv00\x01\x00\x01\x00\xaa", [Picture(1, b"\xaa")]),
        (b"\x1dv0\x00\x00\x00\x02\x00\x1b@", [Initialise()]),
        (b"\x1dv0\x03\x00", [Stray(0x1D), Stray(ord("v")), Stray(ord("0")), Stray(3)]),
        (b"\x1dvx", [Stray(0x1D), Stray(ord("v")), Stray(ord("x"))]),
        (b"\x00\x1da\x00", []),
        (b"\x1b\x1b@", [Stray(0x1B), Initialise()]),
    ],
)
def test_commands_are_read_as_in_the_manual(data: bytes, commands: list[object]) -> None:
    assert CommandReader().read(data) == commands
    one_by_one = CommandReader()
    assert [found for byte in data for found in one_by_one.read(bytes([byte]))] == commands


@pytest.mark.parametrize(
    ("left", "paper"),
    [
        (None, Paper.OK),
        (NEAR_END + 1, Paper.OK),
        (NEAR_END, Paper.LOW),
        (1, Paper.LOW),
        (0, Paper.OUT),
    ],
)
def test_paper_runs_low_before_it_runs_out(left: int | None, paper: Paper) -> None:
    roll = Roll(128)
    roll.left = left
    assert roll.paper is paper


def test_no_more_comes_out_than_there_is_paper() -> None:
    roll = Roll(128)
    roll.left = 100
    assert roll.feed(90) == 90
    assert roll.draw(16, bytes(16 * 30)) == 10
    assert roll.draw(16, bytes(16)) == 0
    assert roll.feed(1) == 0


def test_a_picture_wider_or_narrower_than_the_paper_is_cut_or_filled() -> None:
    roll = Roll(16)
    roll.draw(3, b"\x01\x02\x03")
    roll.feed(1)
    roll.draw(1, b"\x04")
    strip = roll.cut()
    assert strip is not None
    inverted = bytes(255 - byte for byte in strip.picture.tobytes())
    assert inverted == b"\x01\x02" + b"\x00\x00" + b"\x04\x00"
    assert not strip.torn
