# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo's trustees: their cards come out of a printer, and are scanned when they are needed.

Who holds which PIN is known to this process only, as it would be to the trustees.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ballots.election.trustees.card import LEAST
from ballots.election.trustees.share import TrusteeShare
from ballots.randomness import shuffled
from hardware.attach import attach_printer, attach_scanner
from hardware.simulated.paper import save_picture
from hardware.simulated.printer import PrinterSimulator
from hardware.simulated.scanner import ScannerSimulator
from kiosk.arithmetic import best_power
from kiosk.keys import chance
from kiosk.preparing import Preparation
from kiosk.rehearsing import rehearse
from kiosk.trustee_cards import Sitting, lock_cards, print_card

SCAN = 5.0  # seconds that a simulated scanner may take


class Ceremony:
    """Any trustees that are enough open the tallies; which ones come is drawn."""

    def __init__(self, preparation: Preparation) -> None:
        """Lock a card for each trustee with a drawn PIN, and the least effort that is taken."""
        self._prepared = preparation.prepared
        self._locked = lock_cards(preparation, chance, effort=LEAST)

    def print_cards(self, folder: Path) -> None:
        """Each card through a simulated printer, kept as a picture named after its trustee."""
        with PrinterSimulator() as simulator:
            printer = attach_printer(simulator.url)
            for locked in self._locked:
                print_card(locked, printer)
                picture = simulator.receipts[-1]
                save_picture(picture, folder / f"trustee-{locked.trustee.owner}.png")
            printer.close()

    def rehearse(self) -> None:
        """Before the evening: do the cards open a tally?"""
        rehearse(self._prepared, self.open(), random=chance, power=best_power())

    def open(self) -> Sequence[TrusteeShare]:
        """As many trustees as are needed come, scan their cards and type their PINs."""
        sitting = Sitting(self._prepared, power=best_power())
        with ScannerSimulator() as simulator:
            scanner = attach_scanner(simulator.url)
            scanner.forget()
            for locked in shuffled(chance, self._locked)[: sitting.needed]:
                simulator.scan(locked.card.payload)
                text = scanner.read(SCAN)
                sitting.unlock(sitting.look_at(text or ""), locked.pin)
            scanner.close()
        return sitting.shares()
