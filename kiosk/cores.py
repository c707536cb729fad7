# SPDX-License-Identifier: AGPL-3.0-or-later
"""Work spread over the cores of this machine, its results in order."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing import get_context
from typing import Any, TypeVar

from kiosk.errors import KioskProblem, KioskRefused

Task = TypeVar("Task")
Found = TypeVar("Found")

AHEAD = 3  # tasks for each core that wait, so that none is idle and few are in memory


@dataclass(frozen=True, slots=True)
class Cores:
    """A `ballots.election.archive.ballot_box.Spread` over `jobs` processes.

    They are forked, so what the work needs is there without being sent, and only tasks and what
    came of them travel. A process that is killed is told as `cores-lost`.
    """

    jobs: int

    @classmethod
    def all(cls) -> Cores:
        """As many as this process may use."""
        return cls(len(os.sched_getaffinity(0)))

    def __call__(self, work: Callable[[Task], Found], tasks: Iterable[Task], /) -> Iterator[Found]:
        """What came of each task, in order; an error of one is raised in its place."""
        left = iter(tasks)
        first = list(islice(left, 2))
        if self.jobs == 1 or len(first) < 2:  # nothing to spread
            yield from map(work, chain(first, left))
            return
        with ProcessPoolExecutor(
            self.jobs, get_context("fork"), initializer=_begin, initargs=(work,)
        ) as pool:
            try:
                yield from _in_order(pool, chain(first, left), self.jobs * AHEAD)
            except BrokenProcessPool as error:
                raise KioskRefused(KioskProblem.CORES_LOST) from error
            finally:
                pool.shutdown(wait=False, cancel_futures=True)


def _in_order(
    pool: ProcessPoolExecutor, tasks: Iterable[Task], most: int
) -> Iterator[Any]:  # what each process was told to do gives what it gives
    waiting: deque[Future[Any]] = deque()
    for task in tasks:
        waiting.append(pool.submit(_do, task))
        if len(waiting) == most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


_work: Callable[[Any], Any] = NotImplemented  # of this process, told once at its start


def _begin(work: Callable[[Any], Any]) -> None:
    global _work  # noqa: PLW0603 - a process of the pool has one work
    _work = work
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started it is told, and ends it
    # By this, which whatever has a window answers by closing that.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _do(task: object) -> object:
    return _work(task)
