# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ballots.record.errors import RecordRefused
from ballots.record.kinds import Kind
from ballots.session import PollStage
from kiosk.device import Device, load_identity
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.facilitator import Facilitator
from kiosk.finishing import finish
from sync.errors import SyncError, SyncProblem
from sync.replica import Replica
from tests.evenings import MESA, ONE, TAULA, TWO, Evening, full_disk, read_only

BODY = b'{"sealed":"' + b"0" * 20_000 + b'"}'


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    with Evening(tmp_path) as switched_on:
        yield switched_on


def held(device: Device) -> list[str]:
    return [entry.id.hex() for entry in device.replica.everything()]


def test_a_device_opens_a_segment_of_its_own_at_each_start(evening: Evening) -> None:
    first = evening[ONE].segment.public
    again = evening.restart(ONE)
    assert again.segment.public != first
    assert set(again.replica.heads()) == {first, again.segment.public}
    (device,) = again.session().devices.values()
    assert device.name == ONE
    assert set(device.segments) == {first, again.segment.public}


def test_what_was_written_is_on_disk_when_write_returns(evening: Evening) -> None:
    entry = evening[TAULA].write(Kind.SLIP_ISSUED, b'{"count":1}')
    with Replica.open(evening.folder / TAULA / "record.db", read_only=True) as seen:
        assert entry.id in seen


def test_the_state_is_told_anew_when_something_was_heard(evening: Evening) -> None:
    assert evening[ONE].session() is evening[ONE].session()
    assert not evening[ONE].session().polls
    evening.open()
    assert evening.state(ONE).stage is PollStage.OPEN
    evening.leader.close_poll(evening.uuid)
    assert evening.state(ONE).stage is PollStage.OPEN
    evening.carry(MESA, ONE)
    assert evening.state(ONE).stage is PollStage.CLOSING


def test_whoever_sees_that_something_is_on_disk_is_told_of_it(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also before those are told who watch the record."""
    booth = evening[ONE]
    assert not booth.session().polls
    seen: list[bool] = []
    monkeypatch.setattr(booth.replica, "_tell", lambda _: seen.append(bool(booth.session().polls)))
    evening.open()
    evening.carry(MESA, ONE)
    assert seen[-1]


def test_an_entry_that_found_no_room_never_was(evening: Evening) -> None:
    evening.open()
    booth = evening[ONE]
    before, given_up = held(booth), booth.segment.public
    with full_disk(booth), pytest.raises(SyncError) as caught:
        booth.write(Kind.BALLOT, BODY, evening.uuid)
    assert caught.value.code is SyncProblem.DISK_FULL
    assert held(booth) == before
    entry = booth.write(Kind.BALLOT, b'{"sealed":"2"}', evening.uuid)
    assert booth.segment.public != given_up
    assert entry.header.segment == booth.segment.public
    assert entry.header.number == 1
    assert set(held(booth)) == {*before, booth.segment.first.id.hex(), entry.id.hex()}


def test_a_record_that_went_on_in_a_fresh_segment_is_whole_and_forks_nothing(
    evening: Evening,
) -> None:
    evening.open()
    for _ in range(3):
        with read_only(evening[TAULA]), pytest.raises(SyncError):
            evening[TAULA].write(Kind.SLIP_ISSUED, b'{"count":1}')
        evening[TAULA].write(Kind.SLIP_ISSUED, b'{"count":1}')
    evening.restart(TAULA)  # opens only a record all of whose chains are whole
    evening.carry()
    for device in evening.devices.values():
        session = device.session()
        assert not session.forks
        assert not session.oddities
        assert session.slips_issued == 3


def test_while_there_is_no_room_nothing_is_written_and_no_segment_is_used_up(
    evening: Evening,
) -> None:
    desk = evening[TAULA]
    before = held(desk)
    with read_only(desk):
        for _ in range(3):
            with pytest.raises(SyncError):
                desk.write(Kind.SLIP_ISSUED, b'{"count":1}')
            with pytest.raises(SyncError), desk.alone():
                pytest.fail("a device without a segment to write in is nobody's to hold")
    assert held(desk) == before
    desk.write(Kind.SLIP_ISSUED, b'{"count":1}')
    assert len(held(desk)) == len(before) + 2  # the opening of one fresh segment, and the slip


def test_a_final_names_the_segment_that_was_opened_because_of_a_lost_entry(
    evening: Evening,
) -> None:
    evening.open()
    with read_only(evening[ONE]), pytest.raises(SyncError):
        evening[ONE].write(Kind.BALLOT, BODY, evening.uuid)
    evening.close()
    evening.finish()
    assert evening.state().stage is PollStage.FINISHED
    assert not evening[MESA].session().oddities


def test_a_lost_final_is_written_once_there_is_room(evening: Evening) -> None:
    evening.open()
    evening.close()
    with read_only(evening[ONE]), pytest.raises(SyncError):
        finish(evening[ONE])
    assert evening.written(ONE, Kind.FINAL) == []
    evening.finish()
    assert evening.state().stage is PollStage.FINISHED
    segments = [entry.header.segment for entry in evening.written(MESA, Kind.FINAL)]
    assert segments.count(evening[ONE].segment.public) == 1
    assert len(segments) == len(evening.devices)


def test_what_a_role_may_not_write_leaves_the_segment_as_it_was(evening: Evening) -> None:
    segment = evening[TWO].segment
    with pytest.raises(RecordRefused):
        Facilitator(evening[TWO], lambda: "20:00").close_poll(evening.uuid)
    entry = evening[TWO].write(Kind.BALLOT, b'{"sealed":"1"}', evening.uuid)
    assert evening[TWO].segment is segment
    assert entry.header.number == 1


@pytest.mark.parametrize("content", ["", "[", '{"a": 1}', "[1]", "null"])
def test_certificates_that_cannot_be_read_are_refused_by_name(
    evening: Evening, content: str
) -> None:
    path = evening.folder / ONE / "certificates.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(KioskRefused) as caught:
        load_identity(path.parent)
    assert caught.value.code is KioskProblem.NO_FILE
    assert caught.value.facts == {"path": str(path)}


def test_an_identity_is_its_key_and_the_chain_from_the_root(evening: Evening) -> None:
    folder = evening.folder / ONE
    key, chain = load_identity(folder)
    enrolled = next(each for each in evening.preparation.devices if each.name == ONE)
    assert key.public == enrolled.key.public
    assert chain == enrolled.certificates
    assert json.loads((folder / "certificates.json").read_text()) == [c.decode() for c in chain]


def test_a_folder_without_certificates_is_refused(evening: Evening) -> None:
    (evening.folder / ONE / "certificates.json").unlink()
    with pytest.raises(KioskRefused):
        Device(evening.folder / ONE, evening.random)


def test_a_folder_without_a_record_starts_no_device(evening: Evening) -> None:
    (evening.folder / ONE / "record.db").unlink()
    with pytest.raises(SyncError) as caught:
        Device(evening.folder / ONE, evening.random)
    assert caught.value.code is SyncProblem.RECORD_MISSING


def test_a_device_that_prints_shows_no_secret(evening: Evening) -> None:
    device = evening[ONE]
    seen = f"{device!r} {device.key!r} {evening.preparation!r} {evening.preparation.devices!r}"
    assert device.key.seed.hex() not in seen
    assert not any(slip.symbols in seen for slip in evening.slips)
