# SPDX-License-Identifier: AGPL-3.0-or-later
"""The few words of ESC/POS that a receipt needs, and what a printer says back.

Sources: command manuals of Epson (TM-T85, TM-H5000), Citizen (CBM-820), Bixolon (SRP-330II) and
HPRT (TP80K), which agree on everything used here. Pure: bytes and pictures, no line.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

from PIL import Image

from hardware.devices import Paper, PrinterStatus

BAND_ROWS = 64  # 8 mm: small enough to be filled up when one was cut off (see `filler`)
HEADER_SIZE = 8  # bytes of GS v 0 before its dots
MARGIN = 24  # dots of blank paper after a receipt
# From the head to above the knife and the lid, 20 mm: what was printed can be read, and hangs.
WINDOW = 160

INITIALISE = b"\x1b@\x1da\x00"  # ESC @, then GS a 0: no status that nobody asked for
SAY_WHEN_DONE = b"\x1dr\x01"  # GS r 1: answered only when everything before it is done
CUT = b"\x1dVB\x00"  # GS V 66 0: feed to the knife, cut

_NEGATIVE = bytes(255 - byte for byte in range(256))


class Asked(IntEnum):
    """What DLE EOT n asks; it is answered at once, whatever the printer is busy with."""

    PRINTER = 1
    OFFLINE_CAUSE = 2
    PAPER = 4


def ask(question: Asked) -> bytes:
    """DLE EOT n."""
    return bytes([0x10, 0x04, question])


def is_answer(byte: int) -> bool:
    """Tell whether `byte` has the fixed bits of an answer to DLE EOT: 0xx1xx10."""
    return byte & 0b1001_0011 == 0b0001_0010


def is_done(byte: int) -> bool:
    """Tell whether `byte` has the fixed bits of an answer to GS r 1: 0xx0xxxx."""
    return byte & 0b1001_0000 == 0


def is_offline(printer: int) -> bool:
    """Tell from the answer to DLE EOT 1 whether the printer has stopped."""
    return bool(printer & 0b0000_1000)


def read_status(printer: int, cause: int, paper: int) -> PrinterStatus:
    """Read the answers to DLE EOT 1, 2 and 4, of which `is_answer` is true."""
    out = paper & 0b0110_0000 or cause & 0b0010_0000
    low = paper & 0b0000_1100
    return PrinterStatus(
        paper=Paper.OUT if out else Paper.LOW if low else Paper.OK,
        online=not is_offline(printer),
        cover_open=bool(cause & 0b0000_0100),
    )


def bands(picture: Image.Image) -> Iterator[bytes]:
    """Cut a picture of mode "1", its width a multiple of 8, into GS v 0 commands."""
    width = picture.width // 8
    dots = picture.tobytes().translate(_NEGATIVE)  # Pillow's 1 is white, the printer's is black
    for start in range(0, picture.height, BAND_ROWS):
        rows = min(BAND_ROWS, picture.height - start)
        header = b"\x1dv0\x00" + width.to_bytes(2, "little") + rows.to_bytes(2, "little")
        yield header + dots[start * width : (start + rows) * width]


def feed(dots: int) -> bytes:
    """ESC J n, n at most 255, as often as needed."""
    full, rest = divmod(dots, 255)
    return b"\x1bJ\xff" * full + (b"\x1bJ" + bytes([rest]) if rest else b"")


def filler(dots: int) -> bytes:
    """Give as many zeros as one band of paper `dots` wide holds, its header included.

    A printer that was cut off within a band takes whatever comes next for dots. These complete
    the band in white; outside of a band they mean nothing.
    """
    return bytes(HEADER_SIZE + BAND_ROWS * dots // 8)
