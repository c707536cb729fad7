# SPDX-License-Identifier: AGPL-3.0-or-later
"""The booth's flow, visit by visit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballots.assembly import Poll
from kiosk import events, views
from kiosk.appearance import Contrast, TextSize
from kiosk.events import Event, Wish
from kiosk.flow import opening_state, seconds_left, step, warned
from kiosk.flow.arriving import CODE_SYMBOLS, SYMBOLS
from kiosk.i18n import LANGUAGES
from kiosk.troubles import BallotProblem, PaperProblem, SlipProblem
from kiosk.views import BLANK, Asking, Notice, Paper, State, View
from tests.booth_states import EMPTY, FULL, POLL, THREE, TRACKER, UUID

WELCOMED = events.SlipWelcomed(uuid=UUID, poll=POLL)
SCANNED = events.CodeScanned(code="SLIP")
KEPT = events.BallotKept(tracker=TRACKER, holders=2)
OUT = events.ReceiptPrinted()
NEXT = events.NextPressed()
FIRST = opening_state(LANGUAGES)
SEALED = views.Sealed(visit=FULL, tracker=TRACKER)
NOT_CAST = events.PrintNotCast(language="ca")


def on(view: View) -> State:
    return replace(FIRST, view=view)


def begun(view: View) -> State:
    """A state in which a ballot's code is on paper, or coming."""
    return replace(FIRST, view=view, begun=True)


def walk(state: State, *happening: Event) -> tuple[State, list[Wish]]:
    wished: list[Wish] = []
    for event in happening:
        state, wishes = step(state, event)
        wished += wishes
    return state, wished


def view_after(state: State, *happening: Event) -> View:
    return walk(state, *happening)[0].view


def option(id_: str) -> events.OptionToggled:
    return events.OptionToggled(option=id_)


def test_a_visit_from_slip_to_goodbye() -> None:
    state, wished = walk(
        FIRST,
        SCANNED,
        WELCOMED,
        option("yes"),
        NEXT,
        events.BlankPicked(),
        NEXT,
        option("p1"),
        option("p5"),
        NEXT,
        NEXT,
        events.BallotSealed(tracker=TRACKER),
        events.CommitmentPrinted(),
        events.CastPressed(),
        KEPT,
        OUT,
        events.LeavePressed(),
        events.LeavePressed(),
    )
    choices = {
        "budget": frozenset({"yes"}),
        "market": BLANK,
        "projects": frozenset({"p1", "p5"}),
    }
    assert wished == [
        events.LookUpSlip(code="SLIP"),
        events.SealBallot(uuid=UUID, choices=choices),
        events.PrintCommitment(language="ca"),
        events.CastBallot(),
        events.PrintReceipt(language="ca", copy=False),
        events.Forget(),
        events.Forget(),
    ]
    assert state == replace(FIRST, person=1)


def test_the_code_can_be_typed_on_the_screen() -> None:
    code = (SYMBOLS * 2)[:CODE_SYMBOLS]
    keys = [events.KeyPressed(symbol=symbol) for symbol in code]
    state, wished = walk(FIRST, events.TypePressed(), *keys, keys[0], NEXT)
    assert isinstance(state.view, views.LookingUp)
    assert wished == [events.LookUpSlip(code=code)]


@pytest.mark.parametrize("symbol", ["", "I", "O", "a", "AB", "·"])
def test_only_symbols_of_the_alphabet_can_be_typed(symbol: str) -> None:
    typing = on(views.Typing(code="7"))
    assert view_after(typing, events.KeyPressed(symbol=symbol)) == typing.view


def test_a_code_that_is_not_whole_is_not_looked_up() -> None:
    typing = on(views.Typing(code="7Q2M"))
    assert walk(typing, NEXT) == (typing, [])


def test_a_typed_symbol_can_be_erased_and_an_empty_code_stays_empty() -> None:
    erase = events.ErasePressed()
    assert view_after(on(views.Typing(code="7Q")), erase) == views.Typing(code="7")
    assert view_after(on(views.Typing()), erase) == views.Typing()


@pytest.mark.parametrize("view", [views.Welcome(), views.Typing(code="7")])
def test_a_slip_may_be_scanned_while_waiting_or_typing(view: View) -> None:
    state, wished = walk(on(view), SCANNED)
    assert (state.view, wished) == (views.LookingUp(), [events.LookUpSlip(code="SLIP")])


@pytest.mark.parametrize("reason", SlipProblem)
def test_a_slip_turned_away_leads_back_to_the_welcome(reason: SlipProblem) -> None:
    state, _ = walk(on(views.LookingUp()), events.SlipTurnedAway(reason=reason))
    assert state.view == views.TurnedAway(reason=reason)
    assert walk(state, events.LeavePressed())[1] == [events.Forget()]
    assert view_after(state, SCANNED) == views.LookingUp()
    assert view_after(state, events.TypePressed()) == views.Typing()


def test_a_used_slip_gets_a_copy_of_its_receipt_where_the_booth_has_it() -> None:
    used = on(views.TurnedAway(reason=SlipProblem.USED, copy=True))
    state, wished = walk(used, events.CopyPressed())
    assert wished == [events.PrintReceipt(language="ca", copy=True)]
    assert view_after(state, OUT) == views.Copying(paper=Paper.OUT)
    elsewhere = on(views.TurnedAway(reason=SlipProblem.USED))
    assert walk(elsewhere, events.CopyPressed()) == (elsewhere, [])


def test_an_option_is_chosen_and_taken_off_by_the_same_touch() -> None:
    state, _ = walk(on(Asking(visit=EMPTY, index=2)), option("p3"))
    assert isinstance(state.view, Asking)
    assert state.view.chosen == frozenset({"p3"})
    assert view_after(state, option("p3")) == Asking(visit=EMPTY, index=2)


def test_an_option_that_is_not_on_the_paper_changes_nothing() -> None:
    asking = Asking(visit=EMPTY, index=0)
    assert view_after(on(asking), option("p1")) == asking


def test_at_the_maximum_the_others_say_why_and_nothing_is_taken_off() -> None:
    full = Asking(visit=FULL, index=2)
    told = view_after(on(full), option("p2"))
    assert told == replace(full, notice=Notice.FULL, wanted="p2")
    assert view_after(on(told), events.NoticeRead()) == full
    assert view_after(on(told), events.ChangePressed()) == told


@pytest.mark.parametrize(
    ("chosen", "touch", "wanted", "after"),
    [
        (frozenset({"yes"}), option("no"), "no", frozenset({"no"})),
        (frozenset({"yes"}), events.BlankPicked(), "", BLANK),
        (BLANK, option("no"), "no", frozenset({"no"})),
    ],
)
def test_one_choice_replaces_another_only_if_the_person_says_so(
    chosen: frozenset[str], touch: Event, wanted: str, after: frozenset[str]
) -> None:
    question = POLL.questions[0]
    asking = Asking(visit=EMPTY.with_choice(question, chosen), index=0)
    told = view_after(on(asking), touch)
    assert told == replace(asking, notice=Notice.INSTEAD, wanted=wanted)
    for shut in (touch, events.BlankPicked(), option("yes"), NEXT):
        assert view_after(on(told), shut) == told
    assert view_after(on(told), events.BackPressed()) == asking
    changed = view_after(on(told), events.ChangePressed())
    assert changed == Asking(visit=EMPTY.with_choice(question, after), index=0)


def test_blank_is_chosen_and_taken_off_like_an_option() -> None:
    state, _ = walk(on(Asking(visit=EMPTY, index=0)), events.BlankPicked())
    assert isinstance(state.view, Asking)
    assert state.view.chosen == BLANK
    assert view_after(state, events.BlankPicked()) == Asking(visit=EMPTY, index=0)


def test_a_question_without_a_choice_is_asked_about() -> None:
    asking = Asking(visit=EMPTY, index=0)
    assert view_after(on(asking), NEXT) == replace(asking, notice=Notice.CHOOSE)


def test_fewer_than_the_minimum_is_asked_about() -> None:
    two = replace(POLL.questions[2], minimum=2)
    visit = views.Visit(uuid=UUID, poll=Poll(id="p", title=POLL.title, questions=(two,)))
    asking = Asking(visit=visit.with_choice(two, frozenset({"p1"})), index=0)
    assert view_after(on(asking), NEXT) == replace(asking, notice=Notice.FEWER)


def test_back_goes_through_the_questions_and_asks_before_leaving() -> None:
    second = Asking(visit=EMPTY, index=1)
    first = view_after(on(second), events.BackPressed())
    assert first == Asking(visit=EMPTY, index=0)
    leaving = view_after(on(first), events.BackPressed())
    assert leaving == views.Leaving(back=Asking(visit=EMPTY, index=0))
    for stay in (events.AgainPressed(), events.BackPressed()):
        assert view_after(on(leaving), stay) == first
    left, wished = walk(on(leaving), events.LeavePressed())
    assert (left.view, wished) == (views.Welcome(), [events.Forget()])


@pytest.mark.parametrize("index", range(3))
def test_from_the_review_one_question_is_changed_and_the_review_comes_back(index: int) -> None:
    review = views.Reviewing(visit=FULL)
    asking = view_after(on(review), events.QuestionPicked(index=index))
    assert asking == Asking(visit=FULL, index=index, reviewing=True)
    assert view_after(on(asking), NEXT) == review
    assert view_after(on(asking), events.BackPressed()) == review


@pytest.mark.parametrize("index", [-1, 3])
def test_a_question_that_is_not_there_is_not_shown(index: int) -> None:
    review = views.Reviewing(visit=FULL)
    assert view_after(on(review), events.QuestionPicked(index=index)) == review


def test_back_from_the_review_is_the_last_question() -> None:
    review = views.Reviewing(visit=FULL)
    assert view_after(on(review), events.BackPressed()) == Asking(visit=FULL, index=2)


def test_a_choice_taken_off_after_the_review_is_asked_about_before_sealing() -> None:
    """Back from a question that the review led to, its choice may be incomplete."""
    open_again = views.Reviewing(visit=FULL.with_choice(POLL.questions[1], None))
    state, wished = walk(on(open_again), NEXT)
    assert state.view == Asking(visit=open_again.visit, index=1, reviewing=True)
    assert wished == []


def test_nothing_can_be_chosen_while_the_code_is_coming() -> None:
    coming = begun(views.Committing(visit=FULL, tracker=TRACKER))
    presses = (events.CastPressed(), events.ChallengePressed(), events.BackPressed(), NEXT)
    for press in (*presses, SCANNED, events.LeavePressed()):
        assert walk(coming, press) == (coming, [])
    assert view_after(coming, events.CommitmentPrinted()) == SEALED


def test_a_sealed_ballot_may_still_be_changed_and_its_paper_says_that_it_was_not_cast() -> None:
    state, wished = walk(begun(SEALED), events.BackPressed())
    assert state == on(views.Reviewing(visit=FULL))
    assert wished == [NOT_CAST]


def test_whoever_goes_away_leaves_a_paper_that_says_it_is_no_vote() -> None:
    for view in (SEALED, views.Committing(visit=FULL, tracker=TRACKER)):
        state, wished = walk(begun(view), events.Ticked(seconds=80))
        assert state == replace(FIRST, person=1)
        assert wished == [NOT_CAST, events.Forget()]


@pytest.mark.parametrize("reason", PaperProblem)
def test_without_paper_a_vote_can_be_cast_but_not_challenged(reason: PaperProblem) -> None:
    coming = begun(views.Committing(visit=FULL, tracker=TRACKER))
    failed, wished = walk(coming, events.CommitmentFailed(reason=reason))
    assert failed == on(views.Uncommitted(visit=FULL, tracker=TRACKER, reason=reason))
    assert wished == []
    assert walk(failed, events.ChallengePressed()) == (failed, [])
    again, wished = walk(failed, events.AgainPressed())
    assert (again, wished) == (coming, [events.PrintCommitment(language="ca")])
    assert walk(failed, events.BackPressed()) == (on(views.Reviewing(visit=FULL)), [])
    cast, wished = walk(failed, events.CastPressed(), KEPT)
    assert cast.view == views.Cast(tracker=TRACKER, holders=2, paper=Paper.COMING)
    assert wished == [events.CastBallot(), events.PrintReceipt(language="ca", copy=False)]


@pytest.mark.parametrize("reason", BallotProblem)
def test_the_paper_of_a_ballot_that_was_not_kept_says_so(reason: BallotProblem) -> None:
    state, wished = walk(begun(SEALED), events.CastPressed(), events.BallotNotKept(reason=reason))
    left, more = walk(state, events.LeavePressed())
    assert left.view == views.Welcome()
    assert [*wished, *more] == [events.CastBallot(), NOT_CAST, events.Forget()]


def test_the_paper_of_a_ballot_that_could_not_be_opened_says_that_it_was_not_cast() -> None:
    failed = events.BallotNotKept(reason=BallotProblem.STORAGE)
    state, wished = walk(begun(SEALED), events.ChallengePressed(), failed)
    assert state == on(views.NotKept(reason=BallotProblem.STORAGE))
    assert wished == [events.OpenChallenge(), NOT_CAST]


def test_a_challenge_opens_the_ballot_and_the_slip_votes_again_from_an_empty_paper() -> None:
    state, wished = walk(
        begun(SEALED),
        events.ChallengePressed(),
        events.ChallengeOpened(tracker=TRACKER),
    )
    assert wished == [events.OpenChallenge(), events.PrintChallenge(language="ca")]
    assert walk(state, events.AgainPressed()) == (state, [])  # the paper is still coming
    out, _ = walk(state, events.ChallengePrinted())
    assert view_after(out, events.AgainPressed()) == Asking(visit=EMPTY, index=0)
    assert walk(out, events.CopyPressed()) == (out, [])


def test_a_challenge_whose_paper_got_stuck_can_be_printed_again() -> None:
    coming = views.Challenged(visit=EMPTY, tracker=TRACKER, paper=Paper.COMING)
    stuck, _ = walk(on(coming), events.ChallengeNotPrinted(reason=PaperProblem.PAPER))
    assert stuck.view == replace(coming, paper=Paper.STUCK)
    state, wished = walk(stuck, events.CopyPressed())
    assert (state.view, wished) == (coming, [events.PrintChallenge(language="ca")])
    assert view_after(stuck, events.AgainPressed()) == Asking(visit=EMPTY, index=0)


def test_after_a_failing_disk_the_same_ballot_is_cast_again() -> None:
    state, _ = walk(
        on(views.Casting(tracker=TRACKER)), events.BallotNotKept(reason=BallotProblem.STORAGE)
    )
    assert state.view == views.NotKept(reason=BallotProblem.STORAGE, tracker=TRACKER)
    again, wished = walk(state, events.AgainPressed())
    assert (again.view, wished) == (views.Casting(tracker=TRACKER), [events.CastBallot()])


@pytest.mark.parametrize("reason", [BallotProblem.USED, BallotProblem.CLOSED])
def test_a_ballot_that_the_box_won_t_take_is_not_tried_again(reason: BallotProblem) -> None:
    casting = on(views.Casting(tracker=TRACKER))
    state, _ = walk(casting, events.BallotNotKept(reason=reason))
    assert walk(state, events.AgainPressed()) == (state, [])
    assert walk(state, events.LeavePressed())[1] == [events.Forget()]


@pytest.mark.parametrize("view", [views.Sealing(visit=FULL), views.Challenging(visit=FULL)])
def test_a_ballot_that_could_not_be_sealed_or_opened_is_not_kept(view: View) -> None:
    failed = events.BallotNotKept(reason=BallotProblem.STORAGE)
    assert view_after(on(view), failed) == views.NotKept(reason=BallotProblem.STORAGE)


def test_a_receipt_that_does_not_come_leaves_the_vote_in_the_box() -> None:
    cast = views.Cast(tracker=TRACKER, holders=2, paper=Paper.COMING)
    trouble, _ = walk(on(cast), events.ReceiptFailed(reason=PaperProblem.PAPER))
    assert trouble.view == views.ReceiptTrouble(reason=PaperProblem.PAPER, back=cast)
    again, wished = walk(trouble, events.AgainPressed())
    assert (again.view, wished) == (cast, [events.PrintReceipt(language="ca", copy=False)])
    left, wished = walk(trouble, events.LeavePressed())
    assert (left.view, wished) == (views.Goodbye(), [events.Forget()])


def test_a_copy_that_does_not_come_is_tried_again_as_a_copy() -> None:
    copying = views.Copying(paper=Paper.COMING)
    trouble, _ = walk(on(copying), events.ReceiptFailed(reason=PaperProblem.SILENT))
    again, wished = walk(trouble, events.AgainPressed())
    assert (again.view, wished) == (copying, [events.PrintReceipt(language="ca", copy=True)])


@pytest.mark.parametrize(
    "view",
    [
        views.Cast(tracker=TRACKER, holders=1, paper=Paper.COMING),
        views.Copying(paper=Paper.COMING),
    ],
)
def test_nobody_leaves_and_no_slip_counts_while_the_paper_is_coming(view: View) -> None:
    state = on(view)
    assert walk(state, events.LeavePressed(), SCANNED) == (state, [])


@pytest.mark.parametrize(
    "view",
    [
        views.Cast(tracker=TRACKER, holders=1, paper=Paper.OUT),
        views.Copying(paper=Paper.OUT),
        views.Goodbye(),
    ],
)
def test_the_next_slip_may_be_scanned_once_the_paper_is_out(view: View) -> None:
    spanish = replace(FIRST.settings, language="es")
    state, wished = walk(replace(on(view), settings=spanish), SCANNED)
    assert state == replace(FIRST, view=views.LookingUp(), person=1)
    assert wished == [events.Forget(), events.LookUpSlip(code="SLIP")]


def test_settings_change_on_any_view_and_go_with_the_person() -> None:
    state, _ = walk(
        on(Asking(visit=EMPTY, index=0)),
        events.LanguagesPressed(),
        events.LanguagePicked(language="es"),
        events.SizePicked(size=TextSize.HUGE),
        events.ContrastPicked(contrast=Contrast.HIGH),
    )
    chosen = (state.settings.language, state.settings.size, state.settings.contrast)
    assert chosen == ("es", TextSize.HUGE, Contrast.HIGH)
    assert state.view == Asking(visit=EMPTY, index=0)
    left, _ = walk(state, events.BackPressed(), events.LeavePressed())
    assert left.settings == FIRST.settings


def test_a_language_that_the_booth_does_not_speak_changes_nothing() -> None:
    assert walk(FIRST, events.LanguagePicked(language="xx")) == (FIRST, [])


def test_the_languages_are_put_away_by_the_button_that_shows_them() -> None:
    shown, _ = walk(FIRST, events.LanguagesPressed())
    assert shown.choosing_language
    assert walk(shown, events.LanguagesPressed())[0] == FIRST


def test_read_aloud_every_screen_is_spoken_until_the_person_has_enough() -> None:
    listening, wished = walk(FIRST, events.ListenPressed())
    assert wished == [events.Speak()]
    state, wished = walk(listening, SCANNED, WELCOMED, option("yes"), events.Touched())
    assert wished == [
        events.LookUpSlip(code="SLIP"),
        events.Speak(),
        events.Speak(),
        events.Speak(),
    ]
    assert walk(state, events.ListenPressed(), NEXT)[1] == []


def test_the_warning_comes_after_a_minute_and_the_end_after_twenty_seconds_more() -> None:
    asking = on(Asking(visit=FULL, index=0))
    almost, _ = walk(asking, events.Ticked(seconds=59))
    late, _ = walk(almost, events.Ticked(seconds=1))
    assert (warned(almost), warned(late)) == (False, True)
    assert (seconds_left(late), late.view) == (20, asking.view)
    ended, wished = walk(late, events.Ticked(seconds=20))
    assert (ended, wished) == (replace(FIRST, person=1), [events.Forget()])


def test_a_touch_under_the_warning_only_says_that_somebody_is_there() -> None:
    late = replace(on(Asking(visit=EMPTY, index=0)), idle=65.0)
    assert walk(late, option("yes")) == (replace(late, idle=0.0), [])


def test_a_touch_makes_time_start_anew() -> None:
    asking = on(Asking(visit=EMPTY, index=0))
    state, _ = walk(asking, events.Ticked(seconds=50), events.Touched())
    assert state == asking


def test_time_that_runs_backwards_is_no_time() -> None:
    assert walk(FIRST, events.Ticked(seconds=-5))[0] == FIRST


def test_nobody_is_sent_away_while_the_vote_is_being_cast() -> None:
    casting = on(views.Casting(tracker=TRACKER))
    assert walk(casting, events.Ticked(seconds=10_000)) == (casting, [])


@pytest.mark.parametrize(
    ("view", "seconds"),
    [
        (views.Goodbye(), 6),
        (views.Cast(tracker=TRACKER, holders=2, paper=Paper.OUT), 30),
        (views.Copying(paper=Paper.OUT), 30),
        (views.ReceiptTrouble(reason=PaperProblem.PAPER, back=views.Copying(paper=Paper.OUT)), 80),
    ],
)
def test_each_view_waits_as_long_as_something_can_be_lost(view: View, seconds: int) -> None:
    waiting, _ = walk(on(view), events.Ticked(seconds=seconds - 1))
    assert waiting.view == view
    assert view_after(waiting, events.Ticked(seconds=1)) == views.Welcome()


def test_settings_left_behind_at_the_welcome_go_back() -> None:
    state, _ = walk(FIRST, events.LanguagePicked(language="en"), events.Ticked(seconds=60))
    assert state == replace(FIRST, person=1)


def test_a_booth_at_rest_forgets_nothing_over_and_over() -> None:
    assert walk(FIRST, events.Ticked(seconds=60)) == (FIRST, [])


def test_an_answer_without_a_question_changes_nothing() -> None:
    asking = on(Asking(visit=EMPTY, index=0))
    for answer in (WELCOMED, KEPT, OUT, events.BallotSealed(tracker=TRACKER)):
        assert walk(asking, answer) == (asking, [])


def test_a_choice_of_more_than_is_allowed_cannot_be_sealed_by_any_way_back() -> None:
    state = on(Asking(visit=EMPTY, index=2))
    for id_ in ("p1", "p4", "p5", "p2", "p3"):
        state, _ = walk(state, option(id_), events.NoticeRead())
    assert isinstance(state.view, Asking)
    assert state.view.chosen == THREE
