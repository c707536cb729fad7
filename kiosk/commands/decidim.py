# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna decidim`: what Decidim has, read into a folder; the way back is in modules beside."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from kiosk.commands import decidim_apply, decidim_check_in, decidim_plan, decidim_verify
from kiosk.commands.parsers import Commands
from kiosk.commands.progress import OFTEN
from kiosk.demo.narrator import CLEAR_LINE
from kiosk.i18n import Voice
from sync.decidim.address import Wish, read_address
from sync.decidim.post import Api
from sync.decidim.reading.pulling import pull
from sync.decidim.reading.rows import Kind
from sync.decidim.refusals import DecidimProblem, DecidimRefused

_TOLD = (Kind.MEETINGS, Kind.PROPOSALS, Kind.PROJECTS, Kind.RESULTS)


def add(commands: Commands) -> None:
    """Describe the commands."""
    parser = commands.add_parser(
        "decidim",
        help="from Decidim to the room and back",
        description="Reading needs no account. Only `apply` may change something, and asks first.",
    )
    acts: Commands = parser.add_subparsers(required=True, metavar="ACT")
    act = acts.add_parser(
        "pull",
        help="read a space: components, meetings, proposals, budgets, results, surveys",
        description="Reads the public API. Given again, a pull that was cut short goes on where it"
        " was. DIR then holds the answers, and one file for each kind of thing.",
    )
    act.add_argument("address", metavar="URL", help="of the platform, or of the space's page")
    space = act.add_mutually_exclusive_group()
    space.add_argument("--process", metavar="SLUG")
    space.add_argument("--assembly", metavar="ID", help="its number, or its slug")
    act.add_argument("--component", action="append", default=[], metavar="ID", help="only these")
    act.add_argument("--out", type=Path, required=True, metavar="DIR")
    act.set_defaults(do=_pull)
    for back in (decidim_plan, decidim_apply, decidim_verify, decidim_check_in):
        back.add(acts)


def _pull(chosen: argparse.Namespace, said: Voice) -> int:
    address = read_address(chosen.address)
    wish = address.wish
    if chosen.process:
        wish = Wish(kind="process", space=chosen.process)
    elif chosen.assembly:
        wish = Wish(kind="assembly", space=chosen.assembly)
    if wish is None:
        raise DecidimRefused(DecidimProblem.NO_SPACE, address=chosen.address)
    if chosen.component:
        wish = replace(wish, components=tuple(dict.fromkeys(chosen.component)))
    api = Api(address.site, clock=time.monotonic, sleep=time.sleep)
    course = _Course(said)
    done = pull(address.site, wish, chosen.out, api.ask, course)
    course.clear()
    assert done.space
    title = done.space.title.get(said.language) or next(iter(done.space.title.values()), "")
    told = course.facts()
    print(said.say("decidim.pull.done", title=title, path=str(chosen.out), **told))
    return 0


class _Course:
    """How far a pull is: one line on a terminal, nothing anywhere else."""

    def __init__(self, said: Voice) -> None:
        self._said = said
        self._counts: Counter[Kind] = Counter()
        self._last = -OFTEN

    def __call__(self, kind: Kind, count: int) -> None:
        self._counts[kind] = count
        now = time.monotonic()
        if sys.stderr.isatty() and now - self._last >= OFTEN:
            self._last = now
            line = self._said.say("decidim.pull.so-far", **self.facts())
            print(f"{CLEAR_LINE}{line}", end="", file=sys.stderr, flush=True)

    def facts(self) -> dict[str, str | int]:
        return {kind: self._counts[kind] for kind in _TOLD}

    def clear(self) -> None:
        if sys.stderr.isatty():
            print(CLEAR_LINE, end="", file=sys.stderr, flush=True)
