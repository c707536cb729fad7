# SPDX-License-Identifier: AGPL-3.0-or-later
"""Exact money as it is told: whole, or with cents."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from ballots.counting.contest import Amount


def exact(value: Fraction) -> Amount:
    """The same amount, as a whole number where it is one."""
    return value.numerator if value.denominator == 1 else value


def had(value: Amount) -> int | Decimal:
    """What somebody has, pays or could pay: not a cent more than it is."""
    return _cents(floor(value * 100))


def missing(value: Amount) -> int | Decimal:
    """What somebody lacks: not a cent less than it is."""
    return _cents(ceil(value * 100))


def _cents(cents: int) -> int | Decimal:
    return Decimal(cents).scaleb(-2) if cents % 100 else cents // 100
