# SPDX-License-Identifier: AGPL-3.0-or-later
"""The groups that elections compute in, by the name in the election document (ELECTION.md §2)."""

from __future__ import annotations

from functools import lru_cache

from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.groups.edwards import Ed25519
from ballots.election.groups.elements import Element, Group
from ballots.election.groups.modp import BELENIOS_2048, RFC_3526_2048, ModularGroup, ModularPower

__all__ = ["NAMES", "Ed25519", "Element", "Group", "ModularPower", "group_named"]

NAMES = ("Ed25519", "BELENIOS-2048", "RFC-3526-2048")


@lru_cache(maxsize=8)  # one value per group, so that tables of powers are built once
def group_named(name: str, power: ModularPower = pow) -> Group:
    """One of `NAMES`. `power` serves the groups of integers only (`gmpy2.powmod` is faster)."""
    match name:
        case "Ed25519":
            return Ed25519()
        case "BELENIOS-2048":
            return ModularGroup(BELENIOS_2048, power)
        case "RFC-3526-2048":
            return ModularGroup(RFC_3526_2048, power)
        case _:
            raise ElectionRefused(ElectionProblem.GROUP, group=name[:40])
