# SPDX-License-Identifier: AGPL-3.0-or-later
"""Votes by option and stage, who was elected and who left the count."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.platypus import Flowable, Paragraph, Spacer

from printouts.counting import cells
from printouts.counting.cells import SMALL, TINT, cell, firm, grid, head, widest
from printouts.counting.sheets import TALL, WIDE, Page
from printouts.counting.staging import NOBODY, Block, Entry, Mark, blocks, elected_at, entry
from printouts.counting.teller import Teller
from printouts.fonts import Weight
from printouts.paper import QUIET, Around, style, typeface

_NAMES, _WIDEST = 118.0, 200.0
_LONGEST = 90  # letters of a name: three lines
_FIGURES, _CHANGES = 8.0, 6.3
_PADDING = 7.0
_OTHER_ROWS = 3  # beside those of options: heads, nobody, quota


def page_of(teller: Teller) -> Page:
    """Where all stages fit beside each other, else where the blocks take fewer pages."""

    def cost(page: Page) -> tuple[bool, float]:
        parts = list(blocks(teller.count, _most(teller, page)))
        rows = sum(len(block.options) + _OTHER_ROWS for block in parts)
        return len(parts) > 1, rows / page.height

    return min((TALL, WIDE), key=cost)


def stage_table(teller: Teller, page: Page) -> Iterator[Flowable]:
    """The table in as many blocks of stages as it takes."""
    column = _column(teller)
    yield teller.scribe.chapter(teller.say("countpaper.stages"))
    for block in blocks(teller.count, _most(teller, page)):
        yield _block(teller, block, column, page)
        yield Spacer(0, 14)
    yield teller.scribe.small(teller.say("countpaper.stages-explained"))


def _most(teller: Teller, page: Page) -> int:
    """How many stages fit beside each other."""
    return int((page.width - _NAMES) // _column(teller))


def _column(teller: Teller) -> float:
    """The width of a stage: its longest figure or its name."""
    count = teller.count
    most = max(max(0, stage.exhausted, *stage.votes.values()) for stage in count.stages)
    named = teller.say("countpaper.stage", stage=len(count.stages))
    return max(widest([f"✓ {teller.votes(most)}"], _FIGURES), widest([named], SMALL)) + _PADDING


def _block(teller: Teller, block: Block, column: float, page: Page) -> Flowable:
    """Some stages, with rows for votes that moved to nobody and for the quota or majority."""
    say, stages = teller.say, teller.count.stages
    numbers = [say("countpaper.stage", stage=index + 1) for index in block.stages]
    heads = [head(number, SMALL, right=True) for number in numbers]
    rows: list[list[object]] = [[head(say("countpaper.option")), *heads]]
    marks: list[cells.Mark] = []
    for row, option in enumerate(block.options, 1):
        figures = [_entry(teller, entry(stages, index, option)) for index in block.stages]
        rows.append([_name(teller, option), *figures])
        first = max(block.first, elected_at(stages, option))
        if first <= block.last:
            marks.append(("BACKGROUND", (first - block.first + 1, row), (-1, row), TINT))
    nobody = [_entry(teller, entry(stages, index, NOBODY)) for index in block.stages]
    rows.append([cell(say("countpaper.non-transferable"), colour=QUIET), *nobody])
    needed = [stages[index].needed for index in block.stages]
    if any(each is not None for each in needed):
        code = "countpaper.majority" if teller.count.quota is None else "countpaper.quota"
        figures = ["" if each is None else _figures(teller.votes(each)) for each in needed]
        rows.append([cell(say(code), colour=QUIET), *figures])
    names = min(_WIDEST, page.width - column * len(block.stages))
    return grid(rows, [names, *([column] * len(block.stages))], marks=marks)


def _name(teller: Teller, option: str) -> Flowable | list[Flowable]:
    name = teller.name(option, _LONGEST)
    if option in teller.withdrawn:
        return [cell(name), cell(teller.say("countpaper.withdrawn"), SMALL, colour=QUIET)]
    return firm(name) if option in teller.count.winners else cell(name)


def _entry(teller: Teller, found: Entry | None) -> Paragraph | str:
    """Votes over what changed; empty once an option is out of the count."""
    if found is None:
        return ""
    weight = Weight.SEMIBOLD if found.mark is Mark.ELECTED else Weight.REGULAR
    votes = f"{found.mark} {teller.votes(found.now)}".strip()
    return _figures(votes, teller.change(found.moved), weight)


def _figures(votes: str, moved: str = "", weight: Weight = Weight.REGULAR) -> Paragraph:
    font = f'name="{typeface()}" size="{_CHANGES}" color="#{QUIET.hexval()[2:]}"'
    below = f"<br/><font {font}>{moved}</font>" if moved else ""
    return Paragraph(votes + below, style(_FIGURES, weight, around=Around(right=True)))
