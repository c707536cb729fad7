# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first page: what was counted by which rule, who won, and what it hung on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reportlab.platypus import Flowable, HRFlowable, KeepTogether, Table

from printouts.columns import Columns
from printouts.counting.account import account, ties
from printouts.counting.cells import cell, grid, numbered
from printouts.counting.teller import Teller
from printouts.fonts import Weight
from printouts.paper import QUIET, Around, style, text, typeface
from printouts.scribe import LABELS, MEASURE

_IN_A_ROW = 4

# Points, by how many winners there are at most and how long the longest of their names is.
_LARGE = ((3, 60, 19.0), (8, 120, 14.0))
_LISTED = 10.0


def front(teller: Teller) -> Iterator[Flowable]:
    """Title, rule, outcome, ballots in numbers, ties, the account, and the digests."""
    scribe, count = teller.scribe, teller.count
    kind = teller.say("countpaper.kind")
    yield text(kind, style(9.5, Weight.SEMIBOLD, scribe.accent, Around(after=3)))
    yield scribe.title(count.contest.title.strip() or teller.say("countpaper.untitled"))
    rule = teller.say(f"rule.{count.rule.name}")
    yield text(rule, style(13, colour=QUIET, around=Around(after=10)))
    yield HRFlowable("100%", 1.5, color=scribe.accent, spaceBefore=2, spaceAfter=4)
    verdict = teller.say(f"verdict.{count.verdict}")
    yield text(verdict, style(13, Weight.BOLD, scribe.accent, Around(after=2)))
    yield from _winners(teller)
    yield _figures(list(_numbers(teller)))
    for kind, number in sorted(count.cast.spoilt.items()):
        yield scribe.small(teller.say(f"spoilt.{kind}", n=number))
    yield from ties(teller)
    yield from account(teller)
    yield KeepTogether(list(_basis(teller)))


def _winners(teller: Teller) -> Iterator[Flowable]:
    """Large where they are few; in columns where they are many."""
    names = [teller.name(each) for each in teller.count.through]
    if not names:
        return
    longest = max(map(len, names))
    for most, letters, size in _LARGE:
        if len(names) <= most and longest <= letters:
            yield from numbered(names, size, Weight.BOLD)
            return
    yield Columns(numbered(names, _LISTED, Weight.SEMIBOLD), 2, 14)


def _numbers(teller: Teller) -> Iterator[tuple[str, str]]:
    """What the large figures say, and their names."""
    say, count, cast = teller.say, teller.count, teller.count.cast
    yield teller.whole(cast.ballots), say("countpaper.ballots")
    yield teller.whole(cast.valid), say("countpaper.valid")
    yield teller.whole(cast.blank), say("countpaper.blank")
    yield teller.whole(sum(cast.spoilt.values())), say("countpaper.spoilt")
    if count.quota is not None:
        yield teller.whole(getattr(count.rule, "seats", 1)), say("countpaper.seats")
        yield teller.sum(count.quota), say("countpaper.quota")
    if count.budget is not None:
        budget, spent = count.budget.budget, count.budget.spent
        yield teller.money(budget), say("countpaper.budget")
        yield teller.money(spent), say("countpaper.spent")
        yield teller.money(budget - spent), say("countpaper.left")


def _figures(numbers: Sequence[tuple[str, str]]) -> Table:
    """Large figures over their names, a few in a row."""
    large, quiet = style(15, Weight.SEMIBOLD), style(8.5, colour=QUIET)
    cells = [[text(figure, large), text(name, quiet)] for figure, name in numbers]
    cells += [[]] * (-len(cells) % _IN_A_ROW)
    return Table(
        [cells[start : start + _IN_A_ROW] for start in range(0, len(cells), _IN_A_ROW)],
        colWidths=[MEASURE / _IN_A_ROW] * _IN_A_ROW,
        spaceBefore=10,
        style=[
            ("FONTNAME", (0, 0), (-1, -1), typeface()),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 3),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
        ],
    )


def _basis(teller: Teller) -> Iterator[Flowable]:
    """What the count rests on: whoever has the same gets the same."""
    say, basis = teller.say, teller.basis
    facts = {"ballots-digest": basis.ballots, "rule-digest": basis.rule, "dice": basis.dice}
    rows = [
        [cell(say(f"countpaper.{name}"), colour=QUIET), cell(fact)]
        for name, fact in facts.items()
        if fact
    ]
    yield teller.scribe.chapter(say("countpaper.basis"))
    yield grid(rows, [LABELS, MEASURE - LABELS], heads=0)
    yield teller.scribe.small(say("countpaper.basis-explained"))
