# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a resident does at the booth, view by view: they look, and touch one thing.

The same habits serve the booth with pixels and those without, so both take the same way through
the same flow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.demo.evening import Choices

MOST_TOUCHES = 200


@dataclass(frozen=True, slots=True)
class Sight:
    """What is on the screen: the view's name, what can be touched, and what it says."""

    view: str
    targets: frozenset[str]
    facts: Mapping[str, str] = field(default_factory=dict)


class BoothSeen(Protocol):
    """A booth as a resident meets it."""

    def press(self, target: str) -> Sight:
        """Touch something, and see what happens."""
        ...


@dataclass(slots=True, repr=False)
class Habits:
    """One resident's way through one visit, and what they saw: they remember trackers."""

    choices: Choices
    language: str
    challenges: int = 0  # how often to check the booth before voting
    copy: bool = False  # ask for the receipt once more when turned away
    cast: str = ""
    challenged: list[str] = field(default_factory=list)  # codes printed before the choice
    refused: str = ""
    holders: int = 0
    views: list[str] = field(default_factory=list)

    def next_touch(self, sight: Sight) -> str:
        """What to touch now; empty when there is nothing to do but stop."""
        self.views.append(sight.view)
        target = _HABITS.get(sight.view, _stop)(self, sight)
        return target if not target or target in sight.targets else _turn_page(sight, target)

    def wants(self, question: str) -> frozenset[str]:
        """What to mark; empty for a blank vote."""
        return self.choices[question]


def _turn_page(sight: Sight, target: str) -> str:
    """What lies on another page of the list is reached by turning pages, forwards first."""
    return next((way for way in ("more", "previous") if way in sight.targets), target)


def _stop(_habits: Habits, _sight: Sight) -> str:
    return ""


def _answer(habits: Habits, sight: Sight) -> str:
    wanted = habits.wants(sight.facts["question"])
    if not wanted:
        return "next" if sight.facts["blank"] else "blank"
    missing = sorted(wanted - set(sight.facts["marked"].split()))
    here = [option for option in missing if f"option:{option}" in sight.targets]
    return f"option:{(here or missing)[0]}" if missing else "next"


def _box_or_check(habits: Habits, sight: Sight) -> str:
    if len(habits.challenged) < habits.challenges:
        habits.challenged.append(sight.facts["tracker"])
        return "challenge"
    return "cast"


def _receipt(habits: Habits, sight: Sight) -> str:
    habits.cast = sight.facts["tracker"]
    habits.holders = int(sight.facts["holders"])
    return "leave"


def _turned_away(habits: Habits, sight: Sight) -> str:
    habits.refused = sight.facts["reason"]
    return "copy" if habits.copy and "copy" in sight.targets else "leave"


_HABITS: Mapping[str, Callable[[Habits, Sight], str]] = {
    "Asking": _answer,
    "Reviewing": lambda _habits, _sight: "next",
    "Sealed": _box_or_check,
    "Challenged": lambda _habits, _sight: "again",
    "Cast": _receipt,
    "TurnedAway": _turned_away,
    "Copying": lambda _habits, _sight: "leave",
}


def walk(booth: BoothSeen, sight: Sight, habits: Habits, until: str = "") -> Sight:
    """Touch one thing after another, until there is nothing to do or a view named `until`."""
    for _ in range(MOST_TOUCHES):
        if sight.view == until:
            return sight
        target = habits.next_touch(sight)
        if not target:
            return sight
        sight = booth.press(target)
    return sight
