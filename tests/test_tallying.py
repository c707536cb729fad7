# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from ballots.ballot_paper import filled
from ballots.counting import Verdict
from ballots.election.errors import ElectionRefused
from ballots.election.verify import verify_archive
from ballots.record.bodies import Challenge
from ballots.record.kinds import Kind
from ballots.session import PollStage
from kiosk import events
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.finishing import finish
from kiosk.tallying import count_poll
from tests.evenings import (
    BLANK,
    MESA,
    ONE,
    TAULA,
    TIME,
    TWO,
    YES,
    Choices,
    Evening,
    asked,
    seal,
    sealed_by,
)
from tests.omitted_booth import hear_of_booth_two, seal_without_booth_two

NO: Choices = {**YES, "diumenges": frozenset({"no"})}


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    with Evening(tmp_path) as switched_on:
        switched_on.open()
        yield switched_on


def test_what_was_marked_is_what_is_counted(evening: Evening) -> None:
    evening.arrive(4)
    votes: list[tuple[str, Choices]] = [(ONE, YES), (TWO, YES), (ONE, NO), (TWO, BLANK)]
    seen = {
        evening.cast(name, slip, choices)
        for (name, choices), slip in zip(votes, evening.slips, strict=True)
    }
    evening.carry()
    evening.seal()
    counted = evening.count()
    published = verify_archive(counted.archive).published
    assert published is not None
    assert set(published.trackers) == seen
    assert published.timestamp == TIME
    sundays, premises, proposals = counted.outcomes
    assert [(s.option, s.votes) for s in sundays.standings] == [("yes", 2), ("no", 1)]
    assert (sundays.ballots, sundays.blank) == (4, 1)
    assert sundays.verdict is Verdict.NO_QUORUM  # four people of a census of 180
    assert premises.chosen == ("taller",)
    assert set(proposals.chosen) >= {"20411", "20452"}
    (result,) = evening.written(MESA, Kind.RESULT)
    state = evening.state()
    assert state.result is not None
    assert state.result.archive == sha256(counted.archive).hexdigest()
    assert state.result.counts == published.counts
    assert result.header.poll == evening.uuid


def test_an_evening_without_a_ballot_has_a_result_too(evening: Evening) -> None:
    evening.seal()
    counted = evening.count()
    assert [outcome.ballots for outcome in counted.outcomes] == [0, 0, 0]
    assert verify_archive(counted.archive).passed


def test_opened_ballots_are_listed_with_their_marks_and_not_counted(evening: Evening) -> None:
    booth = evening.booth()
    spoilt = sealed_by(booth, evening, evening.slips[0])
    asked(booth, events.OpenChallenge(), seal(evening, BLANK), events.CastBallot())
    evening.carry()
    evening.seal()
    counted = evening.count()
    assert counted.challenged == {
        spoilt: tuple(
            filled(asked, question, YES[question.id])
            for asked, question in zip(
                evening.setup().questions, evening.paper.questions, strict=True
            )
        )
    }
    assert counted.outcomes[0].blank == counted.outcomes[0].ballots == 1


def test_a_challenge_that_does_not_open_its_ballot_is_told_as_such(evening: Evening) -> None:
    booth = evening.booth(ONE)
    for slip in evening.slips[:2]:
        sealed_by(booth, evening, slip)
        booth.carry_out(events.OpenChallenge())
    one, other = evening.state(ONE).challenges
    sealed_by(booth, evening, evening.slips[2])
    assert booth._sealed is not None
    ballot = booth._sealed.body.decode()
    cheat = Challenge(ballot=ballot, opening=other.opening.decode())
    evening[ONE].write(Kind.CHALLENGE, cheat.encode(), evening.uuid)
    evening.carry()
    evening.seal()
    challenged = dict(evening.count().challenged)
    assert challenged.pop(booth._sealed.tracker, ()) is None
    assert set(challenged) == {one.tracker, other.tracker}
    assert None not in challenged.values()


def test_a_poll_that_nobody_sealed_is_not_counted(evening: Evening) -> None:
    for step in (evening.carry, evening.close, evening.finish):
        step()
        with pytest.raises(KioskRefused) as caught:
            evening.count()
        assert caught.value.code is KioskProblem.NOT_FINISHED
        assert caught.value.facts == {"names": "paper"}


def test_a_seal_waits_for_everyone_under_it(evening: Evening) -> None:
    evening.close()
    evening.finish()
    evening.leader.seal_poll(evening.uuid)
    evening.carry()
    evening.finish(ONE)
    with pytest.raises(KioskRefused) as caught:
        evening.count()
    assert caught.value.code is KioskProblem.NOT_FINISHED
    assert set(str(caught.value.facts["names"]).split(", ")) == {TAULA, TWO}
    assert evening.written(MESA, Kind.RESULT) == []


def test_a_spare_booth_that_is_heard_of_after_the_seal_does_not_hinder_the_count(
    tmp_path: Path,
) -> None:
    with Evening(tmp_path) as evening:
        seal_without_booth_two(evening)
        hear_of_booth_two(evening)
        evening.finish()
        assert [outcome.ballots for outcome in evening.count().outcomes] == [0, 0, 0]


def test_while_a_booth_with_ballots_is_left_out_nothing_is_counted(tmp_path: Path) -> None:
    with Evening(tmp_path) as evening:
        seal_without_booth_two(evening, evening.slips[0])
        hear_of_booth_two(evening)
        evening.finish()
        with pytest.raises(KioskRefused) as caught:
            evening.count()
        assert caught.value.code is KioskProblem.NOT_FINISHED
        assert set(str(caught.value.facts["names"]).split(", ")) == {TAULA, ONE, TWO}
        assert evening.written(MESA, Kind.RESULT) == []


def test_a_seal_that_all_under_it_signed_is_not_counted_without_a_booth_that_holds_ballots(
    tmp_path: Path,
) -> None:
    with Evening(tmp_path) as evening:
        seal_without_booth_two(evening, evening.slips[0])
        for name in (TAULA, ONE):
            finish(evening[name])
        hear_of_booth_two(evening)
        assert evening.state().stage is PollStage.SEALED
        with pytest.raises(KioskRefused) as caught:
            evening.count()
        assert caught.value.code is KioskProblem.NOT_FINISHED
        assert caught.value.facts == {"names": TWO}
        assert evening.written(MESA, Kind.RESULT) == []


def test_a_challenge_after_the_seal_is_not_listed_and_takes_nothing_from_the_count(
    evening: Evening,
) -> None:
    booth = evening.booth(ONE)
    tracker = sealed_by(booth, evening, evening.slips[0])
    ballot = booth._sealed
    assert ballot is not None
    asked(booth, events.CastBallot())
    evening.carry()
    evening.seal()
    opened = Challenge(ballot=ballot.body.decode(), opening=ballot.opening.reveal().decode())
    evening[ONE].write(Kind.CHALLENGE, opened.encode(), evening.uuid)
    evening.carry()
    counted = evening.count()
    assert [each.tracker for each in counted.merged.counted] == [tracker]
    assert counted.challenged == {}


def test_too_few_trustees_open_nothing(evening: Evening) -> None:
    evening.seal()
    with pytest.raises(ElectionRefused):
        count_poll(
            evening[MESA],
            evening.uuid,
            evening.preparation.shares[:1],
            random=evening.random,
            timestamp=TIME,
        )
    assert evening.written(MESA, Kind.RESULT) == []


def test_any_trustees_that_are_enough_come_to_the_same_result(tmp_path: Path) -> None:
    results = []
    for number, chosen in enumerate(([0, 1], [1, 2], [0, 2])):
        with Evening(tmp_path / str(number)) as evening:
            evening.open()
            evening.cast(ONE, evening.slips[0])
            evening.carry()
            evening.seal()
            shares = [evening.preparation.shares[index] for index in chosen]
            counted = count_poll(
                evening[MESA], evening.uuid, shares, random=evening.random, timestamp=TIME
            )
            results.append(counted.outcomes)
    assert results[0] == results[1] == results[2]
