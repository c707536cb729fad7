# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a group of prime order must offer, and its checked elements (multiplicative notation)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NewType, Protocol

from ballots.election.errors import ElectionProblem, ElectionRefused

Element = NewType("Element", bytes)
"""A checked member of a group of prime order, in the group's own bytes. The identity is one."""

Power = Callable[[int], Element]
"""Powers of one fixed base."""


class Group(Protocol):
    """A group of prime order `q` with a generator. Exponents may be any integer."""

    name: str
    q: int
    identity: Element

    def __hash__(self) -> int:
        """A group is made once, so it is itself only."""

    def generate(self, exponent: int) -> Element:
        """The generator to a power; far faster than `power`."""

    def power(self, base: Element, exponent: int) -> Element:
        """`base` to a power."""

    def fixed(self, base: Element) -> Power:
        """Powers of a base that will be used often."""

    def times(self, one: Element, other: Element) -> Element:
        """The product."""

    def text(self, element: Element) -> str:
        """The one text form of an element (belenios §2)."""

    def read(self, text: str) -> Element:
        """The element of a text; refuses other spellings and what is not in the group."""


def read_key(group: Group, text: str) -> Element:
    """An element that is not the identity: a key, a credential or a part of a ballot."""
    element = group.read(text)
    if element == group.identity:
        raise ElectionRefused(ElectionProblem.ELEMENT)
    return element


def product(group: Group, elements: Iterable[Element]) -> Element:
    """The product of all, the identity for none."""
    total = group.identity
    for element in elements:
        total = element if total == group.identity else group.times(total, element)
    return total
