# SPDX-License-Identifier: AGPL-3.0-or-later
"""Voting slips: drawn, printed, scanned, typed, mistyped."""

from __future__ import annotations

import re

import pytest

from ballots.election.errors import ElectionProblem, SlipRefused
from ballots.election.groups.named import group_named
from ballots.election.slip import CROCKFORD, PREFIX, Slip
from tests.small_elections import UUID, seeded

SLIP = Slip.draw(seeded(11))


def refusal_of(text: str) -> SlipRefused:
    with pytest.raises(SlipRefused) as refusal:
        Slip.read(text)
    return refusal.value


def test_a_code_is_four_groups_of_six() -> None:
    assert re.fullmatch(rf"([{CROCKFORD}]{{6}}-){{3}}[{CROCKFORD}]{{6}}", SLIP.code)
    assert SLIP.payload == PREFIX + SLIP.code.replace("-", "")


def test_the_payload_fits_a_qr_code_in_alphanumeric_mode() -> None:
    assert re.fullmatch(r"[0-9A-Z $%*+./:-]+", SLIP.payload)
    assert len(SLIP.payload) == 32


def test_a_slip_is_read_however_it_is_typed() -> None:
    for text in (
        SLIP.code,
        SLIP.payload,
        SLIP.code.lower(),
        SLIP.payload.lower(),
        f"  {SLIP.code}\n",
        SLIP.code.replace("-", " "),
        SLIP.code.replace("-", ""),
        SLIP.code.replace("1", "l").replace("0", "o"),
        SLIP.code.replace("1", "I").replace("0", "O"),
    ):
        assert Slip.read(text) == SLIP


def test_a_slip_never_shows_itself() -> None:
    group = group_named("Ed25519")
    assert repr(SLIP) == str(SLIP) == "<Slip>"
    assert repr(SLIP.credential(UUID, group)) == "<Credential>"
    assert SLIP.symbols not in str(refusal_of(SLIP.code + "7"))


def test_a_text_of_another_length_is_refused() -> None:
    assert refusal_of(SLIP.code[:-1]).facts == {"n": 23}
    assert refusal_of("").code is ElectionProblem.SLIP_LENGTH
    assert refusal_of(SLIP.code + "7").key == "error.election.slip-length"


@pytest.mark.parametrize("symbol", ["U", "Ñ", "*", "ß", "²"])
def test_a_symbol_of_no_slip_is_refused_by_its_position(symbol: str) -> None:
    refusal = refusal_of(f"{SLIP.symbols[:4]}{symbol}{SLIP.symbols[5:]}")
    assert refusal.code in (ElectionProblem.SLIP_SYMBOL, ElectionProblem.SLIP_LENGTH)
    assert refusal.facts in ({"position": 5}, {"n": 25})


def test_a_wrong_check_symbol_is_refused() -> None:
    other = CROCKFORD[CROCKFORD.index(SLIP.symbols[-1]) - 1]
    assert refusal_of(SLIP.symbols[:-1] + other).code is ElectionProblem.SLIP_CHECK


def test_a_wrong_symbol_goes_unseen_about_once_in_a_thousand_times() -> None:
    unseen = tried = 0
    random = seeded(12)
    for _ in range(5):
        symbols = Slip.draw(random).symbols
        for position, right in enumerate(symbols):
            for wrong in CROCKFORD.replace(right, ""):
                tried += 1
                try:
                    Slip.read(symbols[:position] + wrong + symbols[position + 1 :])
                except SlipRefused:
                    continue
                unseen += 1
    assert tried == 5 * 24 * 31
    assert unseen <= 12  # 3.6 are to be expected; more than 12 once in some ten thousand seeds


def test_a_slip_gives_other_keys_in_other_elections_and_groups() -> None:
    ed25519, belenios = group_named("Ed25519"), group_named("BELENIOS-2048")
    one = SLIP.credential(UUID, ed25519)
    assert one == Slip.read(SLIP.payload).credential(UUID, ed25519)
    assert one.public != SLIP.credential(UUID + "x", ed25519).public
    assert one.public != SLIP.credential(UUID, belenios).public
    assert ed25519.text(ed25519.generate(one.secret)) == one.public
