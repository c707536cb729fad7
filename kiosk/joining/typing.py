# SPDX-License-Identifier: AGPL-3.0-or-later
"""Steps of whoever types: a name, or the passphrase of a key."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from kiosk.events import ErasePressed, KeyPressed, NextPressed
from kiosk.joining.events import Done, LayerPicked, ShowPressed, Unlock, WentWrong
from kiosk.joining.views import Locked, Naming, Over, State, Step, Unlocking

Typing: TypeAlias = Naming | Locked


def key(state: State, view: Typing, event: KeyPressed) -> Step:
    """What was wrong before is no more said once somebody types anew."""
    return _typed(state, replace(view, typed=view.typed.key(event.symbol)))


def erase(state: State, view: Typing, _event: ErasePressed) -> Step:
    """One symbol less."""
    return _typed(state, replace(view, typed=view.typed.erase()))


def layer(state: State, view: Typing, event: LayerPicked) -> Step:
    """Other symbols."""
    return state.show(replace(view, typed=replace(view.typed, layer=event.layer)))


def show(state: State, view: Locked, _event: ShowPressed) -> Step:
    """Readable, or hidden."""
    return state.show(replace(view, shown=not view.shown))


def unlock(state: State, view: Locked, _event: NextPressed) -> Step:
    """Try what was typed."""
    if not view.typed.text:
        return state.stay()
    return state.show(Unlocking(), Unlock(passphrase=view.typed.text))


def refused(state: State, _view: Unlocking, event: WentWrong) -> Step:
    """Typed anew, hidden."""
    return state.show(Locked(trouble=event.trouble))


def unlocked(state: State, _view: Unlocking, _event: Done) -> Step:
    """On into the booth."""
    return state.show(Over())


def _typed(state: State, view: Typing) -> Step:
    return state.show(replace(view, trouble=None) if isinstance(view, Locked) else view)
