# SPDX-License-Identifier: AGPL-3.0-or-later
"""A large space read through the API over loopback, and many small bundles verified for a plan.

The platform is the tests' double, in the same process: it takes time and memory of its own.
"""

from __future__ import annotations

import resource
import shutil
import sys
import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from kiosk.arithmetic import best_power
from kiosk.cores import Cores
from kiosk.decidim.evenings import read_evenings
from sync.decidim.address import Wish
from sync.decidim.post import Api
from sync.decidim.reading.pulling import pull
from sync.decidim.reading.snapshot import read_snapshot
from tests.decidim_double import DecidimDouble
from tests.decidim_double.invented import invented
from tests.evenings import play

PROPOSALS = 5000
BUNDLES = 460


def main(proposals: int = PROPOSALS, bundles: int = BUNDLES) -> None:
    """Both."""
    with TemporaryDirectory() as folder:
        _pull(Path(folder), proposals)
        _bundles(Path(folder), bundles)


def _pull(folder: Path, proposals: int) -> None:
    with DecidimDouble("0.31", invented(Random(1), proposals=proposals)) as double:
        api = Api(double.url, clock=time.monotonic, sleep=time.sleep)
        began = time.perf_counter()
        pull(double.url, Wish(kind="assembly", space="1"), folder / "p", api.ask, lambda *_: None)
        pulled = time.perf_counter() - began
    began = time.perf_counter()
    read = len(read_snapshot(folder / "p").proposals)
    _tell(f"pull of {read} proposals, {double.requests} requests", pulled)
    _tell("the snapshot read and verified", time.perf_counter() - began)


def _bundles(folder: Path, bundles: int) -> None:
    """One evening of three ballots, copied: each copy is verified as if it were another."""
    play(folder)
    paths = [folder / f"{number}.urna" for number in range(bundles)]
    for path in paths:
        shutil.copy(folder / "out" / "bundle.urna", path)
    cores = Cores.all()
    began = time.perf_counter()
    for _ in read_evenings(paths, best_power(), cores):
        pass
    _tell(f"{bundles} bundles verified on {cores.jobs} cores", time.perf_counter() - began)


def _tell(what: str, seconds: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:52} {seconds:8.2f} s  peak so far {peak:6.0f} MiB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
