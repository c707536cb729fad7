# SPDX-License-Identifier: AGPL-3.0-or-later
"""The screens as real widgets in a window: textures have room, pictures are as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import ModuleType
from typing import get_args

import pytest
from PIL import Image

from kiosk import views
from kiosk.appearance import Contrast, Panel, TextSize, Theme, palette
from kiosk.i18n import LANGUAGES, Voice, voice
from kiosk.screens.drawing import Look, Page
from kiosk.screens.layout import compose
from kiosk.screens.sheets import screen_of
from kiosk.screens.window import prepare
from kiosk.views import State
from printouts.typesetting import Direction
from tests.booth_states import TITLE, states
from tests.pictures import assert_picture

pytestmark = pytest.mark.screens

PANEL = Panel()


class Shown:
    """One stage, and states put on it."""

    def __init__(self, load: Callable[[str], ModuleType]) -> None:
        module = load("kiosk.screens.stage")
        nobody = module.Audience(
            clock=lambda: 0.0,
            pressed=lambda _: None,
            touched=lambda: None,
            focused=lambda _: None,
        )
        self._look = self.look(states()["welcome"], "ltr")
        self.stage = module.Stage(self._look, nobody)

    @staticmethod
    def look(state: State, direction: str) -> Look:
        return Look(
            panel=PANEL,
            palette=palette(Theme(), state.settings.contrast),
            size=state.settings.size,
            language=state.settings.language,
            direction=Direction(direction),
        )

    def show(self, state: State, number: int = 1, said: Voice | None = None) -> int:
        """Put a page on the stage; how many pages there are."""
        told = said or voice(state.settings.language)
        screen = screen_of(state, lambda tag: told if said else voice(tag), TITLE, speaks=True)
        look = self.look(state, told.direction)
        page = compose(screen, look, number)
        self.stage.show(page, look)
        return page.count

    def picture(self) -> Image.Image:
        picture: Image.Image = self.stage.picture()
        return picture


@pytest.fixture(scope="module")
def shown(offscreen: Callable[[str], ModuleType]) -> Iterator[Shown]:
    yield Shown(offscreen)
    offscreen("kiosk.screens.painter").forget()


def seen_in(
    name: str,
    language: str = "ca",
    size: TextSize = TextSize.SMALL,
    contrast: Contrast = Contrast.NORMAL,
) -> State:
    state = states()[name]
    settings = replace(state.settings, language=language, size=size, contrast=contrast)
    return replace(state, settings=settings)


@pytest.mark.parametrize("contrast", Contrast)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_texture_of_every_screen_has_its_room(
    shown: Shown,
    offscreen: Callable[[str], ModuleType],
    language: str,
    contrast: Contrast,
) -> None:
    rectangle = offscreen("kivy.graphics").Rectangle
    for size in TextSize:
        for name in states():
            shown.show(seen_in(name, language, size, contrast))
            stage = shown.stage
            for widget in (stage, *stage.children):
                canvas = widget.canvas.before if widget is stage else widget.canvas
                for drawn in canvas.children:
                    if type(drawn) is rectangle:
                        (x, y), (width, height) = drawn.pos, drawn.texture.size
                        assert widget.x <= x <= x + width <= widget.right
                        assert widget.y <= y <= y + height <= widget.top


PICTURES = {
    "welcome": ("welcome", "ca", TextSize.SMALL, Contrast.NORMAL, 1),
    "welcome-with": ("welcome-with", "ca", TextSize.SMALL, Contrast.NORMAL, 1),
    "welcome-alone": ("welcome-alone", "es", TextSize.SMALL, Contrast.HIGH, 1),
    "languages": ("languages", "es", TextSize.SMALL, Contrast.NORMAL, 1),
    "typing": ("typing", "es", TextSize.SMALL, Contrast.NORMAL, 1),
    "turned-away": ("away-used-copy", "ca", TextSize.SMALL, Contrast.NORMAL, 1),
    "turned-away-to-another": ("away-to-another", "en", TextSize.MEDIUM, Contrast.NORMAL, 1),
    "turned-away-in-hand": ("away-in-hand-there", "ca", TextSize.SMALL, Contrast.NORMAL, 1),
    "turned-away-full": ("away-full", "es", TextSize.LARGE, Contrast.NORMAL, 1),
    "turned-away-in-hand-huge": ("away-in-hand-there", "es", TextSize.HUGE, Contrast.HIGH, 1),
    "question": ("yes-no", "ca", TextSize.SMALL, Contrast.NORMAL, 1),
    "question-chosen": ("yes-no-chosen", "en", TextSize.MEDIUM, Contrast.NORMAL, 2),
    "question-high": ("yes-no-chosen", "es", TextSize.SMALL, Contrast.HIGH, 1),
    "options-full": ("approval-full", "ca", TextSize.SMALL, Contrast.NORMAL, 1),
    "options-huge": ("approval", "es", TextSize.HUGE, Contrast.HIGH, 4),
    "notice-instead": ("notice-instead", "ca", TextSize.SMALL, Contrast.NORMAL, 1),
    "review": ("review", "en", TextSize.SMALL, Contrast.NORMAL, 1),
    "committing": ("committing", "ca", TextSize.SMALL, Contrast.NORMAL, 1),
    "uncommitted": ("uncommitted-paper", "en", TextSize.SMALL, Contrast.NORMAL, 1),
    "sealed": ("sealed", "ca", TextSize.SMALL, Contrast.NORMAL, 1),
    "sealed-huge": ("sealed", "es", TextSize.HUGE, Contrast.HIGH, 1),
    "cast": ("cast", "ca", TextSize.SMALL, Contrast.NORMAL, 1),
    "cast-alone-large": ("cast-alone", "es", TextSize.LARGE, Contrast.NORMAL, 1),
    "receipt-trouble": ("receipt-trouble", "en", TextSize.SMALL, Contrast.NORMAL, 1),
    "challenged": ("challenged-out", "es", TextSize.SMALL, Contrast.NORMAL, 1),
    "not-kept": ("not-kept-again", "ca", TextSize.SMALL, Contrast.HIGH, 1),
    "still-there": ("still-there", "ca", TextSize.SMALL, Contrast.NORMAL, 1),
}


@pytest.mark.parametrize("picture", PICTURES)
def test_the_screens_look_as_they_did(shown: Shown, picture: str) -> None:
    name, language, size, contrast, number = PICTURES[picture]
    shown.show(seen_in(name, language, size, contrast), number)
    assert_picture(shown.picture(), f"screens/{picture}")


def test_a_screen_read_from_the_right_is_mirrored(shown: Shown) -> None:
    english = voice("en")
    mirrored = Voice("en", "rtl", english.sentences, english.plural)
    shown.show(seen_in("yes-no-chosen", "en"), said=mirrored)
    assert_picture(shown.picture(), "screens/mirrored")


def test_the_focus_has_a_ring_and_stays_where_it_was(shown: Shown) -> None:
    shown.show(seen_in("yes-no"))
    shown.stage.move_focus(1)
    shown.stage.move_focus(1)
    shown.show(seen_in("yes-no"))
    assert_picture(shown.picture(), "screens/focus")
    shown.stage.move_focus(-1)
    shown.stage.move_focus(-1)
    shown.show(seen_in("looking-up"))
    assert shown.picture().size == (PANEL.width, PANEL.height)


def test_a_page_without_targets_has_no_focus(shown: Shown) -> None:
    shown.stage.show(Page(drawings=(), targets=(), number=1, count=1), shown.stage.look)
    shown.stage.move_focus(1)
    assert shown.stage.touchables == []


@pytest.mark.parametrize(("mouse", "providers"), [(True, 1), (False, 0)])
def test_no_more_than_one_provider_of_touches_is_added_to_sdl_s(
    offscreen: Callable[[str], ModuleType], mouse: bool, providers: int
) -> None:
    """A second one delivers every touch twice."""
    prepare(PANEL, mouse=mouse, fullscreen=False, frames=0)
    config = offscreen("kivy.config").Config
    assert len(config.items("input")) == providers
    assert not config.getboolean("kivy", "exit_on_escape")
    prepare(PANEL, mouse=False, fullscreen=False, frames=0)


def test_no_sheet_of_the_flow_is_missing() -> None:
    assert {type(state.view) for state in states().values()} == set(get_args(views.View))
