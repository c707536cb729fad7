# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a group of prime order must offer, and its checked elements (ELECTION.md §2).

Notation is multiplicative in every group.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NewType, Protocol

from ballots.election.errors import ElectionProblem, ElectionRefused

Element = NewType("Element", bytes)
"""A checked member of a group of prime order, in the group's own bytes. The identity is one.

Elements of one group are all of one length and sort as Belenios sorts them (ELECTION.md §8).
"""

Power = Callable[[int], Element]
"""Powers of one fixed base."""


class Group(Protocol):
    """A group of prime order `q` with a generator. Exponents may be any integer.

    `most_values` is how many small numbers one element can hold (0 where it can hold none).
    """

    name: str
    q: int
    identity: Element
    most_values: int

    def __hash__(self) -> int:
        """A group is made once, so it is itself only."""

    def generate(self, exponent: int) -> Element:
        """The generator to a power; far faster than `power`."""

    def power(self, base: Element, exponent: int) -> Element:
        """`base` to a power; refuses a base that is not in the group."""

    def fixed(self, base: Element) -> Power:
        """Powers of a base that will be used often."""

    def times(self, one: Element, other: Element) -> Element:
        """The product."""

    def text(self, element: Element) -> str:
        """The one text form of an element (ELECTION.md §2)."""

    def read(self, text: str) -> Element:
        """The element of a text; refuses other spellings and what is not in the group."""

    def claimed(self, text: str) -> Element:
        """As `read`, but whether it is in the group may be left to the first `power` of it.

        Only for what every check raises to a power anyway, before anything else is believed.
        """

    def independent(self, index: int) -> Element:
        """A generator whose logarithm nobody knows, for each index from -1 (ELECTION.md §2)."""

    def hold(self, values: Sequence[int]) -> Element:
        """The element that holds at most `most_values` numbers of 0 to 255 (ELECTION.md §2)."""

    def held(self, element: Element, count: int) -> tuple[int, ...]:
        """The last `count` numbers in any element: who sealed another one holds those too."""


def read_key(group: Group, text: str) -> Element:
    """An element that is not the identity: a key, a credential or a part of a ballot."""
    element = group.read(text)
    if element == group.identity:
        raise ElectionRefused(ElectionProblem.ELEMENT)
    return element


def claimed_key(group: Group, text: str) -> Element:
    """As `read_key`, for what is raised to a power before it is believed (`Group.claimed`)."""
    element = group.claimed(text)
    if element == group.identity:
        raise ElectionRefused(ElectionProblem.ELEMENT)
    return element


def product(group: Group, elements: Iterable[Element]) -> Element:
    """The product of all, the identity for none."""
    total = group.identity
    for element in elements:
        total = element if total == group.identity else group.times(total, element)
    return total


def packed(values: Sequence[int]) -> int:
    """Numbers of 0 to 255 as one, the first most significant."""
    return int.from_bytes(bytes(values), "big")


def unpacked(number: int, count: int) -> tuple[int, ...]:
    """The last `count` numbers of those that were `packed`."""
    return tuple((number & (1 << 8 * count) - 1).to_bytes(count, "big"))
