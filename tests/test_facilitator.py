# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from ballots.assembly import Kind as QuestionKind
from ballots.assembly import Option, Poll, Question, Wording
from ballots.ballot_paper import questions_of
from ballots.documents import rule_hash
from ballots.record.errors import RecordProblem, RecordRefused
from ballots.record.kinds import Kind
from ballots.session import PollStage
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.facilitator import Facilitator
from tests.evenings import MESA, ONE, TAULA, TWO, Evening, inputs


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    with Evening(tmp_path) as switched_on:
        yield switched_on


def test_an_assembly_that_opens_puts_its_document_and_its_slips_on_record(
    evening: Evening,
) -> None:
    evening.leader.open_assembly(len(evening.slips))
    session = evening[MESA].session()
    assert session.assembly == inputs().assembly
    assert session.slips_printed == len(evening.slips)


def test_a_planned_poll_has_the_election_that_was_set_up_for_it(evening: Evening) -> None:
    evening.open()
    state = evening.state(TWO)
    assert state.poll == evening.paper
    assert (state.opened_at, state.closed_at) == ("19:30", "")
    setup = evening.setup()
    assert setup.uuid == evening.uuid
    assert len(setup.roll) == len(evening.slips)
    assert setup.questions == questions_of(evening.paper, "ca")
    assert [question.sealed for question in setup.questions] == [2, 4, 13]
    assert setup.election.name == "Votació de l'assemblea"
    assert setup.election.x_assembly == {
        "assembly": evening.preparation.prepared.assembly_id,
        "document": sha256(evening.preparation.prepared.document).hexdigest(),
        "rule": rule_hash(evening.paper),
        "roll": sha256(evening.preparation.prepared.rolls[evening.uuid]).hexdigest(),
        "devices": " ".join(evening.preparation.prepared.devices),
    }
    assert set(evening.preparation.prepared.devices) == {
        each.key.public.hex() for each in evening.preparation.devices
    }


def test_questions_of_the_room_take_the_spare_elections_until_none_is_left(
    evening: Evening,
) -> None:
    evening.open()
    room = inputs().room_question
    spare = evening.preparation.prepared.spare
    opened = [evening.leader.open_poll(replace(room, id=f"room-{n}")) for n in (1, 2)]
    assert opened == list(spare)
    with pytest.raises(KioskRefused) as caught:
        evening.leader.open_poll(replace(room, id="room-3"))
    assert caught.value.code is KioskProblem.NO_SPARE_ELECTION
    assert set(evening[MESA].session().polls) == {evening.uuid, *spare}
    assert not evening[MESA].session().oddities


def test_closing_says_when_and_waits_for_the_booths(evening: Evening) -> None:
    evening.open()
    evening.close()
    assert evening.state().stage is PollStage.CLOSING
    assert evening.state().closed_at == "19:30"
    with pytest.raises(KioskRefused) as caught:
        evening.leader.seal_poll(evening.uuid)
    assert caught.value.code is KioskProblem.NOT_FINISHED
    assert set(str(caught.value.facts["names"]).split(", ")) == {ONE, TWO}
    evening.finish(TWO)
    with pytest.raises(KioskRefused) as caught:
        evening.leader.seal_poll(evening.uuid)
    assert caught.value.facts == {"names": ONE}
    assert evening.written(MESA, Kind.SEAL) == []


def test_a_poll_that_everyone_has_finished_is_sealed_and_cosigned(evening: Evening) -> None:
    evening.open()
    evening.cast(ONE, evening.slips[0])
    evening.seal()
    assert evening.state().stage is PollStage.SEALED
    sealed = evening.state().seal
    assert sealed is not None
    assert {evening[MESA].session().devices[id_].name for id_ in sealed.cosigned} == {
        MESA,
        TAULA,
        ONE,
        TWO,
    }


def test_seal_finished_seals_what_is_finished_once_and_leaves_the_rest(evening: Evening) -> None:
    evening.open()
    room = evening.leader.open_poll(inputs().room_question)
    evening.carry()
    evening.close()
    evening.leader.seal_finished()
    assert evening.written(MESA, Kind.SEAL) == []
    evening.finish()
    for _ in range(2):
        evening.leader.seal_finished()
    (sealed,) = evening.written(MESA, Kind.SEAL)
    assert sealed.header.poll == evening.uuid
    assert evening[MESA].session().polls[room].stage is PollStage.OPEN


@pytest.mark.parametrize("name", [ONE, TAULA])
def test_only_a_facilitator_leads(evening: Evening, name: str) -> None:
    with pytest.raises(RecordRefused) as caught:
        Facilitator(evening[name], lambda: "19:30").open_assembly(4)
    assert caught.value.code is RecordProblem.ROLE


def test_a_question_of_the_room_that_bears_the_id_of_a_planned_poll_is_refused(
    evening: Evening,
) -> None:
    planned = evening[MESA].prepared.assembly.polls[0]
    other = replace(planned, title=Wording({"ca": "Una altra cosa"}))
    with pytest.raises(KioskRefused) as caught:
        evening.leader.open_poll(other)
    assert caught.value.code is KioskProblem.UNFIT_ELECTION


def test_a_poll_whose_ballots_would_be_too_large_for_the_record_is_refused(
    evening: Evening,
) -> None:
    asked = Wording({"ca": "?"})
    options = tuple(Option(id=f"o{n}", text=asked) for n in range(50))
    many = Poll(
        id="many",
        title=Wording({"ca": "Massa"}),
        questions=tuple(
            Question(
                id=f"q{n}", kind=QuestionKind.SINGLE, text=Wording({"ca": "?"}), options=options
            )
            for n in range(20)
        ),
    )
    with pytest.raises(KioskRefused) as caught:
        evening.leader.open_poll(many)
    assert caught.value.code is KioskProblem.PAPER_TOO_LARGE
    assert evening[MESA].session().polls == {}
