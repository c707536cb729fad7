# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who says a sheet, and the buttons and blocks that many sheets share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ballots.assembly import Wording
from kiosk.events import AgainPressed, BackPressed, Event, LeavePressed, NextPressed
from kiosk.i18n import Voice
from kiosk.screens.icons import Icon
from kiosk.screens.sheet import Action, Sheet, Tracker

Voices = Callable[[str], Voice]
_GROUP = 4  # symbols, as on the receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """`voice` says the sheet; `voices` has one for each of the booth's `languages`.

    `others`: devices that are connected, None for a booth without a network.
    """

    voice: Voice
    voices: Voices
    languages: tuple[str, ...]
    title: Wording | None = None
    others: int | None = None

    def say(self, code: str, /, **facts: str | int) -> str:
        """A sentence in the person's language."""
        return self.voice.say(code, **facts)

    def word(self, wording: Wording) -> str:
        """A text of the assembly in the person's language."""
        return wording.in_language(self.voice.language)

    def company(self) -> str:
        """Who else is there; empty for a booth without a network."""
        if self.others is None:
            return ""
        code = "booth.company.with" if self.others else "booth.company.alone"
        return self.say(code, n=self.others)

    def button(
        self, name: str, icon: Icon, event: Event, label: str = "", *, strong: bool = False
    ) -> Action:
        """A button that says `booth.<label>`, or `booth.<name>` without one."""
        said = self.say(f"booth.{label or name}")
        return Action(name=name, label=said, icon=icon, event=event, strong=strong)

    def back(self, event: Event | None = None) -> Action:
        """One step back."""
        return self.button("back", Icon.BACK, event or BackPressed())

    def next(self, label: str = "next", icon: Icon = Icon.NEXT) -> Action:
        """Onwards."""
        return self.button("next", icon, NextPressed(), label, strong=True)

    def again(self, label: str = "again", icon: Icon = Icon.AGAIN) -> Action:
        """Once more, or going on."""
        return self.button("again", icon, AgainPressed(), label, strong=True)

    def done(self, label: str = "done") -> Action:
        """The end of a visit."""
        return self.button("leave", Icon.CHECK, LeavePressed(), label, strong=True)

    def leave(self, label: str = "leave") -> Action:
        """Out, with something left undone."""
        return self.button("leave", Icon.LEAVE, LeavePressed(), label)

    def waiting(self, name: str, icon: Icon) -> Sheet:
        """A moment in which nothing is to be pressed."""
        heading = self.say(f"booth.{name}.heading")
        return Sheet(name=name, heading=heading, hint=self.say("booth.moment"), emblem=icon)

    def tracker(self, code: str, label: str = "booth.tracker") -> Tracker:
        """A tracking code, in groups that eyes can hold."""
        groups = (code[start : start + _GROUP] for start in range(0, len(code), _GROUP))
        return Tracker(label=self.say(label), code=" ".join(groups))
