# SPDX-License-Identifier: AGPL-3.0-or-later
"""A Decidim to test against: its API over values in memory, on a server on loopback."""

from tests.decidim_double.faults import Busy, Changed, Cut, Failing, Faults, Instead, Slow
from tests.decidim_double.server import DecidimDouble
from tests.decidim_double.world import World

__all__ = [
    "Busy",
    "Changed",
    "Cut",
    "DecidimDouble",
    "Failing",
    "Faults",
    "Instead",
    "Slow",
    "World",
]
