# SPDX-License-Identifier: AGPL-3.0-or-later
"""Steps that change how a person reads, possible on every view."""

from __future__ import annotations

from dataclasses import replace

from kiosk.events import (
    ContrastPicked,
    LanguagePicked,
    LanguagesPressed,
    ListenPressed,
    SizePicked,
)
from kiosk.views import State, Step, View


def languages(state: State, _view: View, _event: LanguagesPressed) -> Step:
    """Shows the languages, or puts them away again."""
    return replace(state, choosing_language=not state.choosing_language), ()


def language(state: State, _view: View, event: LanguagePicked) -> Step:
    """Only languages that this booth speaks."""
    if event.language not in state.languages:
        return state.stay()
    settings = replace(state.settings, language=event.language)
    return replace(state, settings=settings, choosing_language=False), ()


def size(state: State, _view: View, event: SizePicked) -> Step:
    """Larger or smaller text."""
    return replace(state, settings=replace(state.settings, size=event.size)), ()


def contrast(state: State, _view: View, event: ContrastPicked) -> Step:
    """White on black, or back."""
    return replace(state, settings=replace(state.settings, contrast=event.contrast)), ()


def listen(state: State, _view: View, _event: ListenPressed) -> Step:
    """Reading aloud, on or off."""
    return replace(state, settings=replace(state.settings, aloud=not state.settings.aloud)), ()
