# SPDX-License-Identifier: AGPL-3.0-or-later
"""Steps that change how a person reads, possible on every view of every panel."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from kiosk.events import (
    ContrastPicked,
    LanguagePicked,
    LanguagesPressed,
    ListenPressed,
    SizePicked,
)
from kiosk.views import Before

S = TypeVar("S", bound=Before)
Quiet = tuple[S, tuple[()]]


def languages(state: S, _view: object, _event: LanguagesPressed) -> Quiet[S]:
    """Shows the languages, or puts them away again."""
    return replace(state, choosing_language=not state.choosing_language), ()


def language(state: S, _view: object, event: LanguagePicked) -> Quiet[S]:
    """Only languages that this booth speaks."""
    if event.language not in state.languages:
        return state, ()
    settings = replace(state.settings, language=event.language)
    return replace(state, settings=settings, choosing_language=False), ()


def size(state: S, _view: object, event: SizePicked) -> Quiet[S]:
    """Larger or smaller text."""
    return replace(state, settings=replace(state.settings, size=event.size)), ()


def contrast(state: S, _view: object, event: ContrastPicked) -> Quiet[S]:
    """White on black, or back."""
    return replace(state, settings=replace(state.settings, contrast=event.contrast)), ()


def listen(state: S, _view: object, _event: ListenPressed) -> Quiet[S]:
    """Reading aloud, on or off."""
    return replace(state, settings=replace(state.settings, aloud=not state.settings.aloud)), ()
