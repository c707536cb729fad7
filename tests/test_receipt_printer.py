# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Timer
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageChops, ImageDraw

from hardware import escpos
from hardware.attach import Address
from hardware.devices import Paper, PrinterStatus, ReceiptPrinter
from hardware.errors import DeviceCode, DeviceError, Printed
from hardware.receipt_printer import Patience, SerialReceiptPrinter
from hardware.simulated.printer import PrinterSimulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DOTS = 384
HASTE = Patience(answer=0.12, quiet=0.03, finish=0.2)
HEALTHY = PrinterStatus(paper=Paper.OK, online=True)


def receipt(height: int = 700) -> Image.Image:
    """A picture without symmetry, so that a lost or doubled row shows; 33 600 bytes at 700."""
    picture = Image.new("1", (DOTS, height), 1)
    draw = ImageDraw.Draw(picture)
    draw.line((0, 0, DOTS - 1, height - 1), fill=0, width=3)
    draw.rectangle((0, 0, 40, height // 3), outline=0)
    return picture


def driver_of(simulator: PrinterSimulator, patience: Patience = HASTE) -> SerialReceiptPrinter:
    address = Address.read(simulator.url, known=frozenset({"baud", "dots"}))
    return SerialReceiptPrinter(address.open_line, dots=address.dots, patience=patience)


@contextmanager
def bench(patience: Patience = HASTE) -> Iterator[tuple[PrinterSimulator, SerialReceiptPrinter]]:
    with PrinterSimulator(dots=DOTS) as simulator:
        printer = driver_of(simulator, patience)
        try:
            yield simulator, printer
        finally:
            printer.close()


def failure(printer: ReceiptPrinter, picture: Image.Image) -> DeviceError:
    with pytest.raises(DeviceError) as caught:
        printer.print(picture)
    return caught.value


def both(first: Image.Image, last: Image.Image) -> Image.Image:
    """One paper: what was begun, the window through which it was read, and the end."""
    paper = Image.new("1", (DOTS, first.height + escpos.WINDOW + last.height), 1)
    paper.paste(first, (0, 0))
    paper.paste(last, (0, first.height + escpos.WINDOW))
    return paper


def came_out(printer: SerialReceiptPrinter) -> bool:
    return printer.begun


def top_of(picture: Image.Image, rows: int) -> Image.Image:
    return picture.crop((0, 0, DOTS, rows))


def test_a_receipt_comes_out_dot_by_dot_as_it_was_sent() -> None:
    with bench() as (simulator, printer):
        printer.print(receipt())
        assert simulator.receipts == [receipt()]
        assert simulator.strays == b""


def test_receipts_follow_each_other_each_on_its_own_paper() -> None:
    with bench() as (simulator, printer):
        pictures = [receipt(height) for height in (1, 63, 64, 65, 200)]
        for picture in pictures:
            printer.print(picture)
        assert simulator.receipts == pictures
        assert simulator.fragments == []


@pytest.mark.parametrize("picture", [Image.new("L", (DOTS, 8)), Image.new("1", (DOTS + 8, 8))])
def test_a_picture_of_another_mode_or_width_is_not_printed(picture: Image.Image) -> None:
    with bench() as (simulator, printer), pytest.raises(ValueError, match="width 384"):
        printer.print(picture)
    assert simulator.bytes_received == 0


def test_the_status_tells_paper_and_cover() -> None:
    with bench() as (simulator, printer):
        assert printer.status() == HEALTHY
        simulator.run_low()
        assert printer.status() == PrinterStatus(paper=Paper.LOW, online=True)
        simulator.run_out()
        assert printer.status() == PrinterStatus(paper=Paper.OUT, online=False)
        simulator.load_paper()
        simulator.open_cover()
        assert printer.status() == PrinterStatus(paper=Paper.OK, online=False, cover_open=True)
        simulator.close_cover()
        assert printer.status() == HEALTHY


def test_low_paper_still_prints() -> None:
    with bench() as (simulator, printer):
        simulator.run_low()
        printer.print(receipt())
        assert simulator.receipts == [receipt()]


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (HEALTHY, None),
        (PrinterStatus(paper=Paper.LOW, online=True), None),
        (PrinterStatus(paper=Paper.OK, online=False), DeviceCode.OFFLINE),
        (PrinterStatus(paper=Paper.OUT, online=False), DeviceCode.PAPER_OUT),
        (PrinterStatus(paper=Paper.OUT, online=True), DeviceCode.PAPER_OUT),
        (PrinterStatus(paper=Paper.OUT, online=False, cover_open=True), DeviceCode.COVER_OPEN),
    ],
)
def test_what_is_mended_first_is_told_first(
    status: PrinterStatus, trouble: DeviceCode | None
) -> None:
    assert status.trouble is trouble


def test_a_mute_printer_is_never_healthy() -> None:
    with bench() as (simulator, printer):
        simulator.mute = True
        started = monotonic()
        with pytest.raises(DeviceError) as caught:
            printer.status()
        assert caught.value.code is DeviceCode.NO_ANSWER
        assert caught.value.printed is None
        error = failure(printer, receipt())
        assert (error.code, error.printed) == (DeviceCode.NO_ANSWER, Printed.NOTHING)
        assert monotonic() - started < 1.5
        simulator.mute = False
        printer.print(receipt())
        assert simulator.receipts == [receipt()]
        assert simulator.fragments == []


@pytest.mark.parametrize("garbage", [b"\xff", b"\x10", b"\x93", b"\x00\x11"])
def test_an_answer_that_no_printer_gives_is_told_apart(garbage: bytes) -> None:
    with bench() as (simulator, printer):
        simulator.garbled = garbage
        with pytest.raises(DeviceError) as caught:
            printer.status()
        assert caught.value.code is DeviceCode.GARBLED


def test_zeros_on_the_line_are_no_answer() -> None:
    with bench() as (simulator, printer):
        simulator.garbled = b"\x00"
        assert failure(printer, receipt(8)).code is DeviceCode.NO_ANSWER
        assert simulator.receipts == []


def test_without_paper_nothing_is_begun() -> None:
    with bench() as (simulator, printer):
        simulator.run_out()
        error = failure(printer, receipt())
        assert (error.code, error.printed) == (DeviceCode.PAPER_OUT, Printed.NOTHING)
        simulator.load_paper()
        printer.print(receipt())
        assert simulator.receipts == [receipt()]
        assert simulator.fragments == []


@pytest.mark.parametrize("after_dots", [1, 333, 690])
def test_paper_that_ends_in_a_receipt_leaves_a_fragment_and_the_next_is_whole(
    after_dots: int,
) -> None:
    with bench() as (simulator, printer):
        printer.print(receipt(8))
        simulator.run_out(after_dots=after_dots)
        error = failure(printer, receipt())
        assert (error.code, error.printed) == (DeviceCode.PAPER_OUT, Printed.PART)
        simulator.load_paper()
        assert simulator.fragments[0] == top_of(receipt(), after_dots)
        printer.print(receipt())
        assert simulator.receipts == [receipt(8), receipt()]


def test_paper_that_ends_with_the_receipt_is_told_with_the_whole_receipt_out() -> None:
    with bench() as (simulator, printer):
        simulator.on_bytes = lambda _: simulator.run_out() if simulator.receipts else None
        error = failure(printer, receipt())
        assert (error.code, error.printed) == (DeviceCode.PAPER_OUT, Printed.ALL)
        assert simulator.receipts == [receipt()]


def test_a_cover_opened_in_a_receipt_is_told() -> None:
    with bench() as (simulator, printer):
        simulator.on_bytes = lambda size: simulator.open_cover() if size > 15_000 else None
        error = failure(printer, receipt())
        assert (error.code, error.printed) == (DeviceCode.COVER_OPEN, Printed.PART)
        simulator.on_bytes = lambda _: None
        simulator.close_cover()
        printer.print(receipt())
        assert simulator.receipts == [receipt()]
        (fragment,) = simulator.fragments
        assert fragment == top_of(receipt(), fragment.height)


def test_a_cable_pulled_in_a_receipt_is_told_and_the_next_is_whole_on_its_own_paper() -> None:
    with bench() as (simulator, printer):
        simulator.on_bytes = lambda size: simulator.unplug() if size > 15_000 else None
        error = failure(printer, receipt())
        assert (error.code, error.printed) == (DeviceCode.LINE_LOST, Printed.PART)
        assert failure(printer, receipt()).code is DeviceCode.NOT_FOUND
        simulator.on_bytes = lambda _: None
        simulator.plug_in()
        printer.print(receipt())
        assert simulator.receipts == [receipt()]
        (fragment,) = simulator.fragments
        assert top_of(fragment, 192) == top_of(receipt(), 192)  # the bands that were complete
        assert fragment.height < receipt().height


def test_a_cable_pulled_between_two_receipts_costs_none() -> None:
    with bench() as (simulator, printer):
        printer.print(receipt())
        simulator.unplug()
        error = failure(printer, receipt())
        assert (error.code, error.printed) == (DeviceCode.LINE_LOST, Printed.NOTHING)
        simulator.plug_in()
        printer.print(receipt(90))
        assert simulator.receipts == [receipt(), receipt(90)]
        assert simulator.fragments == []


def test_a_printer_that_stops_taking_bytes_is_left_in_time() -> None:
    with bench() as (simulator, printer):
        printer.print(receipt(8))
        simulator.says_done = simulator.answers_within_pictures = False
        simulator.stall(after_bytes=5_000)
        started = monotonic()
        error = failure(printer, receipt())
        assert (error.code, error.printed) == (DeviceCode.STALLED, Printed.PART)
        assert monotonic() - started < 1.5
        simulator.says_done = True
        simulator.resume()
        printer.print(receipt())
        assert simulator.receipts == [receipt(8), receipt()]


def test_a_printer_that_never_says_that_it_has_finished_has_not_finished() -> None:
    with bench() as (simulator, printer):
        printer.print(receipt(8))
        simulator.says_done = False
        error = failure(printer, receipt(64))
        assert (error.code, error.printed) == (DeviceCode.UNCONFIRMED, Printed.PART)


def test_an_answer_that_an_earlier_job_had_coming_confirms_nothing() -> None:
    with bench(replace(HASTE, quiet=0.3)) as (simulator, printer):
        late = Timer(0.05, lambda: simulator._line.write(b"\x00"))

        def on_bytes(size: int) -> None:
            if size > 9 and late.ident is None:  # the questions are over
                late.start()
            simulator.says_done = size < 3_200  # for the zeros at the start, not the picture

        simulator.on_bytes = on_bytes
        error = failure(printer, receipt(64))
        late.join()
        assert (error.code, error.printed) == (DeviceCode.UNCONFIRMED, Printed.PART)


def test_a_printer_that_falls_mute_in_a_receipt_has_not_finished() -> None:
    with bench() as (simulator, printer):
        printer.print(receipt(8))
        simulator.on_bytes = lambda size: setattr(simulator, "mute", size > 5_000)
        error = failure(printer, receipt(64))
        assert (error.code, error.printed) == (DeviceCode.NO_ANSWER, Printed.PART)


def test_a_kiosk_that_died_in_a_receipt_leaves_a_printer_that_the_next_one_can_use() -> None:
    cut_off = escpos.INITIALISE + next(escpos.bands(receipt()))[:1000]
    with bench() as (simulator, printer):
        simulator.answers_within_pictures = False
        line = Address.read(simulator.url, known=frozenset({"baud", "dots"})).open_line()
        received = Event()
        simulator.on_bytes = lambda size: received.set() if size == len(cut_off) else None
        line.send(cut_off, patience=1)
        assert received.wait(5)
        line.close()
        assert printer.status() == HEALTHY
        printer.print(receipt())
        assert simulator.receipts == [receipt()]
        assert len(simulator.fragments) == 1


def test_what_was_begun_is_out_and_hangs_until_it_is_finished_on_the_same_paper() -> None:
    with bench() as (simulator, printer):
        printer.begin(receipt(130))
        assert came_out(printer)
        assert (simulator.receipts, simulator.fragments) == ([], [])
        assert printer.status() == HEALTHY
        printer.finish(receipt())
        assert not printer.begun
        assert simulator.receipts == [both(receipt(130), receipt())]
        printer.print(receipt(90))
        assert simulator.receipts[1:] == [receipt(90)]
        assert simulator.fragments == []
        assert simulator.strays == b""


@pytest.mark.parametrize("again", [SerialReceiptPrinter.print, SerialReceiptPrinter.begin])
def test_a_paper_that_nobody_finished_is_cut_off_before_the_next(
    again: Callable[[SerialReceiptPrinter, Image.Image], None],
) -> None:
    with bench() as (simulator, printer):
        printer.begin(receipt(130))
        again(printer, receipt(90))
        assert simulator.fragments == [receipt(130)]
        if printer.begun:
            printer.finish(receipt(64))
        assert len(simulator.receipts) == 1


def test_what_was_not_begun_cannot_be_finished() -> None:
    with bench() as (simulator, printer):
        with pytest.raises(ValueError, match="nothing is begun"):
            printer.finish(receipt())
        printer.begin(receipt(64))
        printer.finish(receipt(64))
        with pytest.raises(ValueError, match="nothing is begun"):
            printer.finish(receipt())
        assert len(simulator.receipts) == 1


@pytest.mark.parametrize("after_dots", [0, 1, 100, escpos.WINDOW + 20])
def test_paper_that_ends_after_the_first_part_leaves_the_whole_paper_to_print(
    after_dots: int,
) -> None:
    with bench() as (simulator, printer):
        printer.begin(receipt(130))
        simulator.run_out(after_dots=after_dots)
        with pytest.raises(DeviceError) as caught:
            printer.finish(receipt())
        assert caught.value.code is DeviceCode.PAPER_OUT
        assert not printer.begun
        simulator.load_paper()
        printer.print(receipt(200))
        assert simulator.receipts == [receipt(200)]
        assert top_of(simulator.fragments[0], 130) == receipt(130)


@pytest.mark.parametrize("after_dots", [0, 64, 130, 130 + escpos.WINDOW])
def test_a_first_part_that_ran_out_of_paper_is_not_begun(after_dots: int) -> None:
    with bench() as (simulator, printer):
        printer.print(receipt(8))
        simulator.run_out(after_dots=after_dots)
        with pytest.raises(DeviceError) as caught:
            printer.begin(receipt(130))
        assert caught.value.code is DeviceCode.PAPER_OUT
        assert not printer.begun
        simulator.load_paper()
        printer.begin(receipt(130))
        printer.finish(receipt(90))
        assert simulator.receipts == [receipt(8), both(receipt(130), receipt(90))]


def pull_and_plug(simulator: PrinterSimulator, printer: SerialReceiptPrinter) -> None:
    simulator.unplug()
    with pytest.raises(DeviceError):
        printer.status()
    simulator.plug_in()


def open_and_close(_: PrinterSimulator, printer: SerialReceiptPrinter) -> None:
    printer.close()


@pytest.mark.parametrize("disturb", [pull_and_plug, open_and_close])
def test_a_paper_is_not_gone_on_with_once_the_line_was_lost(
    disturb: Callable[[PrinterSimulator, SerialReceiptPrinter], None],
) -> None:
    with bench() as (simulator, printer):
        printer.begin(receipt(130))
        disturb(simulator, printer)
        assert not printer.begun
        printer.print(receipt(90))
        assert simulator.receipts == [receipt(90)]
        assert simulator.fragments == [receipt(130)]


def test_a_cover_that_is_open_when_the_paper_is_to_be_finished_ends_it() -> None:
    with bench() as (simulator, printer):
        printer.begin(receipt(130))
        simulator.open_cover()
        with pytest.raises(DeviceError) as caught:
            printer.finish(receipt(90))
        assert (caught.value.code, caught.value.printed) == (
            DeviceCode.COVER_OPEN,
            Printed.NOTHING,
        )
        simulator.close_cover()
        printer.print(receipt(90))
        assert simulator.receipts == [receipt(90)]


def test_questions_that_hide_in_a_picture_do_not_confuse_the_driver() -> None:
    row = b"\x10\x04\x01\x10\x04\x02\x10\x04\x04".ljust(DOTS // 8, b"\0")
    picture = ImageChops.invert(Image.frombytes("1", (DOTS, 130), row * 130))
    with bench() as (simulator, printer):
        for _ in range(3):
            printer.print(picture)
        assert simulator.receipts == [picture] * 3


def test_a_printer_belongs_to_one_program() -> None:
    with bench() as (simulator, printer):
        printer.status()
        other = driver_of(simulator)
        assert failure(other, receipt()).code is DeviceCode.BUSY
        printer.close()
        assert other.status() == HEALTHY
        other.close()
