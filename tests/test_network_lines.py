# SPDX-License-Identifier: AGPL-3.0-or-later
"""Devices that are there twice at once: told of, and never by mistake."""

from __future__ import annotations

from random import Random

import pytest

from sync import turns
from sync.network.addresses import AddressBook
from sync.network.certificates import Party, twin
from sync.network.line import Line
from sync.network.lines import LINGERS, NetworkLines
from sync.network.passport import Passport
from sync.wire import Heads
from tests.kept_records import ROOT, key

ONE, TWO = (key(name).public.hex() for name in ("one", "two"))
SAID = Heads({})


class Table:
    """The lines of a device, begun and heard by hand, and a clock; `told` is what comes of it."""

    def __init__(self, name: str = "one") -> None:
        self.now = 0.0
        self.told: list[turns.Event] = []
        chance = Random(1).randbytes
        passport = Passport(key(name), [twin(ROOT, key(name).public)], ROOT.public, "here")
        book = AddressBook(key(name).public.hex(), chance)
        self.lines = NetworkLines(passport, book, self.told.append, lambda: self.now)

    def begin(self, device: str, start: str) -> Line:
        line = Line(self.lines, None)
        line.party = Party(device, start)
        self.lines.begun(line)
        return line

    def hear(self, line: Line, after: float) -> None:
        self.now += after
        self.lines.heard(line, SAID)


def test_who_goes_on_beside_a_later_start_is_there_twice() -> None:
    table = Table()
    first = table.begin(TWO, "first")
    table.hear(first, 1.0)
    table.hear(table.begin(TWO, "second"), 1.0)
    assert table.lines.doubled == set()
    table.hear(first, LINGERS)
    assert table.lines.doubled == {TWO}


@pytest.mark.parametrize("after", [0.0, LINGERS / 2])
def test_what_a_device_said_before_it_was_restarted_may_come_late(after: float) -> None:
    table = Table()
    first = table.begin(TWO, "first")
    table.now += 1
    second = table.begin(TWO, "second")
    table.hear(first, after)
    table.hear(second, 9.0)
    assert table.lines.doubled == set()


def test_two_lines_of_one_start_are_one_device() -> None:
    table = Table()
    first = table.begin(TWO, "first")
    table.now += 1
    table.begin(TWO, "first")
    table.hear(first, 9.0)
    assert table.lines.doubled == set()


def test_another_start_of_this_very_device_is_there_twice_at_once() -> None:
    table = Table()
    table.begin(ONE, "here")
    assert table.lines.doubled == set()
    table.begin(ONE, "elsewhere")
    assert table.lines.doubled == {ONE}


# --- two who dial each other at once ------------------------------------------------------------

SMALLER, LARGER = sorted(("one", "two"), key=lambda name: key(name).public.hex())


def twice_connected(here: str, there: str) -> tuple[Table, Line, Line]:
    table, device = Table(here), key(there).public.hex()
    return table, table.begin(device, "first"), table.begin(device, "first")


def test_the_smaller_key_ends_the_older_line_when_both_have_greeted_over_the_newer() -> None:
    table, older, newer = twice_connected(SMALLER, LARGER)
    for line in (older, older, newer):
        table.hear(line, 0.0)
    assert turns.Closed(1) not in table.told
    table.hear(newer, 0.0)
    assert table.told[-2:] == [turns.Heard(2, SAID), turns.Closed(1)]
    table.hear(newer, 1.0)
    assert table.told[-1] == turns.Heard(2, SAID)


def test_a_newer_line_that_spoke_first_is_not_ended_by_the_older() -> None:
    table, older, newer = twice_connected(SMALLER, LARGER)
    for line in (newer, older, older):
        table.hear(line, 0.0)
    assert turns.Closed(1) not in table.told
    table.hear(newer, 0.0)
    assert table.told[-2:] == [turns.Heard(2, SAID), turns.Closed(1)]


def test_the_larger_key_leaves_it_to_the_smaller() -> None:
    table, older, newer = twice_connected(LARGER, SMALLER)
    for line in (older, newer, older, newer):
        table.hear(line, 0.0)
    assert not any(isinstance(event, turns.Closed) for event in table.told)


def test_a_line_that_was_lost_before_it_was_heard_ends_no_other() -> None:
    table, older, newer = twice_connected(SMALLER, LARGER)
    table.hear(older, 0.0)
    table.lines.lose(2)
    for _ in range(2):
        table.hear(newer, 0.0)
    assert turns.Closed(1) not in table.told
