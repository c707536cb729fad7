# SPDX-License-Identifier: AGPL-3.0-or-later
"""On a terminal: which of what was pulled from Decidim is voted on."""

from __future__ import annotations

import sys

from kiosk.errors import KioskProblem, KioskRefused
from kiosk.from_decidim import Chosen
from kiosk.i18n import Voice
from sync.decidim.reading.candidates import projects_of, proposals_of
from sync.decidim.reading.snapshot import Snapshot


def ask_what(snapshot: Snapshot, said: Voice) -> list[Chosen]:
    """List proposals, then projects, and read the numbers of a question of each.

    Raises:
        KioskRefused: `nothing-chosen`, also where nobody can be asked.
    """
    chosen = []
    for of, candidates in (
        ("proposals", [p for p in proposals_of(snapshot) if p.state != "withdrawn"]),
        ("projects", projects_of(snapshot)),
    ):
        if candidates and sys.stdin.isatty():
            for each in candidates:
                print(f"{each.id:>8}  {each.title.in_language(said.language)}")
            print(said.say("assembly.from.choose"), end=" ", flush=True)
            ids = tuple(dict.fromkeys(sys.stdin.readline().replace(",", " ").split()))
            chosen += [Chosen(of, ids)] if ids else []
    if not chosen:
        raise KioskRefused(KioskProblem.NOTHING_CHOSEN)
    return chosen
