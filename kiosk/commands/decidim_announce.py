# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna decidim announce`: the meeting of an assembly, created before it."""

from __future__ import annotations

import argparse
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from ballots.assembly import Assembly
from kiosk.commands.decidim_account import account_options, door_of
from kiosk.commands.parsers import Commands, whole
from kiosk.i18n import Voice
from kiosk.organiser_files import read_assembly_of
from sync.decidim.reading.snapshot import Snapshot, read_snapshot
from sync.decidim.refusals import DecidimProblem, DecidimRefused
from sync.decidim.uploads import rich
from sync.decidim.writing.meetings import MeetingStep, NewMeeting
from sync.decidim.writing.outcomes import Already, Written
from sync.decidim.writing.session import Session
from sync.decidim.writing.writer import Writer

LONGEST: Final = 24 * 60  # minutes


def add(acts: Commands) -> None:
    """Describe the act."""
    act = acts.add_parser(
        "announce",
        help="create the meeting of an assembly through the API (0.32 and later)",
        description="Only who created a meeting may close it through the API. The hour is that of"
        " the assembly, in the time zone of this machine. Given again, it changes nothing.",
    )
    act.add_argument("file", type=Path, metavar="FILE", help="of the assembly (TOML)")
    act.add_argument("--pull", type=Path, required=True, metavar="DIR", help="what was pulled")
    act.add_argument("--component", metavar="ID", help="for meetings, if there are several")
    act.add_argument("--locale", metavar="TAG", help="to write in; else the assembly's first")
    act.add_argument(
        "--lasts", type=whole(1, LONGEST), default=120, metavar="MINUTES", help="120 unless said"
    )
    account_options(act, required=True)
    act.set_defaults(do=run)


def run(chosen: argparse.Namespace, said: Voice) -> int:
    """Create it, and tell."""
    snapshot = read_snapshot(chosen.pull)
    assembly, _ = read_assembly_of(chosen.file, snapshot, (), meeting=None)
    locale = chosen.locale or assembly.languages[0]
    meeting = meeting_of(assembly, locale, timedelta(minutes=chosen.lasts))
    step = MeetingStep(component=_place(snapshot, chosen.component), meeting=meeting)
    site, door = snapshot.pull.address, door_of(chosen, said)
    if not site or door is None:
        raise DecidimRefused(DecidimProblem.LEDGER_NEEDED)
    with Session(site, door, clock=time.monotonic, sleep=time.sleep) as session:
        outcome = Writer(session).write(step)
    if not isinstance(outcome, Written | Already):
        raise outcome.refusal
    code = "done" if isinstance(outcome, Written) else "already"
    print(said.say(f"decidim.announce.{code}", id=outcome.id))
    return 0


def meeting_of(assembly: Assembly, locale: str, lasts: timedelta) -> NewMeeting:
    """What is announced: who meets where and when, about what."""
    start = datetime.fromisoformat(assembly.call.first).astimezone()
    agenda = (rich.text(item.title.in_language(locale)) for item in assembly.agenda)
    body = rich.paragraph(rich.text(assembly.body.in_language(locale)))
    return NewMeeting(
        locale=locale,
        title=assembly.title.in_language(locale),
        description=rich.joined([body, rich.items(agenda)]),
        start=start,
        end=start + lasts,
        address=assembly.place,
    )


def _place(snapshot: Snapshot, wished: str | None) -> str:
    places = [each.id for each in snapshot.components if each.kind == "Meetings"]
    if wished in places or (wished is None and len(places) == 1):
        return wished or places[0]
    known = ", ".join(places)
    raise DecidimRefused(
        DecidimProblem.COMPONENT_UNKNOWN, component=wished or "Meetings", known=known
    )
