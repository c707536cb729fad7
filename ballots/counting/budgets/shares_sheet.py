# SPDX-License-Identifier: AGPL-3.0-or-later
"""The count by equal shares, with who paid what, and what the others lacked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from ballots.counting.budgets.ledger import Account, Bill, Ledger
from ballots.counting.budgets.money import exact
from ballots.counting.budgets.projects import Projects
from ballots.counting.budgets.raising import Ladder, Raised
from ballots.counting.budgets.shares_told import account_told, bill_told, raised_told
from ballots.counting.budgets.sheet import line_of, out_told, spent_told, written
from ballots.counting.budgets.told import BudgetTold
from ballots.counting.budgets.turns import SKIP, Course, turn_of
from ballots.counting.budgets.turns_told import turn_told
from ballots.counting.contest import Amount
from ballots.counting.count import Budget, Count, Line, Payment
from ballots.counting.rule import Mes
from ballots.counting.settings import Utility
from ballots.counting.trace import Step, step


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What equal shares came to: bought at the last endowment, then `filled` up."""

    rule: Mes
    projects: Projects
    ladder: Ladder
    raised: Raised
    ledger: Ledger
    filled: Course

    @property
    def funded(self) -> tuple[int, ...]:
        """Who is funded, in this order."""
        return (*(bill.project for bill in self.ledger.bills), *self.filled.funded)


def shares_count(shared: Shared, *told: Step) -> Count:
    """The count; `told` is what else is told of it."""
    projects, raised = shared.projects, shared.raised
    return replace(
        written(
            shared.rule,
            projects,
            shared.funded,
            budget=Budget(
                budget=projects.budget,
                spent=projects.costs(shared.funded),
                lines=tuple(_lines(shared)),
                endowment=exact(raised.endowment),
                raised=raised.steps,
            ),
            told=(
                *raised_told(projects, shared.ladder, raised),
                *told,
                *spent_told(projects, shared.funded),
            ),
            why=lambda project: _why(shared, project),
        ),
        decimals=2,
    )


def _why(shared: Shared, project: int) -> Iterator[Step]:
    projects, filled = shared.projects, shared.filled
    bill = next((bill for bill in shared.ledger.bills if bill.project == project), None)
    if bill is not None:
        by_points = shared.rule.utility is Utility.POINTS
        yield from bill_told(projects, bill, by_points=by_points)
        return
    if project in projects.out:
        yield out_told(projects, project)
        return
    turn = next((turn for turn in filled.turns if turn.project == project), None)
    if turn is not None and turn.funded:
        yield step(BudgetTold.FILLED, **turn_told(projects, SKIP, turn).facts)
        return
    last = turn or turn_of(projects, SKIP, filled.end, project)
    if last.told is not BudgetTold.EXCLUDED:
        yield from account_told(projects, project, shared.ledger.accounts[project])
    if turn is not None or last.told is BudgetTold.EXCLUDED:
        yield turn_told(projects, SKIP, last)


def _lines(shared: Shared) -> Iterator[Line]:
    """What is bought, what is filled up, then the others, from the best supported one."""
    projects, filled, accounts = shared.projects, shared.filled, shared.ledger.accounts
    left = projects.budget
    for bill in shared.ledger.bills:
        yield _bought(projects, bill, left)
        left -= projects.cost(bill.project)
    for turn in filled.turns:
        if turn.funded:
            account = accounts[turn.project]
            yield _not_bought(projects, turn.project, account, funded=True, left=turn.left)
    others = [
        _not_bought(projects, project, account, funded=False, left=filled.end.left)
        for project, account in accounts.items()
        if project not in filled.end.funded
    ]
    yield from sorted(others, key=lambda line: (-(line.support or 0), -line.votes))
    for project in sorted(projects.out, key=lambda project: -projects.votes[project]):
        yield line_of(projects, project, funded=False, left=filled.end.left)


def _bought(projects: Projects, bill: Bill, left: Amount) -> Line:
    paid = tuple(Payment(voters=n, each=exact(each)) for each, n in bill.paid.items())
    return replace(
        line_of(projects, bill.project, funded=True, left=left),
        support=_support(bill.had, projects.cost(bill.project)),
        payments=paid,
    )


def _not_bought(
    projects: Projects, project: int, account: Account, *, funded: bool, left: Amount
) -> Line:
    contest = projects.contest
    return replace(
        line_of(projects, project, funded=funded, left=left),
        support=_support(account.limit, projects.cost(project)),
        spent_on={contest.id(on): exact(paid) for on, paid in account.spent_on.items()},
        unspent=exact(account.unspent),
    )


def _support(money: Fraction, cost: Amount) -> Amount | None:
    """Money as a share of a cost; None where there is none."""
    return exact(money / cost) if cost else None
