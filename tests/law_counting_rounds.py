# SPDX-License-Identifier: AGPL-3.0-or-later
"""Laws of counts in rounds, and the same elections counted by others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from random import Random
from string import ascii_uppercase
from typing import Any

import pyrankvote
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from votelib.evaluate.sequential import TransferableVoteSelector

from ballots.counting.count import Count
from ballots.counting.draw import Draw
from ballots.counting.errors import CountingRefused
from ballots.counting.profile import Batch, Ranking, Rankings, merged
from ballots.counting.rounds.irv import irv
from ballots.counting.rounds.meek import stv_meek
from ballots.counting.rounds.scottish import stv_scottish
from ballots.counting.rule import Irv, Rule, StvMeek, StvScottish
from ballots.counting.settle import Order, settle
from tests import plain_rounds
from tests.small_contests import contest, fate

EVERY: dict[str, Callable[[Any, Batch, Draw], Count]] = {
    "irv": irv,
    "stv-scottish": stv_scottish,
    "stv-meek": stv_meek,
}
MOST_OPTIONS = 5


def cut(order: list[int], length: int) -> Ranking:
    return tuple((option,) for option in order[:length])


@st.composite
def batches(draw: st.DrawFn, least: int = 1, most: int = 9) -> Batch:
    """Few options and few different ballots, so that ties are common unless `most` is large."""
    n = draw(st.integers(least, MOST_OPTIONS))
    ids = ascii_uppercase[:n]
    gone = draw(st.sampled_from(["", "", "", ids[-1]])) if n > 1 else ""
    order = st.permutations(range(n))
    ballot = st.builds(cut, order, st.integers(0, n))
    counts = draw(st.dictionaries(ballot, st.integers(1, most), max_size=8))
    return Batch(contest=contest(ids, *gone), profile=Rankings(counts))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    seats = draw(st.integers(1, 4))
    return draw(
        st.sampled_from([Irv(), Irv(batch=True), StvScottish(seats=seats), StvMeek(seats=seats)])
    )


def counted(rule: Rule, batch: Batch, draw: Draw | None = None) -> Count:
    return EVERY[rule.name](rule, batch, draw or fate(batch.contest))


def seats_of(rule: Rule) -> int:
    return getattr(rule, "seats", 1)


def rankings(batch: Batch) -> dict[Ranking, int]:
    assert isinstance(batch.profile, Rankings)
    return dict(batch.profile.counts)


# --- laws ---------------------------------------------------------------------------------------


@given(rules(), batches())
def test_no_vote_is_lost_or_made_at_any_stage(rule: Rule, batch: Batch) -> None:
    count = counted(rule, batch)
    for stage in count.stages:
        assert sum(stage.votes.values()) + stage.exhausted == count.cast.valid
        assert all(votes >= 0 for votes in stage.votes.values())


@given(rules(), batches())
def test_what_moves_leads_from_each_stage_to_the_next(rule: Rule, batch: Batch) -> None:
    count = counted(rule, batch)
    for before, after in pairwise(count.stages):
        votes = {id: Fraction(held) for id, held in [*before.votes.items(), ("", 0)]}
        for each in before.moved:
            votes[each.source] -= Fraction(each.votes)
            votes[each.target] += Fraction(each.votes)
        del votes[""]
        assert dict(votes) == dict(after.votes)


@given(rules(), batches())
def test_everybody_is_decided_once_and_seats_are_filled(rule: Rule, batch: Batch) -> None:
    count = counted(rule, batch)
    elected = [id for stage in count.stages for id in stage.elected]
    excluded = [id for stage in count.stages for id in stage.excluded]
    assert list(count.winners) == elected
    assert len({*elected, *excluded}) == len(elected) + len(excluded)
    standing = count.contest.ids(count.contest.standing)
    assert {*elected, *excluded} <= set(standing)
    if count.cast.valid and any(count.stages[0].votes.values()):
        assert len(elected) == min(seats_of(rule), len(standing))


@given(rules(), batches(), st.data())
def test_the_order_of_ballots_and_of_names_decides_nothing(
    rule: Rule, batch: Batch, data: st.DataObject
) -> None:
    n = len(batch.contest.options)
    turned = replace(batch, profile=Rankings(dict(reversed(list(rankings(batch).items())))))
    assert counted(rule, turned) == counted(rule, batch)
    places = data.draw(st.permutations(range(n)))
    options = [batch.contest.options[places.index(at)] for at in range(n)]
    moved = Batch(
        contest=replace(batch.contest, options=tuple(options)),
        profile=Rankings(
            {tuple((places[o],) for (o,) in ballot): k for ballot, k in rankings(batch).items()}
        ),
    )
    luck = Draw(order=[places[option] for option in range(n)])
    one, other = counted(rule, batch), counted(rule, moved, luck)
    assert set(one.winners) == set(other.winners)
    assert len(one.stages) == len(other.stages)


@given(rules(), batches(), st.integers(1, 3))
def test_kiosks_together_count_what_one_would(rule: Rule, batch: Batch, parts: int) -> None:
    every = rankings(batch).items()
    dealt = [
        replace(batch, profile=Rankings({ballot: (n + part) // parts for ballot, n in every}))
        for part in range(parts)
    ]
    assert counted(rule, merged(dealt)) == counted(rule, batch)


@given(batches(), st.booleans())
def test_ten_times_the_ballots_have_the_same_rounds(batch: Batch, together: bool) -> None:
    rule = Irv(batch=together)
    many = replace(batch, profile=Rankings({b: 10 * n for b, n in rankings(batch).items()}))
    one, ten = counted(rule, batch), counted(rule, many)
    assert ten.winners == one.winners
    for before, after in zip(one.stages, ten.stages, strict=True):
        assert {id: 10 * votes for id, votes in before.votes.items()} == dict(after.votes)


@given(rules(), batches())
def test_a_blank_ballot_changes_nobody(rule: Rule, batch: Batch) -> None:
    counts = Counter(rankings(batch))
    counts[()] += 1
    more = counted(rule, replace(batch, profile=Rankings(counts)))
    one = counted(rule, batch)
    assert (more.winners, more.quota) == (one.winners, one.quota)
    assert [stage.votes for stage in more.stages] == [stage.votes for stage in one.stages]


@given(batches(), st.data())
def test_one_exclusion_at_a_time_or_all_at_once_elect_the_same(
    batch: Batch, data: st.DataObject
) -> None:
    luck = Draw(order=data.draw(st.permutations(range(len(batch.contest.options)))))
    one, all_ = counted(Irv(), batch, luck), counted(Irv(batch=True), batch, luck)
    assert one.winners == all_.winners
    assert len(all_.stages) <= len(one.stages)


@given(rules(), batches(), st.data())
def test_dice_only_decide_what_a_count_without_them_refuses(
    rule: Rule, batch: Batch, data: st.DataObject
) -> None:
    options = len(batch.contest.options)
    order = Order(options=tuple(data.draw(st.permutations(range(options)))))

    def run(draw: Draw) -> Count:
        return counted(rule, batch, draw)

    thrown = settle(run, options, order)
    try:
        without = settle(run, options)
    except CountingRefused:
        assert any(tie.otherwise for tie in thrown.ties)
    else:
        assert set(without.winners) == set(thrown.winners)


# --- the same by definition ---------------------------------------------------------------------


@given(batches())
def test_an_instant_run_off_is_what_its_text_says(batch: Batch) -> None:
    every = plain_rounds.papers(batch)
    assume(any(every))
    try:
        plain = plain_rounds.irv(every, len(batch.contest.options))
    except plain_rounds.Tied:
        assume(False)
    if len(batch.contest.standing) == len(batch.contest.options):
        agrees(counted(Irv(), batch), plain)


@given(batches(), st.integers(1, 4))
def test_scottish_stages_are_what_the_order_says(batch: Batch, seats: int) -> None:
    every = plain_rounds.papers(batch)
    assume(any(every) and len(batch.contest.standing) == len(batch.contest.options))
    try:
        plain = plain_rounds.scottish(every, len(batch.contest.options), seats)
    except plain_rounds.Tied:
        assume(False)
    agrees(counted(StvScottish(seats=seats), batch), plain)


@given(batches(), st.integers(1, 4))
def test_meek_s_votes_are_what_the_reference_rule_says(batch: Batch, seats: int) -> None:
    every = plain_rounds.papers(batch)
    assume(any(every) and len(batch.contest.standing) == len(batch.contest.options))
    rule = StvMeek(seats=seats)
    try:
        plain = plain_rounds.meek(
            every, len(batch.contest.options), seats, rule.decimals, rule.omega
        )
    except plain_rounds.Tied:
        assume(False)
    agrees(counted(rule, batch), plain)


def agrees(count: Count, plain: plain_rounds.Plain) -> None:
    ids = count.contest.ids
    assert set(count.winners) == set(ids(plain.winners))
    assert [list(stage.votes.values()) for stage in count.stages] == plain.stages


# --- the same by others -------------------------------------------------------------------------


@given(batches(2, 999))
def test_pyrankvote_elects_the_same_by_instant_run_off(batch: Batch) -> None:
    """It excludes at random who is tied: such elections are left out."""
    count = counted(Irv(), batch)
    assume(len(batch.contest.standing) == len(batch.contest.options))
    every = plain_rounds.papers(batch)
    assume(any(every))
    try:
        plain_rounds.irv(every, len(batch.contest.options))
    except plain_rounds.Tied:
        assume(False)
    people = [pyrankvote.Candidate(option.id) for option in batch.contest.options]
    cast = [pyrankvote.Ballot([people[option] for option in paper]) for paper in every if paper]
    (winner,) = pyrankvote.instant_runoff_voting(people, cast).get_winners()
    assert (winner.name,) == count.winners


def hall(chance: Random) -> Batch:
    """Several hundred ballots of five or six options, some liked better than others."""
    n = chance.randint(5, 6)
    liking = [chance.uniform(1, 4) for _ in range(n)]
    counts: Counter[Ranking] = Counter()
    for _ in range(chance.randint(200, 600)):
        order = sorted(range(n), key=lambda option: chance.random() ** (1 / liking[option]))
        counts[cut(order[::-1], chance.randint(1, n))] += 1
    return Batch(contest=contest(ascii_uppercase[:n]), profile=Rankings(counts))


def test_votelib_elects_the_same_by_transferable_vote() -> None:
    """It keeps whole fractions: elections that hang on the sixth decimal, or on a tie, differ."""
    chance, compared = Random(2), 0
    for _ in range(80):
        batch, seats = hall(chance), chance.randint(1, 3)
        votes = {tuple(option for (option,) in each): n for each, n in rankings(batch).items()}
        try:
            plain_rounds.scottish(plain_rounds.papers(batch), len(batch.contest.options), seats)
        except plain_rounds.Tied:
            continue
        count = counted(StvScottish(seats=seats), batch)
        if not nearly_tied(count):
            by = TransferableVoteSelector(transferer="Gregory", quota_function="droop")
            assert set(batch.contest.ids(by.evaluate(votes, seats))) == set(count.winners)
            compared += 1
    assert compared >= 60


def nearly_tied(count: Count) -> bool:
    """Whether two options, or an option and the quota, are hardly apart at any stage."""
    assert count.quota is not None
    return any(
        0 < more - less < Fraction(1, 100)
        for stage in count.stages
        for less, more in pairwise(sorted([*stage.votes.values(), count.quota]))
    )


@pytest.mark.parametrize("rule", [Irv(), StvScottish(seats=2), StvMeek(seats=2)])
def test_a_rule_of_rounds_is_counted_in_a_moment_of_many_equal_ballots(rule: Rule) -> None:
    batch = Batch(
        contest=contest("ABC"), profile=Rankings({((0,), (1,)): 10**9, ((2,),): 10**9 - 1})
    )
    assert counted(rule, batch).winners[0] == "A"
