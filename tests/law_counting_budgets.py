# SPDX-License-Identifier: AGPL-3.0-or-later
"""Laws of budgets, against plain counts of every order and every step."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ballots.counting.budgets.greedy import course_of, way_of
from ballots.counting.budgets.projects import projects_of
from ballots.counting.budgets.told import BudgetTold
from ballots.counting.budgets.turns import votes_short
from ballots.counting.count import Reason
from ballots.counting.draw import Draw
from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.profile import Approvals, Batch, Scores, merged
from ballots.counting.rule import Budgeted, Knapsack, Mes
from ballots.counting.settings import Comparison, Completion
from ballots.counting.settle import settle
from tests.plain_budgets import Voter, add1, equal_shares, most_votes_first
from tests.small_budgets import (
    IDS,
    ORDERS,
    counted,
    funded,
    greedy_cases,
    greedy_outcomes,
    mes_cases,
    plan_of,
    precedence,
    voters_of,
)

Case = tuple[Budgeted, Batch]
MesCase = tuple[Mes, Batch]


def in_order() -> Draw:
    return Draw(order=range(len(IDS)))


# --- most votes first ---------------------------------------------------------------------------


@given(greedy_cases(), ORDERS)
def test_projects_come_by_votes_and_equal_ones_as_drawn(case: Case, order: list[int]) -> None:
    rule, batch = case
    plan, way, votes = plan_of(rule, batch), way_of(rule), projects_of(rule, batch).votes
    ranked = sorted(plan.costs, key=lambda project: (-votes[project], order.index(project)))
    expected = most_votes_first(plan, ranked, ends=way.ends, share=way.share)
    assert funded(counted(rule, batch, Draw(order=order))) == set(expected)


@given(greedy_cases(), ORDERS)
def test_the_draw_is_asked_only_where_the_outcome_hangs_on_it(
    case: Case, order: list[int]
) -> None:
    draw = Draw(order=order)
    counted(*case, draw)
    assert bool(draw.taken) == (len(greedy_outcomes(*case)) > 1)


@given(greedy_cases())
def test_without_an_order_a_count_stands_if_every_order_has_its_outcome(case: Case) -> None:
    stands_or_needs_a_lot(case, greedy_outcomes(*case))


def stands_or_needs_a_lot(case: Case, outcomes: set[frozenset[int]]) -> None:
    n = len(case[1].contest.options)
    if len(outcomes) == 1:
        assert {frozenset(funded(settle(lambda draw: counted(*case, draw), n)))} == outcomes
    else:
        with pytest.raises(CountingRefused) as refused:
            settle(lambda draw: counted(*case, draw), n)
        assert refused.value.code is CountingProblem.LOT


@given(greedy_cases())
def test_so_many_more_votes_would_have_funded_it_and_one_less_would_not(case: Case) -> None:
    rule, batch = case
    projects, way, plan = projects_of(rule, batch), way_of(rule), plan_of(rule, batch)
    course = course_of(projects, way, in_order())

    def wins(project: int, votes: int, place: int) -> bool:
        """With so many votes, drawn at a place among the others."""
        drawn = [turn.project for turn in course.turns if turn.project != project]
        drawn.insert(place, project)
        have = {**dict(enumerate(projects.votes)), project: votes}
        ranked = sorted(drawn, key=lambda other: (-have[other], drawn.index(other)))
        with_it = replace(plan, costs={**plan.costs, project: Fraction(projects.cost(project))})
        won = most_votes_first(with_it, ranked, ends=way.ends, share=way.share)
        return votes >= projects.needed and project in won

    places = range(len(course.turns) + 1)
    for project in set(range(len(projects.votes))) - course.end.funded:
        short = votes_short(projects, way, course, project)
        enough = projects.votes[project] + (short or 10**6)
        assert all(wins(project, enough, place) for place in places) == (short is not None)
        assert not all(wins(project, enough - 1, place) for place in places)


@given(greedy_cases())
def test_a_project_that_costs_less_by_what_is_told_fits(case: Case) -> None:
    rule, batch = case
    assume(not isinstance(rule, Knapsack))  # a ballot that was too dear may become one that counts
    count = counted(rule, batch, in_order())
    assert count.budget is not None
    order = [batch.contest.place(line.option) for line in count.budget.lines]
    for place, reason in enumerate(count.reasons):
        if reason.steps[0].code is BudgetTold.NO_ROOM:
            cheaper = costing(batch, place, batch.contest.options[place].cost - cut_of(reason))
            assert reason.option in counted(rule, cheaper, Draw(order=order)).winners


def cut_of(reason: Reason) -> Fraction:
    cut = reason.steps[0].facts["cut"]
    assert isinstance(cut, int | Decimal)
    return Fraction(cut)


def costing(batch: Batch, place: int, cost: Fraction) -> Batch:
    options = list(batch.contest.options)
    options[place] = replace(options[place], cost=cost)
    return replace(batch, contest=replace(batch.contest, options=tuple(options)))


# --- equal shares -------------------------------------------------------------------------------


@given(mes_cases(Completion.NONE), ORDERS)
def test_groups_buy_and_pay_as_single_voters_do(case: MesCase, order: list[int]) -> None:
    rule, batch = case
    count = counted(rule, batch, Draw(order=order))
    assert count.budget is not None
    assert count.budget.endowment is not None
    endowment = Fraction(count.budget.endowment)
    plain = equal_shares(
        plan_of(rule, batch),
        voters_of(batch),
        endowment,
        precedence(rule, batch, order),
        rule.utility,
    )
    assert [batch.contest.id(it.project) for it in plain] == list(count.winners)
    for line, it in zip(count.budget.lines, plain, strict=False):
        paid = Counter({payment.each: payment.voters for payment in line.payments})
        assert paid == Counter(it.paid.values())
        assert sum(each * n for each, n in paid.items()) == line.cost
    spent: Counter[int] = Counter()
    for it in plain:
        spent.update(it.paid)
    assert all(amount <= endowment for amount in spent.values())
    assert count.budget.spent <= count.budget.budget


@given(mes_cases(Completion.ADD1), ORDERS)
def test_leaping_ends_where_counting_every_step_does(case: MesCase, order: list[int]) -> None:
    rule, batch = case
    count = counted(rule, batch, Draw(order=order))
    assert count.budget is not None
    voters = voters_of(batch)
    start = Fraction(batch.contest.budget) / max(1, len(voters))
    steps, plain = add1(
        plan_of(rule, batch),
        voters,
        Fraction(start.__floor__()) if rule.whole_start else start,
        precedence(rule, batch, order),
        increment=rule.increment,
        stop=rule.stop,
        utility=rule.utility,
    )
    assert [batch.contest.id(it.project) for it in plain] == list(count.winners)
    assert count.budget.raised == steps
    assert count.budget.spent <= count.budget.budget


@given(mes_cases(Completion.NONE, Completion.ADD1))
def test_a_lot_is_needed_only_where_orders_of_equals_differ(case: MesCase) -> None:
    rule, batch = case
    lucky = permutations(range(len(batch.contest.options)))
    distinct = {tuple(precedence(rule, batch, order)): order for order in lucky}
    outcomes = {
        frozenset(funded(counted(rule, batch, Draw(order=order)))) for order in distinct.values()
    }
    stands_or_needs_a_lot(case, outcomes)


@given(mes_cases(Completion.ADD1U))
def test_filled_up_there_is_room_for_no_other(case: MesCase) -> None:
    rule, batch = case
    count, plan = counted(rule, batch, in_order()), plan_of(rule, batch)
    have = funded(count)
    assert count.budget is not None
    left = count.budget.budget - count.budget.spent
    assert left >= 0
    others = [p for p in plan.costs if p not in have and plan.beside(p, tuple(have))]
    assert all(plan.costs[project] > left for project in others)


@given(mes_cases(Completion.NONE), ORDERS)
def test_below_its_limit_a_project_is_bought_and_above_it_is_not(
    case: MesCase, order: list[int]
) -> None:
    rule, batch = case
    count = counted(rule, batch, Draw(order=order))
    assert count.budget is not None
    assert count.budget.endowment is not None
    for line in count.budget.lines:
        if line.funded or not line.support:
            continue
        place, limit = batch.contest.place(line.option), Fraction(line.support * line.cost)
        for cost, bought in (
            (limit * Fraction(99, 100), True),
            (limit * Fraction(101, 100), False),
        ):
            again = costing(batch, place, cost)
            plain = equal_shares(
                plan_of(rule, again),
                voters_of(batch),
                Fraction(count.budget.endowment),
                precedence(rule, again, order),
                rule.utility,
            )
            assert (place in {it.project for it in plain}) == bought


@given(mes_cases(), st.sampled_from([Comparison.SATISFACTION, Comparison.EXCLUSION]))
def test_the_outcome_that_more_voters_are_for_holds(case: MesCase, by: Comparison) -> None:
    rule, batch = case
    by_shares = funded(counted(rule, batch, in_order()))
    order = list(range(len(IDS)))
    plan, votes = plan_of(rule, batch), projects_of(rule, batch).votes
    by_votes = set(
        most_votes_first(plan, sorted(plan.costs, key=lambda p: (-votes[p], order.index(p))))
    )

    def gain(voter: Voter, outcome: set[int]) -> Fraction:
        got = voter.keys() & outcome
        if by is Comparison.EXCLUSION:
            return Fraction(bool(got))
        return sum((plan.costs[project] for project in got), Fraction(0))

    gains = [gain(voter, by_votes) - gain(voter, by_shares) for voter in voters_of(batch)]
    replaced = sum(it > 0 for it in gains) > sum(it < 0 for it in gains)
    compared = msgspec.structs.replace(rule, comparison=by)
    assert funded(counted(compared, batch, in_order())) == (by_votes if replaced else by_shares)


# --- what changes nothing -----------------------------------------------------------------------

CASES = st.one_of(greedy_cases(), mes_cases())


@given(CASES, ORDERS, st.data())
def test_the_order_of_ballots_and_options_changes_nothing(
    case: Case, order: list[int], data: st.DataObject
) -> None:
    rule, batch = case
    contest = batch.contest
    moved = data.draw(st.permutations(range(len(contest.options))))
    to = {project: place for place, project in enumerate(moved)}
    options = tuple(contest.options[project] for project in moved)
    cast: list[tuple[Any, int]] = list(batch.profile.counts.items())
    ballots = data.draw(st.permutations(cast))
    if isinstance(batch.profile, Scores):
        profile: Scores | Approvals = Scores(
            {tuple(sorted((to[p], x) for p, x in ballot)): n for ballot, n in ballots}
        )
    else:
        profile = Approvals({tuple(sorted(to[p] for p in ballot)): n for ballot, n in ballots})
    other = replace(batch, contest=replace(contest, options=options), profile=profile)
    lots = [to[project] for project in order if project in to]
    first = set(counted(rule, batch, Draw(order=order)).winners)
    assert set(counted(rule, other, Draw(order=lots)).winners) == first


@given(CASES)
def test_a_blank_ballot_changes_nothing(case: Case) -> None:
    rule, batch = case
    one = replace(batch, profile=type(batch.profile)({(): 1}))
    for share in (Fraction(0), Fraction(1, 3)):
        strict = msgspec.structs.replace(rule, threshold_share=share)
        with_it = counted(strict, merged([batch, one]), in_order())
        assert with_it.winners == counted(strict, batch, in_order()).winners
        assert with_it.cast.blank == batch.cast.blank + 1


@given(CASES)
def test_ten_times_as_many_voters_with_ten_times_the_money_decide_the_same(case: Case) -> None:
    rule, batch = case
    options = tuple(replace(option, cost=option.cost * 10) for option in batch.contest.options)
    contest = replace(batch.contest, options=options, budget=batch.contest.budget * 10)
    many = merged([replace(batch, contest=contest)] * 10)
    rule = msgspec.structs.replace(rule, threshold=0)
    more = msgspec.structs.replace(rule, threshold=rule.threshold * 10)
    assert counted(more, many, in_order()).winners == counted(rule, batch, in_order()).winners


@given(CASES, st.data())
def test_kiosks_together_count_as_one(case: Case, data: st.DataObject) -> None:
    rule, batch = case
    cast: Counter[Any] = Counter(batch.profile.counts)
    here = Counter({ballot: data.draw(st.integers(0, n)) for ballot, n in cast.items()})
    kind = type(batch.profile)
    parts = [replace(batch, profile=kind(part)) for part in (here, cast - here)]
    assert counted(rule, merged(parts), in_order()) == counted(rule, batch, in_order())
