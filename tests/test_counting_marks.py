# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ballots of one kind read as another: nothing is guessed, nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.counting.contest import Contest, Option
from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.marks import as_approvals, as_choices, as_rankings, as_scores
from ballots.counting.profile import Approvals, Batch, Profile, Rankings, Scores, Spoilt

RANKED = Rankings({((0,), (1, 2)): 3, ((2,), (0,)): 4, (): 1})
MARKED = Approvals({(0, 2): 3, (1,): 4, (): 1})
SCORED = Scores({((0, 5), (1, 0), (2, 5)): 3, ((1, 2),): 4, ((0, -1),): 1})


def batch(profile: Profile) -> Batch:
    options = tuple(Option(id=each) for each in "abc")
    return Batch(contest=Contest(options=options), profile=profile, spoilt={Spoilt.EQUAL: 1})


def test_what_is_of_the_kind_already_stays_as_it_is() -> None:
    for profile, read in ((RANKED, as_rankings), (MARKED, as_approvals)):
        given_ = batch(profile)
        assert read(given_) == (profile, given_)
    assert as_scores(batch(SCORED), "score")[0] is SCORED
    strict = Rankings({((2,), (0,)): 4})
    assert as_rankings(batch(strict), strict=True)[0] is strict


def test_marks_rank_first_and_equal() -> None:
    assert as_rankings(batch(MARKED))[0].counts == {((0, 2),): 3, ((1,),): 4, (): 1}


def test_points_rank_from_the_highest() -> None:
    counts = {((0, 2), (1,)): 3, ((1,),): 4, ((0,),): 1}
    assert as_rankings(batch(SCORED))[0].counts == counts


def test_where_an_order_is_needed_equal_ranks_spoil_a_ballot() -> None:
    for profile in (RANKED, MARKED, SCORED):
        kept, rest = as_rankings(batch(profile), strict=True)
        assert sum(kept.counts.values()) == 5
        assert rest.cast.spoilt == {Spoilt.EQUAL: 4}
        assert rest.cast.ballots == batch(profile).cast.ballots


def test_what_is_ranked_or_has_points_is_marked() -> None:
    assert as_approvals(batch(RANKED))[0].counts == {(0, 1, 2): 3, (0, 2): 4, (): 1}
    assert as_approvals(batch(SCORED))[0].counts == {(0, 2): 3, (1,): 4, (): 1}


def test_a_mark_is_a_point_and_a_rank_is_none() -> None:
    assert as_scores(batch(MARKED), "score")[0].counts[((0, 1), (2, 1))] == 3
    with pytest.raises(CountingRefused) as caught:
        as_scores(batch(RANKED), "score")
    assert caught.value.code is CountingProblem.BALLOTS
    assert caught.value.facts == {"rule": "score", "kind": "rankings"}


def test_one_choice_is_the_first_of_a_ranking_or_the_only_mark() -> None:
    assert as_choices(batch(RANKED))[0].counts == {(0,): 3, (2,): 4, (): 1}
    choices, rest = as_choices(batch(MARKED))
    assert choices.counts == {(1,): 4, (): 1}
    assert rest.cast.spoilt == {Spoilt.EQUAL: 1, Spoilt.OVER_MARKED: 3}


PROFILES = st.one_of(
    st.builds(
        Rankings,
        st.dictionaries(
            st.permutations(range(3)).map(lambda p: tuple((each,) for each in p)),
            st.integers(1, 5),
        ),
    ),
    st.builds(
        Approvals,
        st.dictionaries(
            st.sets(st.integers(0, 2)).map(lambda s: tuple(sorted(s))), st.integers(1, 5)
        ),
    ),
    st.builds(
        Scores,
        st.dictionaries(
            st.dictionaries(st.integers(0, 2), st.integers(0, 9)).map(
                lambda d: tuple(sorted(d.items()))
            ),
            st.integers(1, 5),
        ),
    ),
)


@given(PROFILES, st.booleans())
def test_no_ballot_is_lost_in_reading(profile: Profile, strict: bool) -> None:
    before = batch(profile)
    for _, after in (
        as_rankings(before, strict=strict),
        as_approvals(before),
        as_choices(before),
    ):
        assert after.cast.ballots == before.cast.ballots
        assert after.cast.blank >= before.cast.blank
