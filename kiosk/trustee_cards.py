# SPDX-License-Identifier: AGPL-3.0-or-later
"""The trustees' cards: locked before the evening, and unlocked when enough trustees have come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.groups.modp import ModularPower
from ballots.election.groups.named import group_named
from ballots.election.secrecy import Hidden
from ballots.election.trustees.board import read_board
from ballots.election.trustees.card import LEAST, USUAL, Card, Effort, lock, read_card, unlock
from ballots.election.trustees.pin import Pin
from ballots.election.trustees.share import TrusteeShare
from ballots.randomness import Randomness
from hardware.devices import ReceiptPrinter
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.i18n import voice
from kiosk.prepared import Prepared
from kiosk.preparing import Preparation
from printouts import trustee_strip
from printouts.trustee_card import Trustee


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Locked(Hidden):
    """A trustee's card, and the PIN that opens it: they go to paper, and apart."""

    trustee: Trustee
    card: Card
    pin: Pin


def lock_cards(
    preparation: Preparation,
    random: Randomness,
    *,
    pins: Sequence[Pin] = (),
    effort: Effort = USUAL,
) -> tuple[Locked, ...]:
    """A card for each trustee, locked with the PIN that they chose or else with a drawn one."""
    prepared = preparation.prepared
    assembly = prepared.assembly
    language = assembly.languages[0]
    chosen = pins or [Pin.draw(random) for _ in preparation.shares]
    return tuple(
        Locked(
            trustee=Trustee(
                assembly=assembly.title.in_language(language),
                language=language,
                owner=share.owner,
                trustees=assembly.trustees,
                threshold=assembly.threshold,
            ),
            card=lock(share, prepared.trustees, pin, random, effort),
            pin=pin,
        )
        for share, pin in zip(preparation.shares, chosen, strict=True)
    )


def print_card(locked: Locked, printer: ReceiptPrinter) -> None:
    """The card, never its PIN, on a kiosk's own printer; raises `DeviceError`."""
    say = voice(locked.trustee.language).say
    printer.print(trustee_strip.render(locked.trustee, locked.card, say, printer.dots))


class Sitting:
    """Trustees who come with their cards, in any order, on any kiosk of their assembly.

    A card is looked at before its PIN is asked for. A wrong PIN costs nothing but time: whoever
    has the card could try as long on a machine of their own.
    """

    def __init__(
        self, prepared: Prepared, *, power: ModularPower = pow, least: Effort = LEAST
    ) -> None:
        """Nobody has come yet. `least` is the effort that cards must have been locked with."""
        self._prepared = prepared
        self._group = group_named(prepared.group, power)
        self._board = read_board(self._group, prepared.trustees)
        self._least = least
        self._shares: dict[int, TrusteeShare] = {}
        self._tries: Counter[int] = Counter()

    @property
    def came(self) -> tuple[int, ...]:
        """The trustees whose cards were unlocked, by number."""
        return tuple(sorted(self._shares))

    @property
    def missing(self) -> tuple[int, ...]:
        """The others."""
        return tuple(sorted(self._board.keys.keys() - self._shares.keys()))

    @property
    def needed(self) -> int:
        """How many must come."""
        return self._board.threshold

    @property
    def complete(self) -> bool:
        """Whether those who came are enough."""
        return len(self._shares) >= self.needed

    def tries(self, owner: int) -> int:
        """How many wrong PINs a trustee has typed in this sitting."""
        return self._tries[owner]

    def look_at(self, text: str) -> Card:
        """The card of a scan or of a typed code, if it is of this assembly.

        Raises:
            ElectionRefused: `card-form`, `card-row`, `card-damaged`, `card-effort`,
                `card-assembly`.
        """
        card = read_card(text, self._least)
        card.require_of(self._prepared.group, self._prepared.trustees)
        return card

    def unlock(self, card: Card, pin: Pin) -> None:
        """Take a trustee's share; one who came before is still one.

        Raises:
            ElectionRefused: `card-pin`, `card-memory`, `share`.
        """
        try:
            self._shares[card.owner] = unlock(card, pin, self._group, self._board)
        except ElectionRefused as refusal:
            self._tries[card.owner] += refusal.code is ElectionProblem.CARD_PIN
            raise

    def all_shares(self) -> tuple[TrusteeShare, ...]:
        """Those of everyone who came; refused while they are too few (`trustees-missing`)."""
        if not self.complete:
            raise KioskRefused(
                KioskProblem.TRUSTEES_MISSING,
                n=self.needed - len(self._shares),
                needed=self.needed,
                came=_listed(self.came),
                others=_listed(self.missing),
            )
        return tuple(self._shares[owner] for owner in self.came)

    def shares(self) -> tuple[TrusteeShare, ...]:
        """Exactly as many as are needed; refused as `all_shares`."""
        return self.all_shares()[: self.needed]


def _listed(owners: Sequence[int]) -> str:
    return ", ".join(map(str, owners)) or "–"
