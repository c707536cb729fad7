# SPDX-License-Identifier: AGPL-3.0-or-later
"""A large space read through the API over loopback, and many bundles verified for a plan.

The platform is the tests' double, in the same process: it takes time and memory of its own.
"""

from __future__ import annotations

import resource
import shutil
import sys
import time
from dataclasses import replace
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
from tests.evenings import ONE, YES, Evening, called

PROPOSALS = 5000
BUNDLES, BALLOTS = 460, 50_000


def main(proposals: int = PROPOSALS, bundles: int = BUNDLES, ballots: int = BALLOTS) -> None:
    """Both."""
    with TemporaryDirectory() as folder:
        _pull(Path(folder), proposals)
        _bundles(Path(folder), bundles, ballots)


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


def _bundles(folder: Path, bundles: int, ballots: int) -> None:
    """One evening of one question, copied: each copy is verified as if it were another."""
    each = max(1, ballots // bundles)
    original = _evening(folder, each)
    paths = [folder / f"{number}.urna" for number in range(bundles)]
    for path in paths:
        shutil.copy(original, path)
    cores = Cores.all()
    began = time.perf_counter()
    for _ in read_evenings(paths, best_power(), cores):
        pass
    what = f"{bundles} bundles of {each} ballots verified on {cores.jobs} cores"
    _tell(what, time.perf_counter() - began)


def _evening(folder: Path, ballots: int) -> Path:
    """The bundle of an evening at which so many people answered yes or no."""
    assembly = called()
    (poll,) = assembly.polls
    (question, *_) = poll.questions
    short = replace(assembly, polls=(replace(poll, questions=(question,)),))
    with Evening(folder / "devices", assembly=short, slips=ballots) as evening:
        evening.open()
        evening.arrive(ballots)
        for slip in evening.slips:
            evening.cast(ONE, slip, {question.id: YES[question.id]})
        evening.seal()
        evening.publish(evening.count(), folder)
    return folder / "bundle.urna"


def _tell(what: str, seconds: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:52} {seconds:8.2f} s  peak so far {peak:6.0f} MiB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
