# SPDX-License-Identifier: AGPL-3.0-or-later
"""Trustees with their cards: who came, who is missing, what each mistake is told; rehearsal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from functools import cache
from itertools import permutations

import pytest

from ballots.election import closing
from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.result import Result
from ballots.election.setup import Setup
from ballots.election.trustees.card import Card, Effort, lock
from ballots.election.trustees.pin import Pin
from ballots.election.trustees.share import TrusteeShare
from ballots.randomness import Randomness
from ballots.record.kinds import Role
from hardware.attach import attach_printer
from hardware.simulated.printer import PrinterSimulator
from kiosk import rehearsing
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.i18n import voice
from kiosk.preparing import Preparation, prepare
from kiosk.rehearsing import rehearse
from kiosk.trustee_cards import Locked, Sitting, lock_cards, print_card
from printouts import trustee_strip
from tests.evenings import inputs
from tests.small_elections import POWER, seeded

LIGHT = Effort(passes=1, memory=3)


@cache
def made(trustees: int = 3, threshold: int = 2, group: str = "Ed25519") -> Preparation:
    assembly = inputs().assembly
    return prepare(
        replace(assembly, trustees=trustees, threshold=threshold, spare_elections=0),
        group=group,
        slips=1,
        devices=[("Mesa", Role.FACILITATOR)],
        random=seeded(3),
    )


@cache
def locked(trustees: int = 3, threshold: int = 2, group: str = "Ed25519") -> tuple[Locked, ...]:
    return lock_cards(made(trustees, threshold, group), seeded(4), effort=LIGHT)


def sat(cards: Sequence[Locked], preparation: Preparation | None = None) -> Sitting:
    """These trustees come, one after the other."""
    sitting = Sitting((preparation or made()).prepared, power=POWER, least=LIGHT)
    for each in cards:
        sitting.unlock(sitting.look_at(each.card.payload), each.pin)
    return sitting


# --- who comes ----------------------------------------------------------------------------------


def test_any_two_of_three_in_any_order_give_their_shares() -> None:
    for pair in permutations(locked(), 2):
        sitting = sat(pair)
        assert sitting.complete
        wanted = {each.trustee.owner for each in pair}
        assert {share.owner for share in sitting.shares()} == wanted == set(sitting.came)


def test_exactly_as_many_shares_as_are_needed_are_given() -> None:
    sitting = sat(locked())
    assert sitting.shares() == made().shares[:2]
    assert sitting.all_shares() == made().shares
    assert sitting.missing == ()


def test_who_is_missing_is_said_by_number() -> None:
    sitting = sat(locked()[1:2])
    assert (sitting.came, sitting.missing, sitting.complete) == ((2,), (1, 3), False)
    for ask in (sitting.shares, sitting.all_shares):
        with pytest.raises(KioskRefused) as refusal:
            ask()
        assert refusal.value.code is KioskProblem.TRUSTEES_MISSING
        assert refusal.value.facts == {"n": 1, "needed": 2, "came": "2", "others": "1, 3"}
    with pytest.raises(KioskRefused) as refusal:
        sat(()).shares()
    assert refusal.value.facts == {"n": 2, "needed": 2, "came": "–", "others": "1, 2, 3"}


def test_a_trustee_who_comes_twice_is_one() -> None:
    one = locked()[0]
    sitting = sat((one, one))
    assert sitting.came == (1,)
    assert not sitting.complete


def test_one_trustee_may_stand_alone() -> None:
    assert sat(locked(1, 1), made(1, 1)).shares() == made(1, 1).shares


# --- what goes wrong ----------------------------------------------------------------------------


def refusal_of(sitting: Sitting, text: str) -> StrEnum:
    """Why a card is refused before anybody is asked for a PIN."""
    with pytest.raises(ElectionRefused) as refusal:
        sitting.look_at(text)
    return refusal.value.code


def unlocking(sitting: Sitting, card: Card, pin: Pin) -> StrEnum:
    with pytest.raises(ElectionRefused) as refusal:
        sitting.unlock(sitting.look_at(card.payload), pin)
    return refusal.value.code


def test_each_mistake_is_told_apart_and_changes_nothing() -> None:
    one, two, _ = locked()
    (foreign,) = locked(1, 1)
    sitting = sat([one])
    payload = two.card.payload
    other = "A" if payload[50] != "A" else "B"
    damaged = payload[:50] + other + payload[51:]
    assert refusal_of(sitting, foreign.card.payload) is ElectionProblem.CARD_ASSEMBLY
    assert refusal_of(sitting, damaged) is ElectionProblem.CARD_DAMAGED
    assert refusal_of(sitting, "URNA:S1:0") is ElectionProblem.CARD_FORM
    assert unlocking(sitting, two.card, one.pin) is ElectionProblem.CARD_PIN
    assert (sitting.came, sitting.complete) == ((1,), False)
    sitting.unlock(sitting.look_at(payload), two.pin)
    assert sitting.complete


def test_wrong_pins_are_counted_and_lock_nobody_out() -> None:
    one, two, _ = locked()
    sitting = sat(())
    for tries in range(1, 12):
        assert unlocking(sitting, one.card, two.pin) is ElectionProblem.CARD_PIN
        assert (sitting.tries(1), sitting.tries(2)) == (tries, 0)
    sitting.unlock(one.card, one.pin)
    assert sitting.tries(1) == 11


def test_a_share_that_is_not_the_trustees_counts_as_no_wrong_pin() -> None:
    prepared, (one, two, _) = made().prepared, made().shares
    wrong = lock(replace(one, owner=2), prepared.trustees, Pin("48151623"), seeded(9), LIGHT)
    sitting = sat(())
    assert unlocking(sitting, wrong, Pin("48151623")) is ElectionProblem.SHARE
    assert sitting.tries(two.owner) == 0


def test_a_kiosk_takes_no_card_that_was_locked_too_lightly() -> None:
    sitting = Sitting(made().prepared)
    assert refusal_of(sitting, locked()[0].card.payload) is ElectionProblem.CARD_EFFORT


# --- locking and printing -----------------------------------------------------------------------


def test_each_card_has_a_pin_of_its_own() -> None:
    assert len({each.pin.digits for each in locked()}) == 3
    chosen = [Pin("48151623"), Pin("902107"), Pin("112358132134")]
    cards = lock_cards(made(), seeded(5), pins=chosen, effort=LIGHT)
    assert [each.pin for each in cards] == chosen
    assert sat(cards).came == (1, 2, 3)


def test_what_prints_of_a_locked_card_is_no_secret() -> None:
    for each in locked():
        assert each.pin.digits not in f"{each!r} {each.card!r} {each.pin!r} {each.trustee!r}"


def test_a_kiosk_prints_the_card_on_its_own_printer() -> None:
    with PrinterSimulator(dots=384) as simulator:
        printer = attach_printer(simulator.url)
        print_card(locked()[0], printer)
        printer.close()
        (receipt,) = simulator.receipts
    one = locked()[0]
    said = trustee_strip.render(one.trustee, one.card, voice("ca").say, 384)
    assert receipt.crop((0, 0, *said.size)).tobytes() == said.tobytes()


# --- the rehearsal ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trustees", "threshold", "group"),
    [(3, 2, "Ed25519"), (1, 1, "Ed25519"), (4, 4, "Ed25519"), (3, 2, "BELENIOS-2048")],
)
def test_a_rehearsal_opens_a_test_tally(trustees: int, threshold: int, group: str) -> None:
    preparation = made(trustees, threshold, group)
    sitting = sat(locked(trustees, threshold, group), preparation)
    for shares in (sitting.shares(), sitting.all_shares()):
        rehearsed = rehearse(preparation.prepared, shares, random=seeded(7), power=POWER)
        assert rehearsed == rehearsing.BALLOTS


def test_too_few_shares_open_no_test_tally() -> None:
    with pytest.raises(ElectionRefused) as refusal:
        rehearse(made().prepared, made().shares[:1], random=seeded(7))
    assert refusal.value.code is ElectionProblem.SHARES_MISSING


def test_shares_of_another_assembly_open_no_test_tally() -> None:
    with pytest.raises(ElectionRefused) as refusal:
        rehearse(made().prepared, made(3, 2, "BELENIOS-2048").shares[:2], random=seeded(7))
    assert refusal.value.code is ElectionProblem.SHARE


def test_a_rehearsal_is_of_no_election_of_the_assembly_and_of_no_slip(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed: list[Setup] = []

    def watched(
        setup: Setup,
        ballots: list[bytes],
        shares: Sequence[TrusteeShare],
        random: Randomness,
        timestamp: int,
    ) -> tuple[bytes, Result]:
        closed.append(setup)
        return closing.close_election(setup, ballots, shares, random, timestamp)

    monkeypatch.setattr(rehearsing, "close_election", watched)
    prepared = made().prepared
    for seed in (7, 8):
        rehearse(prepared, made().shares[:2], random=seeded(seed))
    one, other = closed
    assert one.documents.trustees == prepared.trustees
    assert one.uuid != other.uuid
    assert {one.uuid, other.uuid}.isdisjoint(prepared.rolls)
    assert one.roll.keys().isdisjoint(other.roll)
    assert all(key.encode() not in roll for key in one.roll for roll in prepared.rolls.values())
    assert one.election.x_assembly == {}


def test_another_count_than_was_sealed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(
        setup: Setup,
        ballots: list[bytes],
        shares: Sequence[TrusteeShare],
        random: Randomness,
        timestamp: int,
    ) -> tuple[bytes, Result]:
        return closing.close_election(setup, ballots[1:], shares, random, timestamp)

    monkeypatch.setattr(rehearsing, "close_election", forgetful)
    with pytest.raises(KioskRefused) as refusal:
        rehearse(made().prepared, made().shares[:2], random=seeded(7))
    assert refusal.value.code is KioskProblem.REHEARSAL
