# SPDX-License-Identifier: AGPL-3.0-or-later
"""Votes, money, names and steps as each language writes them."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

import pytest

from ballots.counting.contest import Amount, Contest, Option
from ballots.counting.draw import TieBy, TieFor
from ballots.counting.profile import Spoilt
from ballots.counting.rule_document import NAMED
from ballots.counting.trace import Fact, Step, Told, step
from kiosk.i18n import LANGUAGES, voice
from printouts.counting.wording import (
    change,
    listed,
    money,
    percent,
    reached,
    sentence,
    votes,
    worded,
)

CONTEST = Contest(
    options=(Option(id="a", name="Hort"), Option(id="b", name="Ombra"), Option(id="c")),
    currency="EUR",
)


def words(language: str, **facts: Fact) -> dict[str, str | int]:
    return worded(step(Told.CHOSEN, **facts), CONTEST, language)


def said(language: str, told: Step) -> str:
    return sentence(told, CONTEST, voice(language).say, language)


@pytest.mark.parametrize("key", ["option", "other", "winner"])
def test_an_id_gives_way_to_its_name(key: str) -> None:
    assert words("ca", **{key: "a"}) == {key: "Hort"}
    assert words("ca", **{key: "c"}) == {key: "c"}  # no name
    assert words("ca", **{key: "elsewhere"}) == {key: "elsewhere"}


def test_ids_under_other_keys_stay() -> None:
    assert words("ca", rule="a", share="1/2") == {"rule": "a", "share": "1/2"}
    assert words("ca", parts=("a", "b")) == {"parts": "a i b"}


@pytest.mark.parametrize(
    ("language", "joined"),
    [("ca", "Hort, Ombra i c"), ("es", "Hort, Ombra y c"), ("en", "Hort, Ombra and c")],
)
def test_several_names_are_joined_as_the_language_does(language: str, joined: str) -> None:
    assert words(language, options=("a", "b", "c")) == {"options": joined}
    assert words(language, winners=()) == {"winners": ""}
    assert words(language, winners=("b",)) == {"winners": "Ombra"}


def test_spanish_says_e_before_the_sound_of_i() -> None:
    assert listed(["Ana", "Isabel"], "es") == "Ana e Isabel"
    assert listed(["Ana", "Hilario"], "es") == "Ana e Hilario"
    assert listed(["Ana", "Hielo"], "es") == "Ana y Hielo"
    assert listed(["Isabel"], "es") == "Isabel"
    assert listed(["Anna", "Isabel"], "ca") == "Anna i Isabel"


def test_a_number_of_options_is_a_number() -> None:
    assert words("en", options=1234) == {"options": "1,234"}


@pytest.mark.parametrize(
    ("language", "whole", "cents"),
    [
        ("ca", "1.234.567 €", "33,33 €"),
        ("es", "1.234.567 €", "33,33 €"),
        ("en", "€1,234,567", "€33.33"),
    ],
)
def test_money_is_written_with_its_currency(language: str, whole: str, cents: str) -> None:
    assert money(1_234_567, "EUR", language) == whole.replace(" ", "\u00a0")
    assert money(Fraction(100, 3), "EUR", language) == cents.replace(" ", "\u00a0")
    keys = ("cost", "price", "budget", "left", "paid", "unspent", "cut")
    assert set(words(language, **dict.fromkeys(keys, 1_234_567)).values()) == {
        whole.replace(" ", "\u00a0")
    }
    assert words(language, paid=Decimal("33.3333")) == {"paid": cents.replace(" ", "\u00a0")}


def test_money_of_other_names_stands_behind_the_figures() -> None:
    assert money(1500, "PLN", "en") == "1,500\u00a0PLN"
    assert money(1500, "", "en") == "1,500"
    assert money(1500, "hours", "en") == "1,500\u00a0hours"


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (0, 0, "0"),
        (12_345, 0, "12.345"),
        (Fraction(69, 2), 5, "34,50000"),
        (Fraction(2, 3), 5, "0,66667"),
        (Fraction(10**30, 3), 9, "333.333.333.333.333.333.333.333.333.333,333333333"),
    ],
)
def test_votes_have_the_decimals_of_the_rule(value: Amount, decimals: int, written: str) -> None:
    assert votes(value, decimals, "ca") == written


def test_a_change_has_a_sign() -> None:
    assert change(Fraction(1, 2), 1, "en") == "+0.5"
    assert change(Fraction(-3, 2), 1, "en") == "\u22121.5"


def test_a_decimal_keeps_the_decimals_it_came_with() -> None:
    assert words("ca", votes=Decimal("1234.50000")) == {"votes": "1.234,50000"}
    assert words("ca", votes=Decimal(1234)) == {"votes": "1.234"}


@pytest.mark.parametrize(
    ("n", "said_"),
    [
        (1, "1 ballot was counted: 1,200 with a vote, 0 blank."),
        (1234, "1,234 ballots were counted: 1,200 with a vote, 0 blank."),
        (Decimal("1.000"), "1.000 ballot was counted: 1,200 with a vote, 0 blank."),
        (Decimal("1.500"), "1.500 ballots were counted: 1,200 with a vote, 0 blank."),
    ],
)
def test_n_chooses_the_plural_and_is_written_as_the_language_does(n: Fact, said_: str) -> None:
    assert said("en", step(Told.BALLOTS, n=n, valid=1200, blank=0)) == said_


def test_almost_all_does_not_read_as_all() -> None:
    assert reached(Fraction(99_999, 100_000), "en") == "99.9%"
    assert reached(1, "en") == "100.0%"
    assert reached(Fraction(9, 8), "ca") == "112,5\u00a0%"
    assert percent(Fraction(1, 6), 0, "ca") == "17\u00a0%"


def test_a_name_with_braces_is_only_a_name() -> None:
    contest = Contest(options=(Option(id="a", name="{n} {option}"),))
    told = step(Told.CHOSEN, option="a", n=2)
    assert "“{n} {option}”" in sentence(told, contest, voice("en").say, "en")


def test_an_abbreviation_at_the_end_has_one_stop() -> None:
    contest = Contest(options=(Option(id="a", name="Roe, J."), Option(id="b", name="Wait...")))

    def say(_code: str, **facts: object) -> str:
        return f"{facts['option']}. Then {facts['option']}."

    told = [sentence(step(Told.CHOSEN, option=id), contest, say, "en") for id in ("a", "b")]
    assert told == ["Roe, J. Then Roe, J.", "Wait.... Then Wait...."]


# --- words that papers and the command line share -----------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_a_name(language: str) -> None:
    names = {voice(language).say(f"rule.{name}") for name in NAMED}
    assert len(names) == len(NAMED)
    assert not any(name.startswith("rule.") for name in names)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("family", "values"), [("tie.for", TieFor), ("tie.by", TieBy), ("spoilt", Spoilt)]
)
def test_every_tie_and_every_spoilt_ballot_is_said(
    language: str, family: str, values: type[StrEnum]
) -> None:
    assert [each for each in values if not voice(language).knows(f"{family}.{each}")] == []
