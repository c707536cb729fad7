# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may happen besides what happens at any panel, and what the flow asks for.

What holds a code, words or a passphrase never prints it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.events import Forget, Happening, PersonActed, Speak
from kiosk.joining.keyboard import Layer

if TYPE_CHECKING:
    from kiosk.joining.views import Door, Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerPicked(PersonActed):
    """Other symbols on the keyboard."""

    layer: Layer


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowPressed(PersonActed):
    """Shows what was typed, or hides it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorPicked(PersonActed):
    """This door."""

    door: Door


@dataclass(frozen=True, slots=True, kw_only=True)
class SamePressed(PersonActed):
    """Whether both devices show the same words."""

    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorOpened(Happening):
    """What to show at a door: words, a code, or (on a stick) nothing yet."""

    shown: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostShows(Happening):
    """The other device has answered and shows the code of its answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestWritten(Happening):
    """The request is on a stick, which may be taken out."""

    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCame(Happening):
    """An answer to this kiosk's request; both sides show these words."""

    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WentWrong(Happening):
    """This did. `locked`: seconds in which no words are taken; `over`: the door is shut."""

    trouble: Trouble
    locked: float = 0.0
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Happening):
    """What was asked last is done: moved in, or unlocked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDoor:
    """Make the request if there is none; wait at this door until it is shut.

    Brings DoorOpened, then RequestWritten or HostShows, and AnswerCame; WentWrong at any time.
    """

    door: Door
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShutDoor:
    """Nobody waits any more. No answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckCode:
    """The code that was scanned off the other device. Brings AnswerCame or WentWrong."""

    code: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveIn:
    """Lay the folder down; answer with Done or WentWrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp:
    """Drop the answer, and the request with its key: somebody may know it. No answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlock:
    """Answer with Done or WentWrong."""

    passphrase: str = field(repr=False)


ServiceWish = OpenDoor | ShutDoor | CheckCode | MoveIn | GiveUp | Unlock | Forget
Wish = ServiceWish | Speak
