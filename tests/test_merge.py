# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the ballots of all booths to those that count, with real elections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import msgspec
import pytest

from ballots.balance import Line, Sum
from ballots.election.sealed.ballot import encrypt
from ballots.merge import Merged, takes, weigh
from ballots.one_slip import home
from ballots.record.bodies import Leftover
from ballots.record.kinds import Kind, Role
from ballots.session import CastBallot
from tests.counted_evenings import (
    BLANK,
    NO,
    ONE,
    TWO,
    YES,
    CountedEvening,
    ballot,
    begun,
    bodies_of,
    credentials,
    prepared,
    sealed,
    state_of,
    voted,
    voting,
)
from tests.small_elections import seeded, signed_anew
from tests.told_evenings import OTHER_UUID, UUID, ballot_body, key, opened


def weighed(told: CountedEvening, merged: Merged | None = None) -> Iterator[Line]:
    yield from weigh(told.session, [merged or told.merged()]).lines


def line(told: CountedEvening, sum_: Sum, device: str = "") -> Line:
    (found,) = (
        each
        for each in weighed(told)
        if each.sum is sum_ and each.facts.get("device", "") == device
    )
    return found


def changed_proof(body: bytes) -> bytes:
    """The ballot with one digit of its first proof changed, in the same exact form."""
    mark = b'"challenge":"'
    at = body.index(mark) + len(mark) + 1
    digit = b"1" if body[at : at + 1] != b"1" else b"2"
    return body[:at] + digit + body[at + 1 :]


def test_every_ballot_of_every_booth_counts() -> None:
    told = voted()
    merged = told.merged()
    assert sorted(bodies_of(merged.counted)) == sorted(bodies_of(state_of(told.session).ballots))
    assert {cast.device for cast in merged.counted} == {key(b).public.hex() for b in (ONE, TWO)}
    assert (merged.uuid, merged.set_aside, merged.refused) == (UUID, (), ())
    assert merged.conflicts == 0


def test_counted_ballots_stand_by_tracker_and_not_by_time() -> None:
    trackers = [cast.tracker for cast in voted().merged().counted]
    assert trackers == sorted(trackers)


def test_a_slip_used_at_two_booths_counts_once() -> None:
    told = voting()
    told.vote(ONE, 0, YES)
    told.vote(TWO, 0, NO)
    merged = told.merged()
    state = state_of(told.session)
    own = home(credentials()[0].public, state.booths)
    assert [cast.device for cast in merged.counted] == [own]
    assert [cast.device for cast in merged.set_aside] == [
        id_ for id_ in state.booths if id_ != own
    ]
    assert (merged.conflicts, merged.refused) == (1, ())


def test_one_ballot_that_two_booths_recorded_is_no_conflict() -> None:
    told = voting()
    body = told.vote(ONE, 0)
    told.write(TWO, Kind.BALLOT, body, UUID)
    merged = told.merged()
    assert bodies_of(merged.counted) == [body]
    assert (merged.conflicts, merged.set_aside, merged.refused) == (0, (), ())


@pytest.mark.parametrize(
    "garbage",
    [
        ballot_body(credentials()[3].public),
        ballot_body("nobody"),
        changed_proof(ballot(prepared(), 3)),
        ballot(prepared(), 3)[:-1] + b" }",
        ballot(prepared(description="another election of the same uuid"), 3),
    ],
    ids=["no answers", "no credential", "a wrong proof", "not in exact form", "another election"],
)
def test_what_the_election_does_not_take_is_refused_and_the_rest_counts(garbage: bytes) -> None:
    told = voted()
    told.write(TWO, Kind.BALLOT, garbage, UUID)
    merged = told.merged()
    assert bodies_of(merged.refused) == [garbage]
    assert len(merged.counted) == 3
    assert merged.set_aside == ()


def test_garbage_does_not_take_the_place_of_its_slips_ballot() -> None:
    told = voting()
    told.write(ONE, Kind.BALLOT, changed_proof(ballot(prepared(), 0, NO)), UUID)
    honest = told.vote(TWO, 0)
    merged = told.merged()
    assert bodies_of(merged.counted) == [honest]
    assert merged.conflicts == 0


def test_an_opened_ballot_does_not_count_and_its_slip_still_does() -> None:
    told = voting()
    spoilt = sealed(prepared(), 0, NO)
    told.write(ONE, Kind.BALLOT, spoilt.body, UUID)
    told.spoil(ONE, spoilt)
    kept = told.vote(ONE, 0, YES, draw=1)
    assert bodies_of(told.merged().counted) == [kept]
    assert told.merged().conflicts == 0


def test_what_an_opened_ballot_held_does_not_count_under_another_signature() -> None:
    told, setup = voting(), prepared()
    spoilt = sealed(setup, 0, NO)
    told.spoil(ONE, spoilt)
    answers = msgspec.json.decode(spoilt.body)["answers"]
    copied = signed_anew(setup, credentials()[0], answers)
    assert takes(setup, copied)
    told.write(TWO, Kind.BALLOT, copied, UUID)
    assert told.merged().counted == ()
    assert bodies_of(told.merged().refused) == [copied]


def test_a_ballot_that_another_booth_claims_to_have_opened_counts() -> None:
    told = voting()
    kept = sealed(prepared(), 0, YES)
    told.write(ONE, Kind.BALLOT, kept.body, UUID)
    told.spoil(TWO, kept, b"{}")
    assert bodies_of(told.merged().counted) == [kept.body]


def test_a_ballot_that_another_booth_truly_opened_does_not_count() -> None:
    told = voting()
    kept = sealed(prepared(), 0, YES)
    told.write(ONE, Kind.BALLOT, kept.body, UUID)
    told.spoil(TWO, kept)
    assert told.merged().counted == ()
    assert bodies_of(told.merged().refused) == [kept.body]


def test_a_ballot_that_was_opened_after_the_seal_counts() -> None:
    told = voting()
    kept = sealed(prepared(), 0, YES)
    told.write(ONE, Kind.BALLOT, kept.body, UUID)
    told.seal()
    told.spoil(ONE, kept)
    assert bodies_of(told.merged().counted) == [kept.body]


def test_an_election_takes_its_own_ballots_only() -> None:
    setup = prepared()
    assert takes(setup, ballot(setup, 0))
    assert not takes(setup, ballot(prepared(uuid=OTHER_UUID), 0))
    assert not takes(setup, b"")


def test_a_ballot_of_a_slip_that_is_not_on_the_roll_is_not_taken() -> None:
    setup = prepared()
    stranger = credentials(OTHER_UUID)[0]
    wide = replace(setup, roll={**setup.roll, stranger.public: 1})
    body = encrypt(wide, stranger, (YES,), seeded(4)).body
    assert takes(wide, body)
    assert not takes(setup, body)


def test_an_evening_weighs_people_slips_and_ballots() -> None:
    assert {
        each.sum: dict(each.facts) for each in weighed(voted()) if each.sum is not Sum.CHANNEL
    } == {
        Sum.PRESENT: {"present": 4, "issued": 4, "returned": 0, "out": 4},
        Sum.PRINTED: {"batch": "1", "printed": 5, "issued": 4, "void": 0, "left": 1},
        Sum.BALLOTS: {"poll": "barri", "out": 4, "ballots": 3},
        Sum.TOTAL: {"poll": "barri", "ballots": 3, "counted": 3},
    }


def test_a_slip_that_was_spoilt_is_accounted_for() -> None:
    told = begun()
    told.let_in(3, left=1)
    assert not told.session.slips_void
    told.write("Taula", Kind.SLIPS_LEFT, Leftover(left=0, void=1).encode())
    told.open()
    printed = line(told, Sum.PRINTED)
    assert (printed.holds, printed.facts["left"], printed.facts["void"]) == (True, 1, 1)


def test_each_booth_is_weighed_under_its_name() -> None:
    told = voted()
    assert line(told, Sum.CHANNEL, ONE).facts == {
        "poll": "barri",
        "device": ONE,
        "cast": 2,
        "counted": 2,
        "aside": 0,
    }
    assert line(told, Sum.CHANNEL, TWO).facts["cast"] == 1


def test_ballots_that_do_not_count_are_set_aside_where_they_were_cast() -> None:
    told = voted()
    told.vote(TWO, 0, NO)
    told.write(TWO, Kind.BALLOT, ballot_body("nobody"), UUID)
    channels = {
        each.facts["device"]: (each.facts["cast"], each.facts["counted"], each.facts["aside"])
        for each in weighed(told)
        if each.sum is Sum.CHANNEL
    }
    own = home(credentials()[0].public, state_of(told.session).booths)
    at_one = own == key(ONE).public.hex()
    assert channels == {ONE: (2, 1 + at_one, 1 - at_one), TWO: (3, 2 - at_one, 1 + at_one)}
    assert all(each.holds for each in weighed(told))


def test_ballots_after_the_seal_are_set_aside_and_the_sums_agree() -> None:
    told = voted()
    told.seal()
    told.vote(ONE, 3)
    assert len(told.merged().counted) == 3
    assert (line(told, Sum.CHANNEL, ONE).facts["cast"], line(told, Sum.CHANNEL, ONE).holds) == (
        3,
        True,
    )


def test_ballots_after_a_fork_are_set_aside() -> None:
    told = voted()
    rival = opened(ONE, Role.BOOTH)
    told.entries.append(rival.write(Kind.BALLOT, ballot(prepared(), 3), UUID))
    assert [cast.device for cast in told.merged().counted] == [key(TWO).public.hex()]
    assert line(told, Sum.CHANNEL, ONE).facts["aside"] == 3
    assert all(each.holds for each in weighed(told))


def test_ballots_without_a_channel_breach_the_total() -> None:
    told = voted()
    stranger = CastBallot(
        entry="00" * 32,
        segment="00" * 32,
        number=1,
        device="00" * 32,
        credential="nobody",
        tracker="nothing",
        body=b"",
    )
    merged = told.merged()
    grown = replace(merged, counted=(*merged.counted, stranger))
    breached = [each for each in weighed(told, grown) if not each.holds]
    assert [each.sum for each in breached] == [Sum.TOTAL]
    assert breached[0].facts == {"poll": "barri", "ballots": 4, "counted": 3}


def test_an_evening_without_polls_is_weighed_too() -> None:
    told = voted()
    assert [each.sum for each in weigh(told.session, []).lines] == [Sum.PRESENT, Sum.PRINTED]


def test_a_blank_ballot_is_a_ballot() -> None:
    told = voting()
    body = told.vote(ONE, 0, BLANK)
    assert bodies_of(told.merged().counted) == [body]
