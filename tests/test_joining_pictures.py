# SPDX-License-Identifier: AGPL-3.0-or-later
"""How joining and unlocking look, on two panels, small and huge, in both contrasts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

import pytest

from kiosk.appearance import Contrast, Panel, TextSize, Theme, palette
from kiosk.i18n import voice
from kiosk.screens.drawing import Look
from kiosk.screens.joining import screen_of
from kiosk.screens.layout import compose
from printouts.typesetting import Direction
from tests.joining_states import states
from tests.pictures import assert_picture
from tests.test_layout import SEVEN_INCH, TEN_INCH

pytestmark = pytest.mark.screens

SMALL, HUGE = TextSize.SMALL, TextSize.HUGE
NORMAL, HIGH = Contrast.NORMAL, Contrast.HIGH
PANELS = {"7": SEVEN_INCH, "10": TEN_INCH}
PICTURES = {
    "naming": ("named", SMALL, NORMAL, 1),
    "doors": ("doors", SMALL, NORMAL, 1),
    "doors-huge": ("doors", HUGE, HIGH, 1),
    "words": ("words", SMALL, NORMAL, 1),
    "words-huge": ("words", HUGE, HIGH, 2),
    "words-locked": ("words-locked", SMALL, NORMAL, 1),
    "codes": ("codes", SMALL, NORMAL, 1),
    "codes-huge": ("codes", HUGE, HIGH, 2),
    "scanning": ("scanning", SMALL, NORMAL, 1),
    "stick": ("plugging", SMALL, NORMAL, 1),
    "stick-huge": ("carrying", HUGE, HIGH, 2),
    "comparing": ("comparing", SMALL, NORMAL, 1),
    "comparing-huge": ("comparing", HUGE, HIGH, 1),
    "different": ("different", SMALL, NORMAL, 1),
    "joined": ("joined", SMALL, NORMAL, 1),
    "failed-huge": ("failed", HUGE, HIGH, 1),
    "unlocking": ("locked-typed", SMALL, NORMAL, 1),
    "unlocking-wrong": ("locked-wrong", SMALL, NORMAL, 1),
    "unlocking-huge": ("locked-shown", HUGE, HIGH, 1),
}


def stage_of(load: Callable[[str], ModuleType], look: Look) -> object:
    module = load("kiosk.screens.stage")
    nobody = module.Audience(
        clock=lambda: 0.0, pressed=lambda _: None, touched=lambda: None, focused=lambda _: None
    )
    return module.Stage(look, nobody)


def look_in(panel: Panel, size: TextSize, contrast: Contrast) -> Look:
    return Look(
        panel=panel,
        palette=palette(Theme(), contrast),
        size=size,
        language="ca",
        direction=Direction.LTR,
    )


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("picture", PICTURES)
def test_joining_looks_as_it_did(
    offscreen: Callable[[str], ModuleType], picture: str, panel: str
) -> None:
    name, size, contrast, number = PICTURES[picture]
    state = states()[name]
    settings = replace(state.settings, size=size, contrast=contrast)
    look = look_in(PANELS[panel], size, contrast)
    stage = stage_of(offscreen, look)
    stage.show(compose(screen_of(replace(state, settings=settings), voice), look, number), look)  # type: ignore[attr-defined]
    drawn = stage.picture()  # type: ignore[attr-defined]
    offscreen("kiosk.screens.painter").forget()
    assert_picture(drawn, f"joining/{picture}-{panel}")
