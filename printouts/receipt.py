# SPDX-License-Identifier: AGPL-3.0-or-later
"""The receipt of a cast ballot: that it is in the box, never what is in it."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from ballots.receipts.held import MOST, Voucher, symbol
from printouts.commitment import belongs_to
from printouts.errors import PaperProblem, PaperRefused
from printouts.fonts import Weight
from printouts.identifiers import (
    receipt_payload,
    require_count,
    require_election,
    require_text,
    require_tracker,
)
from printouts.roll import Roll, stack
from printouts.typesetting import Direction
from printouts.voice import Say


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a resident takes home. Texts are in `language`, the resident's choice.

    `holders` is how many devices hold the ballot on disk, this one included; `vouchers` are what
    some of them signed, and `signers` what these are called.
    `copy` marks a receipt that was printed again. No time and no number of its own: they
    would tell in which order people voted.
    """

    assembly: str
    poll: str
    election: str
    tracker: str
    device: str
    holders: int
    vouchers: tuple[Voucher, ...]
    signers: tuple[str, ...]
    language: str
    direction: Direction = Direction.LTR
    copy: bool = False

    def __post_init__(self) -> None:
        require_text(self.assembly, "assembly")
        require_text(self.poll, "poll")
        require_text(self.device, "device")
        require_election(self.election)
        require_tracker(self.tracker)
        require_count(len(self.vouchers), "vouchers", least=1)
        require_count(self.holders, "holders", least=len(self.vouchers))
        require_count(MOST - len(self.vouchers), "vouchers")
        if len(self.signers) != len(self.vouchers):
            raise PaperRefused(PaperProblem.COUNT, place="signers")
        for name in self.signers:
            require_text(name, "signers")

    @property
    def payload(self) -> str:
        """What its QR symbol says."""
        return receipt_payload(self.election, self.tracker)

    @property
    def held_payload(self) -> str:
        """What its second QR symbol says."""
        return symbol(self.vouchers)


def render(receipt: Receipt, say: Say, dots: int) -> Image.Image:
    """A receipt that stands alone, as a picture of mode "1" (0 is black), `dots` wide.

    Raises:
        PaperRefused: `too-narrow` under 384 dots, `no-shaping`, `no-font`.
    """
    roll = Roll(dots=dots, language=receipt.language, direction=receipt.direction)
    return stack(
        [
            *_head(receipt, say, roll),
            *_holders(receipt, say, roll),
            roll.rule(),
            roll.text(say("receipt.tracker"), roll.type(26, Weight.SEMIBOLD), centred=True),
            roll.blank(8),
            roll.tracker(receipt.tracker),
            roll.blank(4),
            *_foot(receipt, say, roll),
        ]
    )


def outcome(receipt: Receipt, say: Say, dots: int) -> Image.Image:
    """The second part, below a commitment that bears the names and the code; as `render`."""
    roll = Roll(dots=dots, language=receipt.language, direction=receipt.direction)
    return stack(
        [
            roll.rule(),
            roll.text(say("receipt.in-the-box"), roll.type(44, Weight.BOLD), centred=True),
            roll.blank(4),
            *_holders(receipt, say, roll),
            roll.blank(8),
            belongs_to(receipt.tracker, say, roll),
            *_foot(receipt, say, roll),
        ]
    )


def _foot(receipt: Receipt, say: Say, roll: Roll) -> list[Image.Image]:
    return [
        roll.symbol(receipt.payload),
        roll.text(say("receipt.check"), roll.type(24)),
        roll.blank(12),
        roll.text(say("receipt.silent"), roll.type(24)),
        roll.rule(),
        roll.text(say("receipt.signed", names=", ".join(receipt.signers)), roll.type(24)),
        roll.symbol(receipt.held_payload),
        roll.text(say("receipt.signed-why"), roll.type(24)),
        roll.rule(),
        roll.text(receipt.device, roll.type(22), centred=True),
        roll.blank(16),
    ]


def _head(receipt: Receipt, say: Say, roll: Roll) -> list[Image.Image]:
    copy = [roll.band(say("receipt.copy"), roll.type(26, Weight.BOLD)), roll.blank(12)]
    return [
        *(copy if receipt.copy else [roll.blank(8)]),
        roll.text(receipt.assembly, roll.type(24), centred=True),
        roll.blank(2),
        roll.text(receipt.poll, roll.type(28, Weight.SEMIBOLD), centred=True),
        roll.rule(),
        roll.text(say("receipt.in-the-box"), roll.type(44, Weight.BOLD), centred=True),
        roll.blank(4),
    ]


def _holders(receipt: Receipt, say: Say, roll: Roll) -> list[Image.Image]:
    if receipt.holders > 1:
        held = say("receipt.held", n=receipt.holders)
        return [roll.text(held, roll.type(26), centred=True)]
    return [
        roll.text(say("receipt.held-alone"), roll.type(26, Weight.SEMIBOLD), centred=True),
        roll.text(say("receipt.held-alone-why"), roll.type(24), centred=True),
    ]
