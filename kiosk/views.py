# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a person at the booth stands before: the views, and the state around them.

A view holds no more than it shows. Codes and choices are in no `repr`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from ballots.assembly import Poll, Question
from kiosk.appearance import Contrast, TextSize
from kiosk.events import Forget, PrintCommitment, PrintNotCast, Wish
from kiosk.troubles import BallotProblem, PaperProblem, SlipProblem

BLANK: frozenset[str] = frozenset()


class Notice(StrEnum):
    """What the booth has to say before the person goes on."""

    CHOOSE = "choose"  # nothing is chosen, not even blank
    FEWER = "fewer"  # less than the minimum is chosen
    FULL = "full"  # the maximum is chosen already, and it is more than one
    INSTEAD = "instead"  # one choice would replace another: blank, or the only one allowed


class Paper(StrEnum):
    """How far a paper has come."""

    COMING = "coming"
    OUT = "out"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A ballot paper being filled in. `choices`: question id → option ids; `BLANK` is a choice.

    A question without a choice is absent. No choice exceeds its question's maximum.
    """

    uuid: str
    poll: Poll
    choices: Mapping[str, frozenset[str]] = field(
        default_factory=lambda: MappingProxyType({}), repr=False
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "choices", MappingProxyType(dict(self.choices)))

    def chosen(self, question: Question) -> frozenset[str] | None:
        """What is chosen; `BLANK` for a blank vote, None when nothing is chosen yet."""
        return self.choices.get(question.id)

    def with_choice(self, question: Question, chosen: frozenset[str] | None) -> Visit:
        """The same paper with another choice, or with none."""
        choices = {id_: marks for id_, marks in self.choices.items() if id_ != question.id}
        if chosen is not None:
            choices[question.id] = chosen
        return replace(self, choices=choices)

    def complete(self, question: Question) -> bool:
        """Whether the choice is one that the box takes."""
        chosen = self.chosen(question)
        return chosen is not None and (chosen == BLANK or len(chosen) >= question.minimum)

    @property
    def unfinished(self) -> int | None:
        """The first question whose choice the box would not take, if any."""
        for index, question in enumerate(self.poll.questions):
            if not self.complete(question):
                return index
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """Waiting for a slip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing:
    """The code is typed, without its dashes."""

    code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookingUp:
    """The booth looks the slip up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnedAway:
    """The slip may not vote, or not here: `at` says where it has to, or is in hand."""

    reason: SlipProblem
    copy: bool = False
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copying:
    """The receipt of an earlier vote is printed once more."""

    paper: Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One question.

    `reviewing`: the person came back from the review. `wanted`: what the notice is about, an
    option's id, or empty for the blank vote.
    """

    visit: Visit
    index: int
    reviewing: bool = False
    notice: Notice | None = None
    wanted: str = field(default="", repr=False)

    @property
    def question(self) -> Question:
        """The question on show."""
        return self.visit.poll.questions[self.index]

    @property
    def chosen(self) -> frozenset[str] | None:
        """What is chosen in it."""
        return self.visit.chosen(self.question)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Leave without voting? `back` is where the person was."""

    back: Asking


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewing:
    """Every question with its choice."""

    visit: Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """The booth encrypts the ballot."""

    visit: Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Committing:
    """The code of the sealed ballot is coming out on paper; only then may the person choose."""

    visit: Visit
    tracker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncommitted:
    """The code of the sealed ballot is not on paper: it may be cast, but not opened."""

    visit: Visit
    tracker: str
    reason: PaperProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """The code of the ballot is on paper: cast it, or open it to check the machine."""

    visit: Visit
    tracker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Casting:
    """The ballot is being recorded. Nothing but the answer ends this view."""

    tracker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The vote is in the box, on disk on `holders` devices."""

    tracker: str
    holders: int
    paper: Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptTrouble:
    """The vote is in the box, its receipt is not out. `back` is what trying again leads to."""

    reason: PaperProblem
    back: Cast | Copying


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenging:
    """The ballot is being opened."""

    visit: Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenged:
    """The ballot was opened and is spoilt; the slip may vote again."""

    visit: Visit
    tracker: str
    paper: Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class NotKept:
    """Nothing was recorded; `tracker` when trying again may help, else empty."""

    reason: BallotProblem
    tracker: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goodbye:
    """Thank you."""


Arriving = Welcome | Typing | LookingUp | TurnedAway | Copying
Choosing = Asking | Leaving | Reviewing
Ending = (
    Sealing
    | Committing
    | Uncommitted
    | Sealed
    | Casting
    | Cast
    | ReceiptTrouble
    | Challenging
    | Challenged
    | NotKept
    | Goodbye
)
View = Arriving | Choosing | Ending


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this person wants to read. `aloud`: the screen is read out."""

    language: str
    size: TextSize = TextSize.SMALL
    contrast: Contrast = Contrast.NORMAL
    aloud: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """Somebody before a panel, whatever it is for.

    `idle`: seconds since a person last did something. `person` counts the people so far, so that
    an answer meant for one is never given to the next. `choosing_language`: the languages lie
    over the view.
    """

    languages: tuple[str, ...]
    settings: Settings
    idle: float = 0.0
    person: int = 0
    choosing_language: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class State(Before):
    """The booth at one moment.

    `begun`: a paper with a ballot's code was asked for, and its end not yet. `others`: devices
    that are connected, None for a booth that has no network.
    """

    view: View = field(default_factory=Welcome)
    begun: bool = False
    others: int | None = None

    def show(self, view: View, *wishes: Wish) -> Step:
        """Another view. Time starts anew: nobody is hurried by an answer that took long."""
        return replace(self, view=view, idle=0.0, choosing_language=False), wishes

    def stay(self) -> Step:
        """Nothing changes, nothing is asked for."""
        return self, ()

    def begin(self, view: View) -> Step:
        """Another view, while the ballot's code is printed."""
        state, _ = self.show(view)
        return replace(state, begun=True), (PrintCommitment(language=self.settings.language),)

    def end(self, view: View, *wishes: Wish) -> Step:
        """Another view; a paper that was begun ends as `wishes` say, or as one not cast."""
        state, _ = self.show(view)
        return replace(state, begun=False), wishes or self._not_cast

    def start_over(self) -> Step:
        """The welcome, settings as at first, nothing left of the person."""
        return replace(self.at_rest, person=self.person + 1), (*self._not_cast, Forget())

    @property
    def at_rest(self) -> State:
        """The same booth with nobody before it."""
        return replace(opening_state(self.languages), person=self.person, others=self.others)

    @property
    def _not_cast(self) -> tuple[Wish, ...]:
        return (PrintNotCast(language=self.settings.language),) if self.begun else ()


Step = tuple[State, tuple[Wish, ...]]


def opening_state(languages: tuple[str, ...]) -> State:
    """A booth waiting for its first person, in the first of its languages."""
    return State(languages=languages, settings=Settings(language=languages[0]))
