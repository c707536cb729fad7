# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which addresses are tried, and when; told the time."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from sync.network.addresses import AT_ONCE, LAST_RETRY, MOST, Address, AddressBook, jittered

ME, PEER = "me", "peer"
ONE: Address = ("10.77.0.1", 4000)
OTHER: Address = ("10.77.0.2", 4000)


def book() -> AddressBook:
    return AddressBook(ME, Random(1).randbytes)


def due(it: AddressBook, now: float, *met: str) -> list[Address]:
    return list(it.due(now, met))


def numbered(n: int) -> Address:
    return f"10.77.{n // 256}.{n % 256}", 4000


def test_what_is_heard_is_tried_at_once_and_by_one_try_at_a_time() -> None:
    it = book()
    it.hear(ONE, 5.0)
    assert due(it, 5.0) == [ONE]
    it.hear(ONE, 5.0)
    assert due(it, 6.0) == []


def test_who_is_met_is_not_tried_and_is_again_once_it_is_gone() -> None:
    it = book()
    it.hear(ONE, 0.0)
    assert due(it, 0.0) == [ONE]
    it.reached(ONE, PEER, 0.0)
    assert due(it, 100.0, PEER) == []
    it.failed(ONE, 100.0)
    assert due(it, 100.0) == []
    assert due(it, 100.2) == [ONE]


def test_failures_space_tries_out_to_a_limit() -> None:
    it = book()
    it.hear(ONE, 0.0)
    now, gaps = 0.0, []
    for _ in range(12):
        assert due(it, now) == [ONE]
        it.failed(ONE, now)
        begun = now
        while not due(it, now):
            now += 0.01
        gaps.append(now - begun)
        it.failed(ONE, now)
        now += 2 * LAST_RETRY
    assert gaps[0] < 0.15
    assert max(gaps) <= 1.2 * LAST_RETRY + 0.02
    assert gaps[-1] >= 0.8 * LAST_RETRY - 0.02


def test_who_is_sent_away_at_once_is_called_less_and_less_often() -> None:
    it = book()
    it.hear(ONE, 0.0)
    now, calls = 0.0, 0
    while now < 20.0:
        if due(it, now):
            calls += 1
            it.reached(ONE, PEER, now)
            it.failed(ONE, now + 0.01)
        now += 0.01
    assert calls < 20
    assert due(it, 30.0) == [ONE]
    it.reached(ONE, PEER, 30.0)
    it.failed(ONE, 90.0)  # it had stayed, so it is missed at once
    assert due(it, 90.2) == [ONE]


def test_where_this_device_is_itself_nobody_is_called() -> None:
    it = book()
    it.hear(ONE, 0.0)
    assert due(it, 0.0) == [ONE]
    it.reached(ONE, ME, 0.0)
    it.failed(ONE, 0.0)
    assert due(it, 1000.0) == []
    it.hurry(1000.0)
    assert due(it, 1000.0) == [ONE]  # the network has changed: somebody else may be there


def test_only_so_many_are_tried_at_once() -> None:
    it = book()
    for n in range(30):
        it.hear(numbered(n), 0.0)
    assert len(due(it, 0.0)) == AT_ONCE
    assert due(it, 0.0) == []


def test_a_flood_pushes_out_nobody_who_was_ever_met_or_named() -> None:
    it = book()
    it.hear(ONE, 0.0, fixed=True)
    it.hear(OTHER, 0.0)
    due(it, 0.0)
    it.reached(OTHER, PEER, 0.0)
    it.failed(ONE, 0.0)
    for n in range(20_000):
        it.hear(numbered(n), 1.0)
    assert len(it._candidates) == MOST
    assert {ONE, OTHER} <= set(it._candidates)


def test_a_full_book_that_knows_everybody_hears_of_nobody_new() -> None:
    it = book()
    for n in range(MOST):
        it.hear(numbered(n), 0.0, fixed=True)
    stranger = numbered(MOST)
    it.hear(stranger, 0.0)
    assert stranger not in it._candidates


@given(st.floats(0.01, 100), st.integers())
def test_jitter_is_a_fifth_at_most(seconds: float, seed: int) -> None:
    spread = jittered(seconds, Random(seed).randbytes)
    assert 0.8 * seconds * 0.999 <= spread <= 1.2 * seconds * 1.001
