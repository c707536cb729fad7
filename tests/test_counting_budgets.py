# SPDX-License-Identifier: AGPL-3.0-or-later
"""Budgets worked out by hand: most votes first in its ways, equal shares, and what is told."""

from __future__ import annotations

import doctest
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest

from ballots.counting.contest import Amount, Contest, Option
from ballots.counting.count import Count
from ballots.counting.draw import TieBy, TieFor
from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.formats import FileKind, read
from ballots.counting.profile import Batch, Rankings, Spoilt
from ballots.counting.rule import (
    Budgeted,
    Greedy,
    GreedyExclusive,
    GreedyNoSkip,
    GreedyThreshold,
    Knapsack,
    Mes,
    Poznan,
)
from ballots.counting.settings import Comparison, Completion, Stop, Utility
from ballots.counting.settle import Order, settle
from ballots.counting.sums.outcome import Verdict
from tests.shared_data import real, unpacked
from tests.small_budgets import counted, voters_of
from tests.small_contests import is_said, lucky, marked, scored, steps, told
from tests.sources import ROOT

COSTS = {"a": 60, "b": 50, "c": 30, "d": 10}


def contest(costs: Mapping[str, Amount], budget: Amount = 100, *withdrawn: str) -> Contest:
    return Contest(
        title="Plaça",
        options=tuple(
            Option(id=id, cost=cost, withdrawn=id in withdrawn) for id, cost in costs.items()
        ),
        budget=budget,
    )


def settled(rule: Budgeted, batch: Batch, order: Order | None = None) -> Count:
    count = settle(lambda draw: counted(rule, batch, draw), len(batch.contest.options), order)
    assert is_said(count)
    return count


def ranked(about: Contest, ballots: Mapping[str, int]) -> Batch:
    return Batch(
        contest=about,
        profile=Rankings({tuple((about.place(id),) for id in b): n for b, n in ballots.items()}),
    )


FOUR = contest(COSTS)
VOTES = marked(FOUR, {"a": 9, "b": 7, "c": 5, "d": 2})


def funded(rule: Budgeted, batch: Batch = VOTES) -> str:
    return "".join(settled(rule, batch).winners)


# --- most votes first ---------------------------------------------------------------------------


def test_what_does_not_fit_is_skipped() -> None:
    count = settled(Greedy(), VOTES)
    assert count.winners == ("a", "c", "d")
    assert [line.left for line in count.budget.lines] == [100, 40, 40, 10]  # type: ignore[union-attr]
    assert told(count)["budget.spent"] == {"n": 3, "paid": 100, "budget": 100, "left": 0}


def test_or_the_rule_ends_with_it() -> None:
    assert funded(GreedyNoSkip()) == "a"
    assert steps(settled(GreedyNoSkip(), VOTES), "c")[0] == ("budget.stopped", {"other": "b"})


def test_in_poznan_it_gets_in_if_80_per_cent_of_its_cost_is_left() -> None:
    assert funded(Poznan()) == "ab"
    assert funded(Poznan(share=Fraction(81, 100))) == "a"
    count = settled(Poznan(), VOTES)
    assert steps(count, "b")[0] == (
        "budget.topped-up",
        {"n": 7, "cost": 50, "left": 40, "cut": 10},
    )
    assert told(count)["budget.reserve"] == {"n": 2, "paid": 110, "budget": 100, "cut": 10}


def test_a_minimum_of_votes_is_a_number_or_a_share_of_the_ballots() -> None:
    assert funded(GreedyThreshold(threshold=3)) == "ac"
    assert funded(GreedyThreshold(threshold_share=Fraction(3, 23))) == "ac"
    assert funded(GreedyThreshold(threshold_share=Fraction(2, 23))) == "acd"
    count = settled(GreedyThreshold(threshold=3), VOTES)
    assert steps(count, "d") == [("budget.too-few", {"votes": 2, "n": 1})]
    assert told(count)["budget.needed"] == {"n": 3}


def test_of_an_exclusive_group_one_is_funded() -> None:
    rule = GreedyExclusive(exclusive=(("a", "c"), ("c", "d")))
    assert funded(rule) == "ad"
    assert steps(settled(rule, VOTES), "c")[0] == ("budget.excluded", {"winner": "a"})


def test_an_exclusive_group_names_projects() -> None:
    with pytest.raises(CountingRefused) as caught:
        counted_in_order(GreedyExclusive(exclusive=(("a", "z"),)), VOTES)
    assert caught.value.code is CountingProblem.UNKNOWN_OPTION


def counted_in_order(rule: Budgeted, batch: Batch) -> Count:
    return settled(rule, batch, Order(options=tuple(range(len(batch.contest.options)))))


def test_who_marks_more_than_the_budget_is_spoilt_where_ballots_are_knapsacks() -> None:
    batch = marked(FOUR, {"ab": 9, "b": 2, "cd": 1})
    count = settled(Knapsack(), batch)
    assert count.cast.spoilt == {Spoilt.OVER_MARKED: 9}
    assert count.winners == ("b", "c", "d")
    assert settled(Knapsack(), marked(FOUR, {"bc": 1})).cast.spoilt == {}


def test_without_a_budget_nothing_is_counted() -> None:
    batch = marked(contest(COSTS, 0), {"a": 1})
    with pytest.raises(CountingRefused) as caught:
        settled(Greedy(), batch)
    assert caught.value.code is CountingProblem.BUDGET
    assert settled(Greedy(budget=60), batch).winners == ("a",)


def test_a_place_is_worth_points_where_ballots_rank() -> None:
    batch = ranked(FOUR, {"ab": 3, "bad": 2, "c": 4})
    first = settled(Greedy(first_place=3), batch).stages[0].votes
    assert first == {"a": 13, "b": 12, "c": 12, "d": 2}
    assert settled(Greedy(), batch).stages[0].votes == first  # as many as the longest ballot ranks
    assert settled(Greedy(first_place=1), batch).stages[0].votes == {
        "a": 3,
        "b": 2,
        "c": 4,
        "d": 0,
    }


def test_points_below_one_are_no_mark() -> None:
    batch = scored(FOUR, (3, {"a": 2, "b": 0, "c": -1}), (1, {"b": 0}))
    count = settled(Mes(whole_start=False), batch)
    assert count.stages[0].votes == {"a": 6, "b": 0, "c": 0, "d": 0}
    assert told(count)["budget.shares"]["n"] == 3


def test_who_withdrew_gets_nothing() -> None:
    batch = marked(contest(COSTS, 100, "a"), {"a": 9, "b": 7, "c": 5})
    assert funded(Greedy(), batch) == "bc"
    assert steps(settled(Greedy(), batch), "a") == [("budget.withdrawn", {})]


def test_nothing_is_funded_where_nothing_fits_or_nobody_votes() -> None:
    for batch in (marked(contest({"a": 200}), {"a": 3}), marked(FOUR, {"": 3}), marked(FOUR, {})):
        for rule in (Greedy(), GreedyNoSkip(), Mes(), Mes(completion=Completion.ADD1)):
            count = settled(rule, batch)
            assert (count.winners, count.verdict) == ((), Verdict.NOTHING_CHOSEN)


def test_what_would_have_changed_it_is_told() -> None:
    count = settled(Greedy(), VOTES)
    assert steps(count, "b") == [
        ("budget.no-room", {"cost": 50, "left": 40, "cut": 10}),
        ("budget.more-votes", {"n": 3, "other": "a"}),
    ]


def test_a_cut_in_poznan_is_what_makes_80_per_cent_of_the_cost() -> None:
    batch = marked(contest({"a": 70, "b": 40}), {"a": 9, "b": 7})
    assert steps(settled(Poznan(), batch), "b")[0] == (
        "budget.no-room",
        {"cost": 40, "left": 30, "cut": Decimal("2.50")},
    )


def test_equal_votes_need_a_lot_only_where_not_all_fit() -> None:
    batch = marked(contest({"a": 60, "b": 50, "c": 30}), {"a": 5, "b": 5, "c": 9})
    with pytest.raises(CountingRefused):
        settled(Greedy(), batch)
    count = settled(Greedy(), batch, lucky(batch.contest, "bac"))
    assert count.winners == ("c", "b")
    (tie,) = count.ties
    assert (tie.what, tie.by, tie.options) == (TieFor.FUNDING, TieBy.LOT, ("a", "b"))
    assert dict(tie.otherwise) == {"a": ("c", "a")}
    roomy = marked(contest({"a": 60, "b": 50, "c": 30}, 200), {"a": 5, "b": 5, "c": 9})
    assert settled(Greedy(), roomy).ties == ()


# --- equal shares -------------------------------------------------------------------------------

# Ten voters with 10 each. Six of them want trees, four a bench; everybody wants a lamp a little.
TWO = contest({"oak": 30, "lime": 30, "bench": 40, "lamp": 50})
SHARED = marked(TWO, {"oak+lime": 6, "bench": 3, "bench+lamp": 1})


def test_every_voter_has_the_same_money_and_supporters_pay_the_same() -> None:
    count = settled(Mes(), SHARED)
    assert count.winners == ("oak", "lime", "bench")
    assert count.budget is not None
    assert count.budget.endowment == 10
    oak, _, bench, _ = count.budget.lines
    assert [(pay.voters, pay.each) for pay in bench.payments] == [(4, 10)]
    assert [(pay.voters, pay.each) for pay in oak.payments] == [(6, 5)]
    assert steps(count, "bench") == [("budget.paid", {"n": 4, "price": 10, "cost": 40})]


def test_a_majority_cannot_take_it_all() -> None:
    batch = marked(contest({"a": 50, "b": 50, "c": 40}), {"ab": 6, "c": 4})
    assert funded(Greedy(), batch) == "ab"
    count = settled(Mes(), batch, lucky(batch.contest, "abc"))
    assert count.winners == ("a", "c")


def test_who_used_the_supporters_money_is_told() -> None:
    count = settled(Mes(), SHARED)
    assert steps(count, "lamp") == [
        ("budget.unpaid", {"n": 1, "cost": 50, "unspent": 0, "cut": 50}),
        ("budget.spent-on", {"winner": "bench", "paid": 10}),
    ]
    (lamp,) = (line for line in count.budget.lines if line.option == "lamp")  # type: ignore[union-attr]
    assert lamp.support == 0  # at no cost would it be a better bargain than the bench
    assert lamp.spent_on == {"bench": 10}


def test_who_has_less_than_the_price_pays_all_that_is_left() -> None:
    about = contest({"a": 8, "b": 25}, 40)
    count = settled(Mes(utility=Utility.CARDINALITY), marked(about, {"a": 1, "ab": 1, "b": 2}))
    assert count.winners == ("a", "b")
    line = count.budget.lines[1]  # type: ignore[union-attr]
    assert [(pay.voters, pay.each) for pay in line.payments] == [(2, Fraction(19, 2)), (1, 6)]
    assert steps(count, "b")[1] == ("budget.paid-less", {"n": 1, "paid": 6})


def test_what_costs_nothing_is_free() -> None:
    count = settled(Mes(), marked(contest({"a": 0, "b": 200}), {"a": 2, "b": 1}))
    assert count.winners == ("a",)
    assert steps(count, "a") == [("budget.free", {"n": 2})]
    assert count.budget.lines[0].support is None  # type: ignore[union-attr]


def test_the_price_goes_by_points_where_they_are_the_worth() -> None:
    about = contest({"a": 30, "b": 30}, 60)
    batch = scored(about, {"a": 3, "b": 1}, {"a": 1, "b": 1}, {"b": 2})
    count = settled(Mes(utility=Utility.POINTS), batch)
    assert count.winners == ("b",)
    assert steps(count, "b") == [
        ("budget.paid-by-points", {"n": 3, "price": Decimal("7.50"), "cost": 30})
    ]
    (line, _) = count.budget.lines  # type: ignore[union-attr]
    assert [(pay.voters, pay.each) for pay in line.payments] == [(1, 15), (2, Fraction(15, 2))]


def test_a_share_starts_whole_or_not() -> None:
    batch = marked(contest({"a": 34, "b": 100}), {"a": 1, "b": 2})
    assert settled(Mes(), batch).budget.endowment == 33  # type: ignore[union-attr]
    exact = settled(Mes(whole_start=False), batch)
    assert exact.budget.endowment == Fraction(100, 3)  # type: ignore[union-attr]


def test_shares_are_raised_until_the_next_step_overspends() -> None:
    about = contest({"a": 60, "b": 50, "c": 45})
    batch = marked(about, {"a": 5, "b": 3, "c": 2})
    once = settled(Mes(), batch)
    assert once.winners == ()
    count = settled(Mes(completion=Completion.ADD1), batch)
    assert count.winners == ("a",)
    assert count.budget.raised == 6  # type: ignore[union-attr]
    assert told(count)["budget.raised"] == {"n": 6, "price": 16}
    assert told(count)["budget.overspent"] == {"price": 17, "paid": 110, "budget": 100}


def test_or_until_nothing_more_would_fit() -> None:
    about = contest({"a": 60, "b": 50, "c": 45})
    batch = marked(about, {"a": 5, "b": 3, "c": 2})
    rule = Mes(completion=Completion.ADD1, stop=Stop.EXHAUSTIVE)
    count = settled(rule, batch)
    assert count.budget.raised == 2  # type: ignore[union-attr]
    assert "budget.exhausted" in told(count)


def test_a_step_may_be_larger() -> None:
    batch = marked(contest({"a": 60, "b": 50, "c": 45}), {"a": 5, "b": 3, "c": 2})
    count = settled(Mes(completion=Completion.ADD1, increment=4), batch)
    assert count.budget.endowment == 14  # type: ignore[union-attr]


def test_raising_ends_where_everything_is_funded() -> None:
    batch = marked(contest({"a": 60, "b": 30}), {"a": 4, "b": 1})
    count = settled(Mes(completion=Completion.ADD1), batch)
    assert count.winners == ("a", "b")
    assert "budget.complete" in told(count)


def test_what_is_left_over_may_be_filled_up_by_votes() -> None:
    about = contest({"a": 60, "b": 50, "c": 40})
    batch = marked(about, {"a": 5, "b": 3, "c": 2})
    assert settled(Mes(completion=Completion.ADD1), batch).winners == ("a",)
    count = settled(Mes(completion=Completion.ADD1U), batch)
    assert count.winners == ("a", "c")
    assert steps(count, "c") == [("budget.filled", {"n": 2, "cost": 40, "left": 0})]
    assert steps(count, "b")[-1][0] == "budget.no-room"


def test_of_an_exclusive_group_one_is_bought() -> None:
    batch = marked(contest({"a": 30, "b": 30, "c": 30}), {"ab": 6, "c": 4})
    count = settled(Mes(exclusive=(("a", "b"),)), batch, lucky(batch.contest, "abc"))
    assert count.winners == ("a", "c")
    assert steps(count, "b")[-1] == ("budget.excluded", {"winner": "a"})


def test_equal_prices_go_to_the_lower_cost_then_to_more_votes() -> None:
    batch = marked(contest({"a": 40, "b": 24}, 60), {"ab": 4, "": 1})
    count = settled(Mes(), batch)
    (tie,) = count.ties
    assert (tie.by, tie.options, tie.picked) == (TieBy.LOWER_COST, ("a", "b"), "b")
    assert dict(tie.otherwise) == {"a": ("a",)}
    batch = marked(contest({"a": 40, "b": 40}, 50), {"ab": 4, "b": 1})
    count = settled(Mes(), batch)
    assert count.winners == ("b",)


def test_a_project_is_barred_by_what_it_costs() -> None:
    about = contest({"a": 90, "b": 10}, 100)
    batch = marked(about, {"a": 2, "b": 8})
    count = settled(Mes(bar=3), batch)
    assert steps(count, "a") == [("budget.barred", {"votes": 2, "n": 1, "cost": 90})]
    assert "budget.barred" not in dict(steps(settled(Mes(bar=5), batch), "a"))


# --- compared -----------------------------------------------------------------------------------


def test_equal_shares_stay_where_as_many_are_for_them() -> None:
    count = settled(Mes(comparison=Comparison.SATISFACTION), SHARED)
    assert told(count)["budget.kept"] == {"n": 0, "against": 0}


def test_most_votes_first_replaces_them_where_more_are_for_it() -> None:
    about = contest({"a": 100, "b": 10})
    batch = marked(about, {"a": 7, "b": 3})
    assert funded(Mes(), batch) == "b"
    count = settled(Mes(comparison=Comparison.SATISFACTION), batch)
    assert count.winners == ("a",)
    assert told(count)["budget.replaced"] == {"n": 7, "against": 3}
    serving = settled(Mes(comparison=Comparison.EXCLUSION), batch)
    assert told(serving)["budget.replaced-serving"] == {"n": 7, "against": 3}


def test_or_where_they_serve_more() -> None:
    count = settled(Mes(comparison=Comparison.EXCLUSION), SHARED)
    assert told(count)["budget.kept-serving"]["n"] == 10


# --- real budgets -------------------------------------------------------------------------------


def test_a_real_budget_has_the_outcome_of_its_city() -> None:
    file = read(unpacked(real("pb", "Netherlands_Assen_2024.pb.gz")), FileKind.PABULIB)
    assert isinstance(file.rule, Mes)
    count = settled(file.rule, file.batch)
    assert count.budget is not None
    assert set(count.winners) == set(file.official)
    assert len(voters_of(file.batch)) == told(count)["budget.shares"]["n"]
    assert sum(line.cost for line in count.budget.lines if line.funded) == count.budget.spent


def test_a_real_budget_is_raised_further_by_one_stop_rule_than_by_the_other() -> None:
    file = read(unpacked(real("pb", "Poland_Swiecie_2023.pb.gz")), FileKind.PABULIB)
    assert isinstance(file.rule, Mes)
    exhaustive = msgspec.structs.replace(file.rule, stop=Stop.EXHAUSTIVE)
    count, other = settled(file.rule, file.batch), settled(exhaustive, file.batch)
    assert set(count.winners) == set(file.official)
    assert other.budget is not None
    assert count.budget is not None
    assert other.budget.raised <= count.budget.raised


def test_the_example_of_the_readme_is_true() -> None:
    page = ROOT / "ballots" / "counting" / "budgets" / "README.md"
    result = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert result.attempted > 0
    assert result.failed == 0
