# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna decidim pull`: what Decidim has, or what was exported from it, read into a folder."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from kiosk.commands import (
    decidim_announce,
    decidim_apply,
    decidim_check_in,
    decidim_plan,
    decidim_verify,
)
from kiosk.commands.parsers import Commands
from kiosk.commands.progress import OFTEN
from kiosk.demo.narrator import CLEAR_LINE
from kiosk.exported_files import exported_files
from kiosk.i18n import Voice
from sync.decidim.address import Wish, read_address
from sync.decidim.exported.gathering import gather
from sync.decidim.post import Api
from sync.decidim.reading.pulling import pull
from sync.decidim.reading.rows import Kind
from sync.decidim.reading.snapshot import Pull
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
        " was. DIR then holds the answers, and one file for each kind of thing. Where the API is"
        " closed, give files instead: the open data, or what an administrator exported.",
    )
    act.add_argument(
        "sources",
        nargs="+",
        metavar="URL|FILE",
        help="address of the platform or of the space's page; or files of it: ZIP, CSV, JSON",
    )
    space = act.add_mutually_exclusive_group()
    space.add_argument("--process", metavar="SLUG")
    space.add_argument("--assembly", metavar="ID", help="its number, or its slug")
    act.add_argument("--component", action="append", default=[], metavar="ID", help="only these")
    act.add_argument("--out", type=Path, required=True, metavar="DIR")
    act.set_defaults(do=_pull)
    others = (decidim_announce, decidim_plan, decidim_apply, decidim_verify, decidim_check_in)
    for other in others:
        other.add(acts)


def _pull(chosen: argparse.Namespace, said: Voice) -> int:
    course = _Course(said)
    address = next((each for each in chosen.sources if "://" in each), None)
    if address is None:
        files = exported_files([Path(each) for each in chosen.sources])
        done = gather(files, _named(chosen), tuple(chosen.component), chosen.out, course)
    elif len(chosen.sources) > 1:
        raise DecidimRefused(DecidimProblem.SEVERAL_SOURCES, address=address)
    else:
        done = _pull_address(address, chosen, course)
    course.clear()
    assert done.space
    title = done.space.title.get(said.language) or next(iter(done.space.title.values()), "")
    title = title or done.space.slug
    told = course.facts()
    print(said.say("decidim.pull.done", title=title, path=str(chosen.out), **told))
    return 0


def _pull_address(text: str, chosen: argparse.Namespace, course: _Course) -> Pull:
    address = read_address(text)
    wish = _named(chosen) or address.wish
    if wish is None:
        raise DecidimRefused(DecidimProblem.NO_SPACE, address=text)
    if chosen.component:
        wish = replace(wish, components=tuple(dict.fromkeys(chosen.component)))
    api = Api(address.site, clock=time.monotonic, sleep=time.sleep)
    return pull(address.site, wish, chosen.out, api.ask, course)


def _named(chosen: argparse.Namespace) -> Wish | None:
    """The space that the options name."""
    if chosen.process:
        return Wish(kind="process", space=chosen.process)
    return Wish(kind="assembly", space=chosen.assembly) if chosen.assembly else None


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
