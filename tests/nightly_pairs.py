# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every rule by pairs against pref_voting, on small elections full of ties (`make nightly`)."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from ballots.counting.pairs.matrix import Matrix, matrix
from ballots.counting.pairs.others import winners_by_rule
from ballots.counting.pairs.points import borda_points
from ballots.counting.profile import Ranking, Rankings
from ballots.counting.settings import By, Unranked
from tests.law_counting_pairs import random_ranking

methods = pytest.importorskip("pref_voting.margin_based_methods")
c1_methods = pytest.importorskip("pref_voting.c1_methods")
scoring = pytest.importorskip("pref_voting.scoring_methods")
profiles = pytest.importorskip("pref_voting.profiles_with_ties")

ELECTIONS = 4_000


def elections(seed: int) -> list[tuple[int, dict[Ranking, int]]]:
    """Options, ballots: few and mostly once, so that most elections hold a tie."""
    chance = Random(seed)
    drawn = []
    for _ in range(ELECTIONS):
        n = chance.randint(2, 6)
        ballots = chance.randint(1, 9)
        drawn.append(
            (n, {random_ranking(chance, n): chance.randint(1, 3) for _ in range(ballots)})
        )
    return drawn


def theirs(n: int, counts: Mapping[Ranking, int]) -> Any:  # noqa: ANN401 - of a library without types
    profile = profiles.ProfileWithTies(
        [
            {option: place for place, rank in enumerate(ranking) for option in rank}
            for ranking in counts
        ],
        rcounts=list(counts.values()),
        candidates=list(range(n)),
    )
    profile.use_extended_strict_preference()  # what is ranked is above what is not
    return profile


def repeated_margins(votes: Matrix) -> int:
    """Pairs whose margin another pair has too, beyond the first; draws have that of 0."""
    margins = [abs(votes[a][b] - votes[b][a]) for a in range(len(votes)) for b in range(a)]
    return len(margins) - len(set(margins))


def test_winners_by_margins_are_those_of_pref_voting() -> None:
    compared = 0
    for n, counts in elections(1):
        votes = matrix(Rankings(counts), n)
        profile, options = theirs(n, counts), tuple(range(n))
        named = winners_by_rule(votes, options, By.MARGINS, 1)
        assert list(named["schulze"]) == methods.beat_path(profile)
        assert list(named["minimax"]) == methods.minimax(profile)
        assert list(named["copeland"]) == c1_methods.copeland(profile)
        if not repeated_margins(votes):
            compared += 1
            assert list(named["ranked-pairs"]) == methods.ranked_pairs(profile)
    assert compared > ELECTIONS // 10


def test_ranked_pairs_with_equal_duels_name_some_of_the_winners_of_pref_voting() -> None:
    """There equal pairs come in every order, here in that of who loses them; few pairs, as the
    library tries all their permutations."""
    compared = 0
    for n, counts in elections(2):
        votes = matrix(Rankings(counts), n)
        if 0 < repeated_margins(votes) < 4:
            compared += 1
            named = winners_by_rule(votes, tuple(range(n)), By.MARGINS, 1)["ranked-pairs"]
            assert set(named) <= set(methods.ranked_pairs(theirs(n, counts)))
    assert compared > ELECTIONS // 10


def test_borda_points_are_those_of_pref_voting() -> None:
    """Its symmetric score counts options below less options above: twice ours, less a constant."""
    for n, counts in elections(3):
        votes, ballots = matrix(Rankings(counts), n), sum(counts.values())
        profile, options = theirs(n, counts), tuple(range(n))
        zero = borda_points(votes, options, ballots=ballots, unranked=Unranked.ZERO)
        assert zero == scoring.domination_borda_scores(profile)
        shared = borda_points(votes, options, ballots=ballots, unranked=Unranked.SHARED)
        assert {option: 2 * points - ballots * (n - 1) for option, points in shared.items()} == (
            scoring.symmetric_borda_scores(profile)
        )
