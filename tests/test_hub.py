# SPDX-License-Identifier: AGPL-3.0-or-later
"""When a hub signs, and for what; by itself, and when a stick is brought."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.record.kinds import Kind, Role
from ballots.session import lacking
from kiosk.finishing import finish
from kiosk.hub import LONGEST, QUIET, Lull, acknowledge, to_sign_for
from tests.evenings import DEVICES, ONE, Evening

OFFICE = "Oficina"
WITH_HUB = (*DEVICES, (OFFICE, Role.HUB))
A, B = {"a": 1}, {"a": 2}


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    with Evening(tmp_path, devices=WITH_HUB) as made:
        made.open()
        yield made


def test_what_is_new_is_signed_for_after_a_while_of_quiet() -> None:
    lull = Lull()
    assert not lull.is_due(A, 10.0)
    assert not lull.is_due(A, 10.0 + QUIET / 2)
    assert lull.is_due(A, 10.0 + QUIET)
    lull.has_signed(A)
    assert not lull.is_due(A, 99.0)


def test_whoever_goes_on_writing_is_not_waited_for_without_end() -> None:
    lull = Lull()
    moments = [now / 2 for now in range(int(2 * LONGEST) + 1)]
    due = [lull.is_due({"a": int(2 * now)}, now) for now in moments]
    assert due.index(True) == len(moments) - 1


def test_there_is_nothing_to_sign_for_where_nothing_is() -> None:
    assert not Lull().is_due({}, 99.0)


@given(st.lists(st.tuples(st.sampled_from([{}, A, B]), st.floats(0, 9)), max_size=40))
def test_a_hub_signs_at_last_for_what_stays(steps: list[tuple[dict[str, int], float]]) -> None:
    lull, now = Lull(), 0.0
    for heads, waited in steps:
        now += waited
        if lull.is_due(heads, now):
            lull.has_signed(heads)
    for _ in range(3):
        now += QUIET
        if lull.is_due(B, now):
            lull.has_signed(B)
    assert not lull.is_due(B, now + LONGEST)


def test_a_hub_signs_once_for_what_it_holds(evening: Evening) -> None:
    hub = evening[OFFICE]
    evening.cast(ONE, evening.slips[0])
    evening.carry()
    kept = acknowledge(hub)
    assert kept
    assert kept.cut == to_sign_for(hub)
    assert hub.session().kept == (kept,)
    assert acknowledge(hub) is None
    evening.carry()
    session = evening[ONE].session()
    assert lacking(session.kept[0], session, evening[ONE].replica.heads()) == 0


def test_a_hub_that_is_started_again_does_not_repeat_itself(evening: Evening) -> None:
    evening.carry()
    assert acknowledge(evening[OFFICE])
    hub = evening.restart(OFFICE)
    assert acknowledge(hub) is None


def test_a_hub_has_no_final_and_holds_up_no_seal(evening: Evening) -> None:
    evening.cast(ONE, evening.slips[0])
    evening.carry()
    evening.seal()
    assert evening.state().settled
    assert not evening.written(OFFICE, Kind.FINAL)[4:]
    me = evening[OFFICE].key.public.hex()
    assert me not in (evening.state().seal or pytest.fail("no seal")).cosigned


def test_what_is_brought_by_stick_is_signed_for_when_the_hub_does_its_duties(
    evening: Evening,
) -> None:
    evening.carry()
    finish(evening[OFFICE])
    finish(evening[OFFICE])
    assert len(evening.written(OFFICE, Kind.HUB_RECEIPT)) == 1
