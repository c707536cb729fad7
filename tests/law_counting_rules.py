# SPDX-License-Identifier: AGPL-3.0-or-later
"""What holds for every rule: nothing but the ballots, the rule and the dice decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.counting.contest import Contest, Option
from ballots.counting.count import Count
from ballots.counting.counts import COUNTERS, count_batch
from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.profile import Approvals, Batch, Profile, Rankings, Scores, merged
from ballots.counting.rule import (
    RULES,
    Approval,
    Consent,
    Mes,
    Rule,
    Schulze,
    StvMeek,
    StvScottish,
    Temperature,
    YesNo,
)
from ballots.counting.rule_document import typed
from ballots.counting.settings import Completion
from ballots.counting.settle import Order
from ballots.counting.variants import variants

IDS = "abcd"
COSTS = (30, 40, 50, 60)

RANKED = st.builds(
    Rankings,
    st.dictionaries(
        st.lists(st.integers(0, 3), unique=True, max_size=4).map(
            lambda each: tuple((option,) for option in each)
        ),
        st.integers(1, 9),
        max_size=7,
    ),
)
MARKED = st.builds(
    Approvals,
    st.dictionaries(
        st.sets(st.integers(0, 3)).map(lambda each: tuple(sorted(each))),
        st.integers(1, 9),
        max_size=7,
    ),
)
SCORED = st.builds(
    Scores,
    st.dictionaries(
        st.dictionaries(st.integers(0, 3), st.integers(1, 5)).map(
            lambda each: tuple(sorted(each.items()))
        ),
        st.integers(1, 9),
        max_size=7,
    ),
)
CASES: dict[str, tuple[Rule, st.SearchStrategy[Profile]]] = {
    **{
        kind().name: (kind(), RANKED)
        for kind in RULES
        if kind().name
        in ("irv", "stv-meek", "schulze", "copeland", "minimax", "ranked-pairs", "borda")
    },
    "stv-scottish": (StvScottish(seats=2), RANKED),
    "plurality": (next(kind for kind in RULES if kind().name == "plurality")(), RANKED),
    "approval": (Approval(seats=2), MARKED),
    "score": (next(kind for kind in RULES if kind().name == "score")(), SCORED),
    "cumulative": (next(kind for kind in RULES if kind().name == "cumulative")(), SCORED),
    "majority-judgment": (
        next(kind for kind in RULES if kind().name == "majority-judgment")(),
        SCORED,
    ),
    "temperature": (Temperature(levels=5), SCORED),
    "yes-no": (YesNo(majority=Fraction(1, 2)), RANKED),
    "consent": (Consent(objections=1), RANKED),
    **{
        kind().name: (typed(kind().name, {"budget": "100"}), MARKED)
        for kind in RULES
        if "budget" in kind.__struct_fields__
    },
    "mes": (Mes(budget=100, whole_start=False), MARKED),
    "mes add1": (Mes(budget=100, completion=Completion.ADD1), MARKED),
    "stv-meek 2": (StvMeek(seats=2), RANKED),
    "schulze by default": (Schulze(default="d", quorum=Fraction(3)), RANKED),
}
OF_THREE = {"yes-no": ("yes", "no", "abstain"), "consent": ("consent", "reservation", "objection")}


def contest(case: str) -> Contest:
    ids = OF_THREE.get(case, tuple(IDS))
    return Contest(
        title="Parc",
        options=tuple(Option(id=id_, cost=cost) for id_, cost in zip(ids, COSTS, strict=False)),
    )


def of_options(profile: Profile, size: int) -> Profile:
    """Only what is about the first options."""
    if not isinstance(profile, Rankings) or size == 4:
        return profile
    kept: dict[tuple[tuple[int, ...], ...], int] = {}
    for ballot, n in profile.counts.items():
        left = tuple(rank for rank in ballot if rank[0] < size)
        kept[left] = kept.get(left, 0) + n
    return Rankings(kept)


@st.composite
def batches(draw: st.DrawFn, case: str) -> Batch:
    about = contest(case)
    profile = of_options(draw(CASES[case][1]), len(about.options))
    return Batch(contest=about, profile=profile, present=90, census=99)


def orders(batch: Batch) -> st.SearchStrategy[Order]:
    options = range(len(batch.contest.options))
    return st.permutations(options).map(lambda each: Order(options=tuple(each)))


def mapped(profile: Profile, places: list[int]) -> Profile:
    """The same ballots on a paper whose options stand in another order: old place → new."""
    if isinstance(profile, Rankings):
        return Rankings(
            {
                tuple(tuple(sorted(places[o] for o in rank)) for rank in ballot): n
                for ballot, n in profile.counts.items()
            }
        )
    if isinstance(profile, Approvals):
        return Approvals(
            {tuple(sorted(places[o] for o in each)): n for each, n in profile.counts.items()}
        )
    return Scores(
        {
            tuple(sorted((places[o], points) for o, points in each)): n
            for each, n in profile.counts.items()
        }
    )


def dealt(profile: Profile) -> list[tuple[Any, int]]:
    """Ballots and how many, whatever kind they are of."""
    return list(profile.counts.items())


def having(profile: Profile, counts: Mapping[Any, int]) -> Profile:
    """Other ballots of the same kind."""
    return type(profile)(counts)


def split(profile: Profile, parts: int) -> Iterator[Profile]:
    """The ballots of one box dealt out to several."""
    for part in range(parts):
        counts = {cast: n // parts + (part < n % parts) for cast, n in dealt(profile)}
        yield having(profile, {ballot: n for ballot, n in counts.items() if n})


def test_every_rule_has_its_function_and_is_tried_here() -> None:
    assert set(COUNTERS) == set(RULES)
    assert {rule.name for rule, _ in CASES.values()} == {kind().name for kind in RULES}


@pytest.mark.parametrize("case", CASES)
@given(data=st.data())
def test_the_order_of_ballots_decides_nothing(case: str, data: st.DataObject) -> None:
    batch = data.draw(batches(case))
    order = data.draw(orders(batch))
    turned = having(batch.profile, dict(reversed(dealt(batch.profile))))
    rule = CASES[case][0]
    assert count_batch(rule, replace(batch, profile=turned), order) == count_batch(
        rule, batch, order
    )


@pytest.mark.parametrize("case", CASES)
@given(data=st.data())
def test_the_order_of_options_on_the_paper_decides_nothing(case: str, data: st.DataObject) -> None:
    batch = data.draw(batches(case))
    order = data.draw(orders(batch))
    size = len(batch.contest.options)
    places = data.draw(st.permutations(range(size)))
    moved: list[Option] = list(batch.contest.options)
    for old, new in enumerate(places):
        moved[new] = batch.contest.options[old]
    turned = replace(
        batch,
        contest=replace(batch.contest, options=tuple(moved)),
        profile=mapped(batch.profile, list(places)),
    )
    lucky = Order(options=tuple(places[option] for option in order.options))
    rule = CASES[case][0]
    before, after = count_batch(rule, batch, order), count_batch(rule, turned, lucky)
    assert set(after.winners) == set(before.winners)
    assert after.verdict == before.verdict


@pytest.mark.parametrize("case", CASES)
@given(data=st.data())
def test_kiosks_together_count_what_each_has(case: str, data: st.DataObject) -> None:
    batch = data.draw(batches(case))
    order = data.draw(orders(batch))
    parts = [
        replace(batch, profile=profile)
        for profile in split(batch.profile, data.draw(st.integers(1, 4)))
    ]
    rule = CASES[case][0]
    assert count_batch(rule, merged(parts), order) == count_batch(rule, batch, order)


@pytest.mark.parametrize("case", [case for case in CASES if case != "mes add1"])
@given(data=st.data())
def test_ten_times_the_ballots_have_the_same_winners(case: str, data: st.DataObject) -> None:
    batch = data.draw(batches(case))
    order = data.draw(orders(batch))
    rule = CASES[case][0]
    before = count_batch(rule, batch, order)
    if before.ties or case in ("stv-scottish", "stv-meek 2", "schulze by default", "consent"):
        return  # what is rounded, or a number of ballots, does not grow with them
    many = having(batch.profile, {cast: 10 * n for cast, n in dealt(batch.profile)})
    after = count_batch(rule, replace(batch, profile=many, present=900, census=990), order)
    assert set(after.winners) == set(before.winners)


@pytest.mark.parametrize("case", [case for case in CASES if not case.startswith("mes")])
@given(data=st.data())
def test_a_blank_ballot_changes_nobody(case: str, data: st.DataObject) -> None:
    batch = data.draw(batches(case))
    order = data.draw(orders(batch))
    counts = dict(dealt(batch.profile))
    counts[()] = counts.get((), 0) + 1
    rule = CASES[case][0]
    before = count_batch(rule, batch, order)
    after = count_batch(rule, replace(batch, profile=having(batch.profile, counts)), order)
    if sum(batch.profile.counts.values()) > batch.cast.blank:
        assert after.winners == before.winners
    assert after.cast.blank == before.cast.blank + 1


def told_everything(count: Count) -> None:
    ids = [option.id for option in count.contest.options]
    assert [reason.option for reason in count.reasons] == ids
    assert all(reason.steps for reason in count.reasons)
    assert {reason.option for reason in count.reasons if reason.won} == set(count.winners)
    assert len(set(count.winners)) == len(count.winners)
    assert count.told
    for stage in count.stages:
        assert set(stage.votes) == set(ids)
    elected = [each for stage in count.stages for each in stage.elected]
    assert set(elected) <= set(ids)


@pytest.mark.parametrize("case", CASES)
@given(data=st.data())
def test_every_option_is_told_why(case: str, data: st.DataObject) -> None:
    batch = data.draw(batches(case))
    order = data.draw(orders(batch))
    count = count_batch(CASES[case][0], batch, order)
    told_everything(count)
    for variant in variants(count, batch, order):
        assert set(variant.added).isdisjoint(count.winners)
        assert set(variant.dropped) <= set(count.winners)


@pytest.mark.parametrize("case", CASES)
@given(data=st.data())
def test_without_dice_a_count_has_the_same_winners_or_names_the_tie(
    case: str, data: st.DataObject
) -> None:
    batch = data.draw(batches(case))
    order = data.draw(orders(batch))
    rule = CASES[case][0]
    alone: Count | CountingRefused
    try:
        alone = count_batch(rule, batch)
    except CountingRefused as refusal:
        alone = refusal
    if isinstance(alone, Count):
        assert set(count_batch(rule, batch, order).winners) == set(alone.winners)
    else:
        assert alone.code is CountingProblem.LOT
        named = str(alone.facts["options"]).split(", ")
        assert len(named) > 1
        assert set(named) <= {option.id for option in batch.contest.options}
