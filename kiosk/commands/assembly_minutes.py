# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna assembly minutes`: count with the trustees, publish, and show what came of it."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

from ballots.election.trustees.share import TrusteeShare
from ballots.record.kinds import Role
from kiosk.arithmetic import best_power
from kiosk.commands.company import in_company
from kiosk.commands.folders import switched_on
from kiosk.commands.results import result_table
from kiosk.commands.trustee_table import seat
from kiosk.ending import end_evening
from kiosk.facilitator import settle
from kiosk.i18n import Voice
from kiosk.keys import chance
from kiosk.trustee_cards import Sitting
from printouts.proceedings import HeldIn


def run(chosen: argparse.Namespace, said: Voice) -> int:
    """Seal what can be sealed, count, publish."""
    with (
        switched_on(chosen.folder, Role.FACILITATOR) as device,
        in_company(device, chosen, said, settle),
    ):
        settle(device)
        power = best_power()
        sitting = Sitting(device.prepared, power=power)

        def trustees() -> Sequence[TrusteeShare]:
            seat(sitting, chosen, said, everyone=False)
            return sitting.shares()

        held_in = HeldIn.SECOND if device.prepared.assembly.call.second else HeldIn.FIRST
        ended = end_evening(
            device,
            trustees,
            chosen.out,
            held_in=chosen.held_in or held_in,
            random=chance,
            timestamp=int(time.time()),
            power=power,
        )
    print(result_table(ended.counted, said))
    print(said.say("assembly.minutes.done", path=str(chosen.out)))
    print(f"urna verify {chosen.out / 'bundle.urna'}")
    return 0
