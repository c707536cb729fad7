# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is written through the API is there once, whatever happens on the way, or stays a file."""

from __future__ import annotations

import logging
import pickle
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.decidim.address import Wish
from sync.decidim.post import Api
from sync.decidim.reading.pulling import pull
from sync.decidim.reading.snapshot import read_snapshot
from sync.decidim.refusals import DecidimProblem, DecidimRefused
from sync.decidim.uploads.accountability import NewResult
from sync.decidim.uploads.answers import Answer
from sync.decidim.uploads.closure import Closure
from sync.decidim.uploads.errors import ExportRefused
from sync.decidim.uploads.rich import Rich
from sync.decidim.writing.answers import Answered, AnswerStep, Costs
from sync.decidim.writing.credentials import ApiKey, Secret, read_api_key
from sync.decidim.writing.doors import KeyDoor
from sync.decidim.writing.meetings import ClosureStep, MeetingStep, NewMeeting
from sync.decidim.writing.meetings import Meeting as Gathering
from sync.decidim.writing.outcomes import Already, Conflict, NotTaken, Outcome, Send, Written
from sync.decidim.writing.results import ResultStep, ResultThere
from sync.decidim.writing.route import Step
from sync.decidim.writing.session import Session
from sync.decidim.writing.writer import Writer
from tests.decidim_double import Busy, Changed, Cut, DecidimDouble, Failing, Faults, World
from tests.decidim_double.invented import (
    MEETING,
    MEETINGS,
    OWN_MEETING,
    PROPOSALS,
    RESULTS,
    invented,
)
from tests.decidim_double.limits import Limits
from tests.decidim_double.schemas import versions
from tests.decidim_double.world import Component, Meeting, Proposal, Result

KEY = ApiKey(Secret("invented-key"), Secret("invented-secret"))
TOLD = {"ca": Rich("<p>41 sí, 7 no</p>"), "es": Rich("<p>41 sí, 7 no.</p>")}
ANSWER = AnswerStep(
    component=str(PROPOSALS), answer=Answer(proposal="101", state="accepted", texts=TOLD)
)
RESULT = ResultStep(
    component=str(RESULTS),
    result=NewResult(
        external_id="urna:1",
        titles={"ca": "Ombra", "es": "Sombra"},
        descriptions={"ca": Rich("<p>Sí</p>"), "es": Rich("<p>Sí</p>")},
    ),
    proposals=("101", "102"),
)
CLOSURE = ClosureStep(
    component=str(MEETINGS),
    meeting=str(OWN_MEETING),
    closure=Closure(reports=TOLD, present=1200, proposals=("101",)),
    locale="ca",
)
MEETING_STEP = MeetingStep(
    component=str(MEETINGS),
    meeting=NewMeeting(
        locale="ca",
        title="Assemblea",
        description=Rich("<p>Oberta</p>"),
        start=datetime(2026, 12, 1, 18, tzinfo=UTC),
        end=datetime(2026, 12, 1, 20, tzinfo=UTC),
    ),
)
EVERY: tuple[Step, ...] = (ANSWER, RESULT, MEETING_STEP, CLOSURE)


def world() -> World:
    made = invented(Random(1))
    place = made.get(Component, MEETINGS)
    assert place
    return made.having(
        replace(place, settings=place.settings | {"creation_enabled_for_participants"})
    )


OPEN = world()


class Clock:
    """Time that passes where somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


def session(double: DecidimDouble, clock: Clock | None = None, key: ApiKey = KEY) -> Session:
    clock = clock or Clock()
    return Session(double.url, KeyDoor(key), clock=clock, sleep=clock.sleep)


def written(double: DecidimDouble, *steps: Step, clock: Clock | None = None) -> list[Outcome]:
    with session(double, clock) as signed_in:
        return [Writer(signed_in).write(step) for step in steps]


def code(outcome: Outcome) -> object:
    assert isinstance(outcome, NotTaken | Conflict)
    return outcome.refusal.code


def played(
    faults: Mapping[int, Any] | None = None, version: str = "0.32", where: World = OPEN
) -> DecidimDouble:
    return DecidimDouble(version, where, Faults(faults or {}))


def results(where: World) -> tuple[Result, ...]:
    return where.all(Result, lambda row: row.external_id == "urna:1")


def told(where: World) -> tuple[Any, ...]:
    """What was written, without what has a clock or a number."""
    proposal, meeting = where.get(Proposal, 101), where.get(Meeting, OWN_MEETING)
    assert proposal
    assert meeting
    made = where.all(Meeting, lambda row: row.title == {"ca": "Assemblea"})
    return (
        (proposal.state, proposal.answer),
        [(row.title, row.description, row.proposals) for row in results(where)],
        (meeting.closed_at, meeting.closing_report, meeting.attendees, meeting.proposals),
        [(row.start_time, row.end_time, row.author) for row in made],
    )


@pytest.fixture(scope="module")
def undisturbed() -> tuple[Any, ...]:
    with played() as double:
        written(double, *EVERY)
        return told(double.world)


# --- each thing, once ---------------------------------------------------------------------------


def test_each_thing_is_written_and_then_found() -> None:
    with played() as double:
        first = written(double, *EVERY)
        world_then = double.world
        second = written(double, *EVERY)
        assert double.world == world_then
    assert [type(each) for each in first] == [Written] * 4
    assert [type(each) for each in second] == [Already] * 4
    assert [each.id for each in second if isinstance(each, Already)] == [
        each.id for each in first if isinstance(each, Written)
    ]


def test_a_result_is_linked_to_its_proposals(undisturbed: tuple[Any, ...]) -> None:
    ((_, _, linked),) = undisturbed[1]
    assert linked == (101, 102)


def test_a_report_lands_in_one_language_and_no_more_than_999_came(
    undisturbed: tuple[Any, ...],
) -> None:
    _, report, attendees, proposals = undisturbed[2]
    assert report == {"ca": TOLD["ca"]}
    assert (attendees, proposals) == (999, (101,))


@pytest.mark.parametrize("version", versions())
def test_what_a_version_lacks_goes_into_a_file(version: str) -> None:
    taken = {"0.31": 1, "0.32": 4}.get(version, 0)
    with played(version=version) as double:
        if version < "0.31":
            with pytest.raises(DecidimRefused) as refused:
                written(double, ANSWER)
            assert refused.value.code is DecidimProblem.NO_SIGN_IN
            return
        outcomes = written(double, *EVERY)
    assert [isinstance(each, Written) for each in outcomes].count(True) == taken
    for each in outcomes[taken:]:
        assert isinstance(each, NotTaken)
        assert each.lacking
        assert each.refusal.code is DecidimProblem.VERSION_LACKS


def test_an_answer_that_waits_to_be_published_is_told_so_and_replaces_itself() -> None:
    place = OPEN.get(Component, PROPOSALS)
    assert place
    with played(where=OPEN.having(replace(place, settings=frozenset()))) as double:
        first, second = written(double, ANSWER, ANSWER)
        proposal = double.world.get(Proposal, 101)
    assert first == second == Written("101", shown=False)
    assert proposal
    assert proposal.answer == TOLD


def test_costs_are_written_where_they_are_asked_for_and_stay_where_they_are() -> None:
    place = OPEN.get(Component, PROPOSALS)
    assert place
    costly = OPEN.having(
        replace(place, settings=place.settings | {"answers_with_costs"}),
    )
    costs = Costs(amount="1200.5", report={"ca": "Bancs"}, period={"ca": "2027"})
    with played(where=costly) as double:
        (without,) = written(double, ANSWER)
        (first,) = written(double, replace(ANSWER, costs=costs))
        again = replace(
            ANSWER,
            answer=replace(ANSWER.answer, texts={"ca": Rich("<p>42 sí</p>")}),
            before=Answered(state="accepted", texts=TOLD),
        )
        (second,) = written(double, again)
        proposal = double.world.get(Proposal, 101)
    assert code(without) is DecidimProblem.FIELDS_REFUSED
    assert first == second == Written("101")
    assert proposal
    assert (proposal.cost, proposal.cost_report) == (1200.5, {"ca": "Bancs"})
    assert proposal.answer == {"ca": "<p>42 sí</p>"}


# --- what somebody else did ---------------------------------------------------------------------


def answered_by_hand(where: World) -> World:
    proposal = where.get(Proposal, 101)
    assert proposal
    return where.having(replace(proposal, state="rejected", answer={"ca": "<p>No</p>"}))


def test_an_answer_of_somebody_else_is_not_overwritten() -> None:
    with played(where=answered_by_hand(OPEN)) as double:
        (outcome,) = written(double, ANSWER)
        assert double.world == answered_by_hand(OPEN)
    assert code(outcome) is DecidimProblem.CHANGED_THERE


def test_what_the_plan_saw_is_overwritten() -> None:
    seen = Answered(state="rejected", texts={"ca": "<p>No</p>"})
    with played(where=answered_by_hand(OPEN)) as double:
        (outcome,) = written(double, replace(ANSWER, before=seen))
    assert outcome == Written("101")


def test_markup_and_other_languages_are_no_difference() -> None:
    proposal = OPEN.get(Proposal, 101)
    assert proposal
    tidied = {"ca": "<div>41 sí, 7 no</div>", "es": "41 sí, 7 no.", "en": "41 yes"}
    there = OPEN.having(replace(proposal, state="accepted", answer=tidied))
    with played(where=there) as double:
        assert written(double, ANSWER) == [Already("101")]


def test_a_result_is_changed_only_where_it_says_what_the_plan_saw() -> None:
    changed = replace(
        RESULT, result=replace(RESULT.result, titles={"ca": "Arbres", "es": "Árboles"})
    )
    before = ResultThere(titles=RESULT.result.titles, descriptions=RESULT.result.descriptions)
    with played() as double:
        (made,) = written(double, RESULT)
        (blind,) = written(double, changed)
        (seen,) = written(double, replace(changed, before=before))
        (row,) = results(double.world)
    assert code(blind) is DecidimProblem.CHANGED_THERE
    assert isinstance(made, Written)
    assert seen == made
    assert row.title == {"ca": "Arbres", "es": "Árboles"}


def test_a_result_that_is_there_twice_or_no_longer_is_for_people() -> None:
    twin = Result(id=91, component=RESULTS, title={"ca": "x"}, external_id="urna:1")
    twice = OPEN.having(twin, replace(twin, id=92))
    with played(where=twice) as double:
        (outcome,) = written(double, RESULT)
    assert code(outcome) is DecidimProblem.TWICE_THERE
    with played() as double:
        (outcome,) = written(double, replace(RESULT, before=ResultThere()))
    assert code(outcome) is DecidimProblem.VANISHED


def test_a_result_is_found_on_any_page() -> None:
    many = OPEN.having(
        *(Result(id=1000 + n, component=RESULTS, title={"ca": str(n)}) for n in range(120))
    )
    with played(where=many) as double:
        first, second = written(double, RESULT, RESULT)
        assert len(results(double.world)) == 1
    assert isinstance(first, Written)
    assert second == Already(first.id)


def test_a_report_of_somebody_else_stays() -> None:
    meeting = OPEN.get(Meeting, OWN_MEETING)
    assert meeting
    closed = OPEN.having(replace(meeting, closed_at=OPEN.now, closing_report={"ca": "Una altra"}))
    with played(where=closed) as double:
        (outcome,) = written(double, CLOSURE)
        assert double.world == closed
    assert code(outcome) is DecidimProblem.CLOSED_THERE


def test_an_official_meeting_is_not_closed_by_the_api() -> None:
    with played() as double:
        (outcome,) = written(double, replace(CLOSURE, meeting=str(MEETING)))
    assert code(outcome) is DecidimProblem.CLOSURE_DENIED


@pytest.mark.parametrize("step", EVERY, ids=lambda step: type(step).__name__)
def test_what_is_gone_is_told(step: Any) -> None:
    with played() as double:
        (outcome,) = written(double, replace(step, component="999"))
    assert code(outcome) is DecidimProblem.GONE


def test_a_meeting_that_is_gone_is_told() -> None:
    with played() as double:
        (outcome,) = written(double, replace(CLOSURE, meeting="9999"))
    assert code(outcome) is DecidimProblem.GONE


def test_two_meetings_of_one_title_at_one_moment_are_for_people() -> None:
    with played() as double:
        (made,) = written(double, MEETING_STEP)
        assert isinstance(made, Written)
        twin = double.world.get(Meeting, made.id)
        assert twin
        double.world = double.world.having(replace(twin, id=9999))
        (outcome,) = written(double, MEETING_STEP)
    assert code(outcome) is DecidimProblem.TWICE_THERE


def test_limits_that_are_too_low_lead_to_files_but_not_for_all() -> None:
    with DecidimDouble("0.32", OPEN, limits=Limits(complexity=20)) as double:
        outcomes = written(double, RESULT, CLOSURE)
    assert code(outcomes[0]) is DecidimProblem.LIMITED
    assert isinstance(outcomes[0], NotTaken)
    assert not outcomes[0].lacking
    assert isinstance(outcomes[1], Written)


def test_a_language_that_the_platform_lacks_is_told() -> None:
    step = replace(MEETING_STEP, meeting=replace(MEETING_STEP.meeting, locale="xx"))
    with played() as double:
        (outcome,) = written(double, step)
    assert code(outcome) is DecidimProblem.LOCALE_REFUSED


# --- whatever happens on the way ----------------------------------------------------------------

FAULTS = st.one_of(
    st.builds(Busy, st.sampled_from([None, 1, 30])),
    st.builds(Failing, st.sampled_from([500, 502, 503])),
    st.builds(Cut, st.integers(0, 30)),
)


@settings(deadline=None)
@given(faults=st.dictionaries(st.integers(2, 14), FAULTS, max_size=6))
def test_no_fault_changes_what_is_there_in_the_end(faults: dict[int, Any]) -> None:
    """A request that failed within was not carried out here; one that was cut was."""
    with played() as double:
        written(double, *EVERY)
        expected = told(double.world)
    with played(faults) as double:
        while True:
            try:
                written(double, *EVERY)
            except DecidimRefused as refused:
                assert refused.code in {  # noqa: PT017 - it may also succeed
                    DecidimProblem.BUSY,
                    DecidimProblem.UNREACHABLE,
                    DecidimProblem.WRITE_UNCLEAR,
                }
                continue
            break
        assert told(double.world) == expected


class _Killed(BaseException):
    pass


@pytest.mark.parametrize("at", range(1, 12))
def test_whoever_is_killed_at_any_request_goes_on_to_the_same_end(
    at: int, undisturbed: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the platform did what it was told, and before anybody noted it."""
    sent = 0
    send = Api.send

    def dying(self: Api, *args: Any, **rest: Any) -> Any:
        nonlocal sent
        sent += 1
        reply = send(self, *args, **rest)
        if sent == at:
            raise _Killed
        return reply

    with played() as double:
        monkeypatch.setattr(Api, "send", dying)
        with suppress(_Killed):
            written(double, *EVERY)
        monkeypatch.undo()
        written(double, *EVERY)
        assert told(double.world) == undisturbed


def test_a_write_whose_answer_was_lost_is_looked_for_after_the_server_has_settled() -> None:
    clock = Clock()
    with played({3: Cut(5)}) as double:
        (outcome,) = written(double, RESULT, clock=clock)
        assert len(results(double.world)) == 1
        assert isinstance(outcome, Written)
        assert outcome.id == str(results(double.world)[0].id)
    assert clock.waits == [30.0]


def test_what_never_answers_is_told_as_unclear() -> None:
    failing = {number: Failing() for number in range(3, 40, 2)}
    with played(failing) as double, pytest.raises(DecidimRefused) as refused:
        written(double, RESULT)
    assert refused.value.code is DecidimProblem.WRITE_UNCLEAR


# --- who writes ---------------------------------------------------------------------------------


def denying(double: DecidimDouble) -> Callable[[World], World]:
    def deny(where: World) -> World:
        double._doors.denied |= set(double._doors.issued_tokens)
        return where

    return deny


@pytest.mark.parametrize("at", [2, 3], ids=["before-looking", "before-writing"])
def test_a_token_that_is_denied_midway_is_replaced(at: int) -> None:
    with DecidimDouble("0.32", OPEN) as double:
        double.faults = Faults({at: Changed(denying(double))})
        (outcome,) = written(double, ANSWER)
    assert outcome == Written("101")


def test_a_token_that_ends_after_an_hour_is_replaced() -> None:
    now = [0]
    with DecidimDouble("0.32", OPEN, now=lambda: now[0]) as double, session(double) as signed_in:
        assert Writer(signed_in).write(ANSWER) == Written("101")
        now[0] = 3600
        assert isinstance(Writer(signed_in).write(RESULT), Written)


def test_an_api_that_is_closed_to_strangers_takes_a_new_token_too() -> None:
    now = [0]
    shut = replace(OPEN, api_closed=True)
    with DecidimDouble("0.32", shut, now=lambda: now[0]) as double, session(double) as signed_in:
        now[0] = 3600
        assert Writer(signed_in).write(ANSWER) == Written("101")


def test_whoever_is_signed_in_is_signed_out_whatever_happens() -> None:
    with played() as double:
        signed_in = session(double)
        with pytest.raises(_Killed), signed_in:
            raise _Killed
        assert signed_in.signed_out
        assert double._doors.denied == set(double._doors.issued_tokens)


def test_where_the_goodbye_is_not_heard_it_is_told() -> None:
    with played({2: Failing(), 3: Cut(0)}) as double, session(double) as signed_in:
        pass
    assert not signed_in.signed_out


def test_a_wrong_secret_is_refused() -> None:
    with played() as double, pytest.raises(DecidimRefused) as refused:
        session(double, key=ApiKey(KEY.key, Secret("wrong"))).__enter__()
    assert refused.value.code is DecidimProblem.SIGN_IN_REFUSED


def test_nothing_secret_goes_to_a_site_that_is_not_encrypted() -> None:
    with pytest.raises(DecidimRefused) as refused:
        Session("http://decidim.example", KeyDoor(KEY), clock=Clock(), sleep=Clock().sleep)
    assert refused.value.code is DecidimProblem.NOT_SECURE


@pytest.mark.parametrize("text", ["", "one", "a\nb\nc", "a\nb c", "à\nb", "a" * 5000 + "\nb"])
def test_a_file_that_is_not_a_key_and_a_secret_is_refused(text: str) -> None:
    with pytest.raises(DecidimRefused) as refused:
        read_api_key(text)
    assert refused.value.code is DecidimProblem.KEY_FILE
    assert text == "" or text[:5] not in str(refused.value)


def test_a_key_is_read_from_two_lines() -> None:
    key = read_api_key("  k1\r\n\ns1\n")
    assert (key.key.reveal(), key.secret.reveal()) == ("k1", "s1")


def test_credentials_are_in_no_text_log_nor_traceback(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    seen = []
    with played({3: Failing(), 4: Cut(2)}) as double:
        signed_in = session(double)
        with signed_in:
            Writer(signed_in).write(ANSWER)
            seen += [
                repr(signed_in),
                repr(KEY),
                str(KEY.secret),
                f"{KEY.key}",
                repr(signed_in._pass),
            ]
            double.faults = Faults({number: Failing() for number in range(6, 99)})
            try:
                Writer(signed_in).write(RESULT)
            except DecidimRefused as error:
                seen += traceback.format_exception(error)
        secrets = ["invented-secret", "invented-key", *double._doors.issued_tokens]
    everything = "\n".join([*seen, caplog.text])
    assert secrets
    assert not [secret for secret in secrets if secret in everything]
    with pytest.raises(TypeError):
        pickle.dumps(KEY)


def test_what_cannot_be_is_not_made() -> None:
    naive = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    for wrong in (
        lambda: replace(MEETING_STEP.meeting, start=naive),
        lambda: replace(MEETING_STEP.meeting, end=MEETING_STEP.meeting.start),
        lambda: replace(CLOSURE, locale="en"),
        lambda: replace(RESULT, proposals=("x",)),
    ):
        with pytest.raises(ExportRefused):
            wrong()


# --- what a plan saw ----------------------------------------------------------------------------


def test_a_row_of_a_pull_is_what_was_there(tmp_path: Path) -> None:
    where = answered_by_hand(OPEN).having(
        Result(id=91, component=RESULTS, title={"ca": "x"}, external_id="urna:1")
    )
    with played(where=where) as double:
        ask = Api(double.url, clock=Clock(), sleep=Clock().sleep).ask
        pull(double.url, Wish(kind="assembly", space="1"), tmp_path, ask, lambda *_: None)
        snapshot = read_snapshot(tmp_path)
        (proposal,) = (row for row in snapshot.proposals if row.id == "101")
        (result,) = (row for row in snapshot.results if row.id == "91")
        outcomes = written(
            double,
            replace(ANSWER, before=Answered.of(proposal)),
            replace(RESULT, before=ResultThere.of(result)),
        )
    assert outcomes == [Written("101"), Written("91")]


@given(start=st.text(max_size=12))
def test_a_meeting_whose_time_is_nonsense_is_another(start: str) -> None:
    node = {"id": "1", "startTime": start, "title": None}
    found = msgspec.convert(node, Gathering)
    assert isinstance(MEETING_STEP.decide([found]), Send)
