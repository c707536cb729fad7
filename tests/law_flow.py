# SPDX-License-Identifier: AGPL-3.0-or-later
"""What holds on every way through the booth's flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kiosk import events, views
from kiosk.appearance import Contrast, TextSize
from kiosk.events import Event, Wish
from kiosk.flow import opening_state, step
from kiosk.i18n import LANGUAGES
from kiosk.troubles import BallotProblem, PaperProblem, SlipProblem
from kiosk.views import State, Visit
from tests.booth_states import FULL, POLL, TRACKER, UUID, states

CODE = "0SECRETC0DE0SECRETC0DE00"
OPTIONS = [option.id for question in POLL.questions for option in question.options]

people: SearchStrategy[Event] = st.one_of(
    st.sampled_from([kind() for kind in events.PersonActed.__subclasses__() if not fields(kind)]),
    st.builds(events.CodeScanned, code=st.just(CODE) | st.text()),
    st.builds(events.KeyPressed, symbol=st.text(max_size=2)),
    st.builds(events.LanguagePicked, language=st.sampled_from([*LANGUAGES, "xx"])),
    st.builds(events.SizePicked, size=st.sampled_from(TextSize)),
    st.builds(events.ContrastPicked, contrast=st.sampled_from(Contrast)),
    st.builds(events.OptionToggled, option=st.sampled_from([*OPTIONS, "nonsense"])),
    st.builds(events.QuestionPicked, index=st.integers(-2, 5)),
)
answers: SearchStrategy[Event] = st.one_of(
    st.just(events.SlipWelcomed(uuid=UUID, poll=POLL)),
    st.builds(events.SlipTurnedAway, reason=st.sampled_from(SlipProblem), copy=st.booleans()),
    st.just(events.BallotSealed(tracker=TRACKER)),
    st.just(events.CommitmentPrinted()),
    st.builds(events.CommitmentFailed, reason=st.sampled_from(PaperProblem)),
    st.builds(events.BallotKept, tracker=st.just(TRACKER), holders=st.integers(1, 9)),
    st.builds(events.BallotNotKept, reason=st.sampled_from(BallotProblem)),
    st.just(events.ReceiptPrinted()),
    st.builds(events.ReceiptFailed, reason=st.sampled_from(PaperProblem)),
    st.just(events.ChallengeOpened(tracker=TRACKER)),
    st.just(events.ChallengePrinted()),
    st.builds(events.ChallengeNotPrinted, reason=st.sampled_from(PaperProblem)),
    st.builds(events.CompanyChanged, others=st.integers(0, 9)),
)
ticks: SearchStrategy[Event] = st.builds(
    events.Ticked, seconds=st.floats(-1, 100, allow_nan=False)
)
anything = people | answers | ticks
marking: SearchStrategy[Event] = st.one_of(
    st.builds(events.OptionToggled, option=st.sampled_from(OPTIONS)),
    st.sampled_from([events.BlankPicked(), events.ChangePressed(), events.NoticeRead()]),
    st.sampled_from([events.NextPressed(), events.BackPressed(), events.AgainPressed()]),
)
papers = st.sampled_from(
    [state for state in states().values() if isinstance(state.view, views.Choosing)]
)
anywhere = st.sampled_from(list(states().values()))
PRESSES: tuple[Event, ...] = (
    events.CastPressed(),
    events.ChallengePressed(),
    events.BackPressed(),
    events.AgainPressed(),
    events.NextPressed(),
    events.LeavePressed(),
    events.Ticked(seconds=80),
)
STUCK, FULL_DISK = PaperProblem.PAPER, events.BallotNotKept(reason=BallotProblem.STORAGE)
ANSWERS: Mapping[type[Wish], tuple[Event, ...]] = {
    events.SealBallot: (events.BallotSealed(tracker=TRACKER), FULL_DISK),
    events.PrintCommitment: (
        events.CommitmentPrinted(),
        events.CommitmentFailed(reason=STUCK),
    ),
    events.CastBallot: (
        events.BallotKept(tracker=TRACKER, holders=2),
        events.BallotNotKept(reason=BallotProblem.USED),
        FULL_DISK,
    ),
    events.PrintReceipt: (events.ReceiptPrinted(), events.ReceiptFailed(reason=STUCK)),
    events.OpenChallenge: (events.ChallengeOpened(tracker=TRACKER), FULL_DISK),
    events.PrintChallenge: (
        events.ChallengePrinted(),
        events.ChallengeNotPrinted(reason=STUCK),
    ),
}


def visits(state: State) -> list[Visit]:
    """Every ballot paper that a state holds."""
    view = state.view
    inner = view.back if isinstance(view, views.Leaving) else view
    visit = getattr(inner, "visit", None)
    return [visit] if isinstance(visit, Visit) else []


def walked(state: State, happening: list[Event]) -> list[tuple[State, Event, State, list[Wish]]]:
    """Each step of a way: before, event, after, wishes."""
    steps = []
    for event in happening:
        after, wishes = step(state, event)
        steps.append((state, event, after, list(wishes)))
        state = after
    return steps


@given(start=anywhere, happening=st.lists(anything, max_size=40))
def test_no_way_leads_to_cast_but_a_ballot_that_is_kept(
    start: State, happening: list[Event]
) -> None:
    for before, event, after, _ in walked(start, happening):
        came = isinstance(after.view, views.Cast) and not isinstance(before.view, views.Cast)
        if came and not isinstance(before.view, views.ReceiptTrouble):
            assert isinstance(event, events.BallotKept)
            assert isinstance(before.view, views.Casting)


@given(start=anywhere, happening=st.lists(anything, max_size=40))
def test_only_its_answer_ends_the_casting(start: State, happening: list[Event]) -> None:
    casting = replace(start, view=views.Casting(tracker=TRACKER))
    for before, event, after, _ in walked(casting, happening):
        if isinstance(before.view, views.Casting) and before.view != after.view:
            assert isinstance(event, events.BallotKept | events.BallotNotKept)


@given(start=anywhere, happening=st.lists(anything, max_size=40))
def test_whoever_leaves_is_forgotten(start: State, happening: list[Event]) -> None:
    for before, _, after, wishes in walked(start, happening):
        back = isinstance(after.view, views.Welcome) and after.view != before.view
        if back or after.person != before.person:
            assert events.Forget() in wishes
        if back:
            fresh = opening_state(LANGUAGES)
            assert after == replace(fresh, person=after.person, others=after.others)
            assert after.person == before.person + 1


@given(start=anywhere, happening=st.lists(anything, max_size=60))
def test_the_choice_is_never_offered_before_the_code_is_on_paper(
    start: State, happening: list[Event]
) -> None:
    for before, event, after, wishes in walked(start, happening):
        if isinstance(after.view, views.Sealed) and not isinstance(before.view, views.Sealed):
            assert isinstance(before.view, views.Committing)
            assert isinstance(event, events.CommitmentPrinted)
        if events.OpenChallenge() in wishes:
            assert isinstance(before.view, views.Sealed)


@st.composite
def visits_to_the_box(draw: st.DrawFn) -> list[tuple[Wish, Event | None]]:
    """The wishes of people who come one after the other to seal a ballot, each with its answer.

    What was asked for is answered sooner or later, unless its person leaves before.
    """
    sealing = replace(states()["review"], view=views.Sealing(visit=FULL))
    state = replace(sealing, view=views.Welcome())
    told: list[tuple[Wish, Event | None]] = []
    for choice in draw(st.lists(st.integers(0, 99), min_size=40, max_size=40)):
        if isinstance(state.view, views.Welcome):
            state = replace(sealing, person=state.person)
            told.append((events.SealBallot(uuid=UUID, choices={}), None))
        wish, answer = told[-1]
        answers = ANSWERS.get(type(wish), ()) if answer is None else ()
        event = (*answers, *answers, *PRESSES)[choice % (2 * len(answers) + len(PRESSES))]
        if event in answers:
            told[-1] = (wish, event)
        state, wishes = step(state, event)
        told += [(each, None) for each in wishes]
    return told


@given(visit=visits_to_the_box())
def test_every_paper_that_was_begun_ends_once(visit: list[tuple[Wish, Event | None]]) -> None:
    hanging = False
    for wish, answer in visit:
        match wish:
            case events.PrintCommitment():
                assert not hanging
                hanging = not isinstance(answer, events.CommitmentFailed)
            case events.PrintNotCast():
                assert hanging
                hanging = False
            case events.PrintReceipt() | events.PrintChallenge():
                hanging = False
            case events.LookUpSlip() | events.SealBallot() | events.Forget():
                assert not hanging
            case _:
                pass


@given(visit=visits_to_the_box())
def test_nothing_that_was_opened_is_cast_and_nothing_cast_is_opened(
    visit: list[tuple[Wish, Event | None]],
) -> None:
    cast = opened = False
    for wish, answer in visit:
        match wish:
            case events.SealBallot() | events.Forget():
                cast = opened = False
            case events.CastBallot():
                assert not opened
                cast = isinstance(answer, events.BallotKept)
            case events.OpenChallenge():
                assert not cast
                opened = isinstance(answer, events.ChallengeOpened)
            case _:
                pass


@given(start=papers, happening=st.lists(marking, min_size=10, max_size=60))
def test_no_choice_exceeds_what_its_question_allows(start: State, happening: list[Event]) -> None:
    for _, _, after, wishes in walked(start, happening):
        for visit in visits(after):
            for question in visit.poll.questions:
                assert len(visit.choices.get(question.id, ())) <= question.maximum
        for wish in wishes:
            if isinstance(wish, events.SealBallot):
                (paper,) = visits(after)
                asked = paper.poll.questions
                assert set(wish.choices) == {question.id for question in asked}
                for question in asked:
                    question.positions(wish.choices[question.id])  # refuses what is no ballot


@given(start=papers, happening=st.lists(marking, min_size=10, max_size=40))
def test_a_choice_leaves_only_by_a_touch_that_is_meant_for_it(
    start: State, happening: list[Event]
) -> None:
    for before, event, after, _ in walked(start, happening):
        for old, new in zip(visits(before), visits(after), strict=False):
            for question, chosen in old.choices.items():
                if not chosen <= new.choices.get(question, frozenset()):
                    assert isinstance(
                        event,
                        events.OptionToggled | events.ChangePressed | events.ChallengeOpened,
                    )


@given(start=anywhere, happening=st.lists(anything, max_size=20))
def test_what_is_secret_is_never_printed(start: State, happening: list[Event]) -> None:
    typed = replace(start, view=views.Typing(code=CODE))
    for first in (start, typed):
        for before, event, after, wishes in walked(first, happening):
            said = f"{before!r} {after!r} {wishes!r} {event!r}"
            assert CODE not in said
            held = said.replace(repr(POLL), "")
            for visit in (*visits(before), *visits(after)):
                held = held.replace(repr(visit.poll), "")
            assert not any(f"'{option}'" in held for option in OPTIONS)


@given(start=anywhere, happening=st.lists(anything, max_size=40))
def test_nothing_is_asked_for_twice_while_its_answer_is_awaited(
    start: State, happening: list[Event]
) -> None:
    waiting = (
        views.LookingUp,
        views.Sealing,
        views.Committing,
        views.Casting,
        views.Challenging,
    )
    for before, event, _, wishes in walked(start, happening):
        if isinstance(before.view, waiting) and isinstance(event, events.PersonActed):
            assert not set(map(type, wishes)) - {events.Speak}
