# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages are verified beside the event loop, which goes on meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from threading import current_thread

import pytest

from ballots.record.entry import Entry
from sync.network.verifier import Verifier
from sync.readers import PART
from tests.kept_records import chain

MANY = chain("many", 3 * PART)
FEW = MANY[:PART]
LONG = 30.0  # seconds


def encoded(entries: Sequence[Entry]) -> list[bytes]:
    return [entry.encode() for entry in entries]


def with_verifier(play: Callable[[Verifier], Awaitable[None]]) -> None:
    async def played() -> None:
        verifier = Verifier()
        await play(verifier)
        await verifier.close()

    asyncio.run(played())


async def verified(verifier: Verifier, page: list[bytes]) -> tuple[Entry, ...]:
    told: asyncio.Future[tuple[Entry, ...]] = asyncio.get_running_loop().create_future()
    verifier.verify(page, told.set_result)
    return await asyncio.wait_for(told, LONG)


def test_a_few_are_told_at_once() -> None:
    async def play(verifier: Verifier) -> None:
        told: list[tuple[Entry, ...]] = []
        verifier.verify(encoded(FEW), told.append)
        assert told == [tuple(FEW)]

    with_verifier(play)


def test_many_are_told_later_in_their_order_and_in_the_thread_of_the_loop() -> None:
    async def play(verifier: Verifier) -> None:
        threads = []
        entries: list[Entry] = []
        is_told = asyncio.Event()

        def tell(found: tuple[Entry, ...]) -> None:
            threads.append(current_thread())
            entries.extend(found)
            is_told.set()

        verifier.verify(encoded(MANY), tell)
        assert entries == []
        await asyncio.wait_for(is_told.wait(), LONG)
        assert entries == MANY
        assert threads == [current_thread()]

    with_verifier(play)


@pytest.mark.parametrize("entries", [FEW, MANY], ids=["few", "many"])
def test_none_is_told_where_one_of_them_is_none(entries: Sequence[Entry]) -> None:
    async def play(verifier: Verifier) -> None:
        assert await verified(verifier, [*encoded(entries[1:]), b"none"]) == ()
        assert await verified(verifier, encoded(entries)) == tuple(entries)

    with_verifier(play)


def test_nothing_is_told_after_the_end() -> None:
    told: list[tuple[Entry, ...]] = []

    async def play(verifier: Verifier) -> None:
        verifier.verify(encoded(MANY), told.append)

    with_verifier(play)
    assert told == []
