# SPDX-License-Identifier: AGPL-3.0-or-later
"""Steps from the sealed ballot on: into the box, or opened to check the machine."""

from __future__ import annotations

from dataclasses import replace

from kiosk.events import (
    AgainPressed,
    BackPressed,
    BallotKept,
    BallotNotKept,
    BallotSealed,
    CastBallot,
    CastPressed,
    ChallengeNotPrinted,
    ChallengeOpened,
    ChallengePressed,
    ChallengePrinted,
    CommitmentFailed,
    CommitmentPrinted,
    CopyPressed,
    Forget,
    LeavePressed,
    OpenChallenge,
    PrintChallenge,
    PrintReceipt,
    ReceiptFailed,
    ReceiptPrinted,
)
from kiosk.troubles import BallotProblem
from kiosk.views import (
    Asking,
    Cast,
    Casting,
    Challenged,
    Challenging,
    Committing,
    Copying,
    Goodbye,
    NotKept,
    Paper,
    ReceiptTrouble,
    Reviewing,
    Sealed,
    Sealing,
    State,
    Step,
    Uncommitted,
    View,
)


def sealed(state: State, view: Sealing, event: BallotSealed) -> Step:
    """Encrypted, and still in the person's hands; the booth commits itself on paper."""
    return state.begin(Committing(visit=view.visit, tracker=event.tracker))


def committed(state: State, view: Committing, _event: CommitmentPrinted) -> Step:
    """The only way to the choice between the box and a challenge."""
    return state.show(Sealed(visit=view.visit, tracker=view.tracker))


def not_committed(state: State, view: Committing, event: CommitmentFailed) -> Step:
    """Nobody is kept from voting for want of paper; a challenge would prove nothing."""
    after = Uncommitted(visit=view.visit, tracker=view.tracker, reason=event.reason)
    return replace(state, begun=False).show(after)


def commit_again(state: State, view: Uncommitted, _event: AgainPressed) -> Step:
    """The same ballot's code once more, for instance from a new roll."""
    return state.begin(Committing(visit=view.visit, tracker=view.tracker))


def unseal(state: State, view: Sealed | Uncommitted, _event: BackPressed) -> Step:
    """Another look at the choices; they will be sealed anew."""
    return state.end(Reviewing(visit=view.visit))


def cast(state: State, view: Sealed | Uncommitted, _event: CastPressed) -> Step:
    """From here on the choices are nowhere but in the sealed ballot."""
    return state.show(Casting(tracker=view.tracker), CastBallot())


def kept(state: State, _view: Casting, event: BallotKept) -> Step:
    """The only way into `Cast`."""
    view = Cast(tracker=event.tracker, holders=event.holders, paper=Paper.COMING)
    return state.end(view, PrintReceipt(language=state.settings.language, copy=False))


def not_kept(state: State, view: Casting, event: BallotNotKept) -> Step:
    """A full or failing disk may recover; a used slip or a closed vote won't."""
    if event.reason is BallotProblem.STORAGE:
        return state.show(NotKept(reason=event.reason, tracker=view.tracker))
    return state.end(NotKept(reason=event.reason))


def nothing_kept(state: State, _view: View, event: BallotNotKept) -> Step:
    """The ballot could not be sealed or opened: there is none to cast."""
    return state.end(NotKept(reason=event.reason))


def cast_again(state: State, view: NotKept, _event: AgainPressed) -> Step:
    """The same sealed ballot once more."""
    if not view.tracker:
        return state.stay()
    return state.show(Casting(tracker=view.tracker), CastBallot())


def printed(state: State, view: Cast | Copying, _event: ReceiptPrinted) -> Step:
    """The paper is out."""
    return state.show(replace(view, paper=Paper.OUT))


def not_printed(state: State, view: Cast | Copying, event: ReceiptFailed) -> Step:
    """The paper is not out; the vote is in the box."""
    return state.show(ReceiptTrouble(reason=event.reason, back=view))


def print_again(state: State, view: ReceiptTrouble, _event: AgainPressed) -> Step:
    """The same paper once more, for instance from a new roll."""
    copy = isinstance(view.back, Copying)
    wish = PrintReceipt(language=state.settings.language, copy=copy)
    return state.show(view.back, wish)


def thank(state: State, _view: View, _event: LeavePressed) -> Step:
    """Done."""
    return state.show(Goodbye(), Forget())


def thank_when_out(state: State, view: Cast | Copying, event: LeavePressed) -> Step:
    """Done, but never while a paper is still coming."""
    return thank(state, view, event) if view.paper is Paper.OUT else state.stay()


def challenge(state: State, view: Sealed, _event: ChallengePressed) -> Step:
    """Show me what you encrypted."""
    return state.show(Challenging(visit=view.visit), OpenChallenge())


def opened(state: State, view: Challenging, event: ChallengeOpened) -> Step:
    """What was opened is no secret now: the next ballot starts from an empty paper."""
    empty = replace(view.visit, choices={})
    after = Challenged(visit=empty, tracker=event.tracker, paper=Paper.COMING)
    return state.end(after, PrintChallenge(language=state.settings.language))


def challenge_printed(state: State, view: Challenged, _event: ChallengePrinted) -> Step:
    """The paper is out."""
    return state.show(replace(view, paper=Paper.OUT))


def challenge_stuck(state: State, view: Challenged, _event: ChallengeNotPrinted) -> Step:
    """The paper is not out; the ballot is opened in the record."""
    return state.show(replace(view, paper=Paper.STUCK))


def challenge_paper(state: State, view: Challenged, _event: CopyPressed) -> Step:
    """The same paper once more."""
    if view.paper is not Paper.STUCK:
        return state.stay()
    wish = PrintChallenge(language=state.settings.language)
    return state.show(replace(view, paper=Paper.COMING), wish)


def vote_again(state: State, view: Challenged, _event: AgainPressed) -> Step:
    """With the same slip, from the first question."""
    if view.paper is Paper.COMING:
        return state.stay()
    return state.show(Asking(visit=view.visit, index=0))
