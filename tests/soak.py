# SPDX-License-Identifier: AGPL-3.0-or-later
"""`make soak SEEDS=… CUTS=…`: evenings of simulated kiosks and power cuts, as long as one wants.

Prints what befell, and ends with 1 at the first law that is broken, with the line that plays it
again. `tests/simulator` says what is simulated.
"""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import product
from multiprocessing import get_context
from statistics import median

from tests.simulator.cuts import cuts
from tests.simulator.disk import Promise
from tests.simulator.simulation import Failure, Outcome, simulate

CUTS_EACH = 200  # cuts of one evening, by one promise


def main() -> int:
    """Evenings, then cuts."""
    options = ArgumentParser(prog="python -m tests.soak", description=__doc__)
    options.add_argument("--seeds", type=int, default=200)
    options.add_argument("--first", type=int, default=0, help="the first seed")
    options.add_argument("--cuts", type=int, default=10_000)
    said = options.parse_args()
    started = time.monotonic()
    try:
        if said.seeds:
            tell(list(evenings(range(said.first, said.first + said.seeds))), started)
        if said.cuts:
            tell_cuts(said.cuts)
    except Failure as failure:
        print(failure)
        return 1
    return 0


def evenings(seeds: range) -> Iterator[Outcome]:
    """Each on one core, in any order."""
    with get_context("fork").Pool(len(os.sched_getaffinity(0))) as pool:
        for done, (seed, found) in enumerate(pool.imap_unordered(_evening, seeds), 1):
            if isinstance(found, str):
                again = f"python -m tests.soak --first {seed} --seeds 1 --cuts 0"
                raise Failure(f"{found}\n\nAgain: {again}")
            if not done % 100:
                print(f"{done} evenings", file=sys.stderr, flush=True)
            yield found


def _evening(seed: int) -> tuple[int, Outcome | str]:
    try:
        return seed, simulate(str(seed))
    except Failure as failure:
        return seed, str(failure)


def tell(outcomes: list[Outcome], started: float) -> None:
    """What befell, in numbers."""
    agreed = sorted(outcome.agreed_after for outcome in outcomes)
    rows = {
        "evenings": len(outcomes),
        "seals that all hold": sum(bool(outcome.note) for outcome in outcomes),
        "happenings": sum(outcome.happenings for outcome in outcomes),
        "entries": sum(outcome.entries for outcome in outcomes),
        "starts of kiosks": sum(outcome.starts for outcome in outcomes),
        "forks, all reported": sum(outcome.forks for outcome in outcomes),
        "seconds of calm until all agree": f"{median(agreed):.0f} (at most {agreed[-1]:.0f})",
        "seconds": f"{time.monotonic() - started:.0f}",
    }
    for name, value in rows.items():
        print(f"{name:32} {value:>20}")


def tell_cuts(count: int) -> None:
    """Power cuts by both models of a file system."""
    started = time.monotonic()
    each = max(1, count // 2 // CUTS_EACH)
    work = list(product(range(each), Promise))
    with get_context("fork").Pool(len(os.sched_getaffinity(0))) as pool:
        for found in pool.imap_unordered(_cuts, work):
            if isinstance(found, str):
                raise Failure(found)
    print(f"{'power cuts, nothing lost':32} {len(work) * CUTS_EACH:>20}")
    print(f"{'seconds':32} {time.monotonic() - started:>20.0f}")


def _cuts(work: tuple[int, Promise]) -> int | str:
    number, promise = work
    try:
        return cuts(f"{number}", promise, CUTS_EACH)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told with its seed
        return f"cuts of {number} by {promise}: {type(error).__name__} {error}"


if __name__ == "__main__":
    sys.exit(main())
