# SPDX-License-Identifier: AGPL-3.0-or-later
"""What devices do by themselves when a poll closes: finals, and cosignatures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ballots import canonical
from ballots.record.bodies import Final
from ballots.record.entry import Entry
from ballots.record.kinds import Kind
from ballots.session import PollStage
from kiosk.finishing import finish
from tests.evenings import MESA, ONE, TAULA, TWO, Evening, inputs
from tests.omitted_booth import hear_of_booth_two, seal_without_booth_two


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    with Evening(tmp_path) as switched_on:
        switched_on.open()
        yield switched_on


def own(evening: Evening, name: str, kind: Kind) -> list[Entry]:
    """The entries of a kind that a device wrote itself, in whichever of its segments."""
    device = evening[name].key.public.hex()
    segments = evening[name].session().devices[device].segments
    return [entry for entry in evening.written(name, kind) if entry.header.segment in segments]


def test_while_a_poll_is_open_nothing_is_due(evening: Evening) -> None:
    evening.finish()
    for name in evening.devices:
        assert own(evening, name, Kind.FINAL) == []


def test_each_device_says_once_that_it_has_finished(evening: Evening) -> None:
    evening.cast(ONE, evening.slips[0])
    evening.close()
    for _ in range(3):
        evening.finish()
    for name, device in evening.devices.items():
        (final,) = own(evening, name, Kind.FINAL)
        (line,) = canonical.decode(final.body, Final).segments
        assert line.segment == device.segment.public
        assert line.number == final.header.number - 1
        assert line.count == (1 if name == ONE else 0)
    assert evening.state().stage is PollStage.FINISHED


def test_the_poll_is_finished_when_the_last_booth_has_said_so(evening: Evening) -> None:
    evening.close()
    evening.finish(MESA, TAULA, ONE)
    assert evening.state().stage is PollStage.CLOSING
    assert evening.state().awaited == (evening[TWO].key.public.hex(),)
    evening.finish(TWO)
    assert evening.state().stage is PollStage.FINISHED


def test_after_a_restart_a_device_finishes_its_new_segment_too(evening: Evening) -> None:
    evening.cast(ONE, evening.slips[0])
    evening.close()
    evening.finish()
    evening.restart(ONE)
    evening.carry()
    for _ in range(2):
        evening.finish()
    first, second = sorted(own(evening, ONE, Kind.FINAL), key=lambda e: len(e.body or b""))
    assert len(canonical.decode(first.body, Final).segments) == 1
    assert len(canonical.decode(second.body, Final).segments) == 2
    assert second.header.segment == evening[ONE].segment.public
    assert evening.state().stage is PollStage.FINISHED
    assert not evening[MESA].session().oddities


def test_a_device_that_died_between_close_and_final_finishes_when_it_is_back(
    evening: Evening,
) -> None:
    tracker = evening.cast(ONE, evening.slips[0])
    evening.close()
    evening.restart(ONE)
    evening.finish()
    (final,) = own(evening, ONE, Kind.FINAL)
    assert [line.count for line in canonical.decode(final.body, Final).segments].count(1) == 1
    assert evening.state().stage is PollStage.FINISHED
    assert [ballot.tracker for ballot in evening.state().ballots] == [tracker]


def test_everyone_cosigns_once_and_then_the_poll_is_sealed(evening: Evening) -> None:
    evening.close()
    evening.finish()
    evening.leader.seal_poll(evening.uuid)
    assert evening.state().stage is PollStage.FINISHED
    evening.carry()
    for _ in range(2):
        evening.finish()
    assert own(evening, MESA, Kind.COSIGN) == []  # who sealed has signed
    for name in (TAULA, ONE, TWO):
        assert len(own(evening, name, Kind.COSIGN)) == 1
    assert evening.state().stage is PollStage.SEALED


def test_nothing_is_due_in_a_poll_that_is_sealed_even_after_a_restart(evening: Evening) -> None:
    evening.seal()
    evening.restart(ONE)
    evening.finish()
    assert len(own(evening, ONE, Kind.FINAL)) == 1
    assert len(own(evening, ONE, Kind.COSIGN)) == 1
    assert evening.state().stage is PollStage.SEALED


def test_a_seal_that_leaves_out_ballots_of_a_booth_is_not_cosigned(tmp_path: Path) -> None:
    """A facilitator who never heard of a booth can seal without it; whoever has, does not sign."""
    with Evening(tmp_path) as evening:
        seal_without_booth_two(evening, evening.slips[0])
        hear_of_booth_two(evening)
        evening.finish()
        assert evening.written(MESA, Kind.COSIGN) == []
        assert evening.state().stage is PollStage.FINISHED


def test_a_seal_stands_when_a_spare_booth_is_heard_of_later(tmp_path: Path) -> None:
    with Evening(tmp_path) as evening:
        seal_without_booth_two(evening)
        hear_of_booth_two(evening)
        for _ in range(2):
            evening.finish()
        assert [len(own(evening, name, Kind.COSIGN)) for name in (TAULA, ONE, TWO)] == [1, 1, 0]
        assert own(evening, TWO, Kind.FINAL) == []  # it has nothing to say about this poll
        assert evening.state().stage is PollStage.SEALED
        assert evening.state().settled


def test_a_spare_booth_is_under_the_seal_of_the_next_poll(tmp_path: Path) -> None:
    with Evening(tmp_path) as evening:
        seal_without_booth_two(evening)
        hear_of_booth_two(evening)
        evening.finish()
        room = evening.leader.open_poll(inputs().room_question)
        evening.carry()
        evening.leader.close_poll(room)
        evening.carry()
        evening.finish(MESA, TAULA, ONE)
        two = evening[TWO].key.public.hex()
        assert evening[MESA].session().polls[room].awaited == (two,)
        evening.finish(TWO)
        evening.leader.seal_poll(room)
        evening.carry()
        evening.finish()
        polls = evening[MESA].session().polls
        assert [polls[uuid].settled for uuid in (evening.uuid, room)] == [True, True]


def test_two_polls_are_finished_apart(evening: Evening) -> None:
    room = evening.leader.open_poll(inputs().room_question)
    evening.carry()
    evening.close()
    evening.finish()
    assert evening.state().stage is PollStage.FINISHED
    assert evening[MESA].session().polls[room].stage is PollStage.OPEN
    evening.leader.close_poll(room)
    evening.carry()
    evening.finish()
    assert evening[MESA].session().polls[room].stage is PollStage.FINISHED
    assert len(own(evening, ONE, Kind.FINAL)) == 2


def test_finishing_before_anything_was_heard_does_nothing(tmp_path: Path) -> None:
    with Evening(tmp_path) as evening:
        before = len(evening[ONE].replica)
        finish(evening[ONE])
        assert len(evening[ONE].replica) == before
