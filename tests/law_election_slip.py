# SPDX-License-Identifier: AGPL-3.0-or-later
"""Laws of voting slips."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ballots.election.errors import SlipRefused
from ballots.election.slip import CROCKFORD, Slip
from tests.small_elections import seeded

SLIPS = st.integers(min_value=0).map(lambda seed: Slip.draw(seeded(seed)))


@given(SLIPS)
def test_a_slip_is_read_from_its_code_and_from_its_payload(slip: Slip) -> None:
    assert Slip.read(slip.code) == Slip.read(slip.payload) == slip


@given(SLIPS, st.data())
def test_what_people_mix_up_is_put_right(slip: Slip, data: st.DataObject) -> None:
    same = {"1": "1IiLl", "0": "0Oo"}
    typed = [
        data.draw(st.sampled_from(same.get(symbol, symbol + symbol.lower())))
        for symbol in slip.symbols
    ]
    gaps = [data.draw(st.sampled_from(["", " ", "-", " - "])) for _ in typed]
    assert Slip.read("".join(a + b for a, b in zip(gaps, typed, strict=True))) == slip


@given(st.text() | st.text(alphabet=CROCKFORD + "-", min_size=20, max_size=30))
def test_any_text_is_a_slip_or_refused(text: str) -> None:
    try:
        slip = Slip.read(text)
    except SlipRefused:
        return
    assert Slip.read(slip.code) == slip
