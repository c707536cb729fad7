# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which of several seals holds: the one that all under it have signed, and never another."""

from __future__ import annotations

from ballots import seal
from ballots.record.kinds import Kind, Role
from ballots.session import OddityCode, PollStage, fold
from tests.told_evenings import BOOTHS, UUID, Evening, evening, key, poll_of

ONE, TWO = BOOTHS
SECOND = "Mesa 2"
UNDER = (ONE, TWO, "Mesa", SECOND)


def ended() -> Evening:
    """A vote with two facilitators; all but the desk have finished."""
    told = evening()
    told.switch_on(SECOND, Role.FACILITATOR)
    told.cast(ONE, "a")
    told.cast(TWO, "b")
    told.close()
    told.finish(*UNDER)
    return told


def text_now(told: Evening) -> str:
    checkpoint = poll_of(told).checkpoint
    assert checkpoint
    return checkpoint.text


def put(told: Evening, name: str, text: str, kind: Kind = Kind.COSIGN) -> None:
    """Seal or cosign a text, whatever the record says."""
    told.write(name, kind, seal.sign(text, key(name)), UUID)


def ids(*names: str) -> set[str]:
    return {key(name).public.hex() for name in names}


def two_texts() -> tuple[Evening, str, str]:
    """One without the desk and one with it; nobody has signed either."""
    told = ended()
    without_desk = text_now(told)
    told.finish("Taula")
    return told, without_desk, text_now(told)


def stuck() -> tuple[Evening, str, str]:
    """Two facilitators have sealed, and each booth has signed another text."""
    told, one, other = two_texts()
    put(told, "Mesa", one, Kind.SEAL)
    put(told, SECOND, other, Kind.SEAL)
    put(told, ONE, one)
    put(told, TWO, other)
    return told, one, other


def test_what_all_have_signed_holds_whoever_seals_again() -> None:
    told = ended()
    text = text_now(told)
    put(told, "Mesa", text, Kind.SEAL)
    for name in (ONE, TWO, SECOND):
        put(told, name, text)
    assert poll_of(told).stage is PollStage.SEALED
    told.finish("Taula")
    put(told, SECOND, text_now(told), Kind.SEAL)
    state = poll_of(told)
    assert state.seal
    assert state.seal.checkpoint.text == text
    assert state.stage is PollStage.SEALED
    assert told.codes == [OddityCode.SEALS]


def test_of_two_that_all_can_sign_the_first_in_the_record_is_signed() -> None:
    told, one, other = two_texts()
    put(told, "Mesa", one, Kind.SEAL)
    put(told, "Mesa", other, Kind.SEAL)
    state = poll_of(told)
    assert state.seal
    assert state.seal.checkpoint.text == one
    assert state.seal.awaited == ids(ONE, TWO, SECOND)
    assert state.stage is PollStage.FINISHED


def test_who_is_bound_to_one_text_blocks_another() -> None:
    told, one, other = two_texts()
    put(told, "Mesa", one, Kind.SEAL)
    put(told, "Mesa", other, Kind.SEAL)
    put(told, TWO, other)
    state = poll_of(told)
    assert state.seal
    assert state.seal.checkpoint.text == other


def test_where_each_blocks_the_other_none_holds_and_who_signed_finishes_again() -> None:
    told, _, _ = stuck()
    state = poll_of(told)
    assert state.seal is None
    assert state.stage is PollStage.CLOSING
    assert state.again == ids(*UNDER)
    assert set(state.awaited) == ids(*UNDER)
    assert state.checkpoint is None


def test_who_has_signed_nothing_does_not_finish_again() -> None:
    told, _, _ = stuck()
    assert key("Taula").public.hex() not in poll_of(told).again


def test_what_is_taken_back_by_finishing_again_binds_nobody() -> None:
    told, one, other = stuck()
    told.finish(*UNDER[:-1])
    assert poll_of(told).again == ids(SECOND)
    told.finish(SECOND)
    assert poll_of(told).stage is PollStage.FINISHED
    third = text_now(told)
    assert third not in (one, other)
    put(told, "Mesa", third, Kind.SEAL)
    for name in (ONE, TWO, SECOND, "Taula"):
        state = poll_of(told)
        assert state.seal
        assert state.seal.checkpoint.text == third
        put(told, name, third)
    assert poll_of(told).stage is PollStage.SEALED
    assert len(poll_of(told).ballots) == 2
    assert told.codes == [OddityCode.SEALS]


def test_two_that_all_have_signed_are_proof_of_lies_and_none_holds() -> None:
    told, one, other = two_texts()
    for text in (one, other):
        put(told, "Mesa", text, Kind.SEAL)
        for name in (ONE, TWO, SECOND, "Taula"):
            put(told, name, text)
    assert poll_of(told).seal is None


def test_the_order_of_entries_does_not_matter() -> None:
    told, _, _ = stuck()
    assert fold(reversed(told.entries)) == told.session
