# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna assembly check-in` and `leftover`: the desk's acts without a screen."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator

from ballots.record.kinds import Role
from kiosk.commands.company import in_company
from kiosk.commands.folders import switched_on
from kiosk.desk import Desk
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.i18n import Voice


def check_in(chosen: argparse.Namespace, said: Voice) -> int:
    """Record each person when their name is there, and the slip that they draw."""
    with (
        switched_on(chosen.folder, Role.DESK) as device,
        in_company(device, chosen, said),
    ):
        desk = Desk(device)
        try:
            for name in _readable(chosen.names or _asked(said)):
                desk.check_in(name)
                if not chosen.no_slip:
                    desk.issue_slip()
        finally:  # however it ended, whoever typed must know how far it came
            session = device.session()
            print(
                said.say("assembly.desk.present", n=session.present, issued=session.slips_issued)
            )
    return 0


def _readable(names: Iterable[str]) -> Iterator[str]:
    """Names that say something; refused at the first that is no text, counted from 1."""
    taken = 0
    try:
        for name in names:
            name.encode()
            taken += 1
            if name.strip():
                yield name.strip()
    except UnicodeError as error:
        raise KioskRefused(KioskProblem.NAME_NOT_TEXT, n=taken + 1) from error


def leftover(chosen: argparse.Namespace, said: Voice) -> int:
    """Record what is left of the printed slips."""
    with (
        switched_on(chosen.folder, Role.DESK) as device,
        in_company(device, chosen, said),
    ):
        Desk(device).count_leftover(left=chosen.left, void=chosen.void)
        session = device.session()
    print(
        said.say(
            "assembly.desk.leftover",
            printed=session.slips_printed,
            issued=session.slips_issued,
            left=session.slips_left,
            void=session.slips_void,
        )
    )
    return 0


def _asked(said: Voice) -> Iterable[str]:
    """Names as they come in on the input."""
    if sys.stdin.isatty():
        print(said.say("assembly.desk.ask"), file=sys.stderr)
    return sys.stdin
