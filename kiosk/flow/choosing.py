# SPDX-License-Identifier: AGPL-3.0-or-later
"""Steps of filling in the ballot paper.

No choice is ever taken off silently: where one choice would push another out, the person is told
and asked first.
"""

from __future__ import annotations

from dataclasses import replace

from ballots.assembly import Question
from kiosk.events import (
    AgainPressed,
    BackPressed,
    BlankPicked,
    ChangePressed,
    NextPressed,
    NoticeRead,
    OptionToggled,
    QuestionPicked,
    SealBallot,
)
from kiosk.views import (
    BLANK,
    Asking,
    Leaving,
    Notice,
    Reviewing,
    Sealing,
    State,
    Step,
    Visit,
)


def toggle(state: State, view: Asking, event: OptionToggled) -> Step:
    """Chooses an option or takes it off; at the maximum it says why it can't."""
    option, chosen = event.option, view.chosen or BLANK
    if view.notice or option not in {known.id for known in view.question.options}:
        return state.stay()
    if option in chosen:
        return state.show(_choosing(view, chosen - {option} or None))
    if view.chosen == BLANK:
        return state.show(replace(view, notice=Notice.INSTEAD, wanted=option))
    if len(chosen) < view.question.maximum:
        return state.show(_choosing(view, chosen | {option}))
    notice = Notice.FULL if view.question.maximum > 1 else Notice.INSTEAD
    return state.show(replace(view, notice=notice, wanted=option))


def toggle_blank(state: State, view: Asking, _event: BlankPicked) -> Step:
    """Chooses the blank vote, or takes it off."""
    if view.notice:
        return state.stay()
    if view.chosen == BLANK:
        return state.show(_choosing(view, None))
    if view.chosen is None:
        return state.show(_choosing(view, BLANK))
    return state.show(replace(view, notice=Notice.INSTEAD, wanted=""))


def change(state: State, view: Asking, _event: ChangePressed) -> Step:
    """Takes off what was chosen and chooses what was wanted."""
    if view.notice is not Notice.INSTEAD:
        return state.stay()
    return state.show(_choosing(view, frozenset({view.wanted}) if view.wanted else BLANK))


def notice_read(state: State, view: Asking, _event: NoticeRead) -> Step:
    """Back to the question, as it was."""
    return state.show(replace(view, notice=None, wanted=""))


def onwards(state: State, view: Asking, _event: NextPressed) -> Step:
    """The next question or the review; an unfinished choice is asked about first."""
    if view.notice:
        return state.stay()
    if not view.visit.complete(view.question):
        notice = Notice.FEWER if view.chosen else Notice.CHOOSE
        return state.show(replace(view, notice=notice))
    last = view.index + 1 == len(view.visit.poll.questions)
    if last or view.reviewing:
        return state.show(Reviewing(visit=view.visit))
    return state.show(Asking(visit=view.visit, index=view.index + 1))


def backwards(state: State, view: Asking, _event: BackPressed) -> Step:
    """The question before; from the first one, out of the booth if the person says so."""
    if view.notice:
        return notice_read(state, view, NoticeRead())
    if view.reviewing:
        return state.show(Reviewing(visit=view.visit))
    if view.index == 0:
        return state.show(Leaving(back=view))
    return state.show(Asking(visit=view.visit, index=view.index - 1))


def keep_voting(state: State, view: Leaving, _event: AgainPressed | BackPressed) -> Step:
    """No, not leaving."""
    return state.show(view.back)


def last_question(state: State, view: Reviewing, _event: BackPressed) -> Step:
    """From the review back to where the person came from."""
    return state.show(Asking(visit=view.visit, index=len(view.visit.poll.questions) - 1))


def pick_question(state: State, view: Reviewing, event: QuestionPicked) -> Step:
    """One question again, and then straight back to the review."""
    if not 0 <= event.index < len(view.visit.poll.questions):
        return state.stay()
    return state.show(Asking(visit=view.visit, index=event.index, reviewing=True))


def seal(state: State, view: Reviewing, _event: NextPressed) -> Step:
    """Encrypt the paper; one that the box would not take goes back to its open question."""
    unfinished = view.visit.unfinished
    if unfinished is not None:
        return state.show(Asking(visit=view.visit, index=unfinished, reviewing=True))
    wish = SealBallot(uuid=view.visit.uuid, choices=view.visit.choices)
    return state.show(Sealing(visit=view.visit), wish)


def _choosing(view: Asking, chosen: frozenset[str] | None) -> Asking:
    visit: Visit = view.visit
    question: Question = view.question
    changed = visit.with_choice(question, chosen)
    return replace(view, visit=changed, notice=None, wanted="")
