# SPDX-License-Identifier: AGPL-3.0-or-later
"""Joining and unlocking, step by step; and every screen of it laid out without a window."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import events as common
from kiosk.appearance import Contrast, TextSize, Theme, palette
from kiosk.enrolling import HOST_CODE
from kiosk.events import Event, Forget, Speak, Ticked
from kiosk.i18n import LANGUAGES, voice
from kiosk.joining import State, events, joining_state, step, steps, unlocking_state, views
from kiosk.joining.keyboard import COLUMNS, ROWS, SPACE, Layer, Typed
from kiosk.joining.table import HIDES_AFTER
from kiosk.joining.views import Door
from kiosk.screens.drawing import Look
from kiosk.screens.joining import screen_of
from kiosk.speech import spoken
from printouts.typesetting import Direction
from tests.joining_states import CODE, LOCKED, NAME, VIEWS, WRONG, states
from tests.test_layout import SEVEN_INCH, TEN_INCH, check, pages_of

FIRST = joining_state(LANGUAGES, NAME, tuple(Door))
FOUR = events.AnswerCame(words="lamo tudi seka nofi")
SAID_WRONG = events.WentWrong(trouble=WRONG)
OVER = events.WentWrong(trouble=WRONG, over=True)
BACK, AGAIN, NEXT = common.BackPressed(), common.AgainPressed(), common.NextPressed()
SCANNED = common.CodeScanned(code=f"{HOST_CODE}00")


def on(name: str) -> State:
    return states()[name]


def walk(state: State, *happening: Event) -> tuple[State, list[events.Wish]]:
    wished: list[events.Wish] = []
    for event in happening:
        state, wishes = step(state, event)
        wished += wishes
    return state, wished


def typed(text: str) -> list[Event]:
    return [common.KeyPressed(symbol=symbol) for symbol in text]


def pick(door: Door) -> events.DoorPicked:
    return events.DoorPicked(door=door)


def opened(door: Door) -> events.OpenDoor:
    return events.OpenDoor(door=door, name=NAME)


SAME = events.SamePressed(same=True)
ENDING = (SAME, events.Done(), common.LeavePressed())


@pytest.mark.parametrize(
    ("door", "between", "wished"),
    [
        (Door.WORDS, [events.DoorOpened(shown="a b c"), SAID_WRONG, FOUR], []),
        (
            Door.CODES,
            [events.DoorOpened(shown=CODE), events.HostShows(), SCANNED, FOUR],
            [events.CheckCode(code=f"{HOST_CODE}00")],
        ),
        (
            Door.STICK,
            [events.DoorOpened(), SAID_WRONG, events.RequestWritten(file="x"), SAID_WRONG, FOUR],
            [],
        ),
    ],
)
def test_by_each_door_a_kiosk_comes_to_four_words_and_then_in(
    door: Door, between: list[Event], wished: list[events.Wish]
) -> None:
    state, found = walk(FIRST, pick(door), *between, *ENDING)
    assert isinstance(state.view, views.Over)
    assert found == [opened(door), *wished, events.MoveIn()]


def test_a_kiosk_without_a_name_asks_for_one() -> None:
    state, _ = walk(joining_state(LANGUAGES, "", tuple(Door)), *typed(" A b "), NEXT)
    assert (state.name, state.view) == ("A b", views.Doors())
    spaces, _ = walk(joining_state(LANGUAGES, "", tuple(Door)), *typed("  "), NEXT)
    assert isinstance(spaces.view, views.Naming)


def test_only_doors_that_a_kiosk_has_can_be_opened() -> None:
    assert walk(on("doors-two"), pick(Door.CODES)) == (on("doors-two"), [])


@pytest.mark.parametrize("name", ["words", "codes", "scanning", "plugging", "carrying"])
def test_every_door_has_a_way_back_that_shuts_it(name: str) -> None:
    state, wished = walk(on(name), BACK)
    assert (state.view, wished) == (views.Doors(), [events.ShutDoor()])


@pytest.mark.parametrize(
    "name", ["opening", "words", "codes", "scanning", "checking", "plugging", "carrying", "moving"]
)
def test_whatever_ends_a_door_is_said_with_a_way_back(name: str) -> None:
    state, wished = walk(on(name), OVER)
    assert state.view == views.Failed(trouble=WRONG)
    assert wished == [events.ShutDoor()]
    assert walk(state, AGAIN)[0].view == views.Doors()


@pytest.mark.parametrize("name", ["words", "codes", "plugging", "carrying"])
def test_what_went_wrong_is_said_where_people_wait(name: str) -> None:
    state, wished = walk(on(name), SAID_WRONG)
    assert type(state.view) is type(on(name).view)
    assert voice("ca").say(WRONG.code) in spoken(screen_of(state, voice))
    assert wished == []


def test_the_lock_is_said_until_its_minute_is_over() -> None:
    state, _ = walk(on("words"), events.WentWrong(trouble=LOCKED, locked=60.0), Ticked(seconds=59))
    assert isinstance(state.view, views.Words)
    assert state.view.trouble == LOCKED
    state, _ = walk(state, Ticked(seconds=1))
    assert state.view == on("words").view


def test_what_is_no_code_of_a_device_is_not_tried() -> None:
    state, wished = walk(on("scanning"), common.CodeScanned(code="URNA:S1:ABC"))
    assert (state.view, wished) == (views.Scanning(misread=True), [])


def test_where_the_words_differ_nothing_is_laid_down_and_the_key_is_dropped() -> None:
    state, wished = walk(on("comparing"), events.SamePressed(same=False))
    assert (state.view, wished) == (views.Different(), [events.GiveUp()])
    assert walk(state, AGAIN)[0].view == views.Doors()


def test_a_passphrase_is_tried_and_what_was_drawn_of_it_forgotten() -> None:
    locked = unlocking_state(LANGUAGES)
    assert walk(locked, NEXT) == (locked, [])
    state, wished = walk(locked, *typed("à ß1"), NEXT)  # no ß on the keyboard
    assert isinstance(state.view, views.Unlocking)
    assert wished == [events.Unlock(passphrase="à 1"), Forget()]
    again, _ = walk(state, events.WentWrong(trouble=WRONG))
    assert again.view == views.Locked(trouble=WRONG)
    anew, _ = walk(again, *typed("x"))
    assert isinstance(anew.view, views.Locked)
    assert anew.view.trouble is None
    assert isinstance(walk(state, events.Done())[0].view, views.Over)


def test_a_passphrase_is_shown_only_to_whoever_asks() -> None:
    state, _ = walk(unlocking_state(LANGUAGES), *typed("zzqxzz"))
    assert "zzqxzz" not in repr(screen_of(state, voice)) + repr(state)
    shown, _ = walk(state, events.ShowPressed())
    assert screen_of(shown, voice).sheet.blocks[0].typed == "zzqxzz"  # type: ignore[union-attr]
    assert walk(shown, events.ShowPressed())[0] == state


def test_a_passphrase_that_somebody_left_is_dropped() -> None:
    state, _ = walk(unlocking_state(LANGUAGES), *typed("half"), Ticked(seconds=HIDES_AFTER - 1))
    assert isinstance(state.view, views.Locked)
    assert state.view.typed.text == "half"
    left, wished = walk(state, Ticked(seconds=1))
    assert (left, wished) == (unlocking_state(LANGUAGES), [Forget()])
    stays, _ = walk(state, common.Touched(), Ticked(seconds=HIDES_AFTER - 1))
    assert stays.view == state.view


def test_every_symbol_of_a_keyboard_can_be_typed_and_erased() -> None:
    assert all(len(row) == COLUMNS for rows in ROWS.values() for row in rows)
    every = {symbol for rows in ROWS.values() for row in rows for symbol in row} | {SPACE}
    assert every >= {chr(code) for code in range(32, 127)} | set("àèéíïòóúüçñáÀÈÉÍÏÒÓÚÜÇÑÁ·¿¡€")
    for symbol in every:
        once = Typed(most=2).key(symbol)
        assert once.text == symbol
        assert once.erase().text == ""
    assert Typed(most=1).key("a").key("b").text == "a"
    assert Typed(most=9, layer=Layer.UPPER).key("A").layer is Layer.LOWER
    state, _ = walk(on("locked"), events.LayerPicked(layer=Layer.DIGITS), *typed("1"))
    erased, _ = walk(state, common.ErasePressed())
    assert isinstance(erased.view, views.Locked)
    assert (erased.view.typed.text, erased.view.typed.layer) == ("", Layer.DIGITS)


def test_settings_work_everywhere_and_screens_are_read_aloud() -> None:
    listening, wished = walk(on("words"), common.ListenPressed())
    assert wished == [Speak()]
    _, wished = walk(listening, BACK)
    assert wished == [events.ShutDoor(), Speak()]
    assert walk(listening, SAID_WRONG, common.LanguagePicked(language="xx"))[1] == []
    spanish, _ = walk(on("words"), common.LanguagesPressed(), common.LanguagePicked(language="es"))
    assert spanish.settings.language == "es"
    assert walk(spanish, common.SizePicked(size=TextSize.HUGE))[0].settings.size is TextSize.HUGE


def test_codes_of_both_rooms_are_the_same() -> None:
    assert steps.HOST_CODE == HOST_CODE


def test_there_is_a_state_of_every_view() -> None:
    assert {type(view) for view in VIEWS.values()} == set(get_args(views.View))


anything = st.sampled_from(
    [
        *map(pick, Door),
        *typed("a "),
        *(events.DoorOpened(shown="x"), events.HostShows(), events.RequestWritten(file="f")),
        *(FOUR, SAID_WRONG, OVER, SAME, events.SamePressed(same=False), events.Done()),
        *(events.ShowPressed(), BACK, AGAIN, NEXT, SCANNED, common.CodeScanned(code="?")),
        *(common.LeavePressed(), common.ErasePressed(), Ticked(seconds=30), Ticked(seconds=-1)),
        *(common.ListenPressed(), common.LanguagesPressed(), common.BallotSealed(tracker="t")),
    ]
)


@given(start=st.sampled_from(sorted(VIEWS)), happening=st.lists(anything, max_size=40))
def test_nobody_moves_in_who_has_not_compared(start: str, happening: list[Event]) -> None:
    state = on(start)
    for event in happening:
        before, (state, wishes) = state, step(state, event)
        if events.MoveIn() in wishes:
            assert isinstance(before.view, views.Comparing)
            assert event == SAME
        if isinstance(state.view, views.Over) and state.view != before.view:
            assert isinstance(before.view, views.Joined | views.Unlocking)


@pytest.mark.parametrize("panel", [SEVEN_INCH, TEN_INCH], ids=["7", "10"])
@pytest.mark.parametrize("size", TextSize)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_it_is_cut_and_every_target_is_large_enough(
    language: str, size: TextSize, panel: object
) -> None:
    for name, state in states().items():
        chosen = replace(state.settings, language=language, size=size)
        screen = screen_of(replace(state, settings=chosen), voice, speaks=True)
        look = Look(
            panel=TEN_INCH if panel is TEN_INCH else SEVEN_INCH,
            palette=palette(Theme(), Contrast.HIGH),
            size=size,
            language=language,
            direction=Direction.LTR,
        )
        pages = pages_of(screen, look)
        for page in pages:
            check(page, look.panel)
        found = {target.name for page in pages for target in page.targets}
        assert {target.name for target in screen.pressable()} <= found, name
