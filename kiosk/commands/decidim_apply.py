# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna decidim apply`: a plan carried out, in files or through the API."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Final

from kiosk.commands.decidim_account import account_options, door_of
from kiosk.commands.decidim_plan import ledger_option
from kiosk.commands.parsers import Commands
from kiosk.decidim.applying import Applied, apply
from kiosk.decidim.closing_pack import CLOSING
from kiosk.decidim.ledger_file import ledger_of
from kiosk.decidim.plan_folder import PlanFolder, read_plan_folder
from kiosk.i18n import Voice
from sync.decidim.handing_over.ledger import Target
from sync.decidim.refusals import DecidimProblem, DecidimRefused
from sync.decidim.uploads.sheet import SEPARATORS
from sync.decidim.writing.session import Session
from sync.decidim.writing.writer import Writer

_SEPARATORS: Final = dict(zip(("semicolon", "comma", "tab"), SEPARATORS, strict=True))


def add(acts: Commands) -> None:
    """Describe the act."""
    act = acts.add_parser(
        "apply",
        help="carry a plan out: write the files to upload, or use the API",
        description="Writes files for an administrator. With an account, what the platform takes"
        " through its API is written there, and files hold the rest. Interrupted, it is given"
        " again; nothing is handed over twice.",
    )
    act.add_argument("plan", type=Path, metavar="PLAN")
    account_options(act, required=False)
    act.add_argument(
        "--separator",
        choices=_SEPARATORS,
        default="semicolon",
        help="between the cells, as the platform is set up; semicolon unless said",
    )
    ledger_option(act)
    act.set_defaults(do=run)


def run(chosen: argparse.Namespace, said: Voice) -> int:
    """Carry out, and tell."""
    folder = read_plan_folder(chosen.plan)
    ledger = chosen.ledger or ledger_of(folder.pulled.pull, os.environ)
    separator = _SEPARATORS[chosen.separator]
    door = door_of(chosen, said)
    if door is None:
        done = apply(folder, ledger, separator=separator)
    else:
        site = folder.pulled.pull.address
        if not site:
            raise DecidimRefused(DecidimProblem.LEDGER_NEEDED)
        with Session(site, door, clock=time.monotonic, sleep=time.sleep) as session:
            done = apply(folder, ledger, Writer(session).write, separator)
    _tell(done, folder, said)
    return 1 if done.conflicts else 0


def _tell(done: Applied, folder: PlanFolder, said: Voice) -> None:
    if done.told:
        print(said.say("decidim.apply.told", n=len(done.told)))
    for change, refusal in done.not_taken:
        print(f"  · {change.id}: {said.refusal(refusal)}")
    for path in done.uploads:
        if path.suffix == ".csv":
            target = next(each for each in Target if f"-{each}" in path.name)
            print(said.say(f"decidim.upload.{target}", path=str(path)))
    if (folder.path / CLOSING).is_dir():
        print(said.say("decidim.apply.closing", path=str(folder.path / CLOSING)))
    if done.told or done.uploads:
        print(f"urna decidim verify {folder.path}")
    elif not done.conflicts:
        print(said.say("decidim.apply.nothing"))
    for change, refusal in done.conflicts:
        print(f"urna: {change.id}: {said.refusal(refusal)}", file=sys.stderr)
