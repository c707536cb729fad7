# SPDX-License-Identifier: AGPL-3.0-or-later
"""Trustees' cards and PIN letters: scanned, read, told apart, and silent on each other."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from ballots.election.trustees.card import Card, Effort, lock
from ballots.election.trustees.pin import Pin
from ballots.election.trustees.share import TrusteeShare
from kiosk.i18n import LANGUAGES, voice
from printouts import trustee_strip
from printouts.errors import PaperProblem, PaperRefused
from printouts.trustee_card import Trustee, card_pdf, pin_pdf
from tests.pages import fonts_of, particulars_of, pictures_of, words_of
from tests.pictures import assert_picture
from tests.small_elections import seeded
from tests.symbols import symbols_on

TITLES = {
    "ca": "Assemblea de veïns i veïnes del Poble-sec",
    "es": "Asamblea de vecinas y vecinos del Poble-sec",
    "en": "Poble-sec neighbourhood assembly",
}
LONG = "Assemblea extraordinària sobre la desinstitucionalització dels barris " * 4
PIN = Pin("48151623")


def card(group: str = "Ed25519", size: int = 31) -> Card:
    secret = int.from_bytes(seeded(1)(size), "big")
    share = TrusteeShare(group=group, owner=2, secret=secret)
    return lock(share, b"[]", PIN, seeded(2), Effort(passes=1, memory=3))


SMALL, LARGE = card(), card("RFC-3526-2048", 255)


def trustee(language: str = "ca", title: str = "") -> Trustee:
    return Trustee(
        assembly=title or TITLES[language],
        language=language,
        owner=2,
        trustees=3,
        threshold=2,
    )


def paper(of: Trustee, locked: Card = SMALL) -> bytes:
    return card_pdf(of, locked, voice(of.language).say)


def letter(of: Trustee, pin: Pin = PIN) -> bytes:
    return pin_pdf(of, pin, voice(of.language).say)


# --- A4 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("locked", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("title", [TITLES["ca"], LONG], ids=["title", "long title"])
def test_a_card_is_one_page_whose_symbol_and_rows_can_be_read(locked: Card, title: str) -> None:
    document = paper(trustee("ca", title), locked)
    (page,) = pictures_of(document, 150)
    assert symbols_on(page) == [locked.payload]
    words = words_of(document, by_lines=True).replace(" ", "")
    assert [row for row in locked.rows if row not in words] == []
    assert all(word in words_of(document) for word in title.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_says_whose_it_is_what_to_do_and_what_never(language: str) -> None:
    say, words = voice(language).say, words_of(paper(trustee(language)))
    for sentence in (
        TITLES[language],
        say("trustee.which", owner=2, trustees=3),
        say("trustee.needed", n=2, trustees=3),
        say("trustee.never"),
        say("trustee-card.never.pin"),
    ):
        assert " ".join(sentence.split()) in words


@pytest.mark.parametrize(
    ("trustees", "threshold", "code"),
    [(1, 1, "alone"), (3, 3, "all"), (3, 1, "needed"), (9, 5, "needed")],
)
def test_how_many_are_needed_is_said_for_any_committee(
    trustees: int, threshold: int, code: str
) -> None:
    say = voice("en").say
    of = replace(trustee("en"), owner=1, trustees=trustees, threshold=threshold)
    assert of.needed(say) == say(f"trustee.{code}", n=threshold, trustees=trustees)
    assert " ".join(of.needed(say).split()) in words_of(paper(of))


@pytest.mark.parametrize("digits", ["481516", "4815162", "48151623", "4815162342", "112358132134"])
def test_a_letter_has_its_pin_and_nothing_of_the_card(digits: str) -> None:
    document = letter(trustee("es", LONG), Pin(digits))
    assert digits in words_of(document).replace(" ", "")
    (page,) = pictures_of(document, 100)
    assert symbols_on(page) == []
    assert all(word in words_of(document) for word in LONG.split())


def test_the_pin_lies_inside_when_the_letter_is_folded() -> None:
    (page,) = pictures_of(letter(trustee()), 100)
    (other,) = pictures_of(letter(trustee(), Pin("90210777")), 100)
    thirds = [page.height * part // 3 for part in range(4)]
    same = [
        page.crop((0, top, page.width, bottom)).tobytes()
        == other.crop((0, top, page.width, bottom)).tobytes()
        for top, bottom in pairwise(thirds)
    ]
    assert same == [True, False, True]


def test_neither_paper_tells_the_secret_of_the_other() -> None:
    assert PIN.digits not in words_of(paper(trustee())).replace(" ", "")
    words = words_of(letter(trustee())).replace(" ", "")
    assert not any(row in words for row in SMALL.rows)
    for document in (paper(trustee()), letter(trustee())):
        told = " ".join(particulars_of(document).values())
        assert PIN.digits not in told
        assert SMALL.payload not in told


def test_the_same_card_gives_the_same_bytes_in_our_own_type() -> None:
    assert paper(trustee()) == paper(trustee())
    for document in (paper(trustee()), letter(trustee())):
        assert {name.split("-")[0] for name in fonts_of(document)} == {"SourceSans3"}
        assert all(name.endswith(" yes") for name in fonts_of(document))


# --- thermal paper ------------------------------------------------------------------------------


@pytest.mark.parametrize("dots", [384, 576])
@pytest.mark.parametrize("locked", [SMALL, LARGE], ids=["small", "large"])
def test_a_strip_can_be_scanned_on_any_paper(locked: Card, dots: int) -> None:
    strip = trustee_strip.render(trustee("es", LONG), locked, voice("es").say, dots)
    assert (strip.width, strip.mode) == (dots, "1")
    assert symbols_on(strip) == [locked.payload]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dots", [384, 576])
def test_a_strip_looks_as_it_should(language: str, dots: int) -> None:
    strip = trustee_strip.render(trustee(language), SMALL, voice(language).say, dots)
    assert_picture(strip, f"cards/{language}-{dots}")


# --- what cannot be -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"assembly": " "}, "assembly"),
        ({"owner": 0}, "owner"),
        ({"owner": 4}, "trustees"),
        ({"threshold": 0}, "threshold"),
        ({"threshold": 4}, "trustees"),
    ],
)
def test_a_trustee_who_cannot_be_is_refused(change: dict[str, str], place: str) -> None:
    with pytest.raises(PaperRefused) as refusal:
        replace(trustee(), **change)  # type: ignore[arg-type]
    assert refusal.value.facts == {"place": place}
    assert refusal.value.code in (PaperProblem.EMPTY, PaperProblem.COUNT)
