# SPDX-License-Identifier: AGPL-3.0-or-later
"""Devices that are there twice at once: told of, and never by mistake."""

from __future__ import annotations

from random import Random

import pytest

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
    """The lines of device `one`, begun and heard by hand, and a clock."""

    def __init__(self) -> None:
        self.now = 0.0
        chance = Random(1).randbytes
        passport = Passport(key("one"), [twin(ROOT, key("one").public)], ROOT.public, "here")
        book = AddressBook(ONE, chance)
        self.lines = NetworkLines(passport, book, lambda _: None, lambda: self.now)

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
