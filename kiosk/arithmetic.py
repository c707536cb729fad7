# SPDX-License-Identifier: AGPL-3.0-or-later
"""The fastest modular power that this machine has: GMP's where it is installed, else Python's."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from ballots.election.groups.modp import ModularPower


def best_power() -> ModularPower:
    """`gmpy2.powmod` with the extra `gmp`, else `pow`; both give the same numbers."""
    if find_spec("gmpy2") is None:
        return pow
    power: ModularPower = import_module("gmpy2").powmod
    return power
