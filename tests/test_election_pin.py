# SPDX-License-Identifier: AGPL-3.0-or-later
"""PINs of trustees' cards: drawn, typed, and those that would lock nothing."""

from __future__ import annotations

import pytest

from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.trustees.pin import LONGEST, SHORTEST, Pin
from tests.small_elections import seeded


def refusal_of(digits: str) -> ElectionRefused:
    with pytest.raises(ElectionRefused) as refusal:
        Pin(digits)
    return refusal.value


def test_a_pin_is_read_however_its_digits_are_grouped() -> None:
    for typed in ("48151623", " 4815 1623\n", "4815-1623", "48 15 16 23\r\n"):
        assert Pin.read(typed) == Pin("48151623")


@pytest.mark.parametrize("digits", ["", "48151", "4815162342108", "4815a623", "٤٨١٥١٦", "48²516"])
def test_six_to_twelve_digits_are_asked_for(digits: str) -> None:
    refusal = refusal_of(digits)
    assert refusal.code is ElectionProblem.PIN_FORM
    assert refusal.facts == {"least": SHORTEST, "most": LONGEST} == {"least": 6, "most": 12}


@pytest.mark.parametrize(
    "digits", ["000000", "777777777777", "123456", "456789012345", "987654", "32109876"]
)
def test_what_everyone_tries_first_is_refused(digits: str) -> None:
    refusal = refusal_of(digits)
    assert refusal.code is ElectionProblem.PIN_TRIVIAL
    assert refusal.facts == {}


@pytest.mark.parametrize("digits", ["123457", "112233", "135791", "654322", "100000"])
def test_a_pin_that_only_looks_like_it_is_taken(digits: str) -> None:
    assert Pin(digits).digits == digits


def test_drawn_pins_have_eight_digits_and_differ() -> None:
    random = seeded(3)
    drawn = {Pin.draw(random).digits for _ in range(200)}
    assert len(drawn) == 200
    assert {len(digits) for digits in drawn} == {8}
    assert any(digits.startswith("0") for digits in drawn)


def test_a_trivial_pin_that_was_drawn_is_drawn_again() -> None:
    said = iter((11111111, 23456789, 48151623))
    assert Pin.draw(lambda size: (next(said) << 5).to_bytes(size, "big")) == Pin("48151623")
