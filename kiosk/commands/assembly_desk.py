# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna assembly check-in` and `leftover`: the desk's acts without a screen."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

from ballots.record.kinds import Role
from kiosk.commands.folders import switched_on
from kiosk.desk import Desk
from kiosk.i18n import Voice


def check_in(chosen: argparse.Namespace, said: Voice) -> int:
    """Record each person when their name is there, and the slip that they draw."""
    with switched_on(chosen.folder, Role.DESK) as device:
        desk = Desk(device)
        for name in filter(None, map(str.strip, chosen.names or _asked(said))):
            desk.check_in(name)
            if not chosen.no_slip:
                desk.issue_slip()
        session = device.session()
    print(said.say("assembly.desk.present", n=session.present, issued=session.slips_issued))
    return 0


def leftover(chosen: argparse.Namespace, said: Voice) -> int:
    """Record what is left of the printed slips."""
    with switched_on(chosen.folder, Role.DESK) as device:
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
