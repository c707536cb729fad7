# SPDX-License-Identifier: AGPL-3.0-or-later
"""A card that was put back, or copied, is told of; a kiosk that was simply restarted is not."""

from __future__ import annotations

import pytest

from ballots.record.bodies import Final, Last
from ballots.record.kinds import Kind, Role
from ballots.record.segment import Segment
from ballots.record.shapes import MAX_HEADS
from ballots.session import OddityCode
from ballots.session.oddities import Oddity, odd
from tests.told_evenings import BOOTHS, UUID, Evening, ballot_body, evening, opened

ONE = BOOTHS[0]
NOTHING: tuple[Oddity, ...] = ()
RESTORED: tuple[Oddity, ...] = (odd(OddityCode.RESTORED, device=ONE),)


def started(told: Evening, boot: int, heads: dict[str, int]) -> Segment:
    """Another start of the first booth, with a card that held so much."""
    segment = told.segments[ONE] = opened(ONE, Role.BOOTH, boot=boot, heads=heads)
    told.entries.append(segment.first)
    return segment


def test_starts_that_follow_one_another_are_nothing_odd() -> None:
    told = evening()
    for boot, slip in ((1, "a"), (2, "b"), (3, "c")):
        told.switch_on(ONE, Role.BOOTH, boot=boot)
        told.cast(ONE, slip)
    assert told.session.oddities == NOTHING


def test_a_card_from_before_is_told_of_and_all_that_was_written_counts() -> None:
    told = evening()
    first = told.segments[ONE].public
    told.cast(ONE, "a")
    started(told, 1, {first: 0})
    told.cast(ONE, "b")
    assert told.session.oddities == RESTORED
    assert len(told.session.polls[UUID].ballots) == 2


def test_last_months_card_knows_nothing_of_the_evening() -> None:
    told = evening()
    started(told, 1, {})
    assert told.session.oddities == RESTORED


def test_a_copy_is_told_of_as_soon_as_both_have_written() -> None:
    told = evening()
    original = told.segments[ONE]
    copy = started(told, 1, {original.public: 0})
    assert told.session.oddities == NOTHING  # until then it may be a restart
    told.entries.append(original.write(Kind.BALLOT, ballot_body("a"), UUID))
    assert told.session.oddities == RESTORED
    told.entries.append(copy.write(Kind.BALLOT, ballot_body("b"), UUID))
    assert told.session.oddities == RESTORED


def test_it_is_told_once_of_a_device_however_often_it_was_started_since() -> None:
    told = evening()
    started(told, 1, {})
    for boot in (2, 3):
        told.switch_on(ONE, Role.BOOTH, boot=boot)
    assert told.session.oddities == RESTORED


def test_an_opening_that_is_full_is_not_asked() -> None:
    told = evening()
    started(told, 1, {f"{n:064x}": 0 for n in range(MAX_HEADS)})
    assert told.session.oddities == NOTHING


@pytest.mark.parametrize("boot", [1, 2])
def test_two_devices_do_not_have_to_know_each_other(boot: int) -> None:
    told = evening()
    told.entries.append(opened("Cabina 9", Role.BOOTH, boot=boot).first)
    assert told.session.oddities == NOTHING


def test_a_restored_booth_finishes_as_any_other() -> None:
    told = evening()
    first = told.segments[ONE].public
    told.cast(ONE, "a")
    again = started(told, 1, {first: 0})
    told.cast(ONE, "b")
    told.close()
    lines = sorted((segment, 1, 1) for segment in (first, again.public))
    body = Final(segments=tuple(Last(segment=s, number=n, count=c) for s, n, c in lines))
    told.write(ONE, Kind.FINAL, body.encode(), UUID)
    assert ONE not in told.session.polls[UUID].awaited
    assert told.session.oddities == RESTORED
