# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna decidim verify`: what of a plan arrived."""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.commands.decidim_plan import pull_afresh
from kiosk.commands.parsers import Commands
from kiosk.decidim.plan_folder import read_plan_folder
from kiosk.i18n import Voice
from sync.decidim.handing_over.arrived import Came, arrivals
from sync.decidim.reading.snapshot import Snapshot, read_snapshot
from sync.decidim.refusals import DecidimProblem, DecidimRefused


def add(acts: Commands) -> None:
    """Describe the act."""
    act = acts.add_parser(
        "verify",
        help="see whether a plan arrived",
        description="Reads Decidim anew and compares, thing by thing. Exits 1 while something"
        " that can be seen is missing or differs.",
    )
    act.add_argument("plan", type=Path, metavar="PLAN")
    act.add_argument(
        "--pull", type=Path, metavar="DIR", help="compare with this later pull instead"
    )
    act.set_defaults(do=run)


def run(chosen: argparse.Namespace, said: Voice) -> int:
    """Compare, and tell."""
    folder = read_plan_folder(chosen.plan)
    now = read_snapshot(chosen.pull) if chosen.pull else _now(folder.pulled)
    found = list(arrivals(folder.plan, folder.texts, folder.pulled, now))
    for each in found:
        target = said.say(f"decidim.target.{each.change.target}")
        came = said.say(f"decidim.came.{each.came}", there=each.there, n=each.change.after)
        print(f"{target} · {each.change.id} {each.change.name}: {came}")
    wrong = sum(each.came in (Came.MISSING, Came.DIFFERS) for each in found)
    unseen = sum(each.came is Came.UNSEEN for each in found)
    if wrong:
        print(said.say("decidim.verify.wrong", n=wrong))
    else:
        print(said.say("decidim.verify.all", n=len(found) - unseen))
    if unseen:
        print(said.say("decidim.verify.unseen", n=unseen))
    return 1 if wrong else 0


def _now(before: Snapshot) -> Snapshot:
    if not before.pull.address:
        raise DecidimRefused(DecidimProblem.PULL_NEEDED)
    with TemporaryDirectory(prefix="urna-decidim-") as folder:
        pull_afresh(before.pull.address, before.wish, Path(folder) / "pull")
        return read_snapshot(Path(folder) / "pull")
