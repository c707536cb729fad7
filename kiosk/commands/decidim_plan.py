# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna decidim plan`: what the rooms decided, beside what Decidim says."""

from __future__ import annotations

import argparse
import os
import sys
import time
from functools import partial
from pathlib import Path
from typing import Final

from ballots.counting import Fate
from kiosk.arithmetic import best_power
from kiosk.commands.parsers import Commands
from kiosk.commands.progress import Progress
from kiosk.cores import Cores
from kiosk.decidim.ledger_file import ledger_of, load_ledger
from kiosk.decidim.page import stop_line
from kiosk.decidim.planning import Asked, Means, make_plan
from kiosk.i18n import Voice
from sync.decidim.address import Wish
from sync.decidim.handing_over.wanted import Choices
from sync.decidim.post import Api
from sync.decidim.reading.pulling import pull
from sync.decidim.reading.snapshot import read_pull

USUAL: Final = {Fate.CHOSEN: "accepted"}


def add(acts: Commands) -> None:
    """Describe the act."""
    act = acts.add_parser(
        "plan",
        help="compare what rooms decided with what Decidim says",
        description="Verifies the bundles, reads Decidim anew, and writes what would be handed"
        " over into a folder: a page to read and data. Nothing on the platform is changed.",
    )
    act.add_argument("bundles", nargs="+", type=Path, metavar="BUNDLE")
    act.add_argument("--pull", type=Path, required=True, metavar="DIR", help="what was pulled")
    act.add_argument("--out", type=Path, required=True, metavar="PLAN")
    act.add_argument(
        "--assembly",
        action="append",
        default=[],
        metavar="CODE",
        help="an assembly of yours, by the code in its minutes; needed once for each",
    )
    act.add_argument(
        "--state",
        action="append",
        default=[],
        type=_state,
        metavar="FATE=STATE",
        help=f"the state of Decidim that follows ({', '.join(Fate)}); chosen=accepted unless said",
    )
    act.add_argument(
        "--no-paper-ballots",
        action="store_true",
        help="the platform has no module that takes votes on paper for projects",
    )
    act.add_argument(
        "--follow-up",
        action="append",
        default=[],
        metavar="QUESTION",
        help="make a result of accountability of it",
    )
    act.add_argument("--meeting", default="", metavar="ID", help="to be closed")
    act.add_argument("--minutes", type=Path, metavar="PDF", help="to lie beside its form")
    act.add_argument(
        "--locale", action="append", default=[], metavar="TAG", help="of Decidim; default first"
    )
    ledger_option(act)
    act.set_defaults(do=run)


def ledger_option(act: argparse.ArgumentParser) -> None:
    """The option by which a ledger may lie elsewhere."""
    act.add_argument(
        "--ledger",
        type=Path,
        metavar="FILE",
        help="what was handed over so far; else one in your home for each space",
    )


def run(chosen: argparse.Namespace, said: Voice) -> int:
    """Plan, and tell."""
    path = chosen.ledger or ledger_of(read_pull(chosen.pull), os.environ)
    asked = Asked(
        bundles=tuple(chosen.bundles),
        known=frozenset(chosen.assembly),
        choices=Choices(
            states=dict(chosen.state) or USUAL,
            paper_ballots=not chosen.no_paper_ballots,
            accountability=frozenset(chosen.follow_up),
        ),
        meeting=chosen.meeting,
        locales=tuple(chosen.locale),
        minutes=chosen.minutes,
    )
    with Progress(said, sys.stderr, time.monotonic).shown() as progress:
        means = Means(
            power=best_power(),
            spread=Cores.all(),
            pull=pull_afresh,
            watch=partial(progress.tell, "decidim.plan.verifying"),
        )
        made = make_plan(asked, chosen.pull, chosen.out, load_ledger(path), means)
    page = str(chosen.out / f"plan.{said.language}.html")
    for stop in made.stops:
        print(f"urna: {stop_line(stop, said)}", file=sys.stderr)
    if made.stops:
        print(said.say("decidim.plan.not-made", page=page), file=sys.stderr)
        return 1
    if not made.changes:
        print(said.say("decidim.plan.nothing"))
    else:
        print(said.say("decidim.plan.made", n=len(made.changes), page=page))
        print(f"urna decidim apply {chosen.out}")
    return 0


def pull_afresh(site: str, wish: Wish, folder: Path) -> None:
    """Read a space once more."""
    pull(site, wish, folder, Api(site, clock=time.monotonic, sleep=time.sleep).ask, _unwatched)


def _unwatched(_kind: object, _count: int) -> None:
    """A space that was read before takes no time to speak of."""


def _state(text: str) -> tuple[Fate, str]:
    fate, equals, state = text.partition("=")
    if not equals or not state or fate not in set(Fate):
        raise argparse.ArgumentTypeError("FATE=STATE")
    return Fate(fate), state
