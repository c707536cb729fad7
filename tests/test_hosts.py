# SPDX-License-Identifier: AGPL-3.0-or-later
"""Kiosks on hosts of their own, with real multicast and cables that are pulled (`tests/hosts`)."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.hosts.hall import apart, reason_not_to
from tests.hosts.plays import PLAYS

NEEDS = {
    "an_outside_client": "openssl version",
    "a_narrow_cable": "tc qdisc add dev lo root tbf rate 1mbit burst 16kb latency 400ms",
}
LONG = 180  # seconds: never waited for unless something is broken


@pytest.fixture(scope="module")
def hall() -> None:
    """Skips where the system lets nobody make network namespaces."""
    reason = reason_not_to()
    if reason:
        pytest.skip(f"no network namespaces here: {reason}")


@pytest.mark.timeout(LONG + 30)
@pytest.mark.usefixtures("hall")
@pytest.mark.parametrize("play", PLAYS)
def test_what_is_played_in_a_hall_ends_well(play: str) -> None:
    reason = reason_not_to(NEEDS[play]) if play in NEEDS else ""
    if reason:
        pytest.skip(f"{play}: {reason}")
    command = apart(sys.executable, "-m", "tests.hosts.plays", play)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONG)
    assert done.returncode == 0, done.stderr
