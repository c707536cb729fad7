# SPDX-License-Identifier: AGPL-3.0-or-later
"""A sheet for recounting stages by hand: what the count found, and boxes for what a team finds.

Ballots lie in piles on a table. Each stage has two boxes for each option: above, the votes that
come or go; below, the votes that then lie there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reportlab.lib.colors import black, white
from reportlab.platypus import Flowable, KeepTogether, Spacer

from ballots.counting.contest import Amount
from ballots.counting.count import Stage
from printouts.columns import Columns
from printouts.counting.cells import SMALL, TINT, Mark, cell, firm, grid, head, numbered, widest
from printouts.counting.sheets import TALL, WIDE, Page
from printouts.counting.staging import NOBODY, Block, Entry, blocks, entry
from printouts.counting.teller import Teller
from printouts.fonts import Weight
from printouts.paper import QUIET
from printouts.scribe import table

_NAMES, _WIDEST_NAMES = 92.0, 190.0
_LONGEST = 60  # letters of a name
_SHORTEST = 36  # letters of the names above and below a stage
_FIGURES, _PADDING = 7.2, 8.0
_BOX, _LARGEST_BOX = 34.0, 64.0  # wide enough for a pen
_LOW, _HIGH = 13.0, 24.0  # rows, as tall as lets a count fit one page
_AROUND = 220.0  # points of a page for words, heads, decisions and signatures
_TEAM = 4


def page_of(teller: Teller) -> Page:
    """Upright where all stages fit beside each other on it."""
    across = _NAMES + len(teller.count.stages) * (_expected(teller) + _BOX)
    return TALL if across <= TALL.width else WIDE


def recount_sheet(teller: Teller, page: Page) -> Iterator[Flowable]:
    """What to do, the stages, and lines for those who counted."""
    say, quota = teller.say, teller.count.quota
    yield teller.scribe.chapter(say("countpaper.recount"))
    yield instructions(teller, ("piles", "move", "write", "check"))
    if quota is not None:
        yield teller.scribe.firm(say("countpaper.recount.quota", quota=teller.sum(quota)))
    for block in blocks(teller.count, int((page.width - _NAMES) // (_expected(teller) + _BOX))):
        yield Spacer(0, 8)
        yield _block(teller, block, page)
    yield signing(teller, page)


def instructions(teller: Teller, steps: Sequence[str]) -> Flowable:
    """What a team does, in numbered steps."""
    said = [teller.say(f"countpaper.recount.do.{each}") for each in steps]
    entries = numbered(said, 9)
    return Columns(entries, 1 if len(entries) < _TEAM else 2, 18)


def signing(teller: Teller, page: Page) -> Flowable:
    """Lines for the names of a team, and for when it counted."""
    names = [head(f"{teller.say('countpaper.recount.counted-by')} {n}") for n in range(1, 5)]
    when = head(teller.say("countpaper.recount.when"))
    each = page.width / (_TEAM + 1)
    lines = table([[*names, when], [Spacer(0, 16)] * (_TEAM + 1)], [each] * (_TEAM + 1))
    return KeepTogether([Spacer(0, 12), lines])


def _expected(teller: Teller) -> float:
    """The width of a printed figure."""
    stages = teller.count.stages
    options = (*(option.id for option in teller.count.contest.options), NOBODY)
    found = (entry(stages, index, each) for index in range(len(stages)) for each in options)
    moved = [teller.change(each.moved) for each in found if each]
    sums = [teller.votes(_all_votes(stage)) for stage in stages]
    return widest([*sums, *moved], _FIGURES) + _PADDING


def _all_votes(stage: Stage) -> Amount:
    return sum(stage.votes.values()) + stage.exhausted


def _block(teller: Teller, block: Block, page: Page) -> Flowable:
    """Two lines for each option; then votes that nobody holds, sums, and what is decided."""
    say, stages = teller.say, teller.count.stages
    every = (*block.options, NOBODY)
    expected, lines = _expected(teller), 2 * len(every)
    box = min(_LARGEST_BOX, (page.width - _NAMES) / len(block.stages) - expected)
    wide = min(_WIDEST_NAMES, page.width - len(block.stages) * (expected + box))
    tall = min(_HIGH, max(_LOW, (page.height - _AROUND) / (lines + 1)))
    rows: list[list[object]] = [_across("", [_head(teller, index) for index in block.stages])]
    for option in every:
        found = [entry(stages, index, option) for index in block.stages]
        name = teller.name(option, _LONGEST) if option else say("countpaper.non-transferable")
        rows += _lines(teller, _fitting(name, wide, 2 * tall), found)
    sums = [teller.votes(_all_votes(stages[index])) for index in block.stages]
    rows.append(_across(firm(say("countpaper.recount.sum")), [_figure(each) for each in sums]))
    decisions = [_decisions(teller, stages[index]) for index in block.stages]
    rows.append(_across(head(say("countpaper.recount.decided")), decisions))
    heights = [None, *([tall] * (lines + 1)), None]
    widths = [wide, *([expected, box] * len(block.stages))]
    return grid(rows, widths, marks=list(_frames(rows)), heights=heights)


def _fitting(name: str, wide: float, tall: float) -> str:
    """A name cut so that it fits both lines of an option."""
    words = name
    while name and cell(words).wrap(wide - _PADDING, tall)[1] > tall - _PADDING / 2:
        name = name[:-1]
        words = name.rstrip() + "…"
    return words


def _across(first: object, others: Sequence[object]) -> list[object]:
    """A row with something in the first of the two columns of each stage."""
    return [first, *(each for other in others for each in (other, ""))]


def _head(teller: Teller, index: int) -> list[Flowable]:
    """The stage, whose votes move before it, and what each of them is worth."""
    words: list[Flowable] = [firm(teller.say("countpaper.stage", stage=index + 1))]
    before = teller.count.stages[index - 1] if index else None
    if before and before.source:
        piles = _short(teller, before.source)
        words.append(cell(teller.say("countpaper.recount.pile", names=piles), SMALL))
    if before and before.value is not None:
        value = teller.votes(before.value)
        words.append(cell(teller.say("countpaper.recount.value", value=value), SMALL))
    return words


def _decisions(teller: Teller, stage: Stage) -> list[Flowable]:
    """Who is elected and who excluded at a stage."""
    decided = (("✓", stage.elected), ("✗", stage.excluded))
    return [cell(f"{mark} {_short(teller, each)}", SMALL) for mark, each in decided if each]


def _short(teller: Teller, options: Sequence[str]) -> str:
    """Names that fit above a stage, cut short."""
    names = teller.names(options)
    return names if len(names) <= _SHORTEST else names[: _SHORTEST - 1] + "…"


def _lines(teller: Teller, name: str, found: Sequence[Entry | None]) -> list[list[object]]:
    """What comes or goes, below it what then lies there."""
    moved = [_figure(teller.change(each.moved) if each else "", firm=False) for each in found]
    now = [_figure(teller.votes(each.now) if each else "") for each in found]
    return [_across(cell(name), moved), _across("", now)]


def _figure(words: str, *, firm: bool = True) -> Flowable | str:
    weight, colour = (Weight.SEMIBOLD, black) if firm else (Weight.REGULAR, QUIET)
    return cell(words, _FIGURES, weight, colour, right=True) if words else ""


def _frames(rows: Sequence[Sequence[object]]) -> Iterator[Mark]:
    """Boxes beside printed figures; lines between options and not between their two lines."""
    last = len(rows) - 1
    yield "TOPPADDING", (0, 1), (-1, -1), 1
    yield "BOTTOMPADDING", (0, 1), (-1, -1), 1.5
    yield "VALIGN", (1, 1), (-1, last - 1), "MIDDLE"
    for row, cells_ in enumerate(rows):
        upper = 0 < row < last - 1 and row % 2
        if upper:
            yield "SPAN", (0, row), (0, row + 1)
            yield "NOSPLIT", (0, row), (-1, row + 1)
            yield "LINEBELOW", (0, row), (-1, row), 0.5, white
        for column in range(1, len(cells_), 2):
            if row in (0, last):
                yield "SPAN", (column, row), (column + 1, row)
            elif cells_[column]:
                box = (column + 1, row)
                yield "BOX", box, box, 0.6, QUIET
                yield "BACKGROUND", (column, row), (column, row), white if upper else TINT
