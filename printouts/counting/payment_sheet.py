# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sheets for recounting a budget by hand: who pays what for each project, or what remains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from reportlab.platypus import Flowable, Paragraph, Spacer

from ballots.counting.contest import Amount
from ballots.counting.count import Budget, Line, Payment
from printouts.counting.cells import Mark, across, cell, firm, grid, head, widest
from printouts.counting.recount_sheet import instructions, signing
from printouts.counting.sheets import TALL
from printouts.counting.teller import Teller
from printouts.paper import QUIET
from printouts.scribe import MEASURE

_NUMBER, _NAMES, _BOX, _VOTERS, _PADDING = 22.0, 110.0, 66.0, 46.0, 8.0
_LONGEST = 120  # letters of a name: a team has the full list beside it
_PRICES = 3  # prices that are told apart


def payment_sheet(teller: Teller, budget: Budget) -> Iterator[Flowable]:
    """Equal shares as payments, other rules as what remains after each project."""
    shares = budget.endowment is not None
    steps = ("price", "multiply", "add") if shares else ("votes", "subtract", "remainder")
    yield teller.scribe.chapter(teller.say("countpaper.recount"))
    yield instructions(teller, steps)
    yield Spacer(0, 6)
    yield _payments(teller, budget) if shares else _remainders(teller, budget)
    yield signing(teller, TALL)


def _payments(teller: Teller, budget: Budget) -> Flowable:
    """For each funded project: price, how many pay it, and what that makes."""
    say = teller.say
    funded = [(n, line) for n, line in enumerate(budget.lines, 1) if line.funded]
    heads = ("price", "payers", "together", "payers-found", "sum-found")
    rows: list[list[object]] = [
        ["", head(say("countpaper.project"))]
        + [head(say(f"countpaper.recount.{each}"), right=True) for each in heads]
    ]
    for number, line in funded:
        rows.append(
            [
                cell(teller.whole(number), colour=QUIET, right=True),
                firm(teller.name(line.option, _LONGEST)),
                *_lines_of(teller, line),
                "",
                "",
            ]
        )
    spent = firm(teller.money(budget.spent), right=True)
    rows.append(["", firm(say("countpaper.spent")), "", "", spent, "", ""])
    costs = [teller.money(line.cost) for _, line in funded]
    money = max(widest([*costs, teller.money(budget.spent)]) + _PADDING, 52.0)
    taken = [money, _VOTERS, money, _VOTERS, _BOX]
    return _boxed(rows, taken)


def _lines_of(teller: Teller, line: Line) -> list[list[Paragraph]]:
    """Prices, payers and sums, one below the other; the last line is the cost."""
    lines = list(prices(line.payments))
    each = [cell(teller.money(price), right=True) for price, _ in lines[:_PRICES]]
    payers = [cell(teller.whole(voters), right=True) for _, voters in lines[:_PRICES]]
    sums = [cell(teller.money(price * n), right=True) for price, n in lines[:_PRICES]]
    rest = lines[_PRICES:]
    if rest:
        each.append(cell(teller.say("countpaper.recount.less"), colour=QUIET, right=True))
        payers.append(cell(teller.whole(sum(n for _, n in rest)), right=True))
        sums.append(cell(teller.money(sum(price * n for price, n in rest)), right=True))
    sums.append(firm(teller.money(line.cost), right=True))
    return [each, payers, sums]


def prices(payments: Sequence[Payment]) -> Iterator[tuple[Amount, int]]:
    """(price, voters who pay it), the highest price first."""
    voters: Counter[Amount] = Counter()
    for payment in payments:
        voters[payment.each] += payment.voters
    yield from sorted(voters.items(), reverse=True)


def _remainders(teller: Teller, budget: Budget) -> Flowable:
    """What is left before each project, what it costs, and whether it was paid for."""
    say = teller.say
    heads = ("votes", "cost", "left-before")
    rows: list[list[object]] = [
        ["", head(say("countpaper.project"))]
        + [head(say(f"countpaper.{each}"), right=True) for each in heads]
        + [head(""), head(say("countpaper.recount.votes-found"), right=True)]
        + [head(say("countpaper.recount.left-found"), right=True)]
    ]
    for number, line in enumerate(budget.lines, 1):
        rows.append(
            [
                cell(teller.whole(number), colour=QUIET, right=True),
                cell(teller.name(line.option, _LONGEST)),
                cell(teller.sum(line.votes), right=True),
                _money(teller, line.cost),
                _money(teller, line.left),
                firm("✓" if line.funded else "✗"),
                "",
                "",
            ]
        )
    after = _money(teller, budget.budget - budget.spent)
    rows.append(["", firm(say("countpaper.left")), "", "", after, "", "", ""])
    money = [teller.money(each) for line in budget.lines for each in (line.cost, line.left)]
    column = max(widest(money) + _PADDING, 44.0)
    votes = widest([teller.sum(line.votes) for line in budget.lines]) + _PADDING
    taken = [max(votes, 36.0), column, column, 16.0, _VOTERS, _BOX]
    return _boxed(rows, taken)


def _boxed(rows: Sequence[Sequence[object]], taken: Sequence[float]) -> Flowable:
    """A table whose last two columns are boxes, but for votes in the last row."""
    marks: list[Mark] = [
        ("TOPPADDING", (0, 1), (-1, -1), 4),
        ("BOTTOMPADDING", (0, 1), (-1, -1), 4.5),
        ("INNERGRID", (-2, 1), (-1, -2), 0.6, QUIET),
        ("BOX", (-2, 1), (-1, -2), 0.6, QUIET),
        ("BOX", (-1, -1), (-1, -1), 0.6, QUIET),
    ]
    return grid(rows, [_NUMBER, *across(taken, MEASURE - _NUMBER, _NAMES)], marks=marks)


def _money(teller: Teller, value: Amount) -> Flowable:
    return cell(teller.money(value), right=True)
