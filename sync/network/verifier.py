# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages verified beside the event loop, so that votes and heads need not wait for them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from ballots.record.errors import RecordRefused
from sync.readers import PART, Readers
from sync.speaker import Told, verify_at_once


class Verifier:
    """That of one event loop, in whose thread everything is called and told; `close` it."""

    def __init__(self) -> None:
        self._readers = Readers()
        self._tasks: set[asyncio.Task[None]] = set()  # an event loop alone would forget them

    def verify(self, encoded: Sequence[bytes], tell: Told) -> None:
        """Tell the entries, none if one of them is none; a few at once, many later."""
        if len(encoded) <= PART:
            verify_at_once(encoded, tell)
            return
        task = asyncio.get_running_loop().create_task(self._verify(encoded, tell))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End it; what is not verified yet is not told any more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._readers.close()

    async def _verify(self, encoded: Sequence[bytes], tell: Told) -> None:
        try:
            entries = await self._readers.read(encoded)
        except RecordRefused:
            entries = ()
        tell(entries)
