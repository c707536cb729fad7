# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ed25519: the prime-order subgroup of edwards25519 (RFC 8032), by libsodium (ELECTION.md §2).

Elements are written as the 32 bytes of RFC 8032 in reverse, in hex. Points of small or mixed order
are refused; the identity is an element.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import lru_cache, partial

from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_is_valid_point,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_scalarmult_ed25519_noclamp,
)
from nacl.exceptions import RuntimeError as SodiumError

from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.groups.elements import Element, Power, packed, unpacked
from ballots.election.numerals import hex_hash

_SIZE = 32  # bytes of an element, least significant first
_PADDING = 14  # bits below the numbers that an element holds


class Ed25519:
    """Elements are libsodium's 32 bytes."""

    name = "Ed25519"
    q = 2**252 + 27742317777372353535851937790883648493
    identity = Element(bytes([1]) + bytes(31))
    most_values = 30

    def generate(self, exponent: int) -> Element:
        """`crypto_scalarmult_ed25519_base_noclamp`, which cannot say the identity itself."""
        scalar = exponent % self.q
        if scalar == 0:
            return self.identity
        return Element(crypto_scalarmult_ed25519_base_noclamp(scalar.to_bytes(_SIZE, "little")))

    def power(self, base: Element, exponent: int) -> Element:
        """`crypto_scalarmult_ed25519_noclamp`, which takes and says no identity.

        It refuses what is not canonical, of small order or outside the subgroup.
        """
        if base == self.identity:
            return base
        scalar = exponent % self.q or self.q  # libsodium then says the identity by an error
        try:
            raw = scalar.to_bytes(_SIZE, "little")
            return Element(crypto_scalarmult_ed25519_noclamp(raw, base))
        except SodiumError:
            if scalar == self.q and crypto_core_ed25519_is_valid_point(base):
                return self.identity
            raise ElectionRefused(ElectionProblem.ELEMENT) from None

    def fixed(self, base: Element) -> Power:
        """No table: libsodium keeps one for the generator only."""
        return partial(self.power, base)

    def times(self, one: Element, other: Element) -> Element:
        """Addition of points; refuses what is not on the curve."""
        try:
            return Element(crypto_core_ed25519_add(one, other))
        except SodiumError:
            raise ElectionRefused(ElectionProblem.ELEMENT) from None

    def text(self, element: Element) -> str:
        """64 lowercase hex digits, most significant byte first."""
        return element[::-1].hex()

    def read(self, text: str) -> Element:
        """Canonical points of the prime-order subgroup, and the identity."""
        raw = _raw(text)
        if raw != self.identity and not crypto_core_ed25519_is_valid_point(raw):
            raise ElectionRefused(ElectionProblem.ELEMENT)
        return raw

    def claimed(self, text: str) -> Element:
        """The spelling is checked here; curve and subgroup are by `power`."""
        return _raw(text)

    def independent(self, index: int) -> Element:
        """The first point at or after a hash, times the cofactor."""
        return _independent(index)

    def hold(self, values: Sequence[int]) -> Element:
        """The first element at or after the numbers, read as an encoded point."""
        start = packed(values) << _PADDING
        raws = (number.to_bytes(_SIZE, "little") for number in itertools.count(start))
        return next(
            Element(raw)
            for raw in raws
            if raw == self.identity or crypto_core_ed25519_is_valid_point(raw)
        )

    def held(self, element: Element, count: int) -> tuple[int, ...]:
        """What stands above the padding."""
        return unpacked(int.from_bytes(element, "little") >> _PADDING, count)


def _raw(text: str) -> Element:
    try:
        raw = bytes.fromhex(text)[::-1]
    except ValueError:
        raise ElectionRefused(ElectionProblem.ELEMENT) from None
    if len(raw) != _SIZE or raw[::-1].hex() != text:
        raise ElectionRefused(ElectionProblem.ELEMENT)
    return Element(raw)


@lru_cache(maxsize=1 << 16)
def _independent(index: int) -> Element:
    number = int(hex_hash(f"ggen|{index}".encode()), 16) >> 2
    while True:
        try:
            # To add the identity tells whether it is a point of the curve, of whatever order.
            point = crypto_core_ed25519_add(number.to_bytes(_SIZE, "little"), Ed25519.identity)
        except SodiumError:
            number += 1
            continue
        for _ in range(3):
            point = crypto_core_ed25519_add(point, point)
        return Element(point)
