# SPDX-License-Identifier: AGPL-3.0-or-later
"""Devices that two facilitators take out: what of them counts, and who goes on without them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from ballots import seal
from ballots.merge import merge
from ballots.record.bodies import Reach, Revoke
from ballots.record.kinds import Kind, Role
from ballots.session import OddityCode, PollStage, fold, revocation_for
from tests.told_evenings import (
    BOOTHS,
    UUID,
    Evening,
    evening,
    key,
    odd,
    poll_of,
    slips_of,
)

ONE, TWO = BOOTHS
SECOND, THIRD = "Mesa 2", "Mesa 3"


def voted() -> Evening:
    """Three facilitators; three ballots, one of them at the second booth."""
    told = evening()
    told.switch_on(SECOND, Role.FACILITATOR)
    told.switch_on(THIRD, Role.FACILITATOR)
    told.cast(ONE, "a")
    told.cast(TWO, "b")
    told.cast(ONE, "c")
    return told


def id_of(name: str) -> str:
    return key(name).public.hex()


def revocation(told: Evening, device: str, numbers: Mapping[str, int] | None = None) -> bytes:
    """Of all that a device has written, or of so much of it."""
    if numbers is None:
        numbers = {}
        for entry in told.entries:
            if entry.header.segment in told.session.devices[id_of(device)].segments:
                number = numbers.get(entry.header.segment, 0)
                numbers[entry.header.segment] = max(number, entry.header.number)
    reach = tuple(Reach(segment=s, number=n) for s, n in sorted(numbers.items()))
    return Revoke(device=id_of(device), segments=reach).encode()


def revoke(told: Evening, device: str, *by: str) -> None:
    body = revocation(told, device)
    for name in by:
        told.write(name, Kind.REVOKE, body)


def sign(told: Evening, *names: str) -> None:
    """The first seals, all sign."""
    told.sign(names[0], Kind.SEAL)
    for name in names[1:]:
        told.sign(name)


def counted(told: Evening) -> list[str]:
    return sorted(b.credential for b in merge(poll_of(told), lambda _: True).counted)


def test_one_alone_takes_nobody_out_and_is_told_of() -> None:
    told = voted()
    revoke(told, TWO, "Mesa")
    told.write("Mesa", Kind.REVOKE, revocation(told, TWO))
    assert told.session.revoked == frozenset()
    assert told.session.oddities == (odd(OddityCode.REVOKING, device=TWO, by="Mesa"),)


def test_nobody_takes_itself_out() -> None:
    told = voted()
    revoke(told, SECOND, SECOND, "Mesa")
    assert told.session.revoked == frozenset()


def test_a_lost_booth_is_awaited_no_more_and_its_ballots_count() -> None:
    told = voted()
    told.close()
    told.finish(ONE)
    assert poll_of(told).awaited == (id_of(TWO),)
    revoke(told, TWO, "Mesa", SECOND)
    assert poll_of(told).stage is PollStage.FINISHED
    told.finish("Mesa", SECOND)
    sign(told, "Mesa", SECOND, ONE)
    state = poll_of(told)
    assert state.stage is PollStage.SEALED
    assert state.settled
    assert counted(told) == ["slip-a", "slip-b", "slip-c"]
    assert told.session.oddities == (odd(OddityCode.REVOKED, device=TWO, n=0),)


def test_what_a_revoked_booth_takes_afterwards_is_late_and_changes_no_seal() -> None:
    told = voted()
    told.close()
    told.finish(ONE)
    revoke(told, TWO, "Mesa", SECOND)
    sign(told, "Mesa", ONE)
    before = poll_of(told)
    assert before.stage is PollStage.SEALED
    told.cast(TWO, "d")
    told.finish(TWO)
    told.switch_on(TWO, Role.BOOTH, boot=1)
    told.cast(TWO, "e")
    after = poll_of(told)
    assert (after.seal, after.ballots, after.stage) == (before.seal, before.ballots, before.stage)
    assert slips_of(after.late) == ["slip-d", "slip-e"]
    assert after.settled
    assert set(told.codes) == {OddityCode.REVOKED, OddityCode.LATE}


def test_what_is_void_is_no_act() -> None:
    told = voted()
    revoke(told, THIRD, "Mesa", SECOND)
    told.write(THIRD, Kind.CLOSE, b'{"at":"20:00"}', UUID)
    assert poll_of(told).stage is PollStage.OPEN
    assert told.session.oddities == (odd(OddityCode.REVOKED, device=THIRD, n=1),)


def test_where_a_booth_dies_before_it_signs_the_others_finish_again_without_it() -> None:
    told = voted()
    told.close()
    told.finish(ONE, TWO)
    sign(told, "Mesa", ONE)
    assert poll_of(told).seal is not None
    revoke(told, TWO, "Mesa", SECOND)
    state = poll_of(told)
    assert state.seal is None
    assert state.again == {id_of(ONE)}  # the facilitator's signature is under the revocation
    told.finish(ONE)
    sign(told, "Mesa", ONE)
    assert poll_of(told).stage is PollStage.SEALED
    assert counted(told) == ["slip-a", "slip-b", "slip-c"]


def test_a_revocation_after_the_seal_leaves_it_as_it_was() -> None:
    told = voted()
    told.close()
    told.finish(ONE, TWO)
    sign(told, "Mesa", ONE, TWO)
    before = poll_of(told)
    revoke(told, TWO, "Mesa", SECOND)
    after = poll_of(told)
    assert (after.seal, after.stage, after.ballots) == (before.seal, before.stage, before.ballots)
    assert after.settled


def test_what_is_named_and_not_here_is_waited_for() -> None:
    told = voted()
    told.close()
    told.finish(ONE)
    missing = next(
        e
        for e in told.entries
        if e.header.segment == told.segments[TWO].public and e.header.number == 1
    )
    revoke(told, TWO, "Mesa", SECOND)
    told.entries.remove(missing)
    assert poll_of(told).checkpoint is None
    told.entries.append(missing)
    assert poll_of(told).checkpoint is not None


def test_of_two_that_name_different_ends_the_earlier_one_holds() -> None:
    told = voted()
    told.cast(TWO, "d")
    segment = told.segments[TWO].public
    for number in (2, 1):
        for name in ("Mesa", SECOND):
            told.write(name, Kind.REVOKE, revocation(told, TWO, {segment: number}))
    assert slips_of(poll_of(told).ballots) == ["slip-a", "slip-b", "slip-c"]
    assert slips_of(poll_of(told).late) == ["slip-d"]


def test_a_segment_that_is_not_named_does_not_count() -> None:
    told = voted()
    for name in ("Mesa", SECOND):
        told.write(name, Kind.REVOKE, revocation(told, TWO, {}))
    assert slips_of(poll_of(told).late) == ["slip-b"]


def test_of_two_who_take_each_other_out_both_are() -> None:
    told = voted()
    told.switch_on("Mesa 4", Role.FACILITATOR)
    revoke(told, SECOND, "Mesa", THIRD)
    revoke(told, "Mesa", SECOND, "Mesa 4")
    assert told.session.revoked == {id_of(SECOND), id_of("Mesa")}


def test_the_order_of_entries_does_not_matter() -> None:
    told = voted()
    told.close()
    told.finish(ONE)
    revoke(told, TWO, "Mesa", SECOND)
    sign(told, "Mesa", ONE)
    told.cast(TWO, "d")
    assert fold(reversed(told.entries)) == told.session


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_seal_below_which_a_booth_is_cut_off_is_odd(number: int) -> None:
    told = voted()
    told.cast(TWO, "d")
    told.close()
    told.finish(ONE, TWO)
    sign(told, "Mesa", ONE, TWO)
    body = revocation(told, TWO, {told.segments[TWO].public: number})
    for name in ("Mesa", SECOND):
        told.write(name, Kind.REVOKE, body)
    assert poll_of(told).seal is None
    assert OddityCode.SEAL in told.codes


def test_a_seal_over_a_revocation_can_be_computed_by_anybody() -> None:
    """Two of its signatures are under it; a third that comes later is not."""
    told = voted()
    told.close()
    told.finish(ONE)
    revoke(told, TWO, "Mesa", SECOND)
    checkpoint = poll_of(told).checkpoint
    assert checkpoint
    revoke(told, TWO, THIRD)
    told.write("Mesa", Kind.SEAL, seal.sign(checkpoint.text, key("Mesa")), UUID)
    state = poll_of(told)
    assert state.seal
    assert state.seal.checkpoint == checkpoint


def test_who_knows_of_more_signs_that_more_counts() -> None:
    told = voted()
    revoke(told, TWO, "Mesa")
    assert revocation_for(told.entries, id_of(TWO)).encode() == revocation(told, TWO)
    told.cast(TWO, "d")
    own = revocation_for(told.entries, id_of(TWO))
    assert own.encode() == revocation(told, TWO)
    assert own.segments[0].number == 2


def test_a_seal_over_a_revocation_whose_ends_are_not_here_does_not_stand() -> None:
    told = voted()
    told.close()
    told.finish(ONE, TWO)
    before = poll_of(told).checkpoint
    assert before
    body = revocation(told, TWO, {told.segments[TWO].public: 99})
    acts = [told.write(name, Kind.REVOKE, body).header for name in ("Mesa", SECOND)]
    cut = {**before.cut, **{act.segment: act.number for act in acts}}
    size = sum(number + 1 for number in cut.values())
    text = replace(before, cut=cut, size=size).text
    told.write("Mesa", Kind.SEAL, seal.sign(text, key("Mesa")), UUID)
    assert poll_of(told).seal is None
    assert OddityCode.SEAL in told.codes
