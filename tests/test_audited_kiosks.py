# SPDX-License-Identifier: AGPL-3.0-or-later
"""Evenings by the services of the kiosks, from the first slip to the audit, without a network."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from ballots.audit import Archived, audit_evening
from ballots.checks import Check
from ballots.election.verify import verify_archive
from ballots.record.kinds import Kind
from kiosk import events
from kiosk.arithmetic import best_power
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.tallying import Counted
from tests.evenings import BLANK, MESA, ONE, TAULA, TWO, Evening, asked, way_to_the_box
from tests.told_evenings import ballot_body


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    """Four people are in, and the paper of the evening is open."""
    with Evening(tmp_path) as begun:
        begun.open()
        begun.arrive(4)
        begun.carry()
        yield begun


def audited(evening: Evening, counted: Counted) -> dict[str, Check]:
    """What the desk, which counted nothing, makes of it."""
    evening.carry()
    published = verify_archive(counted.archive, best_power()).published
    assert published is not None
    archives = {
        evening.uuid: Archived(sha256=sha256(counted.archive).hexdigest(), published=published)
    }
    return {check.name: check for check in audit_evening(evening[TAULA].session(), archives)}


def failed(evening: Evening, counted: Counted) -> list[str]:
    return [name for name, check in audited(evening, counted).items() if not check.passed]


def test_an_evening_by_the_kiosks_passes_the_audit(evening: Evening) -> None:
    one, two, three, _ = evening.slips
    seen = {evening.cast(ONE, one), evening.cast(TWO, two, BLANK), evening.cast(ONE, three)}
    evening.seal()
    counted = evening.count()
    assert {cast.tracker for cast in counted.merged.counted} == seen
    assert failed(evening, counted) == []


def test_a_challenge_by_a_booth_passes_the_audit(evening: Evening) -> None:
    booth, (slip, *_) = evening.booth(), evening.slips
    look_up, seal, _ = way_to_the_box(evening.uuid, slip)
    *_, opened = asked(booth, look_up, seal, events.OpenChallenge())
    assert isinstance(opened, events.ChallengeOpened)
    asked(booth, events.Forget())
    evening.cast(ONE, slip)
    evening.seal()
    counted = evening.count()
    checks = audited(evening, counted)
    assert checks["poll.challenges"].facts == {"challenges": 1}
    assert all(check.passed for check in checks.values())
    assert counted.outcomes[0].ballots == 1


def test_a_slip_used_at_booths_that_do_not_hear_each_other_counts_once(evening: Evening) -> None:
    slip, other, *_ = evening.slips
    evening.cast(ONE, slip)
    evening.cast(TWO, slip, BLANK)
    evening.cast(TWO, other)
    evening.seal()
    counted = evening.count()
    assert (len(counted.merged.counted), counted.merged.conflicts) == (2, 1)
    assert failed(evening, counted) == []


def test_garbage_that_a_booth_put_on_record_breaks_nothing(evening: Evening) -> None:
    tracker = evening.cast(ONE, evening.slips[0])
    evening[TWO].write(Kind.BALLOT, ballot_body("nobody", uuid=evening.uuid), evening.uuid)
    evening.seal()
    counted = evening.count()
    assert [cast.tracker for cast in counted.merged.counted] == [tracker]
    assert len(counted.merged.refused) == 1
    assert failed(evening, counted) == []


def test_a_poll_waits_for_a_booth_that_is_cut_off(evening: Evening) -> None:
    evening.cast(TWO, evening.slips[0])
    evening.leader.close_poll(evening.uuid)
    evening.carry(MESA, TAULA, ONE)
    for act in (lambda: evening.leader.seal_poll(evening.uuid), evening.count):
        with pytest.raises(KioskRefused) as refusal:
            act()
        assert refusal.value.code is KioskProblem.NOT_FINISHED
    evening.carry()
    evening.finish()
    evening.leader.seal_poll(evening.uuid)
    evening.carry()
    evening.finish()
    assert failed(evening, evening.count()) == []
