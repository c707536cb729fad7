# SPDX-License-Identifier: AGPL-3.0-or-later
"""The slip of a challenge: this ballot was opened to check the booth and will not be counted."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from printouts.fonts import Weight
from printouts.identifiers import (
    challenge_payload,
    require_election,
    require_text,
    require_tracker,
)
from printouts.roll import SIDE, Roll, stack
from printouts.typesetting import Direction
from printouts.voice import Say


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """A spoilt ballot. Texts are in `language`.

    It holds no marks: the booth opens them in the record, and the resident alone knows what
    they had marked, so only their own memory (or handwriting) can tell an honest booth.
    """

    assembly: str
    poll: str
    election: str
    tracker: str
    device: str
    language: str
    direction: Direction = Direction.LTR

    def __post_init__(self) -> None:
        require_text(self.assembly, "assembly")
        require_text(self.poll, "poll")
        require_text(self.device, "device")
        require_election(self.election)
        require_tracker(self.tracker)

    @property
    def payload(self) -> str:
        """What its QR symbol says."""
        return challenge_payload(self.election, self.tracker)


def render(challenge: Challenge, say: Say, dots: int) -> Image.Image:
    """The slip as a picture of mode "1" (0 is black), `dots` wide.

    Raises:
        PaperRefused: `too-narrow` under 384 dots, `no-shaping`, `no-font`.
    """
    roll = Roll(dots=dots, language=challenge.language, direction=challenge.direction)
    return stack(
        [
            roll.band(say("challenge.not-a-vote"), roll.type(28, Weight.BOLD)),
            roll.blank(14),
            roll.text(challenge.assembly, roll.type(24), centred=True),
            roll.blank(2),
            roll.text(challenge.poll, roll.type(28, Weight.SEMIBOLD), centred=True),
            roll.rule(),
            roll.text(say("challenge.title"), roll.type(38, Weight.BOLD), centred=True),
            roll.blank(6),
            roll.text(say("challenge.still-to-vote"), roll.type(26), centred=True),
            roll.rule(),
            roll.text(say("challenge.tracker"), roll.type(26, Weight.SEMIBOLD), centred=True),
            roll.blank(8),
            roll.tracker(challenge.tracker),
            roll.blank(4),
            roll.symbol(challenge.payload),
            roll.text(say("challenge.check"), roll.type(24)),
            roll.blank(12),
            roll.text(say("challenge.write-down"), roll.type(24)),
            *([_line(roll)] * 2),
            roll.blank(24),
            roll.rule(),
            roll.text(challenge.device, roll.type(22), centred=True),
            roll.blank(16),
        ]
    )


def _line(roll: Roll) -> Image.Image:
    """A thin line to write on, 8 mm below the last."""
    strip = roll.blank(64)
    strip.paste(0, (SIDE, 62, roll.dots - SIDE, 63))
    return strip
