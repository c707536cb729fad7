# SPDX-License-Identifier: AGPL-3.0-or-later
"""A booth is told how many others are connected, and its first screen says so."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Condition

import pytest

from kiosk import events
from kiosk.company_watch import CompanyWatch
from kiosk.flow import opening_state, step
from kiosk.i18n import LANGUAGES, voice
from kiosk.screens.sheets import screen_of
from tests.booth_states import states


class Room:
    """Peers that come and go."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._peers: tuple[str, ...] = ()

    def peers(self) -> tuple[str, ...]:
        return self._peers

    def wait_for(self, state: Callable[[], bool], timeout: float) -> bool:
        with self._changed:
            return self._changed.wait_for(state, min(timeout, 0.05))

    def become(self, *peers: str) -> None:
        with self._changed:
            self._peers = peers
            self._changed.notify_all()


def test_each_change_is_told_and_nothing_else() -> None:
    room, told = Room(), SimpleQueue[events.CompanyChanged]()
    watch = CompanyWatch(room, told.put)
    watch.start()
    assert told.get(timeout=10).others == 0
    room.become("a", "b")
    assert told.get(timeout=10).others == 2
    room.become("a", "c")
    room.become("c")
    assert told.get(timeout=10).others == 1
    watch.stop()
    assert told.empty()


@pytest.mark.parametrize("name", ["welcome", "typing", "single", "casting", "goodbye"])
def test_who_stands_there_is_not_disturbed(name: str) -> None:
    before = states()[name]
    after, wishes = step(before, events.CompanyChanged(others=2))
    assert (after.view, after.idle, after.person) == (before.view, before.idle, before.person)
    assert wishes == ()


def test_the_next_person_sees_it_too() -> None:
    state = opening_state(LANGUAGES)
    for event in (events.CompanyChanged(others=2), events.TypePressed(), events.BackPressed()):
        state, _ = step(state, event)
    assert state.others == 2
    assert state.person == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_screen_says_who_is_there(language: str) -> None:
    say = voice(language).say
    state, _ = step(opening_state((language,)), events.CompanyChanged(others=3))
    assert screen_of(state, voice).sheet.note == say("booth.company.with", n=3)
    state, _ = step(state, events.CompanyChanged(others=0))
    assert screen_of(state, voice).sheet.note == say("booth.company.alone")
    assert screen_of(opening_state((language,)), voice).sheet.note == ""
