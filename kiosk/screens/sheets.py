# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which sheet shows which state. Pure: nothing here knows pixels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from ballots.assembly import Wording
from kiosk import views
from kiosk.events import ContrastPicked, LanguagesPressed, ListenPressed, SizePicked, Touched
from kiosk.flow import seconds_left, warned
from kiosk.screens import arriving, box, paper
from kiosk.screens.icons import Icon
from kiosk.screens.saying import Saying, Voices
from kiosk.screens.sheet import Action, Screen, Sheet
from kiosk.views import Settings, State


def screen_of(
    state: State, voices: Voices, title: Wording | None = None, *, speaks: bool = False
) -> Screen:
    """The screen of a state. `title` is the assembly's; `speaks`: the booth can read aloud."""
    voice = voices(state.settings.language)
    to = Saying(
        voice=voice,
        voices=voices,
        languages=state.languages,
        title=title,
        others=state.others,
    )
    return framed(_sheet(state, to), state.settings, to, speaks=speaks)


def framed(sheet: Sheet, chosen: Settings, to: Saying, *, speaks: bool) -> Screen:
    """A sheet with the settings and the buttons that turn its pages."""
    return Screen(
        sheet=sheet,
        voice=to.voice,
        rail=() if sheet.bare else _rail(chosen, to, speaks=speaks),
        more=to.button("more", Icon.MORE, Touched(), strong=True),
        previous=to.button("previous", Icon.PREVIOUS, Touched()),
    )


def _sheet(state: State, to: Saying) -> Sheet:
    if warned(state):
        return box.still_there(seconds_left(state), to)
    if state.choosing_language:
        return arriving.languages(to)
    return _SHEETS[type(state.view)](state.view, to)


def _rail(chosen: Settings, to: Saying, *, speaks: bool) -> tuple[Action, ...]:
    """The settings: each button does one thing at once; its effect is seen at once."""
    size = SizePicked(size=chosen.size.following)
    contrast = ContrastPicked(contrast=chosen.contrast.other)
    rail = (
        to.button("languages", Icon.GLOBE, LanguagesPressed()),
        to.button("size", Icon.SIZE, size),
        to.button("contrast", Icon.CONTRAST, contrast),
    )
    if not speaks:
        return rail
    listen = to.button("listen", Icon.LISTEN, ListenPressed())
    if chosen.aloud:
        listen = replace(listen, label=to.say("booth.silence"), icon=Icon.SILENCE)
    return (*rail, listen)


def _waiting(name: str, icon: Icon) -> Callable[..., Sheet]:
    return lambda _view, to: to.waiting(name, icon)


_SHEETS: Mapping[type, Callable[..., Sheet]] = MappingProxyType(
    {
        views.Welcome: arriving.welcome,
        views.Typing: arriving.typing,
        views.LookingUp: _waiting("looking-up", Icon.SLIP),
        views.TurnedAway: arriving.turned_away,
        views.Copying: arriving.copying,
        views.Asking: paper.asking,
        views.Leaving: paper.leaving,
        views.Reviewing: paper.reviewing,
        views.Sealing: _waiting("sealing", Icon.SEAL),
        views.Committing: box.committing,
        views.Uncommitted: box.uncommitted,
        views.Sealed: box.sealed,
        views.Casting: _waiting("casting", Icon.BOX),
        views.Cast: box.cast,
        views.ReceiptTrouble: box.receipt_trouble,
        views.Challenging: _waiting("challenging", Icon.LENS),
        views.Challenged: box.challenged,
        views.NotKept: box.not_kept,
        views.Goodbye: box.goodbye,
    }
)
