# SPDX-License-Identifier: AGPL-3.0-or-later
"""Minutes as PDF: the full text for the book of minutes, and the copy to publish.

The same facts give the same bytes, so that the file's hash can go into the record.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from printouts.discussion import matters
from printouts.evidence import evidence
from printouts.meeting import agenda, attendees, opening
from printouts.paper import HAIR, QUIET, accent, shortened, typeface
from printouts.proceedings import Minutes
from printouts.redaction import names_of
from printouts.scribe import MARGIN, MEASURE, Scribe
from printouts.signatures import signatures
from printouts.voice import Say

_TOP, _BOTTOM = 24 * mm, 24 * mm


def pdf(minutes: Minutes, say: Say, *, public: bool) -> bytes:
    """The minutes on A4, said by `say` in the language of the minutes.

    The public copy holds no names but those of chair and secretary and what stands on ballot
    papers and agenda; nor what single devices took, where it agrees.

    Raises:
        PaperRefused: `no-font`.
    """
    scribe = Scribe(
        say=say,
        language=minutes.language,
        accent=accent(minutes.accent),
        public=public,
        withheld=names_of(minutes) if public else frozenset(),
    )
    pages = _Sheets(minutes, scribe, pages=0).fill()[1]
    return _Sheets(minutes, scribe, pages=pages).fill()[0]


def _story(minutes: Minutes, scribe: Scribe) -> Iterator[Flowable]:
    yield from opening(minutes, scribe)
    yield from agenda(minutes, scribe)
    yield from attendees(minutes, scribe)
    yield from matters(minutes, scribe)
    yield from evidence(minutes, scribe)
    yield from signatures(minutes, scribe)


class _Sheets:
    """The pages, each with its number of `pages` and the hash of the bundle at its foot."""

    def __init__(self, minutes: Minutes, scribe: Scribe, pages: int) -> None:
        self.minutes, self.scribe, self.pages = minutes, scribe, pages
        self.title = minutes.assembly.title.in_language(minutes.language)
        self.body = minutes.assembly.body.in_language(minutes.language)

    def fill(self) -> tuple[bytes, int]:
        """The bytes, and how many pages they make."""
        buffer = BytesIO()
        kind = "minutes.public" if self.scribe.public else "minutes.full"
        document = BaseDocTemplate(
            buffer,
            pagesize=A4,
            invariant=1,
            lang=self.minutes.language,
            initialFontName=typeface(),
            title=f"{self.scribe.say('minutes.title')} · {self.title}",
            author=self.body,
            subject=self.scribe.say(kind),
            creator="Urna",
            displayDocTitle=True,
        )
        frame = Frame(MARGIN, _BOTTOM, MEASURE, A4[1] - _TOP - _BOTTOM, 0, 0, 0, 0, id="page")
        document.addPageTemplates([PageTemplate("page", [frame], onPage=self.furnish)])
        document.build(list(_story(self.minutes, self.scribe)))
        return buffer.getvalue(), document.page

    def furnish(self, sheet: Canvas, document: BaseDocTemplate) -> None:
        """Head (but on the first page) and foot of a page."""
        right, foot = A4[0] - MARGIN, _BOTTOM - 9 * mm
        sheet.saveState()
        sheet.setStrokeColor(HAIR)
        sheet.setLineWidth(0.5)
        sheet.setFillColor(QUIET)
        sheet.setFont(typeface(), 8)
        if document.page > 1:
            head = A4[1] - _TOP + 7 * mm
            sheet.drawString(MARGIN, head, shortened(self.title, 8, MEASURE))
            sheet.line(MARGIN, head - 5, right, head - 5)
        sheet.line(MARGIN, foot + 11, right, foot + 11)
        number = self.scribe.say("minutes.page", page=document.page, pages=self.pages)
        sheet.drawRightString(right, foot, number)
        sheet.setFont(typeface(), 6.8)
        sheet.drawString(MARGIN, foot, f"SHA-256 {self.minutes.bundle}")
        sheet.restoreState()
