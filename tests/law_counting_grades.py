# SPDX-License-Identifier: AGPL-3.0-or-later
"""Laws of majority judgment, tried against medians that are removed one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from math import lcm
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ballots.counting.contest import Contest, Option
from ballots.counting.count import Count
from ballots.counting.draw import Draw
from ballots.counting.grades.majority_judgment import judge, majority_judgment
from ballots.counting.grades.reading import graded
from ballots.counting.grades.value import (
    fewest_to_meet,
    fewest_to_pass,
    majority_value,
    moved,
    parting,
)
from ballots.counting.profile import Batch, Scored, Scores, merged
from ballots.counting.rule import MajorityJudgment
from ballots.counting.settings import NoOpinion
from tests.small_contests import contest, told

Ballot = Mapping[str, int]

GRADES = st.integers(0, 4)
SEVERAL = st.lists(GRADES, min_size=1, max_size=12)
PAIRS = st.integers(1, 12).flatmap(
    lambda n: st.tuples(*[st.lists(GRADES, min_size=n, max_size=n)] * 2)
)
RULES = st.builds(
    MajorityJudgment,
    worst=st.just(0),
    best=st.just(4),
    seats=st.integers(1, 3),
    no_opinion_counts_as=st.sampled_from(NoOpinion),
)
BALLOTS = st.lists(st.dictionaries(st.sampled_from("abcd"), GRADES), min_size=1, max_size=10)


def batch(ballots: Sequence[Ballot], options: Sequence[str] = "abcd") -> Batch:
    about = contest(options)
    counts: Counter[Scored] = Counter(
        tuple(sorted((about.place(id), grade) for id, grade in ballot.items()))
        for ballot in ballots
    )
    return Batch(contest=about, profile=Scores(counts))


def judged(rule: MajorityJudgment, ballots: Sequence[Ballot], options: str = "abcd") -> Count:
    about = batch(ballots, options)
    luck = [about.contest.place(id) for id in "abcd"]
    return majority_judgment(rule, about, Draw(order=luck))


def order(count: Count) -> tuple[tuple[str, ...], ...]:
    assert count.grades is not None
    return count.grades.order


def medians(grades: Sequence[int]) -> list[int]:
    """The lower median again and again, removed each time: the definition, word for word."""
    left, found = sorted(grades), []
    while left:
        found.append(left.pop((len(left) - 1) // 2))
    return found


def stretched(grades: Sequence[int], length: int) -> list[int]:
    return [grade for grade in grades for _ in range(length // len(grades))]


def sign(one: Any, other: Any) -> int:  # noqa: ANN401 - whatever compares
    return int(one > other) - int(one < other)


@given(SEVERAL, SEVERAL)
def test_values_compare_as_medians_that_are_removed_one_by_one(
    one: list[int], other: list[int]
) -> None:
    """Of different numbers of grades: each copied until the numbers are equal."""
    length = lcm(len(one), len(other))
    naive = sign(medians(stretched(one, length)), medians(stretched(other, length)))
    assert sign(majority_value(Counter(one)), majority_value(Counter(other))) == naive


@given(
    st.integers(1, 12).flatmap(
        lambda n: st.tuples(*[st.lists(GRADES, min_size=n, max_size=n)] * 2)
    )
)
def test_options_part_after_as_many_medians_as_are_told(pair: tuple[list[int], list[int]]) -> None:
    one, other = sorted(pair, key=medians)
    assume(medians(one) != medians(other))
    assume(medians(one)[0] == medians(other)[0])
    at = parting(majority_value(Counter(one)), majority_value(Counter(other)))
    steps = list(zip(medians(one), medians(other), strict=True))
    first = next(i for i, (a, b) in enumerate(steps) if a != b)
    assert (at.removed(len(one)), at.next, at.better) == (first, *steps[first])
    middle = at.share * len(one)
    assert first - 1 <= middle <= first


@given(SEVERAL, st.integers(2, 10))
def test_copies_of_all_ballots_change_no_value(grades: list[int], times: int) -> None:
    assert majority_value(Counter(grades)) == majority_value(Counter(grades * times))


@given(RULES, BALLOTS, st.data())
def test_ten_times_the_ballots_have_the_same_winners_and_order(
    rule: MajorityJudgment, ballots: list[Ballot], data: st.DataObject
) -> None:
    times = data.draw(st.sampled_from([2, 3, 10]))
    one, many = judged(rule, ballots), judged(rule, ballots * times)
    assert (one.winners, order(one)) == (many.winners, order(many))


@given(RULES, BALLOTS, st.data())
def test_the_order_of_ballots_and_of_options_decides_nothing(
    rule: MajorityJudgment, ballots: list[Ballot], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(ballots))
    options = "".join(data.draw(st.permutations("abcd")))
    one, other = judged(rule, ballots), judged(rule, shuffled, options)
    assert (one.winners, one.told, order(one)) == (other.winners, other.told, order(other))
    assert set(one.reasons) == set(other.reasons)


@given(RULES, BALLOTS, st.integers(1, 5))
def test_blank_ballots_change_nothing_but_how_many_there_are(
    rule: MajorityJudgment, ballots: list[Ballot], blank: int
) -> None:
    one, other = judged(rule, ballots), judged(rule, [*ballots, *[{}] * blank])
    assert other.cast.blank == one.cast.blank + blank
    assert replace(other, cast=one.cast, told=one.told) == one


@given(RULES, BALLOTS, BALLOTS)
def test_the_ballots_of_two_kiosks_are_judged_as_the_sum_of_their_grades(
    rule: MajorityJudgment, here: list[Ballot], there: list[Ballot]
) -> None:
    together = majority_judgment(rule, merged([batch(here), batch(there)]), Draw(order=range(4)))
    tallies = [graded("", batch(each), worst=0, best=4) for each in (here, there)]
    assert judge(rule, tallies[0] + tallies[1], Draw(order=range(4))) == together


@given(SEVERAL, SEVERAL)
def test_as_many_ballots_as_are_told_pass_another_option_and_no_fewer(
    one: list[int], other: list[int]
) -> None:
    value = majority_value(Counter(other))
    assume(majority_value(Counter(one)) < value)
    fewest = fewest_to_pass(Counter(one), 4, value)
    passing = [
        n
        for n in range(1, len(one) + 1)
        for raised in combinations(range(len(one)), n)
        if majority_value(Counter(4 if i in raised else g for i, g in enumerate(one))) > value
    ]
    assert fewest == (min(passing) if passing else None)


EXTREME = st.dictionaries(st.sampled_from("abcd"), st.sampled_from([0, 4]))


@given(RULES, BALLOTS, st.integers(2, 6), st.data())
def test_fewer_changed_ballots_than_the_margin_change_no_winner(
    rule: MajorityJudgment, ballots: list[Ballot], times: int, data: st.DataObject
) -> None:
    every = ballots * times
    count = judged(rule, every)
    margin = told(count).get("count.margin", {"n": 1})["n"]
    assert isinstance(margin, int)
    assert margin > 0
    few = data.draw(st.lists(EXTREME, max_size=min(margin, len(every)) - 1))
    places = data.draw(st.permutations(range(len(every))))
    for place, instead in zip(places, few, strict=False):
        every[place] = instead
    assert set(judged(rule, every).winners) == set(count.winners)


@given(SEVERAL, SEVERAL)
def test_fewer_ballots_than_the_fewest_to_meet_leave_an_order(
    one: list[int], other: list[int]
) -> None:
    worse, better = Counter(one), Counter(other)
    fewest = fewest_to_meet(worse, better, worst=0, best=4)
    for n in range(fewest):
        raised, lowered = moved(worse, n, to=4), moved(better, n, to=0)
        assert majority_value(raised) < majority_value(lowered)


# --- a second opinion ---------------------------------------------------------------------------


@given(st.integers(1, 9), st.data())
def test_another_program_finds_the_same_winner_where_medians_alone_decide(
    ballots: int, data: st.DataObject
) -> None:
    cardinal = pytest.importorskip("votelib.evaluate.cardinal")
    columns = {
        id: data.draw(st.lists(GRADES, min_size=ballots, max_size=ballots)) for id in "abcd"
    }
    best = sorted((medians(each)[0] for each in columns.values()), reverse=True)
    assume(best[0] > best[1])
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    votes = Counter(frozenset(row.items()) for row in rows)
    (winner,) = cardinal.MajorityJudgment().evaluate(votes, 1)
    assert judged(MajorityJudgment(worst=0, best=4), rows).winners == (winner,)


def test_a_contest_of_one_option_is_judged_too() -> None:
    alone = Contest(options=(Option(id="a"),))
    ballots = Batch(contest=alone, profile=Scores({((0, 2),): 3}))
    count = majority_judgment(MajorityJudgment(worst=0, best=4), ballots, Draw(order=[0]))
    assert count.winners == ("a",)
