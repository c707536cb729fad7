# SPDX-License-Identifier: AGPL-3.0-or-later
"""Steps of joining: a name, a door, the other device, four words."""

from __future__ import annotations

from dataclasses import replace

from kiosk.events import AgainPressed, BackPressed, CodeScanned, LeavePressed, NextPressed
from kiosk.joining.events import (
    AnswerCame,
    CheckCode,
    Done,
    DoorOpened,
    DoorPicked,
    GiveUp,
    HostShows,
    MoveIn,
    OpenDoor,
    RequestWritten,
    SamePressed,
    ShutDoor,
    WentWrong,
)
from kiosk.joining.views import (
    Carrying,
    Checking,
    Codes,
    Comparing,
    Different,
    Door,
    Doors,
    Failed,
    Joined,
    Moving,
    Naming,
    Opening,
    Over,
    Plugging,
    Scanning,
    State,
    Step,
    View,
    Words,
)

HOST_CODE = "URNA:P2:"  # as `enrolling` has it, which does input and output


def named(state: State, view: Naming, _event: NextPressed) -> Step:
    """A name that is more than spaces."""
    name = " ".join(view.typed.text.split())
    return replace(state, name=name).show(Doors()) if name else state.stay()


def open_door(state: State, _view: Doors, event: DoorPicked) -> Step:
    """Only doors that this kiosk has."""
    if event.door not in state.doors:
        return state.stay()
    return state.show(Opening(door=event.door), OpenDoor(door=event.door, name=state.name))


def opened(state: State, view: Opening, event: DoorOpened) -> Step:
    """What the other side has to see."""
    views: dict[Door, View] = {
        Door.WORDS: Words(words=event.shown),
        Door.CODES: Codes(code=event.shown),
        Door.STICK: Plugging(),
    }
    return state.show(views[view.door])


def shut(state: State, _view: View, _event: BackPressed) -> Step:
    """Back to the doors."""
    return state.show(Doors(), ShutDoor())


def wrong(state: State, view: Words | Codes | Plugging | Carrying, event: WentWrong) -> Step:
    """Told where people wait, as long as it may still go well."""
    if event.over:
        return failed(state, view, event)
    if isinstance(view, Words):
        return state.show(replace(view, trouble=event.trouble, locked=event.locked))
    return state.show(replace(view, trouble=event.trouble))


def failed(state: State, _view: View, event: WentWrong) -> Step:
    """What went wrong, and a way back."""
    return state.show(Failed(trouble=event.trouble), ShutDoor())


def host_shows(state: State, _view: Codes, _event: HostShows) -> Step:
    """Now this kiosk scans."""
    return state.show(Scanning())


def scanned(state: State, _view: Scanning, event: CodeScanned) -> Step:
    """A slip that lies about is no code of a device."""
    code = event.code.strip().upper()
    if not code.startswith(HOST_CODE):
        return state.show(Scanning(misread=True))
    return state.show(Checking(), CheckCode(code=code))


def written(state: State, _view: Plugging, event: RequestWritten) -> Step:
    """The stick can be carried to the facilitator."""
    return state.show(Carrying(file=event.file))


def answered(state: State, _view: View, event: AnswerCame) -> Step:
    """Nothing is laid down before people have compared."""
    return state.show(Comparing(words=event.words))


def compared(state: State, _view: Comparing, event: SamePressed) -> Step:
    """What was certified for somebody in between is dropped with its key."""
    if event.same:
        return state.show(Moving(), MoveIn())
    return state.show(Different(), GiveUp())


def moved_in(state: State, _view: Moving, _event: Done) -> Step:
    """A device of the assembly."""
    return state.show(Joined())


def again(state: State, _view: Failed | Different, _event: AgainPressed) -> Step:
    """By whatever door."""
    return state.show(Doors())


def leave(state: State, _view: Joined, _event: LeavePressed) -> Step:
    """The command ends."""
    return state.show(Over())
