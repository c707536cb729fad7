# SPDX-License-Identifier: AGPL-3.0-or-later
"""The papers of a booth: one for each sealed ballot, in two parts, on one printer.

The first part commits the booth to a ballot before its voter chooses; the second says what became
of it. Where the first could not be printed, or was spoilt, the paper is printed whole.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from ballots.assembly import Poll
from ballots.receipts.held import Voucher
from hardware.devices import ReceiptPrinter
from hardware.errors import DeviceError
from kiosk.device import Device
from kiosk.i18n import voice
from printouts import challenge, commitment, receipt
from printouts.typesetting import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPaper:
    """The ballot that a paper is about."""

    uuid: str
    poll: Poll
    tracker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a receipt says, for printing it as often as the printer needs.

    `holders` counts this device; `signers` are names of the devices whose `vouchers` these are.
    """

    ballot: OnPaper
    holders: int
    vouchers: tuple[Voucher, ...]
    signers: tuple[str, ...]


class Papers:
    """Whatever fails raises DeviceError, and may be printed again. One thread at a time."""

    def __init__(self, device: Device, printer: ReceiptPrinter) -> None:
        """The papers that bear the name of `device`."""
        self._device = device
        self._printer = printer
        self._begun: OnPaper | None = None

    def begin(self, ballot: OnPaper, language: str) -> None:
        """Commit to a ballot; the paper hangs from the printer until one of the others ends it."""
        self._begun = None
        part = commitment.render(
            self._commitment(ballot, language), voice(language).say, self._printer.dots
        )
        self._printer.begin(part)
        self._begun = ballot

    def not_cast(self, language: str) -> None:
        """End what was begun. Never fails: a paper without this end is no receipt either."""
        ballot, self._begun = self._begun, None
        if ballot is not None and self._printer.begun:
            end = commitment.not_cast(
                self._commitment(ballot, language), voice(language).say, self._printer.dots
            )
            with suppress(DeviceError):
                self._printer.finish(end)

    def receipt(self, proof: Proof, language: str, *, copy: bool) -> None:
        """The end of what was begun for this ballot, or a whole receipt."""
        ballot = proof.ballot
        head, said = self._commitment(ballot, language), voice(language)
        given = receipt.Receipt(
            assembly=head.assembly,
            poll=head.poll,
            election=ballot.uuid,
            tracker=ballot.tracker,
            device=self._name,
            holders=proof.holders,
            vouchers=proof.vouchers,
            signers=proof.signers,
            language=language,
            direction=head.direction,
            copy=copy,
        )
        if self._ends(ballot):
            self._printer.finish(receipt.outcome(given, said.say, self._printer.dots))
        else:
            self._printer.print(receipt.render(given, said.say, self._printer.dots))

    def challenge(self, ballot: OnPaper, opening: str, language: str) -> None:
        """The end of what was begun for this ballot, or a reprint of both parts."""
        say, dots = voice(language).say, self._printer.dots
        head = self._commitment(ballot, language)
        given = challenge.Challenge(commitment=head, opening=opening, device=self._name)
        if self._ends(ballot):
            self._printer.finish(challenge.outcome(given, say, dots))
        else:
            self._printer.print(challenge.reprint(given, say, dots))

    def forget(self) -> None:
        """What hangs belongs to nobody any more; the next paper has it cut off first."""
        self._begun = None

    def _ends(self, ballot: OnPaper) -> bool:
        begun, self._begun = self._begun, None
        return begun == ballot and self._printer.begun

    @property
    def _name(self) -> str:
        return self._device.segment.certificate.name

    def _commitment(self, ballot: OnPaper, language: str) -> commitment.Commitment:
        return commitment.Commitment(
            assembly=self._device.prepared.assembly.title.in_language(language),
            poll=ballot.poll.title.in_language(language),
            election=ballot.uuid,
            tracker=ballot.tracker,
            language=language,
            direction=Direction(voice(language).direction),
        )
