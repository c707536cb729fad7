# SPDX-License-Identifier: AGPL-3.0-or-later
"""The trustees together: their joint key, and who must come to open it (ELECTION.md §5, §10).

The joint key is the product of all single keys and all committees' constant terms. Of a committee
the first `threshold` factors, in the order of owner ids, stand for all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ballots.election.errors import ElectionProblem, ElectionRefused, at
from ballots.election.groups.elements import Element, Group, product
from ballots.election.numerals import convert, decode
from ballots.election.trustees.pedersen_forms import PedersenForm, read_committee
from ballots.election.trustees.share import TrusteeKey, read_trustee_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Committee:
    """Trustees of whom any `threshold` stand for all; who stands alone is a committee of one.

    `first` is the owner id of the first member; `keys` are in the order of owner ids.
    """

    first: int
    threshold: int
    joint: Element
    keys: tuple[Element, ...]

    def chosen(self, owners: Collection[int]) -> list[int]:
        """Places (from 1) of the first `threshold` members among them; refuses fewer."""
        places = [n for n in range(1, len(self.keys) + 1) if self.first + n - 1 in owners]
        if len(places) < self.threshold:
            raise ElectionRefused(
                ElectionProblem.SHARES_MISSING, needed=self.threshold, given=len(places)
            )
        return places[: self.threshold]

    def factor(self, group: Group, factors: Mapping[int, Element]) -> Element:
        """Lagrange interpolation of the first `threshold` factors (owner → factor)."""
        chosen = self.chosen(factors)
        return product(
            group,
            (
                group.power(factors[self.first + index - 1], _lagrange(group.q, chosen, index))
                for index in chosen
            ),
        )


def _lagrange(q: int, chosen: list[int], index: int) -> int:
    coefficient = 1
    for other in chosen:
        if other != index:
            coefficient = coefficient * other * pow(other - index, -1, q) % q
    return coefficient


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Every committee must take part with enough of its members."""

    committees: tuple[Committee, ...]
    joint: Element

    @property
    def keys(self) -> dict[int, Element]:
        """Owner id → key."""
        return {
            committee.first + n: key
            for committee in self.committees
            for n, key in enumerate(committee.keys)
        }

    @property
    def threshold(self) -> int:
        """How many trustees must come."""
        return sum(committee.threshold for committee in self.committees)

    def require(self, owners: Collection[int]) -> None:
        """Refuses those who are too few to open anything."""
        for committee in self.committees:
            committee.chosen(owners)

    def factor(self, group: Group, factors: Mapping[int, Element]) -> Element:
        """What removes the mask of a pair, from the factors of enough trustees."""
        return product(group, (committee.factor(group, factors) for committee in self.committees))


def read_board(group: Group, document: bytes) -> Board:
    """The trustees of a document, once every proof and signature in it holds."""
    committees: list[Committee] = []
    first = 1
    for kind, plain in decode(document, tuple[tuple[str, object], ...], "trustees"):
        with at(f"trustee:{first}"):
            committee = _read(group, kind, plain, first)
        committees.append(committee)
        first += len(committee.keys)
    joint = product(group, (committee.joint for committee in committees))
    if joint == group.identity:
        raise ElectionRefused(ElectionProblem.PUBLIC_KEY)
    return Board(committees=tuple(committees), joint=joint)


def _read(group: Group, kind: str, plain: object, first: int) -> Committee:
    match kind:
        case "Single":
            key = read_trustee_key(group, first, convert(plain, TrusteeKey, "trustees"))
            return Committee(first=first, threshold=1, joint=key, keys=(key,))
        case "Pedersen":
            form = convert(plain, PedersenForm, "trustees")
            joint, keys = read_committee(group, form, first)
            return Committee(first=first, threshold=form.threshold, joint=joint, keys=keys)
        case _:
            raise ElectionRefused(ElectionProblem.FORM, what="trustees")


def joint_key(group: Group, document: bytes) -> str:
    """The public key of an election that these trustees will open."""
    return group.text(read_board(group, document).joint)
