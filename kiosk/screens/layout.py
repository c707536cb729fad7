# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where everything of a screen goes: the rail of settings, the head, the blocks, the foot.

What does not fit goes onto further pages; nothing is cut off, and no target gets smaller than a
finger. Where one block alone is too tall for the panel, all text of the sheet steps down a size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kiosk.appearance import TextSize
from kiosk.screens import buttons, headings, pieces
from kiosk.screens.drawing import Box, Drawing, Look, Page, Rect, Target, mirrored
from kiosk.screens.feet import ALONE, SEVERAL, Foot, foot_of, place_foot
from kiosk.screens.paging import Run, pack, stretch
from kiosk.screens.sheet import Block, Card, Keypad, Mark, Prose, Screen, Sheet
from printouts.typesetting import Direction

HEAD = -1  # stands for the head among the indices of blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What each page shows, the size that all of it fits in, and the room for text."""

    sheet: Sheet
    look: Look
    size: TextSize
    emblem: int  # its side, 0 without
    body: Rect
    pages: tuple[Run, ...]


def compose(screen: Screen, look: Look, number: int) -> Page:
    """Page `number` (from 1; the nearest that there is) of a screen."""
    column = _column(screen, look)
    foot, plan = _settled(screen, look, column)
    count = len(plan.pages)
    number = min(max(1, number), count)
    things = [
        *_page(plan, number),
        *place_foot(screen, look, foot, number, count),
        *_rail(screen, look),
    ]
    page = Page(
        drawings=tuple(thing for thing in things if not isinstance(thing, Target)),
        targets=tuple(thing for thing in things if isinstance(thing, Target)),
        number=number,
        count=count,
    )
    return mirrored(page, look.panel.width) if look.direction is Direction.RTL else page


def _settled(screen: Screen, look: Look, column: Rect) -> tuple[Foot, Plan]:
    """A foot, and pages over it that it was made for.

    The buttons of several pages may stand lower than those of one and so leave room for all on
    one page, whose buttons they are not: then the foot is made for both.
    """
    for feet in (ALONE, SEVERAL):
        foot = foot_of(screen, look, column, feet)
        plan = _plan(screen.sheet, look, foot)
        if (len(plan.pages) > 1) is (feet is SEVERAL):
            return foot, plan
    foot = foot_of(screen, look, column, SEVERAL + ALONE)
    return foot, _plan(screen.sheet, look, foot)


def _column(screen: Screen, look: Look) -> Rect:
    """All but the rail, with a margin on every side."""
    rail = buttons.rail_width(screen.rail, look)
    margin = _bare_margin(screen.sheet, look) if screen.sheet.bare else look.gap * 3 // 2
    width = look.panel.width - rail - 2 * margin
    return Rect(rail + margin, look.gap, width, look.panel.height - 2 * look.gap)


def _bare_margin(sheet: Sheet, look: Look) -> int:
    """Less than usual where a keyboard needs the whole width."""
    pads = [
        buttons.keypad_width(block, look) for block in sheet.blocks if isinstance(block, Keypad)
    ]
    return min(look.gap, (look.panel.width - max(pads, default=0)) // 2)


def _plan(sheet: Sheet, look: Look, foot: Foot) -> Plan:
    """The largest size up to the person's in which each block fits on a page of its own."""
    note = "" if foot.noted else sheet.note
    plans = (
        _in_size(_said_in(sheet, note, size), look, foot.room, size)
        for size in look.size.downwards
    )
    return next(plan for plan in plans if plan is not None)


def _said_in(sheet: Sheet, note: str, size: TextSize) -> Sheet:
    """The note over the heading; where text is large, both note and hint below it as prose.

    Where a title stands over the heading already, the note goes below, unless a hint does.
    """
    if sheet.bare:
        return sheet
    if size <= TextSize.MEDIUM:
        below = sheet.hint or (note if sheet.title else "")
        return replace(sheet, title=sheet.title or note, hint=below)
    aside = (Prose(text=text) for text in (note, sheet.hint) if text)
    return replace(sheet, hint="", blocks=(*aside, *sheet.blocks))


def _in_size(sheet: Sheet, look: Look, room: Rect, size: TextSize) -> Plan | None:
    """None where something does not fit and could be smaller; the smallest size always does."""
    emblem = headings.emblem(sheet, look, size)
    aside = emblem + look.gap if emblem else 0
    head = 0 if sheet.bare else headings.height(sheet, look, size, room.width - aside)
    body = room
    if sheet.asks:
        emblem = min(emblem, head)
    else:
        body = Rect(room.x + aside, room.y, room.width - aside, room.height)
    heights = [pieces.height(block, look, size, body.width) for block in sheet.blocks]
    whole = headings.whole(sheet, look, size, room.width - aside) and all(
        pieces.whole(block, look, size, body.width) for block in sheet.blocks
    )
    if size > TextSize.SMALL and not (whole and max(head, *heights, 0) <= body.height):
        return None
    pages = _pages(sheet, look, head, heights, body.height)
    return Plan(sheet=sheet, look=look, size=size, emblem=emblem, body=body, pages=pages)


def _pages(sheet: Sheet, look: Look, head: int, heights: list[int], room: int) -> tuple[Run, ...]:
    """Answers that fit on one page are not parted: none comes before another.

    Else the head stands on every page, if that costs no more than one page.
    """
    if sheet.bare:
        return (tuple(range(len(heights))),)
    once = _flowing([head, *heights], look.gap, room)
    if len(once) == 1 or not sheet.asks:
        return once
    first = sum(isinstance(block, Prose) for block in sheet.blocks)  # the cards follow
    tall = sum(heights[first:]) + look.gap * (len(heights) - first - 1)
    if tall <= room and all(_is_answer(block) for block in sheet.blocks[first:]):
        before = _flowing([head, *heights[:first]], look.gap, room)
        return (*before, tuple(range(first, len(heights))))
    left = room - head - look.gap
    if left < max(heights):
        return once
    repeated = tuple((HEAD, *run) for run in pack(heights, look.gap, left))
    return repeated if len(repeated) <= len(once) + 1 else once


def _is_answer(block: Block) -> bool:
    return isinstance(block, Card) and isinstance(block.front, Mark)


def _flowing(heights: list[int], gap: int, room: int) -> tuple[Run, ...]:
    """Pages of the head and the blocks after it, as they come."""
    return tuple(tuple(index - 1 for index in run) for run in pack(heights, gap, room))


def _page(plan: Plan, number: int) -> Iterator[Drawing | Target]:
    run, body = plan.pages[number - 1], plan.body
    blocks = [None if index == HEAD else plan.sheet.blocks[index] for index in run]
    heights = [
        _head_height(plan)
        if block is None
        else pieces.height(block, plan.look, plan.size, body.width)
        for block in blocks
    ]
    spare = body.height - sum(heights) - plan.look.gap * (len(run) - 1)
    grows = [isinstance(block, Card | Keypad) for block in blocks]
    # A few lines alone stand a little above the middle, as on a title page.
    top = body.y if plan.sheet.asks else body.y + max(0, spare) * 2 // 5
    for block, tall in zip(blocks, stretch(heights, grows, spare), strict=True):
        rect = Rect(body.x, top, body.width, tall)
        if block is None:
            yield from _head(plan, rect)
        else:
            yield from pieces.place(block, plan.look, plan.size, rect)
        top += tall + plan.look.gap


def _head_height(plan: Plan) -> int:
    return headings.height(plan.sheet, plan.look, plan.size, plan.body.width - _indent(plan))


def _indent(plan: Plan) -> int:
    """Beside blocks to choose from, only the head makes room for the emblem."""
    return plan.emblem + plan.look.gap if plan.sheet.asks and plan.emblem else 0


def _head(plan: Plan, rect: Rect) -> Iterator[Drawing]:
    sheet, look, indent = plan.sheet, plan.look, _indent(plan)
    if sheet.emblem is not None and plan.emblem:
        x = rect.x if sheet.asks else rect.x - plan.emblem - look.gap
        at = Rect(x, rect.y, plan.emblem, plan.emblem)
        yield headings.place_emblem(sheet.emblem, look, at)
    inner = replace(rect, x=rect.x + indent, width=rect.width - indent)
    yield from headings.place(sheet, look, plan.size, inner)


def _rail(screen: Screen, look: Look) -> Iterator[Drawing | Target]:
    width = buttons.rail_width(screen.rail, look)
    if width:
        quiet = look.palette.quiet
        yield Box(rect=Rect(0, 0, width, look.panel.height), fill=quiet, line=quiet)
        yield from buttons.rail(screen.rail, look)
