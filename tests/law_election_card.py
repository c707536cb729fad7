# SPDX-License-Identifier: AGPL-3.0-or-later
"""Laws of trustees' cards: whatever is read, typed or scanned."""

from __future__ import annotations

from base64 import b32encode

from hypothesis import given
from hypothesis import strategies as st

from ballots.election.errors import ElectionRefused
from ballots.election.trustees.card import ALPHABET, PREFIX, Card, Effort, lock, read_card
from ballots.election.trustees.pin import Pin
from ballots.election.trustees.share import TrusteeShare
from tests.small_elections import seeded
from tests.test_election_card import opened_by_the_page

LIGHT = Effort(passes=1, memory=3)
GROUPS = {"Ed25519": 32, "BELENIOS-2048": 32, "RFC-3526-2048": 256}
PIN = Pin("48151623")
PINS = st.integers(0, 10**12 - 1).map(lambda number: Pin(f"2{number:011}"[:12]))


@st.composite
def shares(draw: st.DrawFn) -> TrusteeShare:
    group = draw(st.sampled_from(sorted(GROUPS)))
    secret = draw(st.integers(0, 256 ** GROUPS[group] - 1))
    return TrusteeShare(group=group, owner=draw(st.integers(1, 255)), secret=secret)


def locked(share: TrusteeShare, pin: Pin = PIN, seed: int = 1) -> Card:
    return lock(share, b"[]", pin, seeded(seed), LIGHT)


@given(shares(), PINS, st.integers(0))
def test_a_card_is_read_from_its_payload_and_from_its_rows(
    share: TrusteeShare, pin: Pin, seed: int
) -> None:
    card = locked(share, pin, seed)
    assert read_card(card.payload, LIGHT) == read_card("\n".join(card.rows), LIGHT) == card
    assert opened_by_the_page(card.payload, pin.digits) == share.secret


@given(shares(), st.data())
def test_no_other_payload_is_read_as_this_card(share: TrusteeShare, data: st.DataObject) -> None:
    payload = locked(share).payload
    place = data.draw(st.integers(len(PREFIX), len(payload) - 1))
    other = data.draw(st.sampled_from(ALPHABET.replace(payload[place], "")))
    try:
        read_card(payload[:place] + other + payload[place + 1 :], LIGHT)
    except ElectionRefused:
        return
    raise AssertionError(place)


BYTES = st.binary(max_size=90).map(lambda raw: PREFIX + b32encode(raw).decode().rstrip("="))


@given(
    st.text()
    | st.text().map(PREFIX.__add__)
    | st.text(alphabet=ALPHABET + "018 -\n", max_size=170)
    | BYTES
)
def test_any_text_is_a_card_or_refused(text: str) -> None:
    try:
        card = read_card(text, LIGHT)
    except ElectionRefused:
        return
    assert read_card(card.payload, LIGHT) == card


@given(st.text() | st.text(alphabet="0123456789 -", max_size=14))
def test_any_text_is_a_pin_or_refused(text: str) -> None:
    try:
        pin = Pin.read(text)
    except ElectionRefused:
        return
    assert pin.digits.isascii()
    assert 6 <= len(pin.digits) <= 12
