# SPDX-License-Identifier: AGPL-3.0-or-later
"""Votes, money, names and steps of a count in the words of a language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Final, Self

from babel import Locale
from babel.lists import format_list
from babel.numbers import format_decimal, get_currency_symbol, is_currency

from ballots.counting.contest import Amount, Contest
from ballots.counting.trace import Fact, Step
from printouts.voice import Say, locale

NAMES: Final = frozenset({"option", "other", "winner"})
LISTS: Final = frozenset({"options", "winners"})
MONEY: Final = frozenset({"cost", "price", "budget", "left", "paid", "unspent", "cut"})

_CENTS = 2
_PRECISION = 400  # digits at most
_MINUS = "\u2212"
_TWO_STOPS = re.compile(r"(?<!\.)\.\.(?= |$)")
_SOUNDS_LIKE_I = re.compile(r"h?i(?![aeo])", re.IGNORECASE)


class Spoken(int):
    """A whole number that chooses the plural and is read as `words`."""

    words: str

    def __new__(cls, value: int, words: str) -> Self:
        """`value` for the plural, `words` for the sentence."""
        spoken = super().__new__(cls, value)
        spoken.words = words
        return spoken

    def __format__(self, spec: str) -> str:
        return format(self.words, spec)


def worded(step: Step, contest: Contest, language: str) -> dict[str, str | int]:
    """The facts of a step for its sentence: ids give way to names, numbers to written ones.

    `n` stays a number that chooses the plural; one that is not whole chooses that of many.
    """
    return {name: _fact(name, fact, contest, language) for name, fact in step.facts.items()}


def sentence(step: Step, contest: Contest, say: Say, language: str) -> str:
    """A step in words. The stop of an abbreviation at its end is the sentence's too."""
    return _TWO_STOPS.sub(".", say(step.code, **worded(step, contest, language)))


def _fact(name: str, fact: Fact, contest: Contest, language: str) -> str | int:
    if isinstance(fact, str):
        return title(fact, contest) if name in NAMES else fact
    if isinstance(fact, tuple):
        names = [title(id, contest) for id in fact] if name in LISTS else fact
        return listed(names, language)
    if name in MONEY:
        return money(fact, contest.currency, language)
    written = _written(Decimal(fact), _places(fact), language)
    if name != "n":
        return written
    whole = fact == int(fact)
    return Spoken(int(fact) if whole else 0, written)  # none is many, in all our languages


def title(id: str, contest: Contest) -> str:
    """The name of an option; an id that is none of the contest's stands for itself."""
    place = contest.position.get(id)
    return id if place is None else contest.options[place].title


def listed(names: Iterable[str], language: str) -> str:
    """Names one after the other, the last with `and`."""
    every = list(names)
    if not every:
        return ""
    said = str(format_list(every, locale=locale(language)))
    if language == "es" and len(every) > 1 and _SOUNDS_LIKE_I.match(every[-1]):
        return said.removesuffix(f" y {every[-1]}") + f" e {every[-1]}"
    return said


def votes(value: Amount, decimals: int, language: str) -> str:
    """Votes with so many decimals; a fraction that goes on after them is rounded."""
    return _written(_decimal(value, decimals), decimals, language)


def change(value: Amount, decimals: int, language: str) -> str:
    """Votes that came or went, with their sign."""
    sign = _MINUS if value < 0 else "+"
    return sign + votes(max(value, -value), decimals, language)


def money(value: Amount | Decimal, currency: str, language: str) -> str:
    """An amount with its currency, in cents unless it is whole."""
    digits = 0 if Fraction(value).denominator == 1 else _CENTS
    written = votes(Fraction(value), digits, language)
    if not currency:
        return written
    symbol = get_currency_symbol(currency, locale=locale(language))
    if not is_currency(currency) or symbol[-1:].isalpha():  # CLDR parts letters from figures
        return f"{written}\u00a0{symbol}"
    pattern = Locale.parse(locale(language)).currency_formats["standard"].pattern
    return str(pattern.replace("#,##0.00", written).replace("¤", symbol))


def percent(value: Amount, digits: int, language: str) -> str:
    """A share in per cent with so many decimals."""
    pattern = Locale.parse(locale(language)).percent_formats[None].pattern
    return str(pattern.replace("#,##0", votes(Fraction(value) * 100, digits, language)))


def reached(value: Amount, language: str) -> str:
    """How far a share got, cut off after one decimal: what is almost 100 % does not read so."""
    return percent(Fraction(int(Fraction(value) * 1000), 1000), 1, language)


def _decimal(value: Amount, digits: int) -> Decimal:
    return Decimal(f"{round(Fraction(value) * 10**digits)}E-{digits}")


def _places(value: int | Decimal) -> int:
    """The decimals that a number is written with."""
    exponent = Decimal(value).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _written(value: Decimal, digits: int, language: str) -> str:
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    with localcontext(prec=_PRECISION):
        return str(format_decimal(value, pattern, locale(language), decimal_quantization=False))
