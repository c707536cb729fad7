# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna assembly rehearse`: do the trustees' cards open a tally? Writes nothing."""

from __future__ import annotations

import argparse

from kiosk.arithmetic import best_power
from kiosk.commands.trustee_table import seat
from kiosk.i18n import Voice
from kiosk.keys import chance
from kiosk.prepared import load_prepared
from kiosk.rehearsing import rehearse
from kiosk.trustee_cards import Sitting


def run(chosen: argparse.Namespace, said: Voice) -> int:
    """Unlock every card that is there, and open a test tally with them."""
    prepared, power = load_prepared(chosen.folder / "assembly"), best_power()
    sitting = Sitting(prepared, power=power)
    seat(sitting, chosen, said, everyone=True)
    ballots = rehearse(prepared, sitting.all_shares(), random=chance, power=power)
    owners = ", ".join(map(str, sitting.came))
    print(said.say("assembly.rehearse.done", owners=owners, n=ballots))
    if untried := ", ".join(map(str, sitting.missing)):
        print(said.say("assembly.rehearse.untried", owners=untried))
    return 0
