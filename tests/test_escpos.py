# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import pytest
from PIL import Image

from hardware import escpos
from hardware.devices import Paper, PrinterStatus

HEALTHY = 0b0001_0010


def test_the_questions_are_those_of_the_manual() -> None:
    assert [escpos.ask(question) for question in escpos.Asked] == [
        b"\x10\x04\x01",
        b"\x10\x04\x02",
        b"\x10\x04\x04",
    ]


def test_an_answer_has_its_four_fixed_bits() -> None:
    answers = [byte for byte in range(256) if escpos.is_answer(byte)]
    assert len(answers) == 16
    assert all(
        f"{byte:08b}"[0] + f"{byte:08b}"[3] + f"{byte:08b}"[6:] == "0110" for byte in answers
    )


def test_no_byte_answers_both_questions() -> None:
    assert not any(escpos.is_answer(byte) and escpos.is_done(byte) for byte in range(256))


def test_flow_control_is_no_answer() -> None:
    xon, xoff = 0x11, 0x13
    assert not any(escpos.is_answer(byte) or escpos.is_done(byte) for byte in (xon, xoff))


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ((0x12, 0x12, 0x12), PrinterStatus(paper=Paper.OK, online=True)),
        ((0x16, 0x12, 0x12), PrinterStatus(paper=Paper.OK, online=True)),  # drawer pin
        ((0x12, 0x12, 0x1E), PrinterStatus(paper=Paper.LOW, online=True)),
        ((0x1A, 0x12, 0x12), PrinterStatus(paper=Paper.OK, online=False)),
        ((0x1A, 0x16, 0x12), PrinterStatus(paper=Paper.OK, online=False, cover_open=True)),
        ((0x1A, 0x32, 0x12), PrinterStatus(paper=Paper.OUT, online=False)),
        ((0x1A, 0x12, 0x72), PrinterStatus(paper=Paper.OUT, online=False)),
        ((0x1A, 0x32, 0x7E), PrinterStatus(paper=Paper.OUT, online=False)),
    ],
)
def test_the_answers_mean_what_the_manual_says(
    answers: tuple[int, int, int], status: PrinterStatus
) -> None:
    assert escpos.read_status(*answers) == status


def test_a_black_dot_on_the_left_is_the_highest_bit() -> None:
    picture = Image.new("1", (16, 2), 1)
    picture.putpixel((0, 0), 0)
    picture.putpixel((15, 1), 0)
    assert list(escpos.bands(picture)) == [
        b"\x1dv0\x00" + b"\x02\x00" + b"\x02\x00" + b"\x80\x00" + b"\x00\x01"
    ]


def test_bands_are_as_high_as_they_may_be_and_the_last_is_the_rest() -> None:
    heights = [band[6] for band in escpos.bands(Image.new("1", (384, 150)))]
    assert heights == [64, 64, 22]


@pytest.mark.parametrize(
    ("dots", "command"),
    [
        (0, b""),
        (24, b"\x1bJ\x18"),
        (255, b"\x1bJ\xff"),
        (256, b"\x1bJ\xff\x1bJ\x01"),
    ],
)
def test_feeding_takes_as_many_commands_as_it_needs(dots: int, command: bytes) -> None:
    assert escpos.feed(dots) == command
