# SPDX-License-Identifier: AGPL-3.0-or-later
"""QR symbols say exactly what they were given, also in few dots and in a PDF."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from printouts import qr
from printouts.errors import PaperProblem, PaperRefused
from printouts.paper import canvas
from tests.pages import pictures_of
from tests.symbols import symbols_on

SLIP = "URNA:S1:0123456789ABCDEFGHJKMNPQ"


def read(picture: Image.Image) -> str:
    (text,) = symbols_on(picture)
    return text


@pytest.mark.parametrize("payload", [SLIP, "urna:b1:" + "9c" * 32, "açò·ñ 中"])
def test_a_picture_says_its_payload(payload: str) -> None:
    assert read(qr.picture(payload, 276)) == payload


def test_a_module_is_a_whole_number_of_dots_and_never_under_three() -> None:
    side = len(qr.matrix(SLIP)) + 2 * qr.QUIET
    assert qr.picture(SLIP, side * 3).size == (side * 3, side * 3)
    assert qr.picture(SLIP, side * 5 - 1).size == (side * 4, side * 4)
    with pytest.raises(PaperRefused) as refused:
        qr.picture(SLIP, side * 3 - 1)
    assert refused.value.code is PaperProblem.TOO_NARROW


def test_a_slip_takes_the_alphanumeric_mode_and_so_25_modules() -> None:
    assert len(qr.matrix(SLIP)) == 25
    assert len(qr.matrix(SLIP.lower())) == 29


def test_level_m_survives_a_torn_corner() -> None:
    torn = qr.picture(SLIP, 276)
    side = torn.width // 33
    torn.paste(1, (22 * side, 22 * side, 29 * side, 25 * side))
    assert read(torn) == SLIP


def test_the_quiet_zone_is_white() -> None:
    symbol = qr.picture(SLIP, 33 * 4).convert("L")
    inner = (16, 16, symbol.width - 16, symbol.height - 16)
    dark = symbol.point([255 * (value < 128) for value in range(256)]).getbbox()
    assert dark == inner


def test_a_drawing_says_its_payload() -> None:
    buffer = BytesIO()
    sheet = canvas(buffer, "ca", "QR", "Urna")
    qr.draw(sheet, SLIP, (100, 100), 120)
    sheet.showPage()
    sheet.save()
    (page,) = pictures_of(buffer.getvalue(), dots_per_inch=150)
    assert read(page) == SLIP
