# SPDX-License-Identifier: AGPL-3.0-or-later
"""Laws of counts on paper: no text breaks one, and numbers are read back as they were."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from babel.numbers import parse_decimal
from hypothesis import given
from hypothesis import strategies as st

from ballots.counting.contest import Contest, Option
from ballots.counting.trace import Fact, Told, step
from kiosk.i18n import LANGUAGES, voice
from printouts.counting.count_paper import pdf
from printouts.counting.teller import Basis
from printouts.counting.wording import listed, money, reached, votes, worded
from tests.counted_samples import council, equal_shares, grades, named, schulze

BASIS = Basis(ballots="9c3a" * 16, rule="71d0" * 16)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
EXACT = st.fractions(min_value=0, max_value=10**12, max_denominator=10**9)
FACTS = st.one_of(
    TEXTS,
    st.integers(0, 10**20),
    st.decimals(0, 10**9, places=5),
    st.lists(TEXTS, max_size=4).map(tuple),
)
KEYS = st.sampled_from(["n", "option", "options", "cost", "votes", "share"])
languages = pytest.mark.parametrize("language", LANGUAGES)


@given(name=TEXTS, currency=TEXTS, dice=TEXTS, count=st.sampled_from(["pairs", "money", "rest"]))
def test_any_text_is_printed_twice_alike(name: str, currency: str, dice: str, count: str) -> None:
    samples = {"pairs": schulze(), "money": equal_shares()}
    sample = named(samples.get(count, grades()), name)
    said = replace(sample, contest=replace(sample.contest, currency=currency))
    first, second = (pdf(said, replace(BASIS, dice=dice), voice("es").say, "es") for _ in range(2))
    assert first == second


@given(name=TEXTS)
def test_any_name_is_printed_in_stages(name: str) -> None:
    assert pdf(named(council(), name), BASIS, voice("ca").say, "ca").startswith(b"%PDF")


@languages
@given(value=EXACT, decimals=st.integers(0, 9))
def test_votes_are_read_back_as_near_as_they_are_written(
    language: str, value: Fraction, decimals: int
) -> None:
    place = {"en": "en_GB"}.get(language, language)
    read = Fraction(parse_decimal(votes(value, decimals, language), locale=place))
    assert abs(read - value) <= Fraction(1, 2 * 10**decimals)


@languages
@given(value=st.fractions(min_value=0, max_value=1))
def test_only_what_is_whole_reads_as_a_hundred_per_cent(language: str, value: Fraction) -> None:
    assert (reached(value, language) == reached(1, language)) == (value == 1)


@languages
@given(facts=st.dictionaries(KEYS, FACTS), currency=TEXTS)
def test_any_facts_are_worded(language: str, facts: dict[str, Fact], currency: str) -> None:
    contest = Contest(options=(Option(id="a", name="Hort"),), currency=currency)
    said = worded(step(Told.CHOSEN, **facts), contest, language)
    assert said.keys() == facts.keys()
    assert all(isinstance(each, str) for name, each in said.items() if name != "n")


@languages
@given(names=st.lists(TEXTS, min_size=1, max_size=5))
def test_no_name_is_lost_in_a_list(language: str, names: list[str]) -> None:
    said = listed(names, language)
    assert all(name in said for name in names)


@languages
@given(value=st.integers(0, 10**15), currency=st.sampled_from(["", "EUR", "PLN", "hores"]))
def test_money_has_all_its_digits(language: str, value: int, currency: str) -> None:
    written = money(value, currency, language)
    assert "".join(each for each in written if each.isdigit()) == str(value)
