# SPDX-License-Identifier: AGPL-3.0-or-later
"""The end of minutes: approval, the secretary's signature and the chair's vistiplau."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.lib.colors import black
from reportlab.platypus import Flowable, KeepTogether, Table

from printouts.paper import moment, typeface
from printouts.proceedings import Minutes
from printouts.scribe import MEASURE, Scribe

_ROOM = 62.0  # points of white for a signature
_BETWEEN = 30.0


def signatures(minutes: Minutes, scribe: Scribe) -> Iterator[Flowable]:
    """One block that no page break parts."""
    say, assembly = scribe.say, minutes.assembly
    column = (MEASURE - _BETWEEN) / 2
    secretary = [scribe.firm(assembly.secretary), scribe.small(say("minutes.secretary"))]
    chair = [scribe.firm(assembly.chair), scribe.small(say("minutes.chair"))]
    lines = Table(
        [
            [scribe.label(say("minutes.signed")), "", scribe.label(say("minutes.vistiplau"))],
            ["", "", ""],
            [secretary, "", chair],
        ],
        colWidths=[column, _BETWEEN, column],
        rowHeights=[None, _ROOM, None],
        style=[
            ("FONTNAME", (0, 0), (-1, -1), typeface()),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ("LINEABOVE", (0, 2), (0, 2), 0.7, black),
            ("LINEABOVE", (2, 2), (2, 2), 0.7, black),
        ],
    )
    title = scribe.chapter(say("minutes.approval"))
    yield KeepTogether([title, scribe.body(_approval(minutes, scribe)), lines])


def _approval(minutes: Minutes, scribe: Scribe) -> str:
    if not minutes.approved_on:
        return scribe.say("minutes.to-approve")
    day = moment(minutes.approved_on, "approved_on")
    return scribe.say("minutes.approved", date=scribe.date(day))
