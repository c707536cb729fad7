# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna decidim check-in`: who of a list came, and what follows for Decidim."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from kiosk.commands.parsers import Commands
from kiosk.decidim.came_file import CameFile
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.i18n import Voice
from kiosk.keys import chance, replace_key
from sync.decidim.refusals import DecidimProblem, DecidimRefused
from sync.decidim.uploads.census import Census, Registrations, read_coming

Coming = Registrations | Census


def add(acts: Commands) -> None:
    """Describe the act."""
    act = acts.add_parser(
        "check-in",
        help="note who of a meeting's registrations, or of an online census, came",
        description="Of LIST only codes are read, never a name. FILE holds marks that tell nobody."
        " With --out: the codes to validate, or the census of who may still vote online.",
    )
    act.add_argument("list", type=Path, metavar="LIST", help="exported by an administrator, CSV")
    act.add_argument("--came", type=Path, required=True, metavar="FILE", help="who came so far")
    act.add_argument("--out", type=Path, metavar="CSV", help="read no codes; write what follows")
    act.set_defaults(do=run)


def run(chosen: argparse.Namespace, said: Voice) -> int:
    """Note, or write what follows."""
    try:
        export = chosen.list.read_bytes()
    except OSError as error:
        detail = error.strerror or str(error)
        raise KioskRefused(
            KioskProblem.FILE_UNREADABLE, path=str(chosen.list), detail=detail
        ) from error
    try:
        came = CameFile(chosen.came, chance)
        coming = read_coming(export, came.key)
        if chosen.out is None:
            print(said.say("decidim.check-in.ask"))
            _note(coming, came, sys.stdin, said)
        else:
            replace_key(chosen.out, coming.handed_back(export, came.marks))
    except OSError as error:
        detail = error.strerror or str(error)
        raise DecidimRefused(
            DecidimProblem.FOLDER_UNWRITABLE, path=str(chosen.out or chosen.came), detail=detail
        ) from error
    print(said.say("decidim.check-in.so-far", n=len(came.marks)))
    if chosen.out is not None:
        kind = "codes" if isinstance(coming, Registrations) else "census"
        print(said.say(f"decidim.check-in.{kind}", path=str(chosen.out)))
    return 0


def _note(coming: Coming, came: CameFile, lines: Iterable[str], said: Voice) -> None:
    for line in lines:
        code = line.strip()
        if not code:
            return
        mark = coming.mark(code)
        if mark is None:
            print(said.say("decidim.check-in.unknown"))
        elif mark in came.marks:
            print(said.say("decidim.check-in.twice"))
        else:
            came.add(mark)
            print(said.say("decidim.check-in.welcome"))
