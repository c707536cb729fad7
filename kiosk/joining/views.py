# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people stand before who join a kiosk to an assembly, or unlock one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from ballots.errors import Refusal
from kiosk.joining.events import Wish
from kiosk.joining.keyboard import Layer, Typed
from kiosk.views import Before, Settings

MOST_NAME, MOST_PASSPHRASE = 64, 128


class Door(StrEnum):
    """How a new kiosk and a facilitator's device meet."""

    WORDS = "words"
    CODES = "codes"
    STICK = "stick"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What went wrong, as a code with its facts."""

    code: str
    facts: tuple[tuple[str, str | int], ...] = ()

    @classmethod
    def of(cls, refusal: Refusal) -> Trouble:
        """The same as a value."""
        return cls(code=refusal.key, facts=tuple(refusal.facts.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What shall the kiosk be called?"""

    typed: Typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """By which door?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The door is being opened."""

    door: Door


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Three words to be typed at the other device. `locked`: seconds in which nobody may guess."""

    words: str = field(repr=False)
    trouble: Trouble | None = None
    locked: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """A code that the other device shall scan."""

    code: str
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanning:
    """The other device shows its own code, for this one to scan. `misread`: that was none."""

    misread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Checking:
    """Whether the scanned code is right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugging:
    """Waiting for a stick."""

    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrying:
    """The request `file` is on a stick; waiting until the answer is."""

    file: str
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparing:
    """Do both devices show these four words?"""

    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """The folder is being laid down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Different:
    """They do not: somebody is in between. Nothing was laid down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The kiosk is a device of the assembly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """It did not work; the way back leads to the doors."""

    trouble: Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """Waiting for the passphrase. `shown`: it can be read."""

    typed: Typed = field(default_factory=lambda: Typed(most=MOST_PASSPHRASE))
    shown: bool = False
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlocking:
    """The passphrase is being tried, which takes seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """There is nothing more to do here."""


Meeting = Opening | Words | Codes | Scanning | Checking | Plugging | Carrying
View = (
    Naming
    | Doors
    | Meeting
    | Comparing
    | Moving
    | Different
    | Joined
    | Failed
    | Locked
    | Unlocking
    | Over
)


@dataclass(frozen=True, slots=True, kw_only=True)
class State(Before):
    """One moment. `name` is what the kiosk is called; `doors` are those that it has."""

    view: View
    name: str = ""
    doors: tuple[Door, ...] = tuple(Door)

    def show(self, view: View, *wishes: Wish) -> Step:
        """Another view."""
        return replace(self, view=view, choosing_language=False), wishes

    def stay(self) -> Step:
        """Nothing changes, nothing is asked for."""
        return self, ()


Step = tuple[State, tuple[Wish, ...]]


def joining_state(languages: tuple[str, ...], name: str, doors: tuple[Door, ...]) -> State:
    """A new kiosk; without a name it asks for one."""
    view = Doors() if name else Naming(typed=Typed(most=MOST_NAME, layer=Layer.UPPER))
    settings = Settings(language=languages[0])
    return State(languages=languages, settings=settings, view=view, name=name, doors=doors)


def unlocking_state(languages: tuple[str, ...]) -> State:
    """A device whose key is locked."""
    return State(languages=languages, settings=Settings(language=languages[0]), view=Locked())
