# SPDX-License-Identifier: AGPL-3.0-or-later
"""The booth in its window: real touches, keys, answers of a service, and time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

from kiosk import events, views
from kiosk.appearance import Contrast, TextSize
from kiosk.screens import type as set_type
from kiosk.troubles import PaperProblem, SlipProblem
from kiosk.views import Asking, Notice, Paper
from tests.booth_hands import Hands
from tests.booth_states import POLL, TRACKER, UUID

pytestmark = pytest.mark.screens

ESCAPE, F1, TAB, ENTER, SPACE, BACKSPACE = 27, 282, 9, 13, 32, 8
UP, DOWN, RIGHT, LEFT = 273, 274, 275, 276


@pytest.fixture
def hands(offscreen: Callable[[str], ModuleType]) -> Iterator[Hands]:
    """A booth in the process's one window, and hands to use it with."""
    booth = Hands(offscreen)
    yield booth
    booth.app.close()


def chosen(hands: Hands) -> frozenset[str] | None:
    assert isinstance(hands.state.view, Asking)
    return hands.state.view.chosen


def is_on(hands: Hands, view: type) -> bool:
    return isinstance(hands.state.view, view)


def vote_blank(hands: Hands) -> None:
    """Every question blank, reviewed and sealed."""
    hands.reach("blank", "next", "blank", "next", "blank", "next", "next")


def reach_projects(hands: Hands) -> None:
    hands.scan()
    hands.tap("option:yes", "next", "blank", "next")


def test_a_resident_votes_with_a_finger(hands: Hands) -> None:
    hands.scan()
    hands.reach("option:yes", "next", "option:promenade", "next", "option:p1", "option:p5")
    hands.reach("next", "next", "cast")
    assert hands.state.view == views.Cast(tracker=TRACKER, holders=2, paper=Paper.OUT)
    hands.tap("leave")
    hands.wait(6)
    hands.settle()
    assert is_on(hands, views.Welcome)
    assert hands.service.asked == [
        events.LookUpSlip(code="SLIP"),
        events.SealBallot(
            uuid=UUID,
            choices={
                "budget": frozenset({"yes"}),
                "market": frozenset({"promenade"}),
                "projects": frozenset({"p1", "p5"}),
            },
        ),
        events.PrintCommitment(language="ca"),
        events.CastBallot(),
        events.PrintReceipt(language="ca", copy=False),
        events.Forget(),
        events.Forget(),
    ]


def test_a_touch_counts_when_it_ends_where_it_began(hands: Hands) -> None:
    hands.scan()
    hands.now += 0.3
    touch = hands.touch("option:yes")
    touch.down()
    assert chosen(hands) is None
    touch.up()
    assert chosen(hands) == frozenset({"yes"})


def test_a_touch_that_slides_off_its_target_counts_for_nothing(hands: Hands) -> None:
    hands.scan()
    hands.now += 0.3
    touch = hands.touch("option:yes")
    touch.down()
    x, y, _, _ = hands.app.targets()["option:no"]
    touch.slide(x + 5, y + 5)
    touch.up()
    assert chosen(hands) is None


def test_a_touch_that_began_before_the_screen_was_shown_counts_for_nothing(
    hands: Hands,
) -> None:
    hands.now += 0.3
    early = hands.touch("language:es")
    early.down()
    hands.scan()
    early.up()
    assert chosen(hands) is None
    assert hands.state.settings.language == "ca"


def test_one_tap_delivered_twice_is_one_tap(hands: Hands) -> None:
    hands.scan()
    hands.now += 0.3
    one, other = hands.touch("option:yes"), hands.touch("option:yes")
    one.down()
    other.down()
    one.up()
    other.up()
    assert chosen(hands) == frozenset({"yes"})
    again = hands.touch("option:yes")  # the same, one after the other
    again.down()
    again.up()
    assert chosen(hands) == frozenset({"yes"})


def test_one_press_never_reaches_the_next_screen(hands: Hands) -> None:
    hands.scan()
    hands.tap("option:yes")
    hands.now += 0.3
    for _ in range(2):
        touch = hands.touch("next")
        touch.down()
        touch.up()
        hands.app.step()
    assert isinstance(hands.state.view, Asking)
    assert hands.state.view.index == 1


def test_a_touch_counts_again_after_a_quarter_of_a_second(hands: Hands) -> None:
    hands.scan()
    assert not hands.app.ready
    hands.now += 0.25
    assert hands.app.ready


def test_the_settings_are_seen_at_once_and_go_with_the_person(hands: Hands) -> None:
    before = hands.app.picture().tobytes()
    hands.tap("size", "contrast", "languages", "language:en")
    settings = hands.state.settings
    assert (settings.language, settings.size) == ("en", TextSize.MEDIUM)
    assert settings.contrast is Contrast.HIGH
    assert hands.app.picture().tobytes() != before
    hands.wait(60)
    assert hands.state.settings.language == "ca"
    assert hands.app.picture().tobytes() == before


def test_the_code_can_be_typed(hands: Hands) -> None:
    hands.tap("type", "key:7", "key:Q", "erase", *["key:2"] * 23, "next")
    assert hands.service.asked == [events.LookUpSlip(code="7" + "2" * 23)]


def test_pages_are_turned_there_and_back(hands: Hands) -> None:
    reach_projects(hands)
    assert "previous" not in hands.app.targets()
    hands.tap("more", "more", "previous")
    assert {"more", "previous", "option:p3"} <= set(hands.app.targets())


def test_after_a_choice_the_page_is_the_same(hands: Hands) -> None:
    reach_projects(hands)
    hands.tap("more", "option:p3")
    assert "option:p3" in hands.app.targets()
    assert "previous" in hands.app.targets()


def test_at_the_maximum_the_booth_says_why(hands: Hands) -> None:
    reach_projects(hands)
    hands.tap("option:p1", "option:p2", "more", "option:p3", "option:p4")
    assert isinstance(hands.state.view, Asking)
    assert hands.state.view.notice is Notice.FULL
    hands.tap("keep")
    assert chosen(hands) == frozenset({"p1", "p2", "p3"})


def test_a_challenge_and_then_the_vote(hands: Hands) -> None:
    hands.scan()
    vote_blank(hands)
    hands.tap("challenge")
    assert is_on(hands, views.Challenged)
    hands.tap("again")
    vote_blank(hands)
    hands.tap("cast")
    assert is_on(hands, views.Cast)


def test_a_receipt_that_does_not_come_can_be_tried_again(hands: Hands) -> None:
    failed = events.ReceiptFailed(reason=PaperProblem.PAPER)
    hands.service.answers[events.LookUpSlip] = events.SlipTurnedAway(
        reason=SlipProblem.USED, copy=True
    )
    hands.service.answers[events.PrintReceipt] = failed
    hands.scan()
    hands.tap("copy")
    assert is_on(hands, views.ReceiptTrouble)
    hands.service.answers[events.PrintReceipt] = events.ReceiptPrinted()
    hands.tap("again")
    assert hands.state.view == views.Copying(paper=Paper.OUT)


def test_an_idle_booth_warns_and_then_forgets(hands: Hands) -> None:
    hands.scan()
    hands.tap("option:yes")
    hands.wait(61)
    assert "option:yes" not in hands.app.targets()
    hands.tap("stay")
    assert chosen(hands) == frozenset({"yes"})
    hands.wait(81)
    assert hands.state.view == views.Welcome()
    hands.settle()
    assert hands.service.asked[-1] == events.Forget()


def test_a_touch_anywhere_shows_that_somebody_is_there(hands: Hands) -> None:
    hands.scan()
    hands.wait(59)
    x, y, width, _ = hands.app.targets()["back"]
    hands.touch_at(x + width + 20, y + 5)
    hands.wait(59)
    assert "stay" not in hands.app.targets()


def test_an_answer_for_a_person_who_left_is_not_given_to_the_next(hands: Hands) -> None:
    hands.app.receive(events.CodeScanned(code="FIRST"))
    hands.app.step()
    hands.wait(81)  # the service is slow, the first person gives up
    hands.app.receive(events.CodeScanned(code="SECOND"))
    hands.app.step()
    hands.worker.work(1)
    hands.app.step()
    assert hands.state.view == views.LookingUp()  # the first one's welcome came too late
    hands.settle()
    assert isinstance(hands.state.view, Asking)
    codes = [wish for wish in hands.service.asked if isinstance(wish, events.LookUpSlip)]
    assert [wish.code for wish in codes] == ["FIRST", "SECOND"]


def test_the_vote_is_never_said_to_be_in_the_box_before_it_is(hands: Hands) -> None:
    hands.scan()
    vote_blank(hands)
    hands.now += 0.3
    touch = hands.touch("cast")
    touch.down()
    touch.up()
    hands.wait(200)
    assert is_on(hands, views.Casting)
    assert "back" not in hands.app.targets()
    hands.settle()
    assert is_on(hands, views.Cast)


def test_a_service_that_breaks_ends_the_booth(hands: Hands) -> None:
    hands.service.breaks = True
    hands.app.receive(events.CodeScanned(code="SLIP"))
    hands.app.step()
    hands.worker.work()
    with pytest.raises(ValueError, match="broken"):
        hands.app.step()
    hands.service.breaks = False


def test_whoever_leaves_leaves_no_text_behind(hands: Hands) -> None:
    """A text that was set bold would tell what was chosen."""
    remembered = (set_type.lines, set_type.width, set_type.whole, set_type.mask)
    hands.scan()
    hands.tap("option:yes", "back")
    assert all(cached.cache_info().currsize for cached in remembered)
    hands.tap("leave")
    assert [cached.cache_info().currsize for cached in remembered] == [0, 0, 0, 0]


@pytest.mark.parametrize("code", [ESCAPE, F1, ord("q"), ord("w"), 292])
def test_other_keys_do_nothing(hands: Hands, code: int) -> None:
    before = hands.state
    assert hands.key(code, "ctrl")
    assert hands.state == before


def test_the_booth_is_used_with_four_buttons(hands: Hands) -> None:
    hands.scan()
    hands.key(DOWN)  # the first answer
    hands.key(ENTER)
    assert chosen(hands) == frozenset({"yes"})
    for _ in range(3):
        hands.key(RIGHT)
    hands.key(SPACE)  # onwards
    assert isinstance(hands.state.view, Asking)
    assert hands.state.view.index == 1
    hands.key(BACKSPACE)
    assert isinstance(hands.state.view, Asking)
    assert hands.state.view.index == 0


def test_the_focus_goes_round_both_ways(hands: Hands) -> None:
    hands.scan()
    hands.key(UP)  # before the first is the last
    hands.key(TAB)
    hands.key(ENTER)
    assert chosen(hands) == frozenset({"yes"})
    hands.key(TAB)
    hands.key(TAB, "shift")
    hands.key(ENTER)
    assert chosen(hands) is None
    hands.key(LEFT)
    hands.key(LEFT)
    hands.key(ENTER)  # the setting before the last
    assert hands.state.settings.contrast is Contrast.HIGH


def test_a_key_before_the_focus_is_shown_chooses_nothing(hands: Hands) -> None:
    hands.scan()
    hands.key(ENTER)
    assert chosen(hands) is None


def test_the_back_key_does_nothing_where_there_is_no_way_back(hands: Hands) -> None:
    before = hands.state
    hands.key(BACKSPACE)
    assert hands.state == before


def test_a_finger_puts_the_focus_away(hands: Hands) -> None:
    hands.scan()
    hands.key(DOWN)
    hands.tap("option:no")
    hands.key(ENTER)
    assert chosen(hands) == frozenset({"no"})


def test_read_aloud_screens_and_focus_are_spoken(hands: Hands) -> None:
    hands.tap("listen")
    assert hands.listener.heard[-1][1] == "ca"
    hands.scan()
    assert POLL.questions[0].text.in_language("ca") in hands.listener.heard[-1][0]
    hands.key(DOWN)
    assert hands.listener.heard[-1] == ("Sí", "ca")
    hands.tap("listen")
    assert not hands.listener.speaking


def test_a_booth_without_a_speaker_does_not_offer_to_read(
    offscreen: Callable[[str], ModuleType],
) -> None:
    hands = Hands(offscreen, speaks=False)
    assert "listen" not in hands.app.targets()
    hands.app.receive(events.ListenPressed())
    hands.app.step()
    hands.app.close()


def test_a_screenshot_is_as_large_as_the_panel(hands: Hands, tmp_path: Path) -> None:
    hands.app.screenshot(tmp_path / "now.png")
    with Image.open(tmp_path / "now.png") as picture:
        assert picture.size == (800, 480)


def test_a_right_click_is_no_touch(hands: Hands) -> None:
    hands.scan()
    hands.now += 0.3
    touch = hands.touch("option:yes")
    touch.button = "right"
    touch.down()
    touch.up()
    assert chosen(hands) is None


def test_answers_come_back_from_a_thread_of_their_own(
    offscreen: Callable[[str], ModuleType],
) -> None:
    hands = Hands(offscreen, worker=ThreadPoolExecutor(max_workers=1))
    hands.app.receive(events.CodeScanned(code="SLIP"))
    hands.app.step()
    while hands.app.busy:
        hands.app.step()
    assert is_on(hands, views.Asking)
    hands.app.close()


_BOOTH = """
from kiosk.booth_app import BoothApp, Face
from tests.booth_hands import SmallService
app = BoothApp(SmallService(), Face())
app.receive(__import__("kiosk.events").events.CodeScanned(code="SLIP"))
print("open", flush=True)
app.run()
"""


def _booth(driver: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _BOOTH, "--an-argument-that-is-not-for-kivy"],
        env={**os.environ, "SDL_VIDEODRIVER": driver},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_booth_runs_until_it_is_told_to_end() -> None:
    with _booth("offscreen") as booth:
        assert booth.stdout is not None
        assert booth.stdout.readline() == "open\n"
        booth.terminate()
        _, errors = booth.communicate(timeout=30)
    assert (booth.returncode, errors) == (0, "")


def test_a_booth_without_a_window_is_refused_by_name() -> None:
    with _booth("dummy") as booth:
        _, errors = booth.communicate(timeout=30)
    assert booth.returncode == 1
    assert errors.rstrip().endswith("kiosk.errors.KioskRefused: kiosk.no-window")
