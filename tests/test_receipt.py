# SPDX-License-Identifier: AGPL-3.0-or-later
"""Receipts and challenge slips: right to the dot, readable by a scanner, silent on the choice."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest
from PIL import Image

from ballots.receipts.held import Voucher, read_symbol
from kiosk.i18n import LANGUAGES, voice
from printouts import challenge, commitment, receipt
from printouts.challenge import Challenge
from printouts.commitment import Commitment
from printouts.errors import PaperProblem, PaperRefused
from printouts.receipt import Receipt
from printouts.roll import stack
from printouts.typesetting import Direction
from tests.kept_records import key
from tests.pictures import assert_picture
from tests.symbols import symbols_on

DOTS = (384, 576)
TITLES = {
    "ca": ("Assemblea de veïns i veïnes del Poble-sec", "Pressupost i pista de bàsquet"),
    "es": ("Asamblea de vecinas y vecinos del Poble-sec", "Presupuesto y pista de baloncesto"),
    "en": ("Poble-sec neighbourhood assembly", "Budget and basketball court"),
}


def vouchers(*names: str) -> tuple[Voucher, ...]:
    """As long as real ones, and as hard to read."""
    return tuple(Voucher.by(key(n).public.hex(), key(n).sign("x", n.encode())) for n in names)


def alone(given: Receipt) -> Receipt:
    return replace(given, holders=1, vouchers=given.vouchers[:1], signers=given.signers[:1])


def a_receipt(language: str = "ca") -> Receipt:
    assembly, poll = TITLES[language]
    return Receipt(
        assembly=assembly,
        poll=poll,
        election="moKpY3qnwWPc51",
        tracker="i2a8jLi9upzfIzkHM+iucdwR0OCboWFYwh+7v/EQ8lI",
        device="Cabina 2",
        holders=4,
        vouchers=vouchers("one", "two", "three"),
        signers=("Cabina 2", "Mesa", "Taula d’acollida"),
        language=language,
    )


def a_commitment(language: str = "ca") -> Commitment:
    given = a_receipt(language)
    return Commitment(
        assembly=given.assembly,
        poll=given.poll,
        election=given.election,
        tracker=given.tracker,
        language=language,
    )


LENGTHS = {"Ed25519": (64, 76), "BELENIOS-2048": (617, 77), "RFC-3526-2048": (617, 617)}


def an_opening(marks: int = 13, group: str = "Ed25519") -> str:
    """As long as a real one: `LENGTHS` are symbols of a credential and digits of a number."""
    credential, digits = LENGTHS[group]
    return json.dumps(
        {
            "type": "urna-opening/2",
            "election": a_receipt().election,
            "ballot": a_receipt().tracker,
            "credential": "5" * credential,
            "seed": "a7" * 32,
            "marks": [[0, 1], [1] * marks],
            "signature": {"challenge": "1" * digits, "response": "2" * digits},
        },
        separators=(",", ":"),
    )


def a_challenge(language: str = "ca", opening: str = "") -> Challenge:
    return Challenge(
        commitment=a_commitment(language),
        opening=opening or an_opening(),
        device=a_receipt().device,
    )


def paper(language: str, dots: int, end: Image.Image) -> Image.Image:
    """A commitment and its end, one below the other."""
    return stack([commitment.render(a_commitment(language), voice(language).say, dots), end])


def printed(given: Receipt, dots: int = 384) -> Image.Image:
    return receipt.render(given, voice(given.language).say, dots)


def read(picture: Image.Image) -> str:
    (text,) = symbols_on(picture)
    return text


@pytest.mark.parametrize("dots", DOTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipt_is_the_reference_to_the_dot(language: str, dots: int) -> None:
    assert_picture(printed(a_receipt(language), dots), f"receipts/{language}-{dots}")


@pytest.mark.parametrize("dots", DOTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipt_of_one_device_that_is_a_copy_says_both(language: str, dots: int) -> None:
    given = replace(alone(a_receipt(language)), copy=True)
    assert_picture(printed(given, dots), f"receipts/{language}-{dots}-alone-copy")


@pytest.mark.parametrize("dots", DOTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipt_in_two_parts_is_the_reference_to_the_dot(language: str, dots: int) -> None:
    end = receipt.outcome(a_receipt(language), voice(language).say, dots)
    assert_picture(paper(language, dots, end), f"receipts/{language}-{dots}-parts")


@pytest.mark.parametrize("dots", DOTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_challenge_in_two_parts_is_the_reference_to_the_dot(language: str, dots: int) -> None:
    end = challenge.outcome(a_challenge(language), voice(language).say, dots)
    assert_picture(paper(language, dots, end), f"receipts/{language}-{dots}-challenge")


@pytest.mark.parametrize("dots", DOTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_paper_that_is_no_vote_is_the_reference_to_the_dot(language: str, dots: int) -> None:
    end = commitment.not_cast(a_commitment(language), voice(language).say, dots)
    assert_picture(paper(language, dots, end), f"receipts/{language}-{dots}-not-cast")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_challenge_printed_again_is_the_reference_to_the_dot(language: str) -> None:
    picture = challenge.reprint(a_challenge(language), voice(language).say, 384)
    assert_picture(picture, f"receipts/{language}-384-challenge-again")


@pytest.mark.parametrize("dots", DOTS)
def test_the_first_symbol_says_election_and_tracker_and_the_second_who_holds_it(dots: int) -> None:
    for given in (a_receipt(), alone(a_receipt())):
        first, second = symbols_on(printed(given, dots))
        assert first == "urna:r1:moKpY3qnwWPc51:i2a8jLi9upzfIzkHM+iucdwR0OCboWFYwh+7v/EQ8lI"
        assert read_symbol(second) == tuple(sorted(given.vouchers))


@pytest.mark.parametrize("dots", DOTS)
def test_a_receipt_in_two_parts_has_a_symbol_above_and_only_those_below_are_a_receipt_s(
    dots: int,
) -> None:
    end = receipt.outcome(a_receipt(), voice("ca").say, dots)
    assert symbols_on(paper("ca", dots, end)) == [
        a_commitment().payload,
        a_receipt().payload,
        a_receipt().held_payload,
    ]
    assert a_commitment().payload == a_receipt().payload.replace("urna:r1:", "urna:k1:")


@pytest.mark.parametrize("dots", DOTS)
def test_the_symbol_of_a_challenge_is_the_opening_and_no_receipt(dots: int) -> None:
    end = challenge.outcome(a_challenge(), voice("ca").say, dots)
    assert read(end) == an_opening()
    assert symbols_on(paper("ca", dots, end)) == [a_commitment().payload, an_opening()]
    assert read(challenge.reprint(a_challenge(), voice("ca").say, dots)) == an_opening()


def test_a_ballot_that_was_not_cast_has_no_symbol_but_its_commitment_s() -> None:
    end = commitment.not_cast(a_commitment(), voice("ca").say, 384)
    assert symbols_on(end) == []


@pytest.mark.parametrize(
    ("dots", "marks", "group", "parts"),
    [
        (384, 13, "Ed25519", 1),
        (384, 240, "Ed25519", 1),  # a city's budget
        (384, 13, "BELENIOS-2048", 1),
        (384, 240, "BELENIOS-2048", 2),
        (384, 700, "RFC-3526-2048", 4),
        (576, 240, "BELENIOS-2048", 1),
        (576, 240, "RFC-3526-2048", 1),
        (576, 700, "RFC-3526-2048", 2),
    ],
)
def test_an_opening_that_is_too_long_for_one_symbol_is_parted(
    dots: int, marks: int, group: str, parts: int
) -> None:
    opening = an_opening(marks, group)
    said = symbols_on(challenge.outcome(a_challenge(opening=opening), voice("en").say, dots))
    assert len(said) == parts
    if parts == 1:
        assert said == [opening]
    else:
        heads = [f"urna:o1:{number}/{parts}:" for number in range(1, parts + 1)]
        assert [text[: len(head)] for text, head in zip(said, heads, strict=True)] == heads
        assert "".join(t[len(h) :] for t, h in zip(said, heads, strict=True)) == opening


def test_an_opening_is_in_no_word_that_is_printed_or_shown() -> None:
    assert an_opening() not in repr(a_challenge())


def test_a_receipt_is_in_pure_black_and_white_and_as_wide_as_the_paper() -> None:
    picture = printed(a_receipt(), 576)
    assert (picture.mode, picture.width) == ("1", 576)


def test_the_edges_stay_white() -> None:
    picture = printed(a_receipt()).convert("L")
    dark = picture.point([255 * (value < 128) for value in range(256)]).getbbox()
    assert dark is not None
    assert dark[0] >= 8
    assert dark[2] <= 376


def test_no_field_of_a_paper_can_hold_a_time_and_only_what_was_opened_a_choice() -> None:
    known = {"assembly", "poll", "election", "tracker", "language", "direction"}
    assert {field.name for field in fields(Commitment)} == known
    assert {field.name for field in fields(Receipt)} == known | {
        *("device", "holders", "vouchers", "signers", "copy")
    }
    assert {field.name for field in fields(Challenge)} == {"commitment", "opening", "device"}


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
    assert symbols_on(picture) == [long.payload, long.held_payload]


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
        ({"holders": 2}, PaperProblem.COUNT),
        ({"vouchers": (), "signers": ()}, PaperProblem.COUNT),
        ({"vouchers": vouchers(*"abcd"), "signers": tuple("abcd")}, PaperProblem.COUNT),
        ({"signers": ("Mesa",)}, PaperProblem.COUNT),
        ({"signers": ("Mesa", "", "Taula")}, PaperProblem.EMPTY),
    ],
)
def test_a_receipt_that_could_not_be_checked_is_refused(
    change: dict[str, object], problem: PaperProblem
) -> None:
    with pytest.raises(PaperRefused) as refused:
        replace(a_receipt(), **change)  # type: ignore[arg-type]  # the table mixes fields
    assert refused.value.code is problem
