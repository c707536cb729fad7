# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which event leads from which view to which: `step` looks the pair up in the table below.

A pair without a row changes nothing. Time and the settings work the same on every view.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from kiosk import events, views
from kiosk.events import Event, PersonActed, Speak, Ticked
from kiosk.flow import arriving, casting, choosing, settings
from kiosk.views import (
    Cast,
    Casting,
    Copying,
    Goodbye,
    Paper,
    State,
    Step,
    View,
    Welcome,
)

WARNING_AFTER = 60.0  # seconds without a person
RESET_AFTER = 80.0
# Where nothing can be lost nobody is asked: seconds until the booth is free again.
DONE_AFTER = 30.0  # the paper is out and the person perhaps gone
WELCOME_AFTER = 60.0  # only the settings go back
GOODBYE_AFTER = 6.0

Handler = Callable[..., Step]


def step(state: State, event: Event) -> Step:
    """The state after `event`, and the wishes to carry out in their order."""
    after, wishes = _step(state, event)
    if after.settings.aloud and _heard(after) != _heard(state):
        return after, (*wishes, Speak())
    return after, wishes


def warned(state: State) -> bool:
    """Whether "are you still there?" lies over the view."""
    return state.idle >= WARNING_AFTER and patience(state.view) == RESET_AFTER


def seconds_left(state: State) -> int:
    """Whole seconds until everything is forgotten."""
    return max(0, round(patience(state.view) - state.idle))


def patience(view: View) -> float:
    """Seconds without a person after which the booth starts over."""
    match view:
        case Goodbye():
            return GOODBYE_AFTER
        case Welcome():
            return WELCOME_AFTER
        case Cast(paper=Paper.OUT) | Copying(paper=Paper.OUT):
            return DONE_AFTER
        case _:
            return RESET_AFTER


def _step(state: State, event: Event) -> Step:
    if isinstance(event, Ticked):
        return _tick(state, event.seconds)
    if isinstance(event, PersonActed):
        present = replace(state, idle=0.0)
        # Under the warning the view can't be seen, so no touch is meant for it.
        return present.stay() if warned(state) else _row(present, event)
    return _row(state, event)


def _tick(state: State, seconds: float) -> Step:
    if isinstance(state.view, Casting):
        return state.stay()  # nobody is sent away while a vote is on its way to the disk
    later = replace(state, idle=state.idle + max(0.0, seconds))
    if later.idle < patience(state.view):
        return later.stay()
    at_rest = state.at_rest
    return at_rest.stay() if replace(later, idle=0.0) == at_rest else later.start_over()


def _row(state: State, event: Event) -> Step:
    handler = _ANYWHERE.get(type(event)) or _TABLE.get((type(state.view), type(event)))
    return handler(state, state.view, event) if handler else state.stay()


def _heard(state: State) -> tuple[object, ...]:
    return state.view, state.settings, state.choosing_language, warned(state)


_ANYWHERE: Mapping[type[Event], Handler] = MappingProxyType(
    {
        events.LanguagesPressed: settings.languages,
        events.LanguagePicked: settings.language,
        events.SizePicked: settings.size,
        events.ContrastPicked: settings.contrast,
        events.ListenPressed: settings.listen,
        events.CompanyChanged: arriving.company,
    }
)

_TABLE: Mapping[tuple[type, type[Event]], Handler] = MappingProxyType(
    {
        (views.Welcome, events.CodeScanned): arriving.look_up,
        (views.Welcome, events.TypePressed): arriving.type_code,
        (views.Typing, events.CodeScanned): arriving.look_up,
        (views.Typing, events.KeyPressed): arriving.key,
        (views.Typing, events.ErasePressed): arriving.erase,
        (views.Typing, events.NextPressed): arriving.typed,
        (views.Typing, events.BackPressed): arriving.leave,
        (views.LookingUp, events.SlipWelcomed): arriving.welcome,
        (views.LookingUp, events.SlipTurnedAway): arriving.turn_away,
        (views.TurnedAway, events.CodeScanned): arriving.look_up,
        (views.TurnedAway, events.TypePressed): arriving.type_code,
        (views.TurnedAway, events.CopyPressed): arriving.copy,
        (views.TurnedAway, events.LeavePressed): arriving.leave,
        (views.Copying, events.ReceiptPrinted): casting.printed,
        (views.Copying, events.ReceiptFailed): casting.not_printed,
        (views.Copying, events.LeavePressed): casting.thank_when_out,
        (views.Copying, events.CodeScanned): arriving.next_person_when_out,
        (views.Asking, events.OptionToggled): choosing.toggle,
        (views.Asking, events.BlankPicked): choosing.toggle_blank,
        (views.Asking, events.ChangePressed): choosing.change,
        (views.Asking, events.NoticeRead): choosing.notice_read,
        (views.Asking, events.NextPressed): choosing.onwards,
        (views.Asking, events.BackPressed): choosing.backwards,
        (views.Leaving, events.AgainPressed): choosing.keep_voting,
        (views.Leaving, events.BackPressed): choosing.keep_voting,
        (views.Leaving, events.LeavePressed): arriving.leave,
        (views.Reviewing, events.QuestionPicked): choosing.pick_question,
        (views.Reviewing, events.BackPressed): choosing.last_question,
        (views.Reviewing, events.NextPressed): choosing.seal,
        (views.Sealing, events.BallotSealed): casting.sealed,
        (views.Sealing, events.BallotNotKept): casting.nothing_kept,
        (views.Committing, events.CommitmentPrinted): casting.committed,
        (views.Committing, events.CommitmentFailed): casting.not_committed,
        (views.Uncommitted, events.AgainPressed): casting.commit_again,
        (views.Uncommitted, events.BackPressed): casting.unseal,
        (views.Uncommitted, events.CastPressed): casting.cast,
        (views.Sealed, events.BackPressed): casting.unseal,
        (views.Sealed, events.CastPressed): casting.cast,
        (views.Sealed, events.ChallengePressed): casting.challenge,
        (views.Casting, events.BallotKept): casting.kept,
        (views.Casting, events.BallotNotKept): casting.not_kept,
        (views.NotKept, events.AgainPressed): casting.cast_again,
        (views.NotKept, events.LeavePressed): arriving.leave,
        (views.Cast, events.ReceiptPrinted): casting.printed,
        (views.Cast, events.ReceiptFailed): casting.not_printed,
        (views.Cast, events.LeavePressed): casting.thank_when_out,
        (views.Cast, events.CodeScanned): arriving.next_person_when_out,
        (views.ReceiptTrouble, events.AgainPressed): casting.print_again,
        (views.ReceiptTrouble, events.LeavePressed): casting.thank,
        (views.Challenging, events.ChallengeOpened): casting.opened,
        (views.Challenging, events.BallotNotKept): casting.nothing_kept,
        (views.Challenged, events.ChallengePrinted): casting.challenge_printed,
        (views.Challenged, events.ChallengeNotPrinted): casting.challenge_stuck,
        (views.Challenged, events.CopyPressed): casting.challenge_paper,
        (views.Challenged, events.AgainPressed): casting.vote_again,
        (views.Goodbye, events.CodeScanned): arriving.next_person,
        (views.Goodbye, events.LeavePressed): arriving.leave,
    }
)
