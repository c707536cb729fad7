# SPDX-License-Identifier: AGPL-3.0-or-later
"""The paper of a challenge: this ballot was opened to check the booth and will not be counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image

from printouts import qr
from printouts.commitment import Commitment, belongs_to, head
from printouts.fonts import Weight
from printouts.identifiers import opening_parts, require_text
from printouts.roll import SIDE, Roll, stack
from printouts.voice import Say

MODULE = 4  # dots at most: half a millimetre, which any telephone reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """A spoilt ballot: what was committed to, and the text that opens it.

    The marks are inside the opening and in no word on the paper: the resident alone knows what
    they had marked, so only their own memory (or handwriting) can tell an honest booth.
    """

    commitment: Commitment
    opening: str = field(repr=False)
    device: str

    def __post_init__(self) -> None:
        require_text(self.opening, "opening")
        require_text(self.device, "device")


def outcome(challenge: Challenge, say: Say, dots: int) -> Image.Image:
    """The second part, below its commitment, as a picture of mode "1", `dots` wide.

    The opening is one QR symbol, at level M where it fits in whole dots of 3 or more a module,
    else at L, else several that are numbered.

    Raises:
        PaperRefused: `too-narrow` under 384 dots, `no-shaping`, `no-font`.
    """
    given = challenge.commitment
    roll = Roll(dots=dots, language=given.language, direction=given.direction)
    return stack(
        [
            roll.band(say("challenge.not-a-vote"), roll.type(28, Weight.BOLD)),
            roll.blank(10),
            roll.text(say("challenge.title"), roll.type(38, Weight.BOLD), centred=True),
            roll.blank(6),
            roll.text(say("challenge.still-to-vote"), roll.type(26), centred=True),
            roll.rule(),
            belongs_to(given.tracker, say, roll),
            *_symbols(challenge.opening, say, roll),
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


def reprint(challenge: Challenge, say: Say, dots: int) -> Image.Image:
    """Both parts on a new paper, which says that it proves nothing alone; as `outcome`."""
    given = challenge.commitment
    roll = Roll(dots=dots, language=given.language, direction=given.direction)
    return stack(
        [
            roll.band(say("challenge.reprint"), roll.type(24, Weight.BOLD)),
            roll.blank(12),
            head(given, roll),
            roll.tracker(given.tracker),
            roll.blank(16),
            outcome(challenge, say, dots),
        ]
    )


def _symbols(opening: str, say: Say, roll: Roll) -> Iterator[Image.Image]:
    pieces = _fitting(opening, roll.measure)
    for number, (piece, level) in enumerate(pieces, 1):
        if len(pieces) > 1:
            part = say("challenge.part", number=number, count=len(pieces))
            yield roll.text(part, roll.type(24, Weight.SEMIBOLD), centred=True)
        room = min(roll.measure, MODULE * qr.side(piece, level))
        yield roll.symbol(piece, room, level)


def _fitting(opening: str, room: int) -> list[tuple[str, qr.Level]]:
    """As few parts as have room, each with its level."""
    parts = 1
    while not (fitted := _in_parts(opening, parts, room)):
        parts += 1
    return fitted


def _in_parts(opening: str, parts: int, room: int) -> list[tuple[str, qr.Level]]:
    """Nothing if one of the parts has no room."""
    levels = [(piece, qr.level_for(piece, room)) for piece in opening_parts(opening, parts)]
    fitted = [(piece, level) for piece, level in levels if level is not None]
    return fitted if len(fitted) == len(levels) else []


def _line(roll: Roll) -> Image.Image:
    """A thin line to write on, 8 mm below the last."""
    strip = roll.blank(64)
    strip.paste(0, (SIDE, 62, roll.dots - SIDE, 63))
    return strip
