# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a poll ends: finals, seal, cosignatures, result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ballots import seal
from ballots.record.bodies import Close, Minutes, Result
from ballots.record.errors import RecordRefused
from ballots.record.kinds import Kind, Role
from ballots.session import OddityCode, PollStage, final_of
from tests.told_evenings import (
    BOOTHS,
    OTHER_UUID,
    UUID,
    Evening,
    ballot_body,
    evening,
    final,
    key,
    odd,
    opened,
    poll_of,
    poll_open,
    slips_of,
    without,
)

ONE, TWO = BOOTHS


def voted() -> Evening:
    """Four slips at two booths; everyone has finished, nothing is sealed."""
    told = evening()
    for booth, slip in ((ONE, "a"), (TWO, "b"), (ONE, "c"), (TWO, "d")):
        told.cast(booth, slip)
    told.close()
    told.finish(ONE, TWO, "Mesa", "Taula")
    return told


def sealed() -> Evening:
    told = voted()
    told.sign("Mesa", Kind.SEAL)
    for name in (ONE, TWO, "Taula"):
        told.sign(name)
    return told


def test_a_poll_closes_when_every_booth_has_finished() -> None:
    told = evening()
    told.cast(ONE, "a")
    told.close("20:15")
    assert (poll_of(told).stage, poll_of(told).closed_at) == (PollStage.CLOSING, "20:15")
    told.finish(ONE)
    assert poll_of(told).awaited == (key(TWO).public.hex(),)
    told.finish(TWO)
    assert (poll_of(told).stage, poll_of(told).awaited) == (PollStage.FINISHED, ())


def test_finals_before_the_close_do_not_close_a_poll() -> None:
    told = evening()
    told.finish(ONE, TWO)
    assert poll_of(told).stage is PollStage.OPEN


def test_a_poll_without_booths_is_never_finished() -> None:
    told = Evening()
    told.switch_on("Mesa", Role.FACILITATOR)
    told.write("Mesa", Kind.POLL_OPEN, poll_open(), UUID)
    told.close()
    assert poll_of(told).stage is PollStage.CLOSING


def test_what_is_cast_after_the_final_is_late() -> None:
    told = voted()
    told.cast(ONE, "late")
    state = poll_of(told)
    assert slips_of(state.ballots) == ["slip-a", "slip-b", "slip-c", "slip-d"]
    assert slips_of(state.late) == ["slip-late"]
    assert told.session.oddities == (
        odd(OddityCode.LATE, poll="Votació d'exemple", device=ONE, n=1),
    )


def test_a_restarted_booth_finishes_for_all_its_segments() -> None:
    told = evening()
    told.cast(ONE, "before")
    told.switch_on(ONE, Role.BOOTH, boot=1)
    told.cast(ONE, "after")
    told.close()
    told.finish(ONE, TWO)
    state = poll_of(told)
    assert state.stage is PollStage.FINISHED
    assert slips_of(state.ballots) == ["slip-after", "slip-before"]
    device = told.session.devices[key(ONE).public.hex()]
    assert len(device.segments) == 2
    assert told.codes == []


def test_what_a_booth_casts_in_a_segment_opened_after_its_final_is_late() -> None:
    told = voted()
    told.switch_on(ONE, Role.BOOTH, boot=1)
    told.cast(ONE, "late")
    told.finish(ONE)
    assert slips_of(poll_of(told).late) == ["slip-late"]
    assert len(poll_of(told).ballots) == 4


def test_a_final_for_entries_that_are_not_here_yet_is_waited_for() -> None:
    told = voted()
    missing = without(told, ballot_body("c"))
    assert poll_of(told).awaited == (key(ONE).public.hex(),)
    assert OddityCode.FINAL not in told.codes
    told.entries.append(missing)
    assert poll_of(told).stage is PollStage.FINISHED


def final_lines(told: Evening, booth: str, **changes: tuple[int, int]) -> bytes:
    own = told.segments[booth]
    return final({own.public: (own.last.header.number, 1)} | changes)


def test_a_final_names_the_entry_before_it() -> None:
    told = evening()
    told.cast(ONE, "a")
    told.write(ONE, Kind.FINAL, final({told.segments[ONE].public: (0, 0)}), UUID)
    assert told.codes == [OddityCode.FINAL]


def test_a_final_that_does_not_name_its_own_segment_is_odd() -> None:
    told = evening()
    told.write(ONE, Kind.FINAL, final({"0" * 64: (0, 0)}), UUID)
    assert told.codes == [OddityCode.FINAL]


def test_a_final_that_miscounts_is_odd_and_the_booth_is_awaited() -> None:
    told = evening()
    told.cast(ONE, "a")
    told.write(ONE, Kind.FINAL, final({told.segments[ONE].public: (1, 2)}), UUID)
    assert told.codes == [OddityCode.FINAL]
    assert key(ONE).public.hex() in poll_of(told).awaited


def test_a_final_that_names_anothers_segment_is_odd() -> None:
    told = evening()
    told.cast(ONE, "a")
    body = final_lines(told, ONE, **{told.segments[TWO].public: (0, 0)})
    told.write(ONE, Kind.FINAL, body, UUID)
    assert told.codes == [OddityCode.FINAL]


def test_a_final_that_names_a_segment_whose_opening_is_not_here_is_waited_for() -> None:
    told = evening()
    told.cast(ONE, "a")
    first = told.segments[ONE]
    told.switch_on(ONE, Role.BOOTH, boot=1)
    told.finish(ONE)
    told.entries.remove(first.first)
    assert key(ONE).public.hex() in poll_of(told).awaited
    assert told.codes == [OddityCode.WAITING]


def test_a_sealed_poll_is_signed_by_everyone_under_the_seal() -> None:
    told = voted()
    checkpoint = poll_of(told).checkpoint
    assert checkpoint
    told.sign("Mesa", Kind.SEAL)
    seal = poll_of(told).seal
    assert seal
    assert (seal.checkpoint, seal.device) == (checkpoint, key("Mesa").public.hex())
    assert seal.awaited == {key(name).public.hex() for name in (ONE, TWO, "Taula")}
    assert poll_of(told).stage is PollStage.FINISHED
    told.sign(ONE)
    told.sign("Taula")
    told.sign(TWO)
    assert poll_of(told).stage is PollStage.SEALED
    assert told.codes == []


def test_the_seal_covers_all_up_to_and_including_the_finals() -> None:
    told = voted()
    checkpoint = poll_of(told).checkpoint
    assert checkpoint
    finals = {
        e.header.segment: e.header.number for e in told.entries if e.header.kind is Kind.FINAL
    }
    assert checkpoint.cut == finals
    assert checkpoint.size == len(told.entries)


def test_what_comes_after_a_seal_changes_neither_seal_nor_ballots() -> None:
    told = sealed()
    before = poll_of(told)
    told.switch_on("Cabina 3", Role.BOOTH)
    told.cast("Cabina 3", "unseen")
    told.finish("Cabina 3")
    told.switch_on(ONE, Role.BOOTH, boot=1)
    told.finish(ONE)
    after = poll_of(told)
    assert (after.ballots, after.seed, after.booths) == (
        before.ballots,
        before.seed,
        before.booths,
    )
    assert after.seal
    assert before.seal
    assert after.seal.checkpoint == before.seal.checkpoint
    assert after.seal.omitted == {key("Cabina 3").public.hex()}
    assert slips_of(after.late) == ["slip-unseen"]
    assert after.stage is PollStage.SEALED


def test_a_seal_on_entries_that_are_not_here_is_odd_until_they_are() -> None:
    told = sealed()
    missing = without(told, ballot_body("d"))
    assert OddityCode.SEAL in told.codes
    assert poll_of(told).seal is None
    told.entries.append(missing)
    assert told.codes == []


def test_a_booth_that_was_switched_on_after_the_seal_leaves_the_poll_settled() -> None:
    told = sealed()
    told.switch_on("Cabina 3", Role.BOOTH)
    told.cast("Cabina 3", "other poll", uuid=OTHER_UUID)
    state = poll_of(told)
    assert state.seal
    assert state.seal.omitted == {key("Cabina 3").public.hex()}
    assert (state.left_out, state.settled) == (frozenset(), True)


def test_a_booth_with_ballots_that_the_seal_leaves_out_unsettles_the_poll() -> None:
    told = sealed()
    told.switch_on("Cabina 3", Role.BOOTH)
    told.cast("Cabina 3", "hidden")
    state = poll_of(told)
    assert state.left_out == {key("Cabina 3").public.hex()}
    assert not state.settled


def test_a_booth_whose_ballots_are_all_contested_is_left_out_too() -> None:
    told = sealed()
    told.switch_on("Cabina 3", Role.BOOTH)
    told.cast("Cabina 3", "a", "yes")
    rival = opened("Cabina 3", Role.BOOTH)
    told.entries.append(rival.write(Kind.BALLOT, ballot_body("a", "no"), UUID))
    state = poll_of(told)
    assert (state.late, len(state.contested)) == ((), 2)
    assert state.left_out == {key("Cabina 3").public.hex()}
    assert not state.settled


def test_late_ballots_of_a_booth_under_the_seal_unsettle_nothing() -> None:
    told = sealed()
    told.cast(ONE, "late")
    state = poll_of(told)
    assert len(state.late) == 1
    assert (state.left_out, state.settled) == (frozenset(), True)


def test_a_poll_is_settled_only_when_everyone_under_its_seal_has_signed() -> None:
    told = voted()
    told.cast(ONE, "late")
    settled = [poll_of(told).settled]
    assert poll_of(told).left_out == frozenset()
    told.sign("Mesa", Kind.SEAL)
    for name in (ONE, TWO, "Taula"):
        settled.append(poll_of(told).settled)
        told.sign(name)
    assert (settled, poll_of(told).settled) == ([False] * 4, True)


def after_two_finals(told: Evening) -> str:
    told.finish(ONE)
    return ONE


def after_a_restart(told: Evening) -> str:
    told.switch_on(ONE, Role.BOOTH, boot=1)
    return ONE


def after_the_seal(told: Evening) -> str:
    told.sign("Mesa", Kind.SEAL)
    return ONE


def at_a_spare_booth(told: Evening) -> str:
    told.sign("Mesa", Kind.SEAL)
    told.switch_on("Cabina 3", Role.BOOTH)
    return "Cabina 3"


@pytest.mark.parametrize(
    "late", [after_two_finals, after_a_restart, after_the_seal, at_a_spare_booth]
)
def test_a_late_challenge_is_odd_and_changes_nothing_else(late: Callable[[Evening], str]) -> None:
    told = voted()
    booth = late(told)
    before = told.session
    ballot = next(entry for entry in told.entries if entry.body == ballot_body("a"))
    entry = told.challenge(booth, ballot)
    assert told.session == replace(
        before,
        oddities=(
            *before.oddities,
            odd(
                OddityCode.LATE_CHALLENGE,
                device=booth,
                number=entry.header.number,
                kind="challenge",
            ),
        ),
    )


def test_a_booth_that_is_not_under_the_seal_is_named() -> None:
    told = voted()
    at_a_spare_booth(told)
    assert told.session.oddities == (
        odd(OddityCode.OMITTED, poll="Votació d'exemple", device="Cabina 3"),
    )


def test_a_challenge_in_time_still_spoils_when_the_poll_is_sealed() -> None:
    told = evening()
    told.challenge(ONE, told.cast(ONE, "a"))
    told.cast(TWO, "b")
    told.close()
    told.finish(ONE, TWO)
    told.sign("Mesa", Kind.SEAL)
    state = poll_of(told)
    assert slips_of(state.ballots) == ["slip-b"]
    assert len(state.challenges) == told.session.challenges == 1
    assert told.codes == [OddityCode.SPOILED]


def seal_with(told: Evening, **changes: object) -> None:

    checkpoint = poll_of(told).checkpoint
    assert checkpoint
    wrong = replace(checkpoint, **changes)  # type: ignore[arg-type]  # each test knows its field
    told.write("Mesa", Kind.SEAL, seal.sign(wrong.text, key("Mesa")), UUID)


def test_a_seal_with_another_root_is_odd() -> None:
    told = voted()
    seal_with(told, root=bytes(32))
    assert told.codes == [OddityCode.SEAL]
    assert poll_of(told).seal is None


def test_a_seal_for_another_assembly_or_poll_is_odd() -> None:
    told = voted()
    seal_with(told, assembly="0" * 32)
    seal_with(told, poll=OTHER_UUID)
    assert told.codes == [OddityCode.SEAL, OddityCode.SEAL]


def test_a_seal_over_nothing_cannot_be_written() -> None:
    with pytest.raises(RecordRefused):
        seal_with(voted(), cut={}, size=0)


def test_a_seal_that_is_not_cut_at_finals_is_odd() -> None:
    told = voted()
    session = poll_of(told)
    assert session.checkpoint
    cut = dict(session.checkpoint.cut)
    shorter = cut | {told.segments[ONE].public: 1}
    seal_with(told, cut=shorter, size=sum(n + 1 for n in shorter.values()))
    assert told.codes == [OddityCode.SEAL]


def test_a_seal_signed_by_another_device_is_odd() -> None:

    told = voted()
    checkpoint = poll_of(told).checkpoint
    assert checkpoint
    told.write("Mesa", Kind.SEAL, seal.sign(checkpoint.text, key(ONE)), UUID)
    assert told.codes == [OddityCode.SEAL]


def test_a_cosignature_on_another_text_is_odd() -> None:

    told = sealed()
    state = poll_of(told)
    assert state.seal
    wrong = replace(state.seal.checkpoint, root=bytes(32)).text
    told.write(ONE, Kind.COSIGN, seal.sign(wrong, key(ONE)), UUID)
    assert told.codes == [OddityCode.COSIGN]
    assert poll_of(told).stage is PollStage.SEALED


def test_the_result_and_the_minutes_are_as_written() -> None:
    told = sealed()
    result = Result(archive="0" * 64, counts=((0, 3, 1),))
    minutes = Minutes(full="1" * 64, public="2" * 64)
    for _ in range(2):
        told.write("Mesa", Kind.RESULT, result.encode(), UUID)
        told.write("Mesa", Kind.MINUTES, minutes.encode())
    assert poll_of(told).result == result
    assert told.session.minutes == minutes
    assert told.codes == []


def test_of_results_or_minutes_that_differ_none_holds() -> None:
    told = sealed()
    for digit in "01":
        told.write("Mesa", Kind.RESULT, Result(archive=digit * 64, counts=((0,),)).encode(), UUID)
        told.write("Mesa", Kind.MINUTES, Minutes(full=digit * 64, public="2" * 64).encode())
    assert poll_of(told).result is None
    assert told.session.minutes is None
    assert told.codes == [OddityCode.RESULTS, OddityCode.MINUTES]


def test_a_device_that_has_written_nothing_has_no_final() -> None:
    told = evening()
    ours = final_of(told.entries, key(ONE).public.hex(), UUID)
    assert [last.count for last in ours.segments] == [0]


def test_the_close_that_stands_first_in_the_record_gives_the_time() -> None:
    told = evening()
    told.close("20:15")
    told.write("Mesa", Kind.CLOSE, Close(at="20:30").encode(), UUID)
    assert poll_of(told).closed_at == "20:15"
