# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna assembly revoke`: two facilitators take a device out."""

from __future__ import annotations

import argparse

from ballots.record.kinds import Role
from ballots.session import Device as Known
from ballots.session import Session
from kiosk.commands.assembly_polls import clock
from kiosk.commands.company import in_company
from kiosk.commands.folders import switched_on
from kiosk.ending import names_of
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.facilitator import Facilitator, settle
from kiosk.i18n import Voice


def run(chosen: argparse.Namespace, said: Voice) -> int:
    """Sign, and say whether another one has to."""
    with (
        switched_on(chosen.folder, Role.FACILITATOR) as device,
        in_company(device, chosen, said, settle),
    ):
        known = _known(device.session(), chosen.device)
        if known.id == device.key.public.hex():
            raise KioskRefused(KioskProblem.DEVICE_ITSELF, device=known.name)
        is_done = Facilitator(device, clock).revoke(known.id)
        settle(device)
    code = "assembly.revoke.done" if is_done else "assembly.revoke.second"
    print(said.say(code, device=known.name))
    return 0


def _known(session: Session, wanted: str) -> Known:
    """The device of that name, or the only one whose key begins so."""
    by_name = [it for it in session.devices.values() if it.name == wanted]
    by_key = [it for it in session.devices.values() if it.id.startswith(wanted.lower())]
    for found in (by_name, by_key):
        if len(found) == 1:
            return found[0]
    known = names_of(session, session.devices)
    raise KioskRefused(KioskProblem.DEVICE_UNKNOWN, device=wanted, known=known)
