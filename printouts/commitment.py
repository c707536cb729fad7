# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first part of a voter's paper, printed before they choose between the box and a challenge.

What follows below tells what became of the ballot: `receipt.outcome`, `challenge.outcome`, or
`not_cast` here. The booth has committed itself: it can no longer open another ballot than this.
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from printouts.fonts import Weight
from printouts.identifiers import (
    commitment_payload,
    groups,
    require_election,
    require_text,
    require_tracker,
)
from printouts.roll import GROUP, Roll, stack
from printouts.typesetting import Direction
from printouts.voice import Say

SYMBOL = 184  # dots of room: 4 a module; small, for people wait while it is printed
START = 2 * GROUP  # symbols of a tracker by which people tell that two parts belong together


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """A sealed ballot whose voter has not chosen yet. Texts are in `language`."""

    assembly: str
    poll: str
    election: str
    tracker: str
    language: str
    direction: Direction = Direction.LTR

    def __post_init__(self) -> None:
        require_text(self.assembly, "assembly")
        require_text(self.poll, "poll")
        require_election(self.election)
        require_tracker(self.tracker)

    @property
    def payload(self) -> str:
        """What its QR symbol says."""
        return commitment_payload(self.election, self.tracker)


def render(commitment: Commitment, say: Say, dots: int) -> Image.Image:
    """The part as a picture of mode "1" (0 is black), `dots` wide.

    Raises:
        PaperRefused: `too-narrow` under 384 dots, `no-shaping`, `no-font`.
    """
    roll = Roll(dots=dots, language=commitment.language, direction=commitment.direction)
    return stack(
        [
            head(commitment, roll),
            roll.text(say("commitment.sealed"), roll.type(32, Weight.BOLD), centred=True),
            roll.blank(6),
            roll.tracker(commitment.tracker),
            roll.symbol(commitment.payload, SYMBOL),
            roll.text(say("commitment.wait"), roll.type(22), centred=True),
        ]
    )


def head(commitment: Commitment, roll: Roll) -> Image.Image:
    """Which assembly and which poll."""
    return stack(
        [
            roll.blank(8),
            roll.text(commitment.assembly, roll.type(20), centred=True),
            roll.text(commitment.poll, roll.type(24, Weight.SEMIBOLD), centred=True),
            roll.blank(8),
        ]
    )


def not_cast(commitment: Commitment, say: Say, dots: int) -> Image.Image:
    """The end of a paper whose ballot was neither cast nor opened; refuses as `render`."""
    roll = Roll(dots=dots, language=commitment.language, direction=commitment.direction)
    return stack(
        [
            roll.band(say("commitment.not-cast"), roll.type(28, Weight.BOLD)),
            roll.blank(10),
            belongs_to(commitment.tracker, say, roll),
            roll.text(say("commitment.not-cast-why"), roll.type(24), centred=True),
            roll.blank(16),
        ]
    )


def belongs_to(tracker: str, say: Say, roll: Roll) -> Image.Image:
    """A line that ties a part to the one above: how the code begins."""
    start = " ".join(groups(tracker[:START], GROUP))
    return roll.text(say("commitment.starts", start=start), roll.type(24), centred=True)
