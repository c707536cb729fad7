# SPDX-License-Identifier: AGPL-3.0-or-later
"""A4 upright and turned: frames, heads and feet, and parts that need one or the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
)

from printouts.counting.teller import Teller
from printouts.paper import HAIR, QUIET, shortened, typeface
from printouts.scribe import MARGIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Paper as it is held: its size and margins in points."""

    name: str
    paper: tuple[float, float]
    side: float
    ends: float  # above and below the frame

    @property
    def width(self) -> float:
        """The measure between the margins."""
        return self.paper[0] - 2 * self.side

    @property
    def height(self) -> float:
        """From the head to the foot."""
        return self.paper[1] - 2 * self.ends


TALL = Page(name="tall", paper=A4, side=MARGIN, ends=24 * mm)
WIDE = Page(name="wide", paper=landscape(A4), side=14 * mm, ends=20 * mm)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Flowables on one kind of page; `fresh` ones begin on a page of their own."""

    story: Callable[[], Iterator[Flowable]]  # ReportLab uses flowables up, and builds twice
    page: Page = TALL
    fresh: bool = False


def bound(parts: Sequence[Part], teller: Teller) -> bytes:
    """The parts one after the other as PDF, pages numbered."""
    pages = _Binding(teller, pages=0).fill(parts)[1]
    return _Binding(teller, pages=pages).fill(parts)[0]


class _Binding:
    """The pages, each with its number of `pages` and the digest of the ballots at its foot."""

    def __init__(self, teller: Teller, pages: int) -> None:
        self.teller, self.pages = teller, pages
        title = teller.count.contest.title.strip()
        self.title = title or teller.say("countpaper.untitled")

    def fill(self, parts: Sequence[Part]) -> tuple[bytes, int]:
        """The bytes, and how many pages they make."""
        buffer = BytesIO()
        document = BaseDocTemplate(
            buffer,
            pagesize=A4,
            invariant=1,
            lang=self.teller.scribe.language,
            initialFontName=typeface(),
            title=f"{self.teller.say('countpaper.kind')} · {self.title}",
            subject=self.teller.say(f"rule.{self.teller.count.rule.name}"),
            creator="Urna",
            displayDocTitle=True,
        )
        document.addPageTemplates([self.template(page) for page in (TALL, WIDE)])
        document.build(list(_turned(parts)))
        return buffer.getvalue(), document.page

    def template(self, page: Page) -> PageTemplate:
        """One frame with head and foot."""
        frame = Frame(page.side, page.ends, page.width, page.height, 0, 0, 0, 0, id=page.name)

        def furnish(sheet: Canvas, document: BaseDocTemplate) -> None:
            self.furnish(sheet, page, document.page)

        return PageTemplate(page.name, [frame], onPage=furnish, pagesize=page.paper)

    def furnish(self, sheet: Canvas, page: Page, number: int) -> None:
        """Head (but on the first page) and foot of a page."""
        right, foot = page.side + page.width, page.ends - 9 * mm
        sheet.saveState()
        sheet.setStrokeColor(HAIR)
        sheet.setLineWidth(0.5)
        sheet.setFillColor(QUIET)
        sheet.setFont(typeface(), 8)
        if number > 1:
            head = page.paper[1] - page.ends + 7 * mm
            sheet.drawString(page.side, head, shortened(self.title, 8, page.width))
            sheet.line(page.side, head - 5, right, head - 5)
        sheet.line(page.side, foot + 11, right, foot + 11)
        said = self.teller.say("countpaper.page", page=number, pages=self.pages)
        sheet.drawRightString(right, foot, said)
        sheet.setFont(typeface(), 6.8)
        digest = self.teller.basis.ballots
        sheet.drawString(page.side, foot, self.teller.say("countpaper.foot", digest=digest))
        sheet.restoreState()


def _turned(parts: Sequence[Part]) -> Iterator[Flowable]:
    """The parts with a new page where the paper turns, or where one begins its own."""
    held = TALL
    for part in parts:
        story = list(part.story())
        if story and (part.fresh or part.page is not held):
            yield NextPageTemplate(part.page.name)
            yield PageBreak()
            held = part.page
        yield from story
