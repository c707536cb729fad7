# SPDX-License-Identifier: AGPL-3.0-or-later
"""A booth without pixels: the booth's own flow and services, touched by the names of targets."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping

from hardware.devices import CodeScanner
from kiosk import events, views
from kiosk.booth import Booth
from kiosk.demo.hands import Answer
from kiosk.events import CodeScanned, Event, LanguagePicked, OptionToggled, Speak
from kiosk.flow import opening_state, step
from kiosk.views import State

PATIENCE = 10.0  # seconds for the reader to bring what was held before it

_EVENTS: Mapping[str, Callable[[], Event]] = {
    "next": events.NextPressed,
    "back": events.BackPressed,
    "blank": events.BlankPicked,
    "cast": events.CastPressed,
    "challenge": events.ChallengePressed,
    "again": events.AgainPressed,
    "copy": events.CopyPressed,
    "leave": events.LeavePressed,
}


class PlainBooth:
    """One booth whose screen is a name and some facts."""

    def __init__(self, booth: Booth, scanner: CodeScanner, languages: tuple[str, ...]) -> None:
        """The booth that offers `languages`."""
        self._booth = booth
        self._scanner = scanner
        self._state = opening_state(languages)
        scanner.forget()

    def scan(self) -> Answer:
        """Take what was held before the reader."""
        code = self._scanner.read(PATIENCE)
        if code is not None:
            self._tell(CodeScanned(code=code))
        return sight(self._state)

    def choose(self, language: str) -> Answer:
        """Pick a language."""
        self._tell(LanguagePicked(language=language))
        return sight(self._state)

    def press(self, target: str) -> Answer:
        """Touch a target by its name."""
        name, _, option = target.partition(":")
        self._tell(OptionToggled(option=option) if option else _EVENTS[name]())
        return sight(self._state)

    def look(self) -> Answer:
        """What is on the screen."""
        return sight(self._state)

    def _tell(self, event: Event) -> None:
        """Let something happen, and carry out all that the flow then wishes."""
        happening = deque([event])
        while happening:
            self._state, wishes = step(self._state, happening.popleft())
            for wish in wishes:
                answer = None if isinstance(wish, Speak) else self._booth.carry_out(wish)
                if answer is not None:
                    happening.append(answer)


def sight(state: State) -> Answer:
    """What a person standing there sees, in words: the view's name and its facts."""
    facts: dict[str, str] = {"language": state.settings.language}
    targets = set(_EVENTS)
    match state.view:
        case views.Asking() as asking:
            chosen = asking.chosen
            facts["question"] = asking.question.id
            facts["marked"] = " ".join(sorted(chosen or ()))
            facts["blank"] = "yes" if chosen == views.BLANK else ""
            targets |= {f"option:{option.id}" for option in asking.question.options}
        case views.Sealed() | views.Cast() | views.Challenged() as sealed:
            facts["tracker"] = sealed.tracker
        case views.TurnedAway() as away:
            facts["reason"] = str(away.reason)
            if not away.copy:
                targets.discard("copy")
        case views.ReceiptTrouble() | views.Uncommitted() as trouble:
            facts["reason"] = str(trouble.reason)
        case _:
            pass
    if isinstance(state.view, views.Cast):
        facts["holders"] = str(state.view.holders)
    return {"view": type(state.view).__name__, "targets": sorted(targets), "facts": facts}
