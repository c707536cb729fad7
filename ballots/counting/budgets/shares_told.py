# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a project was bought by equal shares or not: who paid, or who used its supporters' money."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from ballots.counting.budgets.ledger import Account, Bill
from ballots.counting.budgets.money import had, missing
from ballots.counting.budgets.projects import Projects
from ballots.counting.budgets.raising import Ladder, Raised
from ballots.counting.budgets.told import BudgetTold
from ballots.counting.trace import Fact, Step, step

NAMED: Final = 3  # of the projects on which supporters spent their money


def raised_told(projects: Projects, ladder: Ladder, raised: Raised) -> Iterator[Step]:
    """What every voter has, and why it was not raised further."""
    budget = had(projects.budget)
    yield step(BudgetTold.SHARES, n=projects.voters, budget=budget, price=had(ladder.start))
    if raised.steps:
        yield step(BudgetTold.RAISED, n=raised.steps, price=had(raised.endowment))
    if raised.told is BudgetTold.OVERSPENT:
        price, paid = had(ladder.rung(raised.steps + 1)), had(raised.beyond)
        yield step(raised.told, price=price, paid=paid, budget=budget)
    elif raised.told is not None:
        yield step(raised.told)


def bill_told(projects: Projects, bill: Bill, *, by_points: bool) -> Iterator[Step]:
    """Who paid for a project: the price, or those who had less, all of it."""
    option, cost = projects.contest.id(bill.project), had(projects.cost(bill.project))
    if not bill.paid:
        yield step(BudgetTold.FREE, option=option, n=projects.votes[bill.project])
        return
    code = BudgetTold.PAID_BY_POINTS if by_points else BudgetTold.PAID
    yield step(code, option=option, n=bill.payers, price=had(bill.price), cost=cost)
    if bill.poor:
        yield step(BudgetTold.PAID_LESS, option=option, n=bill.poor, paid=had(bill.given))


def account_told(projects: Projects, project: int, account: Account) -> Iterator[Step]:
    """What supporters could not pay, and on what they spent their money."""
    contest, cost = projects.contest, projects.cost(project)
    facts: dict[str, Fact] = {"option": contest.id(project)}
    yield step(
        BudgetTold.UNPAID,
        **facts,
        n=account.supporters,
        cost=had(cost),
        unspent=had(account.unspent),
        cut=missing(cost - account.limit),
    )
    for winner, paid in islice(account.spent_on.items(), NAMED):
        yield step(BudgetTold.SPENT_ON, **facts, winner=contest.id(winner), paid=had(paid))
