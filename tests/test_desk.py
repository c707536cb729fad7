# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ballots.record.errors import RecordProblem, RecordRefused
from ballots.record.kinds import ERASABLE, Kind
from kiosk.confidential import Note, open_name
from kiosk.desk import Desk
from tests.evenings import MESA, ONE, TAULA, Evening

NAME = "Veïna Exemple Vint-i-una"


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    with Evening(tmp_path) as switched_on:
        switched_on.open()
        yield switched_on


def test_the_desk_counts_people_and_slips(evening: Evening) -> None:
    for number in range(3):
        evening.desk.check_in(f"Veí Exemple {number}")
        evening.desk.issue_slip()
    evening.desk.take_slip_back()
    evening.desk.count_leftover(left=1, void=0)
    evening.carry()
    for device in evening.devices.values():
        session = device.session()
        assert session.present == 3
        assert (session.slips_printed, session.slips_issued) == (4, 3)
        assert (session.slips_returned, session.slips_left, session.slips_void) == (1, 1, 0)
        assert not session.oddities


def test_counting_again_takes_back_what_was_counted_before(evening: Evening) -> None:
    for left, void in ((5, 1), (4, 0), (3, 2)):
        evening.desk.count_leftover(left=left, void=void)
        session = evening[TAULA].session()
        assert (session.slips_left, session.slips_void) == (left, void)
    assert not evening[TAULA].session().oddities


def test_each_act_is_one_entry_that_is_there_when_it_returns(evening: Evening) -> None:
    before = len(evening[TAULA].replica)
    evening.desk.check_in(NAME)
    evening.desk.issue_slip()
    evening.desk.take_slip_back()
    evening.desk.count_leftover(left=3, void=1)
    evening.desk.take_note(Note(item="acta", text="S'aprova."))
    assert len(evening[TAULA].replica) == before + 5


def test_nothing_ties_a_slip_to_a_person(evening: Evening) -> None:
    """What is written of a slip is the same whoever drew it."""
    evening.desk.check_in(NAME)
    evening.desk.issue_slip()
    evening.desk.issue_slip()
    assert {entry.body for entry in evening.written(TAULA, Kind.SLIP_ISSUED)} == {b'{"count":1}'}


def test_a_name_is_in_no_file_of_any_device(evening: Evening) -> None:
    evening.desk.check_in(NAME)
    evening.carry()
    for path in evening.folder.rglob("*"):
        if path.is_file():
            assert NAME.encode() not in path.read_bytes()


def test_names_can_be_erased_and_people_stay_counted(evening: Evening) -> None:
    evening.desk.check_in(NAME)
    evening.desk.take_note(Note(item="acta", text="Ho diu.", speaker=NAME))
    for entry in list(evening[TAULA].replica.everything()):
        if entry.header.kind in ERASABLE:
            evening[TAULA].replica.erase_body(entry.id)
    (checked_in,) = evening.written(TAULA, Kind.CHECK_IN)
    assert open_name(checked_in.body, evening[TAULA].key) == ""
    assert evening[TAULA].session().present == 1


@pytest.mark.parametrize("name", [ONE, MESA])
def test_other_roles_may_not_do_what_the_desk_does(evening: Evening, name: str) -> None:
    with pytest.raises(RecordRefused) as caught:
        Desk(evening[name]).issue_slip()
    assert caught.value.code is RecordProblem.ROLE
