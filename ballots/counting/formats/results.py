# SPDX-License-Identifier: AGPL-3.0-or-later
"""The result of a count as plain data, to be written as JSON.

Votes and money are text: with the decimals of the count, more where they have more, `p/q` where
no number of decimals is enough. Options are called by their ids.
"""

from __future__ import annotations

from typing import Any

from ballots.counting import rule_document
from ballots.counting.contest import Amount
from ballots.counting.count import Budget, Count, Duels, Grades, Line, Stage, Tie
from ballots.counting.formats.amounts import exact


def results(count: Count, ballots: str) -> dict[str, Any]:
    """Everything that others need to draw a result, or to compare it with their own.

    `ballots` is the digest of those that were counted.

    `ties` are those on which the winners hung. `order`, `second-round`, `grades` and `budget`
    are there where a count has them; `quota` and `needed` are whole numbers where they are whole.
    """
    told: dict[str, Any] = {
        "rule": count.rule.name,
        "settings": rule_document.settings(count.rule),
        "verdict": str(count.verdict),
        "winners": list(count.winners),
        "stages": [_stage(stage, count.decimals) for stage in count.stages],
        "quota": _threshold(count.quota, count.decimals),
        "pairwise": _pairwise(count.duels, count) if count.duels else {},
        "ties": [_tie(tie) for tie in count.ties if tie.mattered],
        "spoilt": {str(reason): n for reason, n in sorted(count.cast.spoilt.items())},
        "ballots": count.cast.ballots,
        "blank": count.cast.blank,
        "digest": ballots,
        "rule-digest": rule_document.digest(count.rule),
    }
    order = count.duels.order if count.duels else count.grades.order if count.grades else ()
    if order:
        told["order"] = [list(equal) for equal in order]
    if count.second_round:
        told["second-round"] = list(count.second_round)
    if count.grades:
        told["grades"] = _grades(count.grades)
    if count.budget:
        told["budget"] = _budget(count.budget)
    return told


def _stage(stage: Stage, decimals: int) -> dict[str, Any]:
    return {
        "votes": {option: exact(votes, decimals) for option, votes in stage.votes.items()},
        "elected": list(stage.elected),
        "excluded": list(stage.excluded),
        "exhausted": exact(stage.exhausted, decimals),
        "needed": _threshold(stage.needed, decimals),
        "source": list(stage.source),
        "value": None if stage.value is None else exact(stage.value, decimals),
        "moved": [
            {"from": each.source, "to": each.target, "votes": exact(each.votes, decimals)}
            for each in stage.moved
        ],
    }


def _threshold(amount: Amount | None, decimals: int) -> int | str | None:
    if amount is None or amount.denominator == 1:
        return None if amount is None else int(amount)
    return exact(amount, decimals)


def _pairwise(duels: Duels, count: Count) -> dict[str, dict[str, int]]:
    ids = [option.id for option in count.contest.options]
    return {
        one: {other: n for other, n in zip(ids, row, strict=True) if other != one}
        for one, row in zip(ids, duels.matrix, strict=True)
    }


def _tie(tie: Tie) -> dict[str, Any]:
    return {
        "stage": tie.stage,
        "for": str(tie.what),
        "by": str(tie.by),
        "options": list(tie.options),
        "picked": tie.picked,
        "otherwise": {option: list(winners) for option, winners in tie.otherwise.items()},
    }


def _grades(grades: Grades) -> dict[str, Any]:
    return {
        "scale": list(grades.scale),
        "given": {option: list(given) for option, given in grades.given.items()},
        "median": dict(grades.median),
    }


def _budget(budget: Budget) -> dict[str, Any]:
    return {
        "budget": exact(budget.budget),
        "spent": exact(budget.spent),
        "endowment": None if budget.endowment is None else exact(budget.endowment),
        "raised": budget.raised,
        "lines": [_line(line) for line in budget.lines],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "option": line.option,
        "votes": exact(line.votes),
        "cost": exact(line.cost),
        "funded": line.funded,
        "left": exact(line.left),
        "support": None if line.support is None else exact(line.support),
        "payments": [
            {"voters": payment.voters, "each": exact(payment.each)} for payment in line.payments
        ],
        "spent-on": {option: exact(spent) for option, spent in line.spent_on.items()},
        "unspent": exact(line.unspent),
    }
