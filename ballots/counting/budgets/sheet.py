# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every count of a budget is written on: lines, stages, reasons, and what was spent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from ballots.counting.budgets.money import had, missing
from ballots.counting.budgets.projects import Projects
from ballots.counting.budgets.told import BudgetTold
from ballots.counting.contest import Amount
from ballots.counting.count import Budget, Count, Line, Reason, Stage
from ballots.counting.rule import Budgeted
from ballots.counting.sums.outcome import Verdict
from ballots.counting.trace import Fact, Step, step


def written(
    rule: Budgeted,
    projects: Projects,
    funded: Sequence[int],
    *,
    budget: Budget,
    told: Iterable[Step],
    why: Callable[[int], Iterable[Step]],
) -> Count:
    """The count in which these projects are funded, in this order."""
    contest = projects.contest
    ids = contest.ids(range(len(contest.options)))
    votes = dict(zip(ids, projects.votes, strict=True))
    reasons = tuple(
        Reason(option=id, won=project in funded, steps=tuple(why(project)))
        for project, id in enumerate(ids)
    )
    return Count(
        rule=rule,
        contest=contest,
        cast=projects.batch.cast,
        winners=contest.ids(funded),
        stages=tuple(
            Stage(votes=votes, elected=(ids[project],), told=reasons[project].steps)
            for project in funded
        ),
        verdict=Verdict.CHOSEN if funded else Verdict.NOTHING_CHOSEN,
        told=tuple(told),
        reasons=reasons,
        budget=budget,
    )


def line_of(projects: Projects, project: int, *, funded: bool, left: Amount) -> Line:
    """A project on the budget sheet."""
    return Line(
        option=projects.contest.id(project),
        votes=projects.votes[project],
        cost=projects.cost(project),
        funded=funded,
        left=left,
    )


def spent_told(projects: Projects, funded: Sequence[int]) -> Iterator[Step]:
    """The votes that projects needed, and what those funded cost beside the budget."""
    if projects.needed > 1:
        yield step(BudgetTold.NEEDED, n=projects.needed)
    budget, paid = projects.budget, projects.costs(funded)
    facts: dict[str, Fact] = {"n": len(funded), "paid": had(paid), "budget": had(budget)}
    if paid > budget:
        yield step(BudgetTold.RESERVE, **facts, cut=missing(paid - budget))
    else:
        yield step(BudgetTold.SPENT, **facts, left=had(budget - paid))


def out_told(projects: Projects, project: int) -> Step:
    """Why a project is out, whatever the money."""
    option, code = projects.contest.options[project], projects.out[project]
    if code is BudgetTold.WITHDRAWN:
        return step(code, option=option.id)
    votes = projects.votes[project]
    facts: dict[str, Fact] = {"votes": votes, "n": projects.enough(project) - votes}
    if code is BudgetTold.BARRED:
        facts["cost"] = had(option.cost)
    return step(code, option=option.id, **facts)
