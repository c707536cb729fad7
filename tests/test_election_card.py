# SPDX-License-Identifier: AGPL-3.0-or-later
"""Trustees' cards: locked, scanned, typed, mistyped, forged, and those of other assemblies."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from base64 import b32decode
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from nacl.pwhash import argon2id
from nacl.secret import SecretBox

import ballots.election
from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.groups.named import group_named
from ballots.election.trustees.board import read_board
from ballots.election.trustees.card import (
    ALPHABET,
    LEAST,
    PREFIX,
    ROW,
    USUAL,
    Card,
    Effort,
    lock,
    read_card,
    unlock,
)
from ballots.election.trustees.pedersen import ceremony
from ballots.election.trustees.pin import Pin
from ballots.election.trustees.share import TrusteeShare
from tests.small_elections import seeded

VECTORS = sorted((Path(__file__).parent / "vectors" / "trustee-card-v1").glob("*.json"))
PAGE = (Path(ballots.election.__file__).parent / "CARD.md").read_text(encoding="utf-8")
LIGHT = Effort(passes=1, memory=3)  # libsodium's least: a test needs no strength
GROUP = group_named("Ed25519")
TRUSTEES, SHARES = ceremony(GROUP, 3, 2, seeded(1))
BOARD = read_board(GROUP, TRUSTEES)
PIN = Pin("48151623")
CARD = lock(SHARES[1], TRUSTEES, PIN, seeded(2), LIGHT)


def refused(code: ElectionProblem, text: str, **facts: str | int) -> None:
    with pytest.raises(ElectionRefused) as refusal:
        read_card(text, LIGHT)
    assert (refusal.value.code, refusal.value.facts) == (code, facts)


def is_refused(code: ElectionProblem, card: Card, pin: Pin = PIN) -> None:
    with pytest.raises(ElectionRefused) as refusal:
        unlock(card, pin, GROUP, BOARD)
    assert (refusal.value.code, refusal.value.facts) == (code, {"owner": card.owner})


def vector(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


# --- what every reader must agree on ------------------------------------------------------------


def opened(said: Mapping[str, Any]) -> None:
    """All that a kiosk does with a card, in its order."""
    card = read_card(said["text"], Effort(**said["least"]))
    if "trustees" in said:
        group, trustees = group_named(said["group"]), said["trustees"].encode()
        card.require_of(group.name, trustees)
        unlock(card, Pin(said["pin"]), group, read_board(group, trustees))


@pytest.mark.parametrize(
    "path", [path for path in VECTORS if "refused" in path.stem], ids=lambda path: path.stem
)
def test_a_vector_is_refused_for_its_one_reason(path: Path) -> None:
    said = vector(path)
    with pytest.raises(ElectionRefused) as refusal:
        opened(said)
    assert (refusal.value.code, refusal.value.facts) == (said["refused"], said["facts"])


@pytest.mark.parametrize(
    "path", [path for path in VECTORS if "refused" not in path.stem], ids=lambda path: path.stem
)
def test_a_vector_is_the_card_of_its_share(path: Path) -> None:
    said, expected = vector(path), vector(path)["expected"]
    card = read_card(said["text"], Effort(**said["least"]))
    assert (card.group, card.owner) == (expected["group"], expected["owner"])
    assert card.effort == Effort(**expected["effort"])
    assert (card.payload, list(card.rows)) == (said["text"], said["rows"])
    card.require_of(expected["group"], said["trustees"].encode())
    assert str(opened_by_the_page(said["text"], said["pin"])) == expected["secret"]
    if expected["group"] != "RFC-3526-2048":
        group = group_named(expected["group"])
        board = read_board(group, said["trustees"].encode())
        assert str(unlock(card, Pin(said["pin"]), group, board).secret) == expected["secret"]


def opened_by_the_page(text: str, pin: str) -> int:
    """The secret, as whoever has read CARD.md and none of our code would get it."""
    symbols = text.removeprefix("URNA:T1:")
    raw = b32decode(symbols + "=" * (-len(symbols) % 8))
    clear, box, check = raw[:28], raw[28:-4], raw[-4:]
    assert check == sha256(b"URNA:T1:" + clear + box).digest()[:4]
    salt = sha256(b"URNA:T1:" + clear).digest()[:16]
    memory = 1024 * 2 ** clear[3]
    keys = argon2id.kdf(56, pin.encode(), salt, opslimit=clear[2], memlimit=memory)
    return int.from_bytes(SecretBox(keys[:32]).decrypt(box, keys[32:]), "big")


def test_there_are_vectors_of_everything_that_a_reader_may_refuse() -> None:
    found = {vector(path)["refused"] for path in VECTORS if "refused" in path.stem}
    assert found == {
        *("card-form", "card-row", "card-damaged", "card-effort"),
        *("card-assembly", "card-pin", "share"),
    }


def test_the_worked_card_of_the_page_is_that_of_the_vector() -> None:
    said = vector(VECTORS[0].parent / "the-second-of-three.json")
    assert said["text"] in PAGE
    for row in said["rows"]:
        assert " ".join(row[start : start + 5] for start in range(0, len(row), 5)) in PAGE
    clear = b32decode(said["text"].removeprefix(PREFIX))[:28]
    salt = sha256(PREFIX.encode() + clear).digest()[:16]
    keys = argon2id.kdf(56, said["pin"].encode(), salt, opslimit=1, memlimit=8192)
    secret = int(said["expected"]["secret"]).to_bytes(32, "big")
    for worked in (salt, keys[:32], keys[32:], secret, clear[4:12], clear[12:]):
        assert worked.hex() in PAGE


# --- a card and its PIN -------------------------------------------------------------------------


def test_a_card_gives_the_share_that_was_locked() -> None:
    for share in SHARES:
        card = lock(share, TRUSTEES, PIN, seeded(share.owner), LIGHT)
        assert unlock(read_card(card.payload, LIGHT), PIN, GROUP, BOARD) == share


def test_another_pin_opens_nothing() -> None:
    for digits in ("48151624", "4815162", "481516230", "048151623"):
        is_refused(ElectionProblem.CARD_PIN, CARD, Pin(digits))


@pytest.mark.parametrize(
    "change",
    [
        {"owner": 1},
        {"group": "BELENIOS-2048"},
        {"effort": Effort(passes=2, memory=3)},
        {"effort": Effort(passes=1, memory=4)},
        {"trustees": bytes(8)},
        {"salt": bytes(16)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_stands_in_clear_is_bound_to_the_box(change: dict[str, Any]) -> None:
    is_refused(ElectionProblem.CARD_PIN, replace(CARD, **change))


def test_a_share_that_is_not_the_trustees_is_refused_after_the_pin() -> None:
    for wrong in (replace(SHARES[0], owner=2), replace(SHARES[1], owner=9)):
        is_refused(ElectionProblem.SHARE, lock(wrong, TRUSTEES, PIN, seeded(3), LIGHT))


def test_a_card_of_other_trustees_is_known_without_a_pin() -> None:
    CARD.require_of("Ed25519", TRUSTEES)
    for group, trustees in (("BELENIOS-2048", TRUSTEES), ("Ed25519", TRUSTEES + b" ")):
        with pytest.raises(ElectionRefused) as refusal:
            CARD.require_of(group, trustees)
        assert refusal.value.code is ElectionProblem.CARD_ASSEMBLY
        assert refusal.value.facts == {"owner": 2}


@pytest.mark.parametrize(
    ("share", "code"),
    [
        (replace(SHARES[0], group="P-256"), ElectionProblem.GROUP),
        (replace(SHARES[0], owner=0), ElectionProblem.SHARE),
        (replace(SHARES[0], owner=256), ElectionProblem.SHARE),
        (replace(SHARES[0], secret=2**256), ElectionProblem.SHARE),
    ],
)
def test_what_no_card_can_hold_is_not_locked(share: TrusteeShare, code: ElectionProblem) -> None:
    with pytest.raises(ElectionRefused) as refusal:
        lock(share, TRUSTEES, PIN, seeded(1), LIGHT)
    assert refusal.value.code is code


def test_two_cards_of_one_share_have_nothing_in_common_but_the_head() -> None:
    other = lock(SHARES[1], TRUSTEES, PIN, seeded(3), LIGHT)
    assert other.clear[:12] == CARD.clear[:12]
    assert (other.salt, other.box) != (CARD.salt, CARD.box)


def test_neither_a_card_nor_a_pin_shows_itself() -> None:
    assert repr(CARD) == str(CARD) == "<Card>"
    assert repr(PIN) == str(PIN) == "<Pin>"
    with pytest.raises(ElectionRefused) as refusal:
        unlock(CARD, Pin("90210777"), GROUP, BOARD)
    assert "90210777" not in f"{refusal.value} {refusal.value.__context__}"


# --- effort -------------------------------------------------------------------------------------


def test_cards_are_made_with_more_effort_than_readers_ask_for() -> None:
    assert USUAL.reaches(LEAST)
    assert not LEAST.reaches(USUAL)
    assert not Effort(passes=16, memory=15).reaches(LEAST)
    assert not Effort(passes=2, memory=18).reaches(LEAST)
    assert (1 << USUAL.memory) // 1024 == 128
    assert f"{USUAL.passes} passes over 128 MiB" in PAGE


@pytest.mark.parametrize(("passes", "memory"), [(0, 3), (17, 3), (1, 2), (1, 19)])
def test_an_effort_that_is_none_or_too_much_cannot_be_made(passes: int, memory: int) -> None:
    with pytest.raises(ElectionRefused) as refusal:
        Effort(passes=passes, memory=memory)
    assert refusal.value.code is ElectionProblem.CARD_EFFORT


STARVED = """\
import resource
from ballots.election.trustees.card import Effort, lock
from ballots.election.errors import ElectionRefused
from ballots.election.trustees.pin import Pin
from ballots.election.trustees.share import TrusteeShare

resource.setrlimit(resource.RLIMIT_AS, (1 << 27, 1 << 27))
share = TrusteeShare(group="Ed25519", owner=1, secret=1)
try:
    lock(share, b"[]", Pin("48151623"), bytes, Effort(passes=1, memory=18))
except ElectionRefused as refusal:
    print(refusal)
"""


def test_a_machine_without_the_memory_says_so() -> None:
    done = subprocess.run(
        [sys.executable, "-c", STARVED], check=True, capture_output=True, text=True
    )
    assert done.stdout == "election.card-memory (mebibytes=256)\n"


# --- reading ------------------------------------------------------------------------------------


def test_the_payload_fits_a_qr_code_in_alphanumeric_mode() -> None:
    assert re.fullmatch(r"URNA:T1:[A-Z2-7]{128}", CARD.payload)


def test_a_card_is_read_however_it_is_scanned_or_typed() -> None:
    typed = "\n".join(CARD.rows)
    spaced = "\n".join(f"{row[:5]} {row[5:10]}-{row[10:15]} · {row[15:]}" for row in CARD.rows)
    for text in (
        CARD.payload,
        CARD.payload.lower() + "\r\n",
        typed,
        spaced,
        typed.lower(),
        typed.replace("\n", ""),
        typed.replace("O", "0").replace("I", "1").replace("B", "8"),
    ):
        assert read_card(text, LIGHT) == CARD


def test_the_row_with_a_wrong_symbol_is_named() -> None:
    unseen = tried = 0
    for number, row in enumerate(CARD.rows, 1):
        for place, right in enumerate(row):
            for wrong in ALPHABET.replace(right, ""):
                tried += 1
                mistyped = [*CARD.rows]
                mistyped[number - 1] = row[:place] + wrong + row[place + 1 :]
                with pytest.raises(ElectionRefused) as refusal:
                    read_card("\n".join(mistyped), LIGHT)
                if refusal.value.code is ElectionProblem.CARD_ROW:
                    assert refusal.value.facts == {"row": number}
                else:
                    unseen += 1
    assert tried == len("".join(CARD.rows)) * 31
    assert 0 < unseen < tried / 20  # the checksum sees these: once in 32 times


def test_a_symbol_left_out_is_told_by_its_row() -> None:
    first, second, *rest = CARD.rows
    refused(ElectionProblem.CARD_ROW, "\n".join([first, second[:7] + second[8:], *rest]), row=2)


@pytest.mark.parametrize(
    "text", ["", " \n", "urna:r1:moKpY3qnwWPc51:x", "URNA:S1:0", "URNA:T2:AA", "Ñ", "\ud800", "²"]
)
def test_what_is_no_card_is_told_apart_from_one_that_is_damaged(text: str) -> None:
    refused(ElectionProblem.CARD_FORM, text)


@pytest.mark.parametrize("symbols", ["", "A", "AAAAAAA", "=", "AAAAAAAA========", "Ñ", "\ud800"])
def test_a_torn_code_is_a_damaged_card(symbols: str) -> None:
    refused(ElectionProblem.CARD_DAMAGED, PREFIX + symbols)


def test_a_row_holds_what_a_person_can_compare_at_a_glance() -> None:
    assert [len(row) for row in CARD.rows] == [ROW] * 6 + [15]


def test_a_weak_card_is_not_taken_in_the_product() -> None:
    with pytest.raises(ElectionRefused) as refusal:
        read_card(CARD.payload)
    assert refusal.value.code is ElectionProblem.CARD_EFFORT
