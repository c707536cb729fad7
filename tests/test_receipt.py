# SPDX-License-Identifier: AGPL-3.0-or-later
"""Receipts and challenge slips: right to the dot, readable by a scanner, silent on the choice."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
import zxingcpp
from PIL import Image

from kiosk.i18n import LANGUAGES, voice
from printouts import challenge, receipt
from printouts.challenge import Challenge
from printouts.errors import PaperProblem, PaperRefused
from printouts.receipt import Receipt
from printouts.typesetting import Direction
from tests.pictures import assert_picture

DOTS = (384, 576)
TITLES = {
    "ca": ("Assemblea de veïns i veïnes del Poble-sec", "Pressupost i pista de bàsquet"),
    "es": ("Asamblea de vecinas y vecinos del Poble-sec", "Presupuesto y pista de baloncesto"),
    "en": ("Poble-sec neighbourhood assembly", "Budget and basketball court"),
}


def a_receipt(language: str = "ca") -> Receipt:
    assembly, poll = TITLES[language]
    return Receipt(
        assembly=assembly,
        poll=poll,
        election="moKpY3qnwWPc51",
        tracker="i2a8jLi9upzfIzkHM+iucdwR0OCboWFYwh+7v/EQ8lI",
        device="Cabina 2",
        holders=3,
        language=language,
    )


def a_challenge(language: str = "ca") -> Challenge:
    given = a_receipt(language)
    return Challenge(
        assembly=given.assembly,
        poll=given.poll,
        election=given.election,
        tracker=given.tracker,
        device=given.device,
        language=language,
    )


def printed(given: Receipt, dots: int = 384) -> Image.Image:
    return receipt.render(given, voice(given.language).say, dots)


def read(picture: Image.Image) -> str:
    (found,) = zxingcpp.read_barcodes(picture.convert("L"))
    return str(found.text)


@pytest.mark.parametrize("dots", DOTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipt_is_the_reference_to_the_dot(language: str, dots: int) -> None:
    assert_picture(printed(a_receipt(language), dots), f"receipts/{language}-{dots}")


@pytest.mark.parametrize("dots", DOTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipt_of_one_device_that_is_a_copy_says_both(language: str, dots: int) -> None:
    given = replace(a_receipt(language), holders=1, copy=True)
    assert_picture(printed(given, dots), f"receipts/{language}-{dots}-alone-copy")


@pytest.mark.parametrize("dots", DOTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_challenge_slip_is_the_reference_to_the_dot(language: str, dots: int) -> None:
    picture = challenge.render(a_challenge(language), voice(language).say, dots)
    assert_picture(picture, f"receipts/{language}-{dots}-challenge")


@pytest.mark.parametrize("dots", DOTS)
def test_the_symbol_says_election_and_tracker(dots: int) -> None:
    given = a_receipt()
    assert read(printed(given, dots)) == (
        "urna:r1:moKpY3qnwWPc51:i2a8jLi9upzfIzkHM+iucdwR0OCboWFYwh+7v/EQ8lI"
    )


def test_the_symbol_of_a_challenge_cannot_be_taken_for_a_receipt() -> None:
    picture = challenge.render(a_challenge(), voice("ca").say, 384)
    assert read(picture) == a_challenge().payload
    assert a_challenge().payload != a_receipt().payload
    assert a_challenge().payload.startswith("urna:c1:")


def test_a_receipt_is_in_pure_black_and_white_and_as_wide_as_the_paper() -> None:
    picture = printed(a_receipt(), 576)
    assert (picture.mode, picture.width) == ("1", 576)


def test_the_edges_stay_white() -> None:
    picture = printed(a_receipt()).convert("L")
    dark = picture.point([255 * (value < 128) for value in range(256)]).getbbox()
    assert dark is not None
    assert dark[0] >= 8
    assert dark[2] <= 376


def test_no_field_of_a_paper_can_hold_a_choice_or_a_time() -> None:
    known = {"assembly", "poll", "election", "tracker", "device", "language", "direction"}
    assert {field.name for field in fields(Challenge)} == known
    assert {field.name for field in fields(Receipt)} == known | {"holders", "copy"}


def test_a_tracker_is_drawn_left_to_right_in_every_language() -> None:
    rtl = replace(a_receipt(), direction=Direction.RTL)
    left, right = printed(a_receipt()), printed(rtl)
    assert left.size == right.size
    assert left.tobytes() != right.tobytes()
    rows = (0, 360, 384, 540)
    assert left.crop(rows).tobytes() == right.crop(rows).tobytes()


def test_long_titles_make_a_longer_receipt_and_lose_nothing() -> None:
    long = replace(
        a_receipt(), poll="Desinstitucionalització " * 9, assembly="Anticonstitució" * 9
    )
    picture = printed(long)
    assert picture.height > printed(a_receipt()).height + 250
    assert read(picture) == long.payload


@pytest.mark.parametrize("dots", [376, 383, 390])
def test_paper_too_narrow_or_of_broken_bytes_is_refused(dots: int) -> None:
    with pytest.raises(PaperRefused) as refused:
        printed(a_receipt(), dots)
    assert refused.value.code is PaperProblem.TOO_NARROW


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"assembly": " "}, PaperProblem.EMPTY),
        ({"poll": ""}, PaperProblem.EMPTY),
        ({"device": ""}, PaperProblem.EMPTY),
        ({"election": "short"}, PaperProblem.ELECTION),
        ({"election": "0" * 14}, PaperProblem.ELECTION),
        ({"tracker": "A" * 42}, PaperProblem.TRACKER),
        ({"tracker": "A" * 42 + "B"}, PaperProblem.TRACKER),
        ({"tracker": "A" * 42 + "="}, PaperProblem.TRACKER),
        ({"holders": 0}, PaperProblem.COUNT),
    ],
)
def test_a_receipt_that_could_not_be_checked_is_refused(
    change: dict[str, str | int], problem: PaperProblem
) -> None:
    with pytest.raises(PaperRefused) as refused:
        replace(a_receipt(), **change)  # type: ignore[arg-type]  # the table mixes fields
    assert refused.value.code is problem
