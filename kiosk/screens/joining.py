# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sheets of a kiosk that joins an assembly, and of one that is unlocked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ballots.assembly import Wording
from kiosk.joining import views
from kiosk.joining.events import DoorPicked, SamePressed, ShowPressed
from kiosk.joining.views import Door, State, Trouble
from kiosk.screens import arriving
from kiosk.screens.icons import Icon
from kiosk.screens.keyboard import erase, keyboard
from kiosk.screens.saying import Saying, Voices
from kiosk.screens.sheet import Action, Card, Line, Prose, QrCode, Screen, Sheet, Tracker
from kiosk.screens.sheets import framed

_ICONS = {Door.WORDS: Icon.WORDS, Door.CODES: Icon.CODE, Door.STICK: Icon.STICK}


def screen_of(
    state: State, voices: Voices, title: Wording | None = None, *, speaks: bool = False
) -> Screen:
    """The screen of a state. `title` is the assembly's, once the kiosk knows it."""
    voice = voices(state.settings.language)
    to = Saying(voice=voice, voices=voices, languages=state.languages, title=title)
    if state.choosing_language:
        sheet = arriving.languages(to)
    elif isinstance(state.view, views.Doors):
        sheet = _doors(state, to)
    else:
        sheet = _SHEETS[type(state.view)](state.view, to)
    return framed(sheet, state.settings, to, speaks=speaks)


def _naming(view: views.Naming, to: Saying) -> Sheet:
    heading = to.say("joining.naming.heading")
    return Sheet(
        name="naming",
        heading=heading,
        blocks=(keyboard(view.typed, heading, to),),
        actions=(erase(to), to.next()),
        bare=True,
    )


def _doors(state: State, to: Saying) -> Sheet:
    return Sheet(
        name="doors",
        title=state.name,
        heading=to.say("joining.doors.heading"),
        blocks=tuple(_door(door, to) for door in state.doors),
    )


def _door(door: Door, to: Saying) -> Card:
    said = f"joining.door.{door}"
    return Card(
        name=f"door:{door}",
        lines=(Line(text=to.say(said), strong=True), Line(text=to.say(f"{said}.what"))),
        event=DoorPicked(door=door),
        front=_ICONS[door],
    )


def _words(view: views.Words, to: Saying) -> Sheet:
    return Sheet(
        name="words",
        heading=to.say("joining.words.heading"),
        blocks=(
            *_told(view.trouble, to),
            Tracker(label=to.say("joining.words.label"), code=view.words, large=True),
            Prose(text=to.say("joining.waiting")),
        ),
        emblem=Icon.CARE if view.trouble else Icon.WORDS,
        back=to.back(),
    )


def _codes(view: views.Codes, to: Saying) -> Sheet:
    return Sheet(
        name="codes",
        heading=to.say("joining.codes.heading"),
        blocks=(
            *_told(view.trouble, to),
            QrCode(payload=view.code, text=to.say("joining.codes.what")),
        ),
        back=to.back(),
    )


def _scanning(view: views.Scanning, to: Saying) -> Sheet:
    misread = (Prose(text=to.say("joining.misread")),) if view.misread else ()
    return Sheet(
        name="scanning",
        heading=to.say("joining.scanning.heading"),
        blocks=(*misread, Prose(text=to.say("joining.scanning.what"))),
        emblem=Icon.CARE if view.misread else Icon.CODE,
        back=to.back(),
    )


def _plugging(view: views.Plugging, to: Saying) -> Sheet:
    return Sheet(
        name="plugging",
        heading=to.say("joining.plugging.heading"),
        blocks=(*_told(view.trouble, to), Prose(text=to.say("joining.plugging.what"))),
        emblem=Icon.CARE if view.trouble else Icon.STICK,
        back=to.back(),
    )


def _carrying(view: views.Carrying, to: Saying) -> Sheet:
    return Sheet(
        name="carrying",
        heading=to.say("joining.carrying.heading"),
        blocks=(
            *_told(view.trouble, to),
            Prose(text=to.say("joining.carrying.what", file=view.file)),
        ),
        emblem=Icon.CARE if view.trouble else Icon.STICK,
        back=to.back(),
    )


def _comparing(view: views.Comparing, to: Saying) -> Sheet:
    different = SamePressed(same=False)
    return Sheet(
        name="comparing",
        heading=to.say("joining.comparing.heading"),
        blocks=(Tracker(label=to.say("joining.comparing.label"), code=view.words, large=True),),
        emblem=Icon.LENS,
        actions=(
            _button(to, "different", Icon.CROSS, different),
            _strong(to, "same", Icon.CHECK, SamePressed(same=True)),
        ),
    )


def _ended(name: str, icon: Icon, *, again: bool) -> Callable[..., Sheet]:
    def sheet(_view: object, to: Saying) -> Sheet:
        return Sheet(
            name=name,
            heading=to.say(f"joining.{name}.heading"),
            blocks=(Prose(text=to.say(f"joining.{name}.what")),),
            emblem=icon,
            actions=(to.again() if again else to.done(),),
        )

    return sheet


def _failed(view: views.Failed, to: Saying) -> Sheet:
    return Sheet(
        name="failed",
        heading=to.say("joining.failed.heading"),
        blocks=_told(view.trouble, to),
        emblem=Icon.CARE,
        actions=(to.again(),),
    )


def _locked(view: views.Locked, to: Saying) -> Sheet:
    prompt = to.voice.say(view.trouble.code, **dict(view.trouble.facts)) if view.trouble else ""
    show = "hide" if view.shown else "show"
    return Sheet(
        name="locked",
        heading=to.say("joining.locked.heading"),
        blocks=(
            keyboard(
                view.typed, prompt or to.say("joining.locked.heading"), to, hidden=not view.shown
            ),
        ),
        actions=(
            _button(to, show, Icon.EYE, ShowPressed()),
            erase(to),
            *((_next(to),) if view.typed.text else ()),
        ),
        bare=True,
    )


def _next(to: Saying) -> Action:
    return to.next()


def _told(trouble: Trouble | None, to: Saying) -> tuple[Prose, ...]:
    return (Prose(text=to.voice.say(trouble.code, **dict(trouble.facts))),) if trouble else ()


def _button(to: Saying, name: str, icon: Icon, event: ShowPressed | SamePressed) -> Action:
    return Action(name=name, label=to.say(f"joining.{name}"), icon=icon, event=event)


def _strong(to: Saying, name: str, icon: Icon, event: SamePressed) -> Action:
    label = to.say(f"joining.{name}")
    return Action(name=name, label=label, icon=icon, event=event, strong=True)


def _waiting(name: str, icon: Icon) -> Callable[..., Sheet]:
    def sheet(_view: object, to: Saying) -> Sheet:
        heading = to.say(f"joining.{name}.heading")
        return Sheet(name=name, heading=heading, hint=to.say("booth.moment"), emblem=icon)

    return sheet


_SHEETS: Mapping[type, Callable[..., Sheet]] = MappingProxyType(
    {
        views.Naming: _naming,
        views.Opening: _waiting("opening", Icon.SEAL),
        views.Words: _words,
        views.Codes: _codes,
        views.Scanning: _scanning,
        views.Checking: _waiting("checking", Icon.LENS),
        views.Plugging: _plugging,
        views.Carrying: _carrying,
        views.Comparing: _comparing,
        views.Moving: _waiting("moving", Icon.SEAL),
        views.Different: _ended("different", Icon.CARE, again=True),
        views.Joined: _ended("joined", Icon.DONE, again=False),
        views.Failed: _failed,
        views.Locked: _locked,
        views.Unlocking: _waiting("unlocking", Icon.SEAL),
        views.Over: _waiting("over", Icon.DONE),
    }
)
