# SPDX-License-Identifier: AGPL-3.0-or-later
"""Steps of a person who arrives: the slip's code, scanned or typed, and what the booth answers."""

from __future__ import annotations

from dataclasses import replace

from kiosk.events import (
    BackPressed,
    CodeScanned,
    CompanyChanged,
    CopyPressed,
    ErasePressed,
    KeyPressed,
    LeavePressed,
    LookUpSlip,
    NextPressed,
    PrintReceipt,
    SlipTurnedAway,
    SlipWelcomed,
    TypePressed,
)
from kiosk.views import (
    Asking,
    Cast,
    Copying,
    LookingUp,
    Paper,
    State,
    Step,
    TurnedAway,
    Typing,
    View,
    Visit,
)

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base32: no I, L, O, U
CODE_SYMBOLS = 24


def look_up(state: State, _view: View, event: CodeScanned) -> Step:
    """The booth's services know slips."""
    return state.show(LookingUp(), LookUpSlip(code=event.code))


def next_person(state: State, _view: View, event: CodeScanned) -> Step:
    """A slip while the last person's thanks are still on show."""
    fresh, wishes = state.start_over()
    after, more = look_up(fresh, fresh.view, event)
    return after, (*wishes, *more)


def next_person_when_out(state: State, view: Cast | Copying, event: CodeScanned) -> Step:
    """As `next_person`, but never while a paper is still coming."""
    return next_person(state, view, event) if view.paper is Paper.OUT else state.stay()


def company(state: State, _view: View, event: CompanyChanged) -> Step:
    """Other devices have come or gone, whoever stands before this one."""
    return replace(state, others=event.others), ()


def type_code(state: State, _view: View, _event: TypePressed) -> Step:
    """For slips that the reader can't read."""
    return state.show(Typing())


def key(state: State, view: Typing, event: KeyPressed) -> Step:
    """Symbols of the alphabet only, and no more than a code has."""
    known = len(event.symbol) == 1 and event.symbol in SYMBOLS
    if not known or len(view.code) >= CODE_SYMBOLS:
        return state.stay()
    return state.show(Typing(code=view.code + event.symbol))


def erase(state: State, view: Typing, _event: ErasePressed) -> Step:
    """One symbol less."""
    return state.show(Typing(code=view.code[:-1]))


def typed(state: State, view: Typing, _event: NextPressed) -> Step:
    """Only a whole code is looked up."""
    if len(view.code) < CODE_SYMBOLS:
        return state.stay()
    return state.show(LookingUp(), LookUpSlip(code=view.code))


def welcome(state: State, _view: View, event: SlipWelcomed) -> Step:
    """The first question."""
    return state.show(Asking(visit=Visit(uuid=event.uuid, poll=event.poll), index=0))


def turn_away(state: State, _view: View, event: SlipTurnedAway) -> Step:
    """Why, and what the person can do."""
    return state.show(TurnedAway(reason=event.reason, copy=event.copy, at=event.at))


def copy(state: State, view: TurnedAway, _event: CopyPressed) -> Step:
    """Another receipt of a vote that this booth took."""
    if not view.copy:
        return state.stay()
    wish = PrintReceipt(language=state.settings.language, copy=True)
    return state.show(Copying(paper=Paper.COMING), wish)


def leave(state: State, _view: View, _event: LeavePressed | BackPressed) -> Step:
    """The booth is free again."""
    return state.start_over()
