# SPDX-License-Identifier: AGPL-3.0-or-later
"""Votes and money as text that loses nothing."""

from __future__ import annotations

from fractions import Fraction

from ballots.counting.contest import Amount


def exact(amount: Amount, decimals: int = 0) -> str:
    """With so many decimals, or as many more as it has; `p/q` where no number of them is enough.

    >>> exact(744, 5), exact(Fraction(5, 2)), exact(Fraction(1, 3), 5)
    ('744.00000', '2.5', '1/3')
    """
    value = Fraction(amount)
    places = max(decimals, _places(value.denominator))
    scaled = value * 10**places
    if scaled.denominator > 1:
        return f"{value.numerator}/{value.denominator}"
    whole, part = divmod(abs(scaled.numerator), 10**places)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{part:0{places}}" if places else f"{sign}{whole}"


def _places(denominator: int) -> int:
    """Decimals of a fraction, where its denominator has no other factors than 2 and 5."""
    powers = []
    for prime in (2, 5):
        power = 0
        while denominator % prime == 0:
            denominator //= prime
            power += 1
        powers.append(power)
    return max(powers)
