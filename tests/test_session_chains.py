# SPDX-License-Identifier: AGPL-3.0-or-later
"""Segments that cannot be followed: gaps, forks, strangers."""

from __future__ import annotations

from ballots import canonical
from ballots.record.entry import Entry
from ballots.record.forks import check_fork_proof
from ballots.record.kinds import Kind, Role
from ballots.record.segment import Segment
from ballots.session import OddityCode
from tests.told_evenings import (
    ASSEMBLY,
    BOOTHS,
    OTHER_UUID,
    UUID,
    Evening,
    ballot_body,
    certificates,
    evening,
    final,
    key,
    odd,
    opened,
    poll_of,
    slips_of,
    without,
)

ONE, TWO = BOOTHS


def test_what_waits_for_a_missing_entry_does_not_count_and_is_listed() -> None:
    told = evening()
    told.cast(ONE, "a")
    missing = told.cast(ONE, "b")
    told.cast(ONE, "c")
    told.entries.remove(missing)
    assert slips_of(poll_of(told).ballots) == ["slip-a"]
    assert told.session.oddities == (odd(OddityCode.WAITING, device=ONE, number=2, n=1),)


def test_a_segment_whose_opening_is_missing_waits_as_a_whole() -> None:
    told = evening()
    told.cast(ONE, "a")
    told.entries.remove(told.segments[ONE].first)
    session = told.session
    assert poll_of(told).ballots == ()
    assert session.oddities == (
        odd(OddityCode.WAITING, device=told.segments[ONE].public[:8], number=0, n=1),
    )


def forked(*, at: int) -> Evening:
    """Booth 1 has written two entries numbered `at` + 1 and goes on after one of them."""
    told = evening()
    rival = opened(ONE, Role.BOOTH)
    for slip in range(at):
        told.cast(ONE, str(slip))
        rival.write(Kind.BALLOT, ballot_body(str(slip)), UUID)
    told.cast(ONE, "fork", "yes")
    told.cast(ONE, "after")
    told.entries.append(rival.write(Kind.BALLOT, ballot_body("fork", "no"), UUID))
    return told


def test_a_fork_freezes_the_segment_at_the_last_common_entry() -> None:
    told = forked(at=2)
    session = told.session
    state = session.polls[UUID]
    assert slips_of(state.ballots) == ["slip-0", "slip-1"]
    assert slips_of(state.contested) == ["slip-after", "slip-fork", "slip-fork"]
    (proof,) = session.forks
    assert check_fork_proof(proof.proof) == proof
    assert (proof.segment, proof.number) == (told.segments[ONE].public, 3)
    assert session.oddities == (
        odd(OddityCode.FORK, device=ONE, number=3, n=3),
        odd(OddityCode.CONTESTED, poll="Votació d'exemple", device=ONE, n=3),
    )


def test_a_contested_ballot_that_cannot_be_read_is_not_listed_as_one() -> None:
    told = forked(at=0)
    told.write(ONE, Kind.BALLOT, b"garbage", UUID)
    told.cast(ONE, "x", uuid=OTHER_UUID)
    told.finish("Mesa")
    assert len(poll_of(told).contested) == 3


def test_a_fork_at_the_opening_leaves_nothing_to_follow() -> None:
    told = evening()
    again = Segment.open(
        key(ONE),
        certificates(ONE, Role.BOOTH),
        ASSEMBLY,
        bytes(16),
        {},
        key(f"{ONE} segment 0"),
    )
    told.entries += [again.first, again.write(Kind.BALLOT, ballot_body("a"), UUID)]
    session = told.session
    assert [proof.number for proof in session.forks] == [0]
    assert slips_of(session.polls[UUID].contested) == ["slip-a"]
    assert session.polls[UUID].ballots == ()


def test_a_fork_beyond_a_gap_is_shown_and_the_rest_waits() -> None:
    told = forked(at=2)
    without(told, ballot_body("0"))
    assert told.codes == [OddityCode.FORK, OddityCode.WAITING, OddityCode.CONTESTED]
    assert poll_of(told).ballots == ()


def test_an_entry_that_does_not_follow_the_one_before_it_stops_the_segment() -> None:
    told = evening()
    told.cast(ONE, "a")
    elsewhere = opened(ONE, Role.BOOTH)
    elsewhere.write(Kind.BALLOT, ballot_body("hidden"), UUID)
    told.entries.append(elsewhere.write(Kind.BALLOT, ballot_body("b"), UUID))
    assert slips_of(poll_of(told).ballots) == ["slip-a"]
    assert told.session.oddities == (odd(OddityCode.BROKEN, device=ONE, number=2, n=1),)


def signed_as(name: str, **changes: object) -> Entry:
    """A next entry of a segment that its author would have refused to write."""
    booth = opened(name, Role.BOOTH)
    ballot = booth.write(Kind.BALLOT, b"b", UUID)
    header = canonical.decode(ballot.header_bytes, dict)
    header_bytes = canonical.encode(header | changes)
    signature = key(f"{name} segment 0").sign("urna-entry/v1", header_bytes)
    return Entry(header_bytes=header_bytes, signature=signature, body=b"b")


def test_what_a_role_may_not_write_is_odd_and_does_not_count() -> None:
    told = evening()
    told.entries.append(signed_as(ONE, kind="check-in", poll=""))
    assert told.session.present == 0
    assert told.session.oddities == (odd(OddityCode.ROLE, device=ONE, number=1, kind="check-in"),)


def test_a_body_that_makes_no_sense_is_odd() -> None:
    told = evening()
    told.entries.append(signed_as(ONE, kind="challenge"))
    assert told.codes == [OddityCode.BODY]


def test_a_segment_with_a_strangers_certificate_is_ignored_as_a_whole() -> None:
    told = evening()
    header = canonical.decode(told.segments[ONE].first.header_bytes, dict)
    header_bytes = canonical.encode(header | {"segment": key("stranger").public.hex()})
    told.entries.append(
        Entry(
            header_bytes=header_bytes,
            signature=key("stranger").sign("urna-entry/v1", header_bytes),
            body=told.segments[ONE].first.body,
        )
    )
    assert told.session.oddities == (
        odd(OddityCode.OPENING, segment=key("stranger").public.hex()[:8], reason="form", n=1),
    )


def test_a_final_on_a_segment_of_nobody_is_waited_for() -> None:
    told = evening()
    header = canonical.decode(told.segments[ONE].first.header_bytes, dict)
    header_bytes = canonical.encode(header | {"segment": key("stranger").public.hex()})
    signature = key("stranger").sign("urna-entry/v1", header_bytes)
    body = told.segments[ONE].first.body
    told.entries.append(Entry(header_bytes=header_bytes, signature=signature, body=body))
    lines = {told.segments[ONE].public: (0, 0), key("stranger").public.hex(): (0, 0)}
    told.write(ONE, Kind.FINAL, final(lines), UUID)
    assert key(ONE).public.hex() in poll_of(told).awaited
    assert told.codes == [OddityCode.OPENING]
