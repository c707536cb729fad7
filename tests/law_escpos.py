# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hardware import escpos
from hardware.attach import attach_printer
from hardware.simulated.commands import (
    Command,
    CommandReader,
    Initialise,
    Picture,
    QuestionSpotter,
)
from hardware.simulated.paper import Roll
from hardware.simulated.printer import PrinterSimulator

SOME_BYTES = st.one_of(
    st.binary(max_size=300),
    st.lists(
        st.sampled_from(
            [
                b"\x1b",
                b"\x1d",
                b"\x10\x04\x01",
                b"\x1dv0\x00\x01\x00\x02\x00",
                b"\x1dV",
                b"B",
                b"@",
            ]
        )
    ).map(b"".join),
)


@st.composite
def pictures(draw: st.DrawFn) -> Image.Image:
    """Any picture of mode "1" whose width is a multiple of 8."""
    width, height = draw(st.integers(1, 8)), draw(st.integers(1, 150))
    dots = draw(st.binary(min_size=width * height, max_size=width * height))
    return Image.frombytes("1", (8 * width, height), dots)


def printed(commands: list[Command], dots: int) -> Image.Image | None:
    roll = Roll(dots)
    for command in commands:
        assert isinstance(command, Picture)
        roll.draw(command.width, command.rows)
    strip = roll.cut()
    return strip.picture if strip else None


@given(pictures())
def test_the_picture_on_paper_is_the_picture_that_was_sent(picture: Image.Image) -> None:
    commands = CommandReader().read(b"".join(escpos.bands(picture)))
    assert printed(commands, picture.width) == picture


def test_the_same_holds_through_a_driver_and_a_line() -> None:
    with PrinterSimulator(dots=128) as simulator:
        printer = attach_printer(simulator.url)

        @given(
            st.integers(1, 200).flatmap(
                lambda rows: st.binary(min_size=16 * rows, max_size=16 * rows)
            )
        )
        def law(dots: bytes) -> None:
            picture = Image.frombytes("1", (128, len(dots) // 16), dots)
            printer.print(picture)
            assert simulator.receipts.pop() == picture

        law()
        printer.close()
        assert simulator.fragments == []
        assert simulator.strays == b""


@given(st.lists(SOME_BYTES))
def test_the_simulated_printer_takes_any_bytes(pieces: list[bytes]) -> None:
    reader, spotter = CommandReader(), QuestionSpotter()
    for piece in pieces:
        reader.read(piece)
        assert all(question in (1, 2, 3, 4) for question in spotter.spot(piece))


@given(SOME_BYTES, st.lists(st.integers(0, 300)))
def test_how_bytes_are_cut_into_pieces_changes_nothing(data: bytes, cuts: list[int]) -> None:
    whole, in_pieces = CommandReader(), CommandReader()
    spotted, spotted_in_pieces = QuestionSpotter(), QuestionSpotter()
    bounds = [0, *sorted(cuts), len(data)]
    pieces = [data[start:end] for start, end in pairwise(bounds)]
    assert whole.read(data) == [found for piece in pieces for found in in_pieces.read(piece)]
    assert spotted.spot(data) == [n for piece in pieces for n in spotted_in_pieces.spot(piece)]


@given(pictures(), st.data())
def test_after_a_filler_a_printer_obeys_wherever_it_was_cut_off(
    picture: Image.Image, data: st.DataObject
) -> None:
    sent = escpos.INITIALISE + b"".join(escpos.bands(picture)) + escpos.feed(24) + escpos.CUT
    cut_off = sent[: data.draw(st.integers(0, len(sent)))]
    reader = CommandReader()
    reader.read(cut_off)
    reader.read(escpos.filler(picture.width))
    assert reader.read(escpos.INITIALISE) == [Initialise()]
