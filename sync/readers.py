# SPDX-License-Identifier: AGPL-3.0-or-later
"""Many entries read at once: decoded, every signature checked, on several cores.

Checking signatures is most of that work, and libsodium does it without the interpreter's lock,
so threads are enough. A few entries are read where they are asked for.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from types import TracebackType
from typing import Final, Protocol, Self

from ballots.record.entry import Entry, decode

PART: Final = 64  # entries that one thread reads at a time
MOST_THREADS: Final = 4  # what is not libsodium's share runs one thread at a time


class Read(Protocol):
    """Decodes entries and checks their signatures, maybe on several cores."""

    def __call__(self, encoded: Sequence[bytes], /) -> Iterator[Entry]:
        """The entries in order; `RecordRefused` for the first that is none, maybe too early."""
        ...


class Readers:
    """A `Read`. Use as a context, or `close` it."""

    def __init__(self) -> None:
        """Threads begin with the first long reading."""
        cores = len(os.sched_getaffinity(0))
        self._threads = ThreadPoolExecutor(min(MOST_THREADS, cores), "reader")

    def __call__(self, encoded: Sequence[bytes], /) -> Iterator[Entry]:
        """The entries in order; `RecordRefused` for the first that is none, maybe too early."""
        parts = _parts(encoded)
        spread = self._threads.map if len(parts) > 1 else map
        return chain.from_iterable(spread(_read, parts))

    async def read(self, encoded: Sequence[bytes]) -> tuple[Entry, ...]:
        """The entries in order, while the event loop goes on.

        Raises:
            RecordRefused: for one that is none.
        """
        loop = asyncio.get_running_loop()
        reading = (loop.run_in_executor(self._threads, _read, part) for part in _parts(encoded))
        return tuple(chain.from_iterable(await asyncio.gather(*reading)))

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _parts(encoded: Sequence[bytes]) -> list[Sequence[bytes]]:
    return [encoded[begin : begin + PART] for begin in range(0, len(encoded), PART)]


def _read(part: Sequence[bytes]) -> list[Entry]:
    return [decode(encoded) for encoded in part]
