# SPDX-License-Identifier: AGPL-3.0-or-later
"""What reading things over and over costs (`fuzz.py`)."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterable
from pathlib import Path

LEAK, PEAK = 4, 96  # MiB: kept from one round to the next; added by any of them
ROUNDS = 3  # the first fills what is kept on purpose, as generators and tables


def weigh(
    judge: Callable[[bytes], object], sound: Iterable[bytes], corpus: Iterable[Path]
) -> list[str]:
    """Judges all of a corpus over and over; says what it cost, and fails where memory grows."""
    found = [path.read_bytes() for path in sorted(corpus)]
    for data in sound:
        judge(data)
    before, kept, slowest = _peak(), [], 0.0
    for _ in range(ROUNDS):
        for data in found:
            started = time.process_time()
            judge(data)
            slowest = max(slowest, time.process_time() - started)
        kept.append(_resident())
    leak, peak = kept[-1] - kept[-2], _peak() - before
    assert leak <= LEAK, f"{leak:.1f} MiB more in the last round"
    assert peak <= PEAK, f"{peak:.1f} MiB more than what is sound takes"
    return [
        f"{len(found)} inputs, {ROUNDS} rounds, slowest {slowest:.2f} s",
        f"memory: {kept[-1]:.0f} MiB, {leak:+.1f} MiB in the last round, peak {peak:+.1f} MiB",
    ]


def _peak() -> float:
    """The most memory so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _resident() -> float:
    """Memory now, in MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20
