# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may happen at the booth (`Event`) and what its flow asks for (`Wish`).

Events come from a person's touches, from services and from the clock. What holds a code or a
choice never prints it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ballots.assembly import Poll
from kiosk.appearance import Contrast, TextSize
from kiosk.troubles import BallotProblem, PaperProblem, SlipProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Base of all events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonActed(Happening):
    """Base of what a person does; each one shows that somebody is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeScanned(PersonActed):
    """The reader read something; `code` is its text as it came."""

    code: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypePressed(PersonActed):
    """The person would rather type the code of the slip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPressed(PersonActed):
    """One symbol of the code, typed on the screen."""

    symbol: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasePressed(PersonActed):
    """Takes the last typed symbol away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguagesPressed(PersonActed):
    """Shows the languages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguagePicked(PersonActed):
    """A language, by its BCP 47 tag."""

    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SizePicked(PersonActed):
    """A size of text."""

    size: TextSize


@dataclass(frozen=True, slots=True, kw_only=True)
class ContrastPicked(PersonActed):
    """A contrast."""

    contrast: Contrast


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenPressed(PersonActed):
    """Turns reading aloud on or off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched(PersonActed):
    """Something that only the screen answers to, such as turning a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionToggled(PersonActed):
    """An option of the question on show, by its id."""

    option: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankPicked(PersonActed):
    """The blank vote, or abstention, of the question on show: chosen, or taken off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePressed(PersonActed):
    """Yes, take off what I chose and take the other instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRead(PersonActed):
    """What the booth had to say has been read; everything stays as it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextPressed(PersonActed):
    """Onwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackPressed(PersonActed):
    """One step back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPicked(PersonActed):
    """In the review: back to question `index`, counted from 0."""

    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CastPressed(PersonActed):
    """Put it in the box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengePressed(PersonActed):
    """Open this sealed ballot to check the machine instead of casting it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyPressed(PersonActed):
    """Print the receipt of my vote once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgainPressed(PersonActed):
    """Try again, vote again, or stay: whatever the view offers as going on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavePressed(PersonActed):
    """Done, or leaving."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked(Happening):
    """Time went by: seconds since the last tick."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyChanged(Happening):
    """So many other devices of the assembly are connected now."""

    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipWelcomed(Happening):
    """The slip may vote on the paper `poll` in the election `uuid`."""

    uuid: str
    poll: Poll


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipTurnedAway(Happening):
    """The slip may not vote; `copy` when this booth can print its receipt once more.

    `at` is what the booth is called where it has to vote, or where it is in hand.
    """

    reason: SlipProblem
    copy: bool = False
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotSealed(Happening):
    """The choices are encrypted and signed, not yet recorded."""

    tracker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentPrinted(Happening):
    """The code of the sealed ballot is on paper, which hangs from the printer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentFailed(Happening):
    """The code of the sealed ballot did not come out whole: it can be cast, not challenged."""

    reason: PaperProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotKept(Happening):
    """The ballot is on disk here; `holders` devices hold it, this one included."""

    tracker: str
    holders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotNotKept(Happening):
    """Nothing was recorded."""

    reason: BallotProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPrinted(Happening):
    """The whole receipt came out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFailed(Happening):
    """The receipt did not come out whole. The vote is kept all the same."""

    reason: PaperProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeOpened(Happening):
    """The sealed ballot is opened in the record, and spoilt."""

    tracker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengePrinted(Happening):
    """The whole slip of the challenge came out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeNotPrinted(Happening):
    """The slip of the challenge did not come out whole. The ballot is opened all the same."""

    reason: PaperProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUpSlip:
    """Answer with SlipWelcomed or SlipTurnedAway."""

    code: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealBallot:
    """Answer with BallotSealed. Question id → ids of the options chosen; none chosen is blank."""

    uuid: str
    choices: Mapping[str, frozenset[str]] = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "choices", MappingProxyType(dict(self.choices)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintCommitment:
    """Print the code of the ballot sealed last, as the first part of a paper.

    Answer with CommitmentPrinted or CommitmentFailed. The paper is finished by PrintReceipt,
    PrintChallenge or PrintNotCast, whichever comes first.
    """

    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintNotCast:
    """Finish the paper that was begun, if any: its ballot was neither cast nor opened. No answer.

    A paper that can't be finished is none that anybody could take for a receipt.
    """

    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CastBallot:
    """Record the ballot sealed last; answer with BallotKept or BallotNotKept.

    May be asked twice for one ballot: one that is already recorded is kept, not cast again.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintReceipt:
    """Answer with ReceiptPrinted or ReceiptFailed; a `copy` is marked as one.

    The receipt is the end of the paper that was begun, or a whole one.
    """

    language: str
    copy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenChallenge:
    """Open and spoil the ballot sealed last; answer with ChallengeOpened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintChallenge:
    """Print what was opened last; answer with ChallengePrinted or ChallengeNotPrinted.

    It is the end of the paper that was begun, or, where that was spoilt, a reprint of both parts.
    """

    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget:
    """The person is gone: forget slip, ballot, opening and receipt. No answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speak:
    """Read the screen aloud. The app does this itself; no service is asked."""


Event = Happening
ServiceWish = (
    LookUpSlip
    | SealBallot
    | PrintCommitment
    | PrintNotCast
    | CastBallot
    | PrintReceipt
    | OpenChallenge
    | PrintChallenge
    | Forget
)
Wish = ServiceWish | Speak
