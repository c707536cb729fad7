# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form that closes a meeting in Decidim, field by field in its order, to paste from."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from kiosk.decidim.page import page
from kiosk.i18n import Voice
from sync.decidim.uploads.closure import MOST_ATTENDEES, Closure


def paste_sheet(closure: Closure, said: Voice) -> str:
    """The sheet as a page; reports are shown as they will look."""
    return page(said.say("decidim.sheet.title"), said, _fields(closure, said))


def _fields(closure: Closure, said: Voice) -> Iterator[str]:
    by_hand = escape(said.say("decidim.sheet.by-hand"))
    for locale, report in closure.reports.items():
        yield _field(said.say("decidim.sheet.report", locale=locale), report)
    attendees = str(closure.attendees)
    if closure.capped:
        attendees += f" ({said.say('decidim.capped', most=MOST_ATTENDEES)})"
    yield _field(said.say("decidim.sheet.attendees"), escape(attendees))
    contributions = by_hand if closure.contributions is None else str(closure.contributions)
    yield _field(said.say("decidim.sheet.contributions"), contributions)
    names = escape(", ".join(closure.organisations)) or by_hand
    yield _field(said.say("decidim.sheet.organisations"), names)
    yield _field(said.say("decidim.sheet.proposals"), ", ".join(closure.proposals) or "–")
    yield _field(said.say("decidim.sheet.media"), by_hand)
    yield _field(said.say("decidim.sheet.visible"), escape(said.say("decidim.sheet.yes")))


def _field(label: str, content: str) -> str:
    return f'<strong>{escape(label)}</strong><div class="field">{content}</div>\n'
