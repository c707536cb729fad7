# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was declared, held against the record: for each check, an evening that only it refuses."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from ballots.assembly import Majority, MajorityBase, Poll, Rule
from ballots.audit import Archived, audit_evening, audit_record
from ballots.checks import Check
from ballots.documents import assembly_document
from ballots.election.election import HomomorphicQuestion
from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.record.bodies import Correction, Result, Slips
from ballots.record.kinds import Kind, Role
from ballots.session import OddityCode
from tests.counted_evenings import (
    BLANK,
    NO,
    ONE,
    PAPER,
    TWO,
    YES,
    CountedEvening,
    ballot,
    begun,
    bound_to,
    prepared,
    publics,
    sealed,
    switched_on,
    voted,
    voting,
)
from tests.told_evenings import (
    ASSEMBLY,
    OTHER_UUID,
    UUID,
    assembly,
    ballot_body,
    opened,
    poll,
    tracker_of,
)

ALL = (
    "record.assembly",
    "record.forks",
    "elections.complete",
    "poll.seal",
    "poll.election",
    "poll.paper",
    "poll.bound",
    "poll.ballots",
    "poll.challenges",
    "poll.result",
    "balance",
)


def checks(told: CountedEvening, *archives: Archived) -> list[Check]:
    by_uuid = {archive.published.uuid: archive for archive in archives}
    return list(audit_evening(told.session, by_uuid))


def failed(told: CountedEvening, *archives: Archived) -> dict[str, str]:
    """The checks that fail, each with the place that it names."""
    return {each.name: each.place for each in checks(told, *archives) if not each.passed}


def fact(told: CountedEvening, archive: Archived, name: str, of: str) -> str | int:
    (facts,) = (each.facts for each in checks(told, archive) if each.name == name)
    return facts[of]


def ended(told: CountedEvening) -> Archived:
    """Seal, count and declare, as it should be done."""
    told.seal()
    archive = told.count()
    told.declare(archive)
    return archive


# --- evenings that hold -------------------------------------------------------------------------


def test_an_honest_evening_passes_every_check_in_order() -> None:
    told = voted()
    archive = ended(told)
    found = checks(told, archive)
    assert tuple(each.name for each in found) == ALL
    assert all(each.passed and each.place == "" for each in found)


def test_the_checks_say_what_was_looked_at() -> None:
    told = voted()
    archive = ended(told)
    assert {each.name: dict(each.facts) for each in checks(told, archive)} == {
        "record.assembly": {"devices": 4, "polls": 1},
        "record.forks": {"oddities": 0},
        "elections.complete": {"elections": 1},
        "poll.seal": {"cosigned": 3},
        "poll.election": {"questions": 1},
        "poll.paper": {},
        "poll.bound": {"devices": 0, "later": 2},
        "poll.ballots": {"ballots": 3, "conflicts": 0, "refused": 0},
        "poll.challenges": {"challenges": 0},
        "poll.result": {},
        "balance": {"present": 4, "issued": 4, "returned": 0},
    }


def test_a_record_alone_is_checked_for_its_assembly_and_forks() -> None:
    found = list(audit_record(voted().session))
    assert [(each.name, each.passed) for each in found] == [
        ("record.assembly", True),
        ("record.forks", True),
    ]


def test_ballots_that_the_election_does_not_take_break_nothing() -> None:
    told = voted()
    told.write(TWO, Kind.BALLOT, ballot_body("nobody"), UUID)
    told.write(TWO, Kind.BALLOT, ballot(prepared(), 3)[:-1] + b" }", UUID)
    archive = ended(told)
    assert failed(told, archive) == {}
    assert fact(told, archive, "poll.ballots", "ballots") == 3


def test_a_slip_used_at_two_booths_counts_once_and_is_told() -> None:
    told = voting()
    told.vote(ONE, 0, YES)
    told.vote(TWO, 0, NO)
    told.vote(TWO, 1, BLANK)
    archive = ended(told)
    assert failed(told, archive) == {}
    assert fact(told, archive, "poll.ballots", "ballots") == 2
    assert fact(told, archive, "poll.ballots", "conflicts") == 1


def test_a_ballot_recorded_at_two_booths_is_one_ballot() -> None:
    told = voted()
    told.write(TWO, Kind.BALLOT, ballot(prepared(), 0), UUID)
    archive = ended(told)
    assert failed(told, archive) == {}
    assert fact(told, archive, "poll.ballots", "conflicts") == 0


def test_late_ballots_and_other_oddities_break_nothing() -> None:
    told = voted()
    archive = ended(told)
    told.vote(ONE, 3)
    assert failed(told, archive) == {}
    assert fact(told, archive, "record.forks", "oddities") == 1


# --- record.assembly, record.forks, elections.complete ------------------------------------------


def test_a_record_without_an_assembly_is_refused_under_its_id() -> None:
    told = switched_on()
    told.let_in(0, issued=1, left=0)
    told.write("Mesa", Kind.SLIPS_PRINTED, Slips(count=1).encode())
    told.write("Taula", Kind.SLIP_RETURNED, Slips(count=1).encode())
    assert failed(told) == {"record.assembly": ASSEMBLY}


def test_without_one_document_of_the_assembly_no_election_is_as_planned_and_bound_to_it() -> None:
    told = voted()
    told.write("Mesa", Kind.ASSEMBLY, assembly_document(assembly("Un altre lloc")))
    archive = ended(told)
    assert failed(told, archive) == {
        "record.assembly": ASSEMBLY,
        "poll.paper": "poll:barri",
        "poll.bound": "poll:barri",
    }


def test_a_device_that_told_two_stories_is_refused_where_they_part() -> None:
    told = voted()
    archive = ended(told)
    segment = told.switch_on("Porta", Role.DESK)
    told.write("Porta", Kind.NOTE, b"one story")
    rival = opened("Porta", Role.DESK)
    told.entries.append(rival.write(Kind.NOTE, b"another story"))
    assert failed(told, archive) == {"record.forks": f"{segment.public[:8]}/1"}


def test_a_poll_without_an_archive_is_refused_by_its_uuid() -> None:
    told = voted()
    ended(told)
    assert failed(told) == {"elections.complete": UUID}


def test_an_archive_of_no_poll_of_the_record_is_refused_by_its_uuid() -> None:
    told = voted()
    archive = ended(told)
    other = voted(prepared(uuid=OTHER_UUID)).count([])
    assert failed(told, archive, other) == {"elections.complete": OTHER_UUID}


def test_every_uuid_that_has_no_partner_is_named() -> None:
    told = voted()
    other = voted(prepared(uuid=OTHER_UUID)).count([])
    assert failed(told, other) == {"elections.complete": f"{UUID}, {OTHER_UUID}"}


# --- poll.seal ----------------------------------------------------------------------------------


def test_a_poll_that_nobody_sealed_is_refused() -> None:
    told = voted()
    told.close()
    archive = told.count()
    told.declare(archive)
    assert failed(told, archive) == {"poll.seal": "poll:barri"}
    assert fact(told, archive, "poll.seal", "cosigned") == 0


def test_a_seal_that_a_booth_has_not_signed_is_refused() -> None:
    told = voted()
    told.close()
    told.finish(ONE, TWO)
    told.sign("Mesa", Kind.SEAL)
    told.sign(ONE)
    archive = told.count()
    told.declare(archive)
    assert failed(told, archive) == {"poll.seal": "poll:barri"}
    assert fact(told, archive, "poll.seal", "cosigned") == 2


def test_a_seal_that_leaves_the_ballots_of_a_booth_out_is_refused() -> None:
    told = voted()
    hidden = opened("Cabina 3", Role.BOOTH)
    cast = hidden.write(Kind.BALLOT, ballot(prepared(), 3), UUID)
    archive = ended(told)
    assert failed(told, archive) == {}
    told.entries += [hidden.first, cast]
    assert failed(told, archive) == {"poll.seal": "poll:barri"}


def test_a_spare_booth_that_is_switched_on_after_a_poll_was_sealed_does_not_break_it() -> None:
    told = voted()
    told.seal()
    told.switch_on("Cabina 3", Role.BOOTH)
    archive = told.count()
    told.declare(archive)
    state = told.session.polls[UUID]
    assert state.seal is not None
    assert len(state.seal.omitted) == 1
    assert failed(told, archive) == {}


# --- poll.election, poll.paper, poll.bound ------------------------------------------------------


def test_an_archive_of_another_election_than_was_opened_is_refused() -> None:
    told = begun(prepared(description="not what was shown"))
    told.let_in(4)
    told.open(prepared())
    told.vote(ONE, 0)
    told.vote(TWO, 1, NO)
    assert failed(told, ended(told)) == {"poll.election": "poll:barri"}


def test_an_election_of_versions_before_with_a_slot_for_blank_votes_stays_good() -> None:
    told = voting(prepared(asks=replace(PAPER, minimum=1, blank=True)))
    for voter, marks in enumerate(((0, 1, 0), (0, 0, 1), (1, 0, 0))):
        told.vote(ONE, voter, marks)
    archive = ended(told)
    assert archive.published.counts == ((1, 1, 1),)
    assert failed(told, archive) == {}


@pytest.mark.parametrize(
    "asks",
    [
        replace(PAPER, answers=("No", "Sí")),
        replace(PAPER, answers=("Sí", "Mai")),
        replace(PAPER, question="No fem la festa?"),
        replace(PAPER, maximum=2),
    ],
    ids=["swapped answers", "another answer", "another question", "another maximum"],
)
def test_an_election_that_asks_something_else_than_its_poll_is_refused(
    asks: HomomorphicQuestion,
) -> None:
    told = voted(prepared(asks=asks))
    assert failed(told, ended(told)) == {"poll.paper": "poll:barri"}


def opened_as(paper: Poll) -> CountedEvening:
    """An evening whose election is rightly made for another paper than `poll()`."""
    told = begun(prepared(bound_to(paper)))
    told.paper = paper
    told.let_in(4)
    told.open()
    told.vote(ONE, 0)
    return told


def test_a_planned_poll_that_was_opened_under_another_rule_is_refused() -> None:
    easier = Rule(majority=Majority(share=Fraction(1, 4), base=MajorityBase.VALID))
    (question,) = poll().questions
    told = opened_as(replace(poll(), questions=(replace(question, rule=easier),)))
    assert failed(told, ended(told)) == {"poll.paper": "poll:barri"}


def test_a_poll_that_was_born_in_the_room_brings_its_own_rule() -> None:
    told = opened_as(poll("sala"))
    assert failed(told, ended(told)) == {}


@pytest.mark.parametrize("what", ["assembly", "document", "rule", "roll"])
@pytest.mark.parametrize("instead", [None, "00" * 32], ids=["nothing", "something else"])
def test_an_election_that_is_not_bound_to_what_it_should_be_is_refused(
    what: str, instead: str | None
) -> None:
    bound = bound_to(poll())
    del bound[what]
    if what == "roll" and instead is not None:
        with pytest.raises(ElectionRefused) as refusal:
            prepared(bound | {what: instead})
        assert refusal.value.code is ElectionProblem.BOUND
        return
    told = voted(prepared(bound if instead is None else bound | {what: instead}))
    assert failed(told, ended(told)) == {"poll.bound": "poll:barri"}


@pytest.mark.parametrize(
    "roll",
    [[*publics(), publics(OTHER_UUID)[0]], publics()[:-1]],
    ids=["padded", "shortened"],
)
def test_an_election_with_another_roll_than_was_prepared_is_refused(roll: list[str]) -> None:
    with pytest.raises(ElectionRefused) as refusal:
        prepared(roll=roll)
    assert refusal.value.code is ElectionProblem.BOUND


def test_the_audit_tells_how_many_booths_were_enrolled_after_the_preparation() -> None:
    told = voted()
    booths = sorted({ballot.device for ballot in told.session.polls[UUID].ballots})
    assert len(booths) == 2
    for known, later in ((booths, 0), (booths[:1], 1)):
        again = voted(prepared(bound_to(poll()) | {"devices": " ".join(known)}))
        archive = ended(again)
        assert failed(again, archive) == {}
        assert fact(again, archive, "poll.bound", "devices") == len(known)
        assert fact(again, archive, "poll.bound", "later") == later


def test_an_election_may_be_bound_to_more() -> None:
    told = voted(prepared(bound_to(poll()) | {"feed": "00" * 32}))
    assert failed(told, ended(told)) == {}


# --- poll.ballots -------------------------------------------------------------------------------


def declared(told: CountedEvening, bodies: list[bytes]) -> Archived:
    """Seal as it should be, then count these ballots instead."""
    told.seal()
    archive = told.count(bodies)
    told.declare(archive)
    return archive


def tracker(body: bytes) -> str:
    return tracker_of(opened(ONE, Role.BOOTH).write(Kind.BALLOT, body, UUID))


def test_an_archive_that_lacks_a_recorded_ballot_is_refused() -> None:
    told = voting()
    kept, left_out = told.vote(ONE, 0), told.vote(TWO, 1, NO)
    archive = declared(told, [kept])
    assert failed(told, archive) == {"poll.ballots": f"ballot:{tracker(left_out)}"}


def test_an_archive_with_a_ballot_that_no_booth_recorded_is_refused() -> None:
    told = voting()
    stuffed = ballot(prepared(), 3)
    archive = declared(told, [told.vote(ONE, 0), stuffed])
    assert failed(told, archive) == {"poll.ballots": f"ballot:{tracker(stuffed)}"}


def test_an_archive_with_a_ballot_that_was_opened_is_refused() -> None:
    told = voting()
    spoilt = sealed(prepared(), 0)
    told.write(ONE, Kind.BALLOT, spoilt.body, UUID)
    told.spoil(ONE, spoilt)
    archive = declared(told, [spoilt.body])
    assert failed(told, archive) == {"poll.ballots": f"ballot:{spoilt.tracker}"}


def test_an_archive_that_counts_the_other_ballot_of_a_slip_used_twice_is_refused() -> None:
    told = voting()
    bodies = {told.vote(ONE, 0, YES), told.vote(TWO, 0, NO)}
    (right,) = (cast.body for cast in told.merged().counted)
    (wrong,) = bodies - {right}
    archive = declared(told, [wrong])
    first = min(tracker(right), tracker(wrong))
    assert failed(told, archive) == {"poll.ballots": f"ballot:{first}"}


def test_an_archive_with_a_late_ballot_is_refused() -> None:
    told = voting()
    kept = told.vote(ONE, 0)
    told.seal()
    late = told.vote(ONE, 1)
    archive = told.count([kept, late])
    told.declare(archive)
    assert failed(told, archive) == {"poll.ballots": f"ballot:{tracker(late)}"}


def test_an_archive_that_lists_a_ballot_twice_is_refused() -> None:
    told = voted()
    archive = ended(told)
    published = archive.published
    doubled = replace(published, trackers=(*published.trackers, published.trackers[0]))
    assert failed(told, Archived(sha256=archive.sha256, published=doubled)) == {
        "poll.ballots": "poll:barri"
    }


# --- poll.challenges ----------------------------------------------------------------------------


def test_a_challenged_booth_that_told_the_truth_passes() -> None:
    told = voted()
    spoilt = sealed(prepared(), 3, NO)
    told.spoil(ONE, spoilt)
    archive = ended(told)
    assert failed(told, archive) == {}
    assert fact(told, archive, "poll.challenges", "challenges") == 1
    (challenge,) = told.session.polls[UUID].challenges
    assert archive.marks(challenge) == (NO,)


@pytest.mark.parametrize(
    "said",
    [
        sealed(prepared(), 3, YES).opening.reveal(),
        sealed(prepared(), 3, NO, draw=1).opening.reveal(),
        b"{}",
    ],
    ids=["other marks", "another ballot's", "nothing"],
)
def test_a_booth_whose_opening_does_not_open_is_named_with_the_ballot(said: bytes) -> None:
    told = voted()
    spoilt = sealed(prepared(), 3, NO)
    told.spoil(TWO, spoilt, said)
    assert failed(told, ended(told)) == {"poll.challenges": f"{TWO} ballot:{spoilt.tracker}"}


def test_a_ballot_that_was_truly_opened_never_counts_whoever_recorded_it() -> None:
    told = voted()
    told.spoil(TWO, sealed(prepared(), 0, YES))
    archive = ended(told)
    assert failed(told, archive) == {}
    assert fact(told, archive, "poll.ballots", "ballots") == 2
    assert fact(told, archive, "poll.ballots", "refused") == 1
    assert fact(told, archive, "poll.challenges", "challenges") == 1


@pytest.mark.parametrize("slip", [3, 4])
def test_a_challenged_ballot_that_another_booth_copies_does_not_displace_the_vote(
    slip: int,
) -> None:
    told = voted()
    spoiled = sealed(prepared(), slip, NO)
    told.spoil(ONE, spoiled)
    told.vote(ONE, slip, YES, draw=7)
    told.write(TWO, Kind.BALLOT, spoiled.body, UUID)
    archive = ended(told)
    assert failed(told, archive) == {}
    assert spoiled.tracker not in archive.published.trackers
    assert fact(told, archive, "poll.ballots", "ballots") == 4
    assert fact(told, archive, "poll.ballots", "conflicts") == 0


def test_a_booth_that_claims_to_open_the_ballot_of_another_is_named_and_voids_nothing() -> None:
    told = voted()
    other = sealed(prepared(), 0, YES)
    told.spoil(TWO, other, sealed(prepared(), 0, NO).opening.reveal())
    archive = ended(told)
    assert failed(told, archive) == {"poll.challenges": f"{TWO} ballot:{other.tracker}"}
    assert fact(told, archive, "poll.ballots", "ballots") == 3


@pytest.mark.parametrize("said", [None, b"{}"], ids=["the truth", "nothing"])
def test_a_late_challenge_of_a_counted_ballot_changes_nothing(said: bytes | None) -> None:
    told = voted()
    archive = ended(told)
    told.spoil(ONE, sealed(prepared(), 0, YES), said)
    assert told.codes == [OddityCode.LATE_CHALLENGE]
    assert failed(told, archive) == {}
    assert fact(told, archive, "poll.ballots", "ballots") == 3
    assert fact(told, archive, "poll.challenges", "challenges") == 0


def test_every_booth_that_lied_is_named() -> None:
    told = voted()
    one, two = sealed(prepared(), 3, NO), sealed(prepared(), 4, NO)
    told.spoil(ONE, one, b"{}")
    told.spoil(TWO, two, b"{}")
    named = failed(told, ended(told))["poll.challenges"].split(", ")
    assert sorted(named) == [f"{ONE} ballot:{one.tracker}", f"{TWO} ballot:{two.tracker}"]


# --- poll.result --------------------------------------------------------------------------------


def test_a_poll_without_a_declared_result_is_refused() -> None:
    told = voted()
    told.seal()
    assert failed(told, told.count()) == {"poll.result": "poll:barri"}


def test_the_result_of_another_archive_is_refused() -> None:
    told = voted()
    told.seal()
    archive = told.count()
    other = Result(archive="00" * 32, counts=archive.published.counts)
    told.write("Mesa", Kind.RESULT, other.encode(), UUID)
    assert failed(told, archive) == {"poll.result": "poll:barri"}


def test_a_result_with_other_counts_than_its_archive_is_refused() -> None:
    told = voted()
    told.seal()
    archive = told.count()
    other = Result(archive=archive.sha256, counts=((3, 0),))
    told.write("Mesa", Kind.RESULT, other.encode(), UUID)
    assert failed(told, archive) == {"poll.result": "poll:barri"}


def test_of_two_results_none_is_declared_until_one_is_voided() -> None:
    told = voted()
    archive = ended(told)
    wrong = Result(archive="00" * 32, counts=((3, 0),))
    entry = told.write("Mesa", Kind.RESULT, wrong.encode(), UUID)
    assert told.codes == [OddityCode.RESULTS]
    assert failed(told, archive) == {"poll.result": "poll:barri"}
    told.write("Mesa", Kind.CORRECTION, Correction(entry=entry.id.hex()).encode())
    assert failed(told, archive) == {}


# --- balance ------------------------------------------------------------------------------------


def sums(told: CountedEvening) -> str:
    """The breaches of an evening that is sound in all but its numbers."""
    found = failed(told, ended(told))
    assert set(found) == {"balance"}
    return found["balance"]


def evening_of(people: int, *, issued: int, left: int, voters: int) -> CountedEvening:
    told = begun()
    told.let_in(people, issued=issued, left=left)
    told.open()
    for voter in range(voters):
        told.vote(ONE, voter)
    return told


def test_more_slips_out_than_people_present_is_a_breach() -> None:
    told = evening_of(2, issued=3, left=2, voters=1)
    assert sums(told) == "balance.present.breach"


def test_printed_slips_that_are_not_accounted_for_are_a_breach() -> None:
    told = evening_of(3, issued=3, left=1, voters=1)
    assert sums(told) == "balance.printed.breach"


def test_more_ballots_than_slips_out_is_a_breach() -> None:
    told = evening_of(3, issued=2, left=3, voters=3)
    assert sums(told) == "balance.ballots.breach"


def test_every_breach_is_named() -> None:
    told = evening_of(1, issued=2, left=2, voters=3)
    assert sums(told) == ("balance.present.breach, balance.printed.breach, balance.ballots.breach")
