# SPDX-License-Identifier: AGPL-3.0-or-later
"""Laws of the merge: whoever votes where, each slip counts once, and the sums of booths agree."""

from __future__ import annotations

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from ballots.balance import Sum
from ballots.merge import Merged, merge, takes, weigh
from ballots.record.kinds import Kind
from ballots.session import CastBallot, fold
from tests.counted_evenings import ballot, prepared
from tests.told_evenings import BOOTHS, UUID, Evening, evening, poll_of

casts = st.tuples(
    st.sampled_from(BOOTHS), st.sampled_from("abcd"), st.sampled_from(("yes", "no", "bad"))
)


@st.composite
def evenings(draw: st.DrawFn) -> Evening:
    """Ballots, some of them bad, some opened by their booth or by another, some late."""
    told = evening()
    for booth, slip, choice in draw(st.lists(casts, max_size=12)):
        recorded = told.cast(booth, slip, choice)
        if draw(st.integers(0, 9)) == 0:
            told.challenge(draw(st.sampled_from(BOOTHS)), recorded)
    if draw(st.booleans()):
        told.close()
        told.finish(*BOOTHS)
        told.sign("Mesa", Kind.SEAL)
        for booth, slip, choice in draw(st.lists(casts, max_size=3)):
            told.challenge(booth, told.cast(booth, slip, choice))
    return told


def accepts(cast: CastBallot) -> bool:
    return b"bad" not in cast.body


def merged(told: Evening) -> Merged:
    return merge(poll_of(told), accepts)


@given(evenings())
def test_every_slip_with_an_accepted_ballot_counts_once(told: Evening) -> None:
    counted = [cast.credential for cast in merged(told).counted]
    used = {cast.credential for cast in poll_of(told).ballots if accepts(cast)}
    assert len(counted) == len(set(counted))
    assert set(counted) == used


@given(evenings())
def test_no_ballot_is_lost(told: Evening) -> None:
    found = merged(told)
    kept = {cast.tracker for cast in found.counted}
    copies = {cast for cast in poll_of(told).ballots if cast.tracker in kept}
    assert {*copies, *found.set_aside, *found.refused} == set(poll_of(told).ballots)
    assert not set(map(accepts, found.refused)) - {False}


@given(evenings(), st.data())
def test_the_order_in_which_entries_arrive_changes_nothing(
    told: Evening, draw: st.DataObject
) -> None:
    entries = draw.draw(st.permutations(told.entries))
    assert merge(fold(entries).polls[UUID], accepts) == merged(told)


@given(evenings())
def test_the_sums_of_the_booths_agree_whatever_they_recorded(told: Evening) -> None:
    lines = weigh(told.session, [merged(told)]).lines
    assert all(line.holds for line in lines if line.sum in (Sum.CHANNEL, Sum.TOTAL))


@cache
def valid() -> bytes:
    return ballot(prepared(), 0)


@given(st.data())
def test_an_election_takes_no_ballot_that_was_changed_and_never_fails(draw: st.DataObject) -> None:
    at = draw.draw(st.integers(0, len(valid()) - 1))
    changed = valid()[:at] + draw.draw(st.binary(max_size=3)) + valid()[at + 1 :]
    assert takes(prepared(), changed) is (changed == valid())


@given(st.binary())
def test_an_election_takes_no_noise(noise: bytes) -> None:
    assert not takes(prepared(), noise)
