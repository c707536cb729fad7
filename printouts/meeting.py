# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first pages of minutes: when, where, who called, who came, what for."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.platypus import CondPageBreak, Flowable

from printouts.columns import Columns
from printouts.fonts import Weight
from printouts.paper import QUIET, Around, moment, style, text
from printouts.proceedings import Attendee, Minutes
from printouts.scribe import Scribe

_ENOUGH = 110.0  # points at the foot of a page that are worth a heading and some names


def opening(minutes: Minutes, scribe: Scribe) -> Iterator[Flowable]:
    """Title and particulars."""
    assembly = minutes.assembly
    kind = "minutes.public" if scribe.public else "minutes.full"
    yield text(
        f"{scribe.say('minutes.title')} · {scribe.say(kind)}",
        style(9.5, Weight.SEMIBOLD, scribe.accent, around=Around(after=3)),
    )
    yield scribe.title(assembly.title.in_language(minutes.language))
    body = assembly.body.in_language(minutes.language)
    yield text(body, style(13, colour=QUIET, around=Around(after=12)))
    yield scribe.facts(list(_particulars(minutes, scribe)))


def _particulars(minutes: Minutes, scribe: Scribe) -> Iterator[tuple[str, list[str]]]:
    assembly, say = minutes.assembly, scribe.say
    call = assembly.call
    yield say("minutes.when"), [_span(minutes, scribe)]
    yield say("minutes.where"), [assembly.place]
    yield (
        say("minutes.character"),
        [say("minutes.ordinary" if call.ordinary else "minutes.extraordinary")],
    )
    called = scribe.date(moment(call.convened_on, "call.convened_on"))
    yield (
        say("minutes.called"),
        [say("minutes.called-by", name=scribe.discreet(call.convened_by), date=called)],
    )
    yield say("minutes.calls"), list(_calls(minutes, scribe))
    yield say("minutes.chair"), [assembly.chair]
    yield say("minutes.secretary"), [assembly.secretary]
    yield say("minutes.attendance"), list(_numbers(minutes, scribe))


def _span(minutes: Minutes, scribe: Scribe) -> str:
    opened = moment(minutes.opened, "opened")
    closed = moment(minutes.closed, "closed")
    facts = {
        "date": scribe.date(opened),
        "opened": scribe.time(opened),
        "closed": scribe.time(closed),
    }
    if closed.date() == opened.date():
        return scribe.say("minutes.from-to", **facts)
    return scribe.say("minutes.from-to-day", **facts, day=scribe.date(closed))


def _calls(minutes: Minutes, scribe: Scribe) -> Iterator[str]:
    call = minutes.assembly.call
    for name, text_ in (("first", call.first), ("second", call.second)):
        if text_:
            when = moment(text_, f"call.{name}")
            yield scribe.say(
                f"minutes.call.{name}", date=scribe.date(when), time=scribe.time(when)
            )
    yield scribe.say(f"minutes.held.{minutes.held_in}")


def _numbers(minutes: Minutes, scribe: Scribe) -> Iterator[str]:
    attendance = minutes.attendance
    together = attendance.present + attendance.represented
    yield scribe.say("minutes.present", n=attendance.present)
    yield scribe.say("minutes.represented", n=attendance.represented)
    if minutes.assembly.census:
        yield scribe.say("minutes.share", n=together, census=minutes.assembly.census)
    if scribe.public and attendance.names:
        yield scribe.say("minutes.names-withheld")


def agenda(minutes: Minutes, scribe: Scribe) -> Iterator[Flowable]:
    """The items of the call, in its order."""
    yield scribe.chapter(scribe.say("minutes.agenda"))
    for place, item in enumerate(minutes.assembly.agenda, 1):
        title = item.title.in_language(minutes.language)
        yield text(f"{place}. {title}", style(10, around=Around(hanging=16, after=2)))


def attendees(minutes: Minutes, scribe: Scribe) -> Iterator[Flowable]:
    """The names, in three columns; the public copy has none."""
    names = minutes.attendance.names
    if scribe.public or not names:
        return
    yield CondPageBreak(_ENOUGH)
    # Not kept with the columns: ReportLab would then not part them at the foot of a page.
    yield scribe.chapter(scribe.say("minutes.attendees"), keep=False)
    entries = [text(_named(each, scribe), style(9, around=Around(hanging=8))) for each in names]
    yield Columns(entries, count=3, gap=12)


def _named(attendee: Attendee, scribe: Scribe) -> str:
    if not attendee.represented_by:
        return attendee.name
    return scribe.say(
        "minutes.represented-by", name=attendee.name, representative=attendee.represented_by
    )
