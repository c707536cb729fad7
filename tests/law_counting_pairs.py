# SPDX-License-Identifier: AGPL-3.0-or-later
"""Laws of rules that compare pairs, tried on small elections with many ties."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, permutations
from random import Random
from string import ascii_uppercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.counting.draw import Draw, TieFor
from ballots.counting.errors import CountingRefused
from ballots.counting.pairs.above import holds
from ballots.counting.pairs.duels import NO_WAY, beaten, beats, champion, strength, won
from ballots.counting.pairs.locking import locked
from ballots.counting.pairs.matrix import Matrix, matrix, total
from ballots.counting.pairs.others import winners_by_rule
from ballots.counting.pairs.paths import over, path_order, strongest
from ballots.counting.pairs.tally import Tally, tallied
from ballots.counting.profile import Batch, Cast, Ranking, Rankings, merged
from ballots.counting.rule import Copeland, Minimax, RankedPairs, Schulze, Seated
from ballots.counting.settings import By
from ballots.counting.settle import Order
from tests.paired import BY_DUELS, EVERY_RULE, contest, count, matrix_by_definition, settled

BYS = st.sampled_from(By)
RULES = st.sampled_from(EVERY_RULE)


@st.composite
def rankings(draw: st.DrawFn, n: int, *, strict: bool) -> Ranking:
    ranks: list[list[int]] = []
    for option in draw(st.permutations(range(n)))[: draw(st.integers(0, n))]:
        if strict or not ranks or draw(st.booleans()):
            ranks.append([])
        ranks[-1].append(option)
    return tuple(tuple(sorted(rank)) for rank in ranks)


@st.composite
def batches(draw: st.DrawFn, least: int = 1, most: int = 5) -> Batch:
    n = draw(st.integers(least, most))
    ballot = rankings(n, strict=draw(st.booleans()))
    counts = draw(st.dictionaries(ballot, st.integers(1, 5), max_size=6))
    return Batch(contest=contest(ascii_uppercase[:n]), profile=Rankings(counts))


@st.composite
def with_luck(draw: st.DrawFn) -> tuple[Batch, list[int]]:
    """Ballots, and who is luckier."""
    batch = draw(batches())
    return batch, draw(st.permutations(range(len(batch.contest.options))))


@st.composite
def matrices(draw: st.DrawFn) -> Matrix:
    """Any numbers of votes: what duels can come to is more than few ballots show."""
    n = draw(st.integers(1, 5))
    votes = st.integers(0, draw(st.integers(1, 6)))
    return tuple(tuple(draw(votes) if a != b else 0 for b in range(n)) for a in range(n))


def ballots_of(batch: Batch) -> Rankings:
    assert isinstance(batch.profile, Rankings)
    return batch.profile


def changed(batch: Batch, counts: dict[Ranking, int]) -> Batch:
    return replace(batch, profile=Rankings(counts))


def everybody(votes: Matrix) -> tuple[int, ...]:
    return tuple(range(len(votes)))


# --- ballots and their matrix -------------------------------------------------------------------


@given(batches(most=18))
def test_the_matrix_is_what_its_definition_says(batch: Batch) -> None:
    n = len(batch.contest.options)
    assert matrix(ballots_of(batch), n) == matrix_by_definition(ballots_of(batch), n)


@given(st.data(), st.integers(1, 5))
def test_matrices_of_kiosks_add_up_to_that_of_their_union(data: st.DataObject, n: int) -> None:
    kiosks = data.draw(st.lists(batches(n, n), min_size=1, max_size=3))
    assert total(tallied(each).matrix for each in kiosks) == tallied(merged(kiosks)).matrix


@given(with_luck(), RULES)
def test_the_order_of_ballots_decides_nothing(case: tuple[Batch, list[int]], rule: Seated) -> None:
    batch, luck = case
    backwards = changed(batch, dict(reversed(list(ballots_of(batch).counts.items()))))
    assert count(rule, backwards, luck) == count(rule, batch, luck)


@given(with_luck(), RULES, st.data())
def test_the_order_of_options_decides_nothing(
    case: tuple[Batch, list[int]], rule: Seated, data: st.DataObject
) -> None:
    batch, luck = case
    old = batch.contest
    new = replace(old, options=tuple(data.draw(st.permutations(old.options))))
    place = [new.place(option.id) for option in old.options]
    counts = {
        tuple(tuple(sorted(place[option] for option in rank)) for rank in ranking): n
        for ranking, n in ballots_of(batch).counts.items()
    }
    moved = count(rule, Batch(contest=new, profile=Rankings(counts)), [place[i] for i in luck])
    stayed = count(rule, batch, luck)
    assert moved.winners == stayed.winners
    assert moved.stages[0].votes == stayed.stages[0].votes
    assert moved.duels is not None
    assert stayed.duels is not None
    assert list(map(set, moved.duels.order)) == list(map(set, stayed.duels.order))


@given(with_luck(), RULES)
def test_ten_times_the_ballots_have_the_same_winners(
    case: tuple[Batch, list[int]], rule: Seated
) -> None:
    batch, luck = case
    tenfold = changed(batch, {each: 10 * n for each, n in ballots_of(batch).counts.items()})
    before, after = count(rule, batch, luck), count(rule, tenfold, luck)
    assert after.winners == before.winners
    assert (after.duels and after.duels.order) == (before.duels and before.duels.order)


@given(with_luck(), RULES, st.integers(1, 9))
def test_blank_ballots_change_nothing(
    case: tuple[Batch, list[int]], rule: Seated, blank: int
) -> None:
    batch, luck = case
    counts = dict(ballots_of(batch).counts)
    more = changed(batch, {**counts, (): counts.get((), 0) + blank})
    before, after = count(rule, batch, luck), count(rule, more, luck)
    assert replace(after, cast=before.cast) == before


@given(with_luck(), RULES)
def test_each_further_seat_goes_to_one_more(case: tuple[Batch, list[int]], rule: Seated) -> None:
    batch, luck = case
    n = len(batch.contest.options)
    chosen = [
        set(count(type(rule)(seats=seats), batch, luck).winners) for seats in range(1, n + 1)
    ]
    assert all(fewer < more for fewer, more in pairwise(chosen) if more)


@given(with_luck(), RULES)
def test_each_option_is_given_its_reasons_once(
    case: tuple[Batch, list[int]], rule: Seated
) -> None:
    counted = count(rule, *case)
    assert [each.option for each in counted.reasons] == [
        option.id for option in counted.contest.options
    ]
    assert {each.option for each in counted.reasons if each.won} == set(counted.winners)
    assert all(each.steps for each in counted.reasons)
    assert counted.told


@given(batches(most=4), RULES)
def test_what_needs_no_lot_comes_out_the_same_with_any(batch: Batch, rule: Seated) -> None:
    try:
        winners = settled(rule, batch).winners
    except CountingRefused:
        return
    for luck in permutations(range(len(batch.contest.options))):
        assert set(settled(rule, batch, Order(options=luck)).winners) == set(winners)


# --- who may win --------------------------------------------------------------------------------


@given(matrices(), st.sampled_from(BY_DUELS))
def test_whoever_beats_all_others_wins(votes: Matrix, rule: Seated) -> None:
    best = champion(votes, everybody(votes))
    if best is not None and len(votes) > 1:
        tally = Tally(
            contest=contest(ascii_uppercase[: len(votes)]),
            cast=Cast(ballots=12, blank=0),
            matrix=votes,
        )
        assert settled(rule, tally).winners == (ascii_uppercase[best],)


def smith(votes: Matrix) -> set[int]:
    """The smallest set whose every member beats every option outside of it."""
    options = everybody(votes)
    for size in range(1, len(options) + 1):
        for inside in permutations(options, size):
            outside = set(options) - set(inside)
            if all(beats(votes, a, b) for a in inside for b in outside):
                return set(inside)
    raise AssertionError


@given(matrices(), BYS)
def test_winners_by_schulze_copeland_and_ranked_pairs_are_in_the_smith_set(
    votes: Matrix, by: By
) -> None:
    found = winners_by_rule(votes, everybody(votes), by, 1)
    for rule in (Schulze(), Copeland(), RankedPairs()):
        assert set(found[rule.name]) <= smith(votes)


@given(matrices(), BYS)
def test_winners_by_schulze_are_in_the_schwartz_set(votes: Matrix, by: By) -> None:
    """Whoever has a chain of won duels to a winner is answered by one."""
    chains = beaten(votes, everybody(votes))
    for winner in winners_by_rule(votes, everybody(votes), by, 1)["schulze"]:
        for other in everybody(votes):
            assert holds(chains, winner, other) or not holds(chains, other, winner)


# --- Schulze ------------------------------------------------------------------------------------


@given(matrices(), BYS)
def test_a_path_is_as_strong_as_the_best_of_all_ways(votes: Matrix, by: By) -> None:
    options = everybody(votes)
    paths = strongest(votes, options, by)
    best = {(a, b): NO_WAY for a in options for b in options}
    for size in range(2, len(options) + 1):
        for way in permutations(options, size):
            if all(beats(votes, *duel) for duel in pairwise(way)):
                weakest = min(strength(votes, duel, by) for duel in pairwise(way))
                best[way[0], way[-1]] = max(best[way[0], way[-1]], weakest)
    assert {(a, b): paths[a][b] for a in options for b in options} == best


@given(matrices(), BYS)
def test_being_over_somebody_by_paths_is_transitive(votes: Matrix, by: By) -> None:
    options = everybody(votes)
    paths = strongest(votes, options, by)
    for a, b, c in permutations(options, min(3, len(options))) if len(options) > 2 else ():
        if over(paths, a, b) and over(paths, b, c):
            assert over(paths, a, c)


@given(matrices(), BYS)
def test_turned_upside_down_the_only_winner_wins_no_more(votes: Matrix, by: By) -> None:
    options = everybody(votes)
    winners = winners_by_rule(votes, options, by, 1)["schulze"]
    reversed_ = tuple(zip(*votes, strict=True))
    if len(winners) == 1 < len(options):
        assert winners[0] not in winners_by_rule(reversed_, options, by, 1)["schulze"]


@given(batches(), BYS, st.data())
def test_a_clone_neither_helps_nor_harms(batch: Batch, by: By, data: st.DataObject) -> None:
    """The clone stands right behind its original, or beside it, on every ballot."""
    n = len(batch.contest.options)
    original = data.draw(st.integers(0, n - 1))
    beside = data.draw(st.booleans())
    counts: dict[Ranking, int] = {}
    for ranking, times in ballots_of(batch).counts.items():
        ranks: list[tuple[int, ...]] = []
        for rank in ranking:
            if original not in rank:
                ranks.append(rank)
            elif beside or len(rank) > 1:
                ranks.append((*rank, n))
            else:
                ranks += [rank, (n,)]
        counts[tuple(ranks)] = times
    before = matrix(ballots_of(batch), n)
    after = matrix(Rankings(counts), n + 1)
    (first, *_) = path_order(strongest(before, everybody(before), by), everybody(before))
    (then, *_) = path_order(strongest(after, everybody(after), by), everybody(after))
    assert set(then) - {original, n} == set(first) - {original}
    assert bool({original, n} & set(then)) == (original in first)


# --- ranked pairs -------------------------------------------------------------------------------


@given(matrices(), BYS, st.data())
def test_duels_hold_as_if_looked_at_one_by_one(votes: Matrix, by: By, data: st.DataObject) -> None:
    """From the strongest; of equal ones first those that the unluckiest option loses."""
    options = everybody(votes)
    luck = data.draw(st.permutations(options))
    in_turn = sorted(
        won(votes, options),
        key=lambda duel: (strength(votes, duel, by), luck.index(duel[1])),
        reverse=True,
    )
    below: dict[int, set[int]] = {option: set() for option in options}
    for a, b in in_turn:
        if a not in below[b]:
            for option in options:
                if option == a or a in below[option]:
                    below[option] |= {b} | below[b]
    draw = Draw(order=luck)
    above = locked(votes, options, by, lambda tied: draw.pick(tied, TieFor.DUEL))
    assert {a: {b for b in options if holds(above, a, b)} for a in options} == below


@given(matrices(), BYS, st.data())
def test_whoever_wins_with_some_luck_is_named_among_the_winners_without(
    votes: Matrix, by: By, data: st.DataObject
) -> None:
    options = everybody(votes)
    named = winners_by_rule(votes, options, by, 1)["ranked-pairs"]
    tally = Tally(
        contest=contest(ascii_uppercase[: len(votes)]),
        cast=Cast(ballots=12, blank=0),
        matrix=votes,
    )
    luck = data.draw(st.permutations(options))
    (winner,) = count(RankedPairs(by=by), tally, luck).winners
    assert ascii_uppercase.index(winner) in named


# --- another implementation ---------------------------------------------------------------------


def test_votelib_finds_the_same_where_nothing_is_tied() -> None:
    """By winning votes. Where duels are equal it goes by the order of its input."""
    convert = pytest.importorskip("votelib.convert")
    condorcet = pytest.importorskip("votelib.evaluate.condorcet")
    chance, compared = Random(1785), 0
    for _ in range(1_000):
        n = chance.randint(3, 6)
        counts = {
            random_ranking(chance, n): chance.randint(1, 200) for _ in range(chance.randint(3, 9))
        }
        counts[tuple((option,) for option in range(n))] = 1  # it knows only what is ranked
        votes = matrix(Rankings(counts), n)
        if not untied(votes):
            continue
        compared += 1
        theirs = convert.RankedToCondorcetVotes().convert(
            {tuple(map(frozenset, ranking)): times for ranking, times in counts.items()}
        )
        assert theirs == {(a, b): votes[a][b] for a in range(n) for b in range(n) if votes[a][b]}
        # Its minimax overlooks an option that no ballot ranks below another.
        theirs |= {(a, b): 0 for a in range(n) for b in range(n) if a != b and not votes[a][b]}
        batch = Batch(contest=contest(ascii_uppercase[:n]), profile=Rankings(counts))
        for rule, evaluator in (
            (Schulze(seats=n), condorcet.Schulze()),
            (RankedPairs(seats=n), condorcet.RankedPairs()),
            (Minimax(), condorcet.MinimaxCondorcet()),
        ):
            found = evaluator.evaluate(theirs, rule.seats)
            assert settled(rule, batch).winners == tuple(ascii_uppercase[i] for i in found)
        (first,) = condorcet.Copeland(second_order=False).evaluate(theirs, 1)
        named = set(winners_by_rule(votes, everybody(votes), By.WINNING, 1)["copeland"])
        assert named == ({first} if isinstance(first, int) else set(first))
    assert compared > 300


def random_ranking(chance: Random, n: int) -> Ranking:
    ranks: list[list[int]] = []
    for option in chance.sample(range(n), chance.randint(1, n)):
        if not ranks or chance.random() < 0.8:
            ranks.append([])
        ranks[-1].append(option)
    return tuple(tuple(sorted(rank)) for rank in ranks)


def untied(votes: Matrix) -> bool:
    """Whether no duel is a draw, and no two are won with as many votes."""
    won_with = [votes[winner][loser] for winner, loser in won(votes, everybody(votes))]
    return len(set(won_with)) == len(votes) * (len(votes) - 1) // 2
