# SPDX-License-Identifier: AGPL-3.0-or-later
"""The groups that elections compute in, found by the name that stands in the election."""

from __future__ import annotations

from functools import lru_cache, partial

from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_is_valid_point,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_scalarmult_ed25519_noclamp,
)

from ballots.election.elements import Element, Group, Power
from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.modp import Belenios2048, ModularPower

__all__ = ["Ed25519", "Element", "Group", "ModularPower", "group_named"]


class Ed25519:
    """The prime-order subgroup of edwards25519; elements are libsodium's 32 bytes."""

    name = "Ed25519"
    q = 2**252 + 27742317777372353535851937790883648493
    identity = Element(bytes([1]) + bytes(31))

    def generate(self, exponent: int) -> Element:
        """`crypto_scalarmult_ed25519_base_noclamp`, which cannot say the identity itself."""
        scalar = exponent % self.q
        if scalar == 0:
            return self.identity
        return Element(crypto_scalarmult_ed25519_base_noclamp(scalar.to_bytes(32, "little")))

    def power(self, base: Element, exponent: int) -> Element:
        """`crypto_scalarmult_ed25519_noclamp`, which takes and says no identity."""
        scalar = exponent % self.q
        if scalar == 0 or base == self.identity:
            return self.identity
        return Element(crypto_scalarmult_ed25519_noclamp(scalar.to_bytes(32, "little"), base))

    def fixed(self, base: Element) -> Power:
        """No table: libsodium keeps one for the generator only."""
        return partial(self.power, base)

    def times(self, one: Element, other: Element) -> Element:
        """Addition of points."""
        return Element(crypto_core_ed25519_add(one, other))

    def text(self, element: Element) -> str:
        """64 lowercase hex digits, most significant byte first."""
        return element[::-1].hex()

    def read(self, text: str) -> Element:
        """Canonical points of the prime-order subgroup, and the identity."""
        try:
            raw = bytes.fromhex(text)[::-1]
        except ValueError:
            raise ElectionRefused(ElectionProblem.ELEMENT) from None
        if len(raw) != 32 or raw[::-1].hex() != text:
            raise ElectionRefused(ElectionProblem.ELEMENT)
        if raw != self.identity and not crypto_core_ed25519_is_valid_point(raw):
            raise ElectionRefused(ElectionProblem.ELEMENT)
        return Element(raw)


@lru_cache(maxsize=8)  # one value per group, so that tables of powers are built once
def group_named(name: str, power: ModularPower = pow) -> Group:
    """`Ed25519` or `BELENIOS-2048`. `power` serves the latter only (`gmpy2.powmod` is faster)."""
    match name:
        case "Ed25519":
            return Ed25519()
        case "BELENIOS-2048":
            return Belenios2048(power)
        case _:
            raise ElectionRefused(ElectionProblem.GROUP, group=name[:40])
