# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a record says of an evening: people, slips, polls and ballots."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest

from ballots.documents import assembly_document, poll_document
from ballots.record.bodies import Correction, Leftover, PollOpen, Slips
from ballots.record.entry import Entry
from ballots.record.kinds import Kind, Role
from ballots.record.roster import assembly_id
from ballots.record.segment import Segment
from ballots.session import CastBallot, OddityCode, PollStage, fold
from tests.told_evenings import (
    ASSEMBLY,
    BOOTHS,
    OTHER_UUID,
    UUID,
    assembly,
    ballot_body,
    certificates,
    evening,
    key,
    odd,
    opened,
    poll,
    poll_of,
    poll_open,
    slips_of,
    tracker_of,
)

ONE, TWO = BOOTHS


def test_nothing_is_known_of_an_empty_record() -> None:
    session = fold([])
    assert (session.assembly_id, session.assembly, session.present) == ("", None, 0)
    assert not session.devices
    assert not session.polls
    assert not session.oddities


def test_the_assembly_and_its_devices_are_as_written() -> None:
    session = evening().session
    assert session.assembly_id == ASSEMBLY
    assert session.assembly == assembly()
    roles = {device.name: device.role for device in session.devices.values()}
    assert roles == {
        "Mesa": Role.FACILITATOR,
        "Taula": Role.DESK,
        ONE: Role.BOOTH,
        TWO: Role.BOOTH,
    }
    assert session.oddities == ()


def test_people_and_slips_are_counted() -> None:
    told = evening(printed=20)
    for _ in range(3):
        told.write("Taula", Kind.CHECK_IN, b"sealed")
        told.write("Taula", Kind.SLIP_ISSUED, Slips(count=1).encode())
    told.write("Taula", Kind.SLIP_RETURNED, Slips(count=1).encode())
    told.write("Taula", Kind.SLIPS_LEFT, Leftover(left=16, void=1).encode())
    session = told.session
    assert (session.present, session.slips_printed, session.slips_issued) == (3, 20, 3)
    assert (session.slips_returned, session.slips_left, session.slips_void) == (1, 16, 1)


def test_an_erased_name_still_counts_as_present() -> None:
    told = evening()
    written = told.write("Taula", Kind.CHECK_IN, b"sealed")
    whole = told.session
    told.entries.remove(written)
    told.entries.append(written.without_body())
    assert told.session == whole
    assert whole.present == 1


def test_a_correction_takes_back_what_it_names() -> None:
    told = evening(printed=20)
    wrong = told.write("Mesa", Kind.SLIPS_PRINTED, Slips(count=200).encode())
    told.write("Mesa", Kind.CORRECTION, Correction(entry=wrong.id.hex()).encode())
    assert told.session.slips_printed == 20
    assert told.codes == []


def test_a_desk_cannot_take_back_what_only_a_facilitator_writes() -> None:
    told = evening(printed=20)
    printed = told.write("Mesa", Kind.SLIPS_PRINTED, Slips(count=10).encode())
    told.write("Taula", Kind.CORRECTION, Correction(entry=printed.id.hex()).encode())
    assert told.session.slips_printed == 30
    assert told.codes == [OddityCode.CORRECTION]


def test_a_poll_once_opened_cannot_be_taken_back() -> None:
    told = evening()
    told.write("Mesa", Kind.CORRECTION, Correction(entry=told.entries[-1].id.hex()).encode())
    assert UUID in told.session.polls
    assert told.codes == [OddityCode.CORRECTION]


def test_a_correction_of_something_unheard_of_is_odd_until_it_is_heard_of() -> None:
    told = evening(printed=20)
    wrong = told.write("Mesa", Kind.SLIPS_PRINTED, Slips(count=5).encode())
    told.write("Taula", Kind.CORRECTION, Correction(entry="0" * 64).encode())
    told.write("Mesa", Kind.CORRECTION, Correction(entry=wrong.id.hex()).encode())
    assert told.codes == [OddityCode.CORRECTION]
    assert told.session.slips_printed == 20


def test_of_two_assembly_documents_none_is_picked_until_one_is_taken_back() -> None:
    told = evening()
    second = told.write("Mesa", Kind.ASSEMBLY, assembly_document(assembly("Casal d'exemple")))
    assert told.session.assembly is None
    assert told.codes == [OddityCode.ASSEMBLIES]
    told.write("Mesa", Kind.CORRECTION, Correction(entry=second.id.hex()).encode())
    assert told.session.assembly == assembly()


def test_the_same_assembly_document_twice_is_one() -> None:
    told = evening()
    told.write("Mesa", Kind.ASSEMBLY, assembly_document(assembly()))
    assert told.session.assembly == assembly()
    assert told.codes == []


def test_an_assembly_document_that_cannot_be_read_is_odd() -> None:
    told = evening()
    told.write("Mesa", Kind.ASSEMBLY, b"{}")
    assert told.session.assembly == assembly()
    assert told.codes == [OddityCode.BODY]


def test_an_open_poll_is_as_written() -> None:
    state = poll_of(evening())
    assert (state.poll, state.stage, state.opened_at) == (poll(), PollStage.OPEN, "19:30")
    assert json.loads(state.election)["uuid"] == UUID
    assert state.election_hash == sha256(state.election).hexdigest()
    assert (state.closed_at, state.checkpoint, state.seal) == ("", None, None)


def test_ballots_are_listed_with_where_they_were_cast() -> None:
    told = evening()
    entry = told.cast(ONE, "a")
    assert poll_of(told).ballots == (
        CastBallot(
            entry=entry.id.hex(),
            segment=told.segments[ONE].public,
            number=1,
            device=key(ONE).public.hex(),
            credential="slip-a",
            tracker=tracker_of(entry),
            body=ballot_body("a"),
        ),
    )


def test_a_ballot_does_not_print_what_it_holds() -> None:
    told = evening()
    told.cast(ONE, "a")
    assert "slip-a" not in repr(poll_of(told))


def test_a_poll_opened_twice_with_the_same_content_is_one() -> None:
    told = evening()
    told.write("Mesa", Kind.POLL_OPEN, poll_open(at="19:45"), UUID)
    assert UUID in told.session.polls
    assert told.codes == []


def test_a_poll_opened_twice_with_other_content_cannot_be_used() -> None:
    told = evening()
    told.cast(ONE, "a")
    told.write("Mesa", Kind.POLL_OPEN, poll_open(name="Una altra"), UUID)
    session = told.session
    assert not session.polls
    assert session.oddities == (odd(OddityCode.POLL_TWICE, poll="Votació d'exemple", n=2),)


def test_a_poll_that_nobody_opened_is_odd() -> None:
    told = evening()
    told.cast(ONE, "a", uuid=OTHER_UUID)
    told.cast(ONE, "b", uuid=OTHER_UUID)
    assert told.session.oddities == (odd(OddityCode.POLL_UNKNOWN, poll=OTHER_UUID, n=2),)


@pytest.mark.parametrize(
    "body",
    [
        poll_open(OTHER_UUID),
        PollOpen(election="{", poll=poll_document(poll()).decode(), uuid=UUID).encode(),
        PollOpen(election="[" * 9_000, poll=poll_document(poll()).decode(), uuid=UUID).encode(),
        PollOpen(election='{"uuid":"x"}', poll=poll_document(poll()).decode(), uuid=UUID).encode(),
        PollOpen(election=f'{{"uuid":"{UUID}"}}', poll="{}", uuid=UUID).encode(),
    ],
)
def test_an_opening_that_makes_no_sense_opens_nothing(body: bytes) -> None:
    told = evening()
    told.entries.pop()
    told.segments["Mesa"] = opened("Mesa", Role.FACILITATOR, boot=1)
    told.entries.append(told.segments["Mesa"].first)
    told.write("Mesa", Kind.POLL_OPEN, body, UUID)
    assert not told.session.polls
    assert OddityCode.BODY in told.codes


@pytest.mark.parametrize(
    "body",
    [
        b"\xff",
        b"null",
        b"{}",
        b'{"credential":1,"election_uuid":"%s"}' % UUID.encode(),
        b'{"credential":"","election_uuid":"%s"}' % UUID.encode(),
        b'{"credential":"\\ud800","election_uuid":"%s"}' % UUID.encode(),
        b'{"x":' + b"[" * 60_000,
        ballot_body("a", uuid=OTHER_UUID),
    ],
)
def test_a_ballot_that_cannot_be_read_is_odd_and_does_not_count(body: bytes) -> None:
    told = evening()
    told.write(ONE, Kind.BALLOT, body, UUID)
    told.cast(ONE, "good")
    assert slips_of(poll_of(told).ballots) == ["slip-good"]
    assert told.session.oddities == (odd(OddityCode.BALLOT, device=ONE, number=1, kind="ballot"),)


def test_a_ballot_that_its_booth_opened_as_a_challenge_does_not_count() -> None:
    told = evening()
    spoiled = told.cast(ONE, "a")
    told.challenge(ONE, spoiled)
    kept = told.cast(ONE, "a", "again")
    state = poll_of(told)
    assert [ballot.tracker for ballot in state.ballots] == [tracker_of(kept)]
    assert state.challenged == {tracker_of(spoiled)}
    assert told.session.challenges == 1
    assert told.session.oddities == (odd(OddityCode.SPOILED, device=ONE, number=1, kind="ballot"),)


def test_a_booth_that_was_restarted_opens_what_it_recorded_before() -> None:
    told = evening()
    spoiled = told.cast(ONE, "a")
    told.switch_on(ONE, Role.BOOTH, boot=1)
    told.challenge(ONE, spoiled)
    assert poll_of(told).ballots == ()
    assert told.codes == [OddityCode.SPOILED]


def test_a_challenge_by_another_booth_voids_nothing() -> None:
    told = evening()
    kept = told.cast(TWO, "a")
    told.challenge(ONE, kept)
    (ballot,) = poll_of(told).ballots
    assert (ballot.tracker, ballot.device) == (tracker_of(kept), key(TWO).public.hex())
    (challenge,) = poll_of(told).challenges
    assert (challenge.tracker, challenge.device) == (tracker_of(kept), key(ONE).public.hex())
    assert (challenge.ballot, challenge.opening) == (kept.body, b"{}")
    assert told.codes == []


def test_of_a_ballot_at_two_booths_only_the_copy_of_the_one_that_opened_it_is_spoiled() -> None:
    told = evening()
    spoiled = told.cast(ONE, "a")
    told.cast(TWO, "a")
    told.challenge(ONE, spoiled)
    assert [ballot.device for ballot in poll_of(told).ballots] == [key(TWO).public.hex()]
    assert told.session.oddities == (odd(OddityCode.SPOILED, device=ONE, number=1, kind="ballot"),)


def test_a_challenge_does_not_print_what_it_opens() -> None:
    told = evening()
    told.challenge(ONE, told.cast(ONE, "a", "yes"))
    assert len(poll_of(told).challenges) == 1
    assert "slip-a" not in repr(poll_of(told))


def foreign_entries() -> list[Entry]:
    root = key("another root")
    segment = Segment.open(
        key("Taula"),
        certificates("Taula", Role.DESK, root),
        assembly_id(root.public),
        bytes(16),
        {},
        key("foreign segment"),
    )
    return [segment.first, segment.write(Kind.CHECK_IN, b"n")]


def test_entries_of_another_assembly_do_not_count() -> None:
    told = evening()
    told.entries += foreign_entries()
    assert told.session.present == 0
    assert told.session.oddities == (odd(OddityCode.FOREIGN, n=2),)


def test_the_assembly_that_is_asked_for_is_told_even_if_it_is_the_smaller() -> None:
    foreign = foreign_entries()
    session = fold([*evening().entries, *foreign], foreign[0].header.assembly)
    assert session.assembly_id == foreign[0].header.assembly
    assert session.present == 1


def test_a_device_with_two_names_is_odd() -> None:
    told = evening()
    first = told.segments[ONE].first.header
    renamed = opened(ONE, Role.BOOTH, boot=1, label="Cabina nova", heads={first.segment: 0})
    told.entries.append(renamed.first)
    device = told.session.devices[key(ONE).public.hex()]
    assert device.name == ONE
    assert told.session.oddities == (odd(OddityCode.TWO_NAMES, device=ONE, other="Cabina nova"),)


def test_an_oddity_is_said_by_its_code() -> None:
    oddity = odd(OddityCode.FOREIGN, n=2)
    assert oddity.key == "oddity.foreign"
    assert len({oddity, odd(OddityCode.FOREIGN, n=2)}) == 1
