# SPDX-License-Identifier: AGPL-3.0-or-later
"""Laws of counting by sums, from ballots; and what other programs say of the same ballots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.assembly import MajorityBase
from ballots.counting.count import Count
from ballots.counting.draw import Draw
from ballots.counting.profile import Approvals, Approved, Batch, Scored, Scores, merged
from ballots.counting.rule import Approval, Consent, Cumulative, Plurality, Rule, Score, YesNo
from ballots.counting.settings import NoOpinion, QuorumOf
from ballots.counting.sums import approval, consent, cumulative, plurality, reading, score, yes_no
from ballots.counting.sums.tally import Points, Tally
from tests.small_contests import contest, told

SHARES = st.fractions(min_value=0, max_value=1, max_denominator=6)
SEATS = st.integers(1, 3)
POINTS = st.integers(0, 3)
MARKED = st.lists(st.frozensets(st.sampled_from("abc")), max_size=10)
RATED = st.lists(st.dictionaries(st.sampled_from("abc"), POINTS), max_size=10)
DECIDED: dict[str, st.SearchStrategy[Any]] = {
    "quorum": SHARES,
    "quorum_of": st.just(QuorumOf.BALLOTS),
    "majority": SHARES,
    "majority_of": st.sampled_from([MajorityBase.VALID, MajorityBase.CAST]),
    "majority_strict": st.booleans(),
}


@dataclass(frozen=True)
class Way:
    """A kind of rule: its contest, how it reads ballots, and how it counts them and their sums."""

    rules: st.SearchStrategy[Any]
    count: Callable[[Any, Batch, Draw], Count]
    read: Callable[[Any, Batch], Any]
    decide: Callable[[Any, Any, Draw], Count]
    options: Sequence[str] = "abc"


def approved(rule: Approval, batch: Batch) -> Tally:
    return reading.approvals(batch, fewest=rule.min, most=rule.max)


def rated(rule: Score, batch: Batch) -> Points:
    assert isinstance(batch.profile, Scores)
    return reading.histograms(batch, batch.profile, low=rule.low, high=rule.high or None).points


def chosen(_rule: Rule, batch: Batch) -> Tally:
    return reading.choices(batch)


WAYS = {
    "yes-no": Way(
        rules=st.builds(YesNo, **DECIDED),
        count=yes_no.yes_no,
        read=chosen,
        decide=lambda rule, tally, _: yes_no.decide(rule, tally),
        options=["yes", "no", "abstain"],
    ),
    "plurality": Way(
        rules=st.builds(Plurality, seats=SEATS, **DECIDED)
        | st.builds(Plurality, second_round=st.just(True), **DECIDED),
        count=plurality.plurality,
        read=chosen,
        decide=plurality.decide,
    ),
    "approval": Way(
        rules=st.builds(
            Approval, seats=SEATS, min=st.integers(0, 2), max=st.sampled_from([0, 2, 3]), **DECIDED
        ),
        count=approval.approval,
        read=approved,
        decide=approval.decide,
    ),
    "consent": Way(
        rules=st.builds(Consent, objections=st.integers(0, 2)),
        count=consent.consent,
        read=chosen,
        decide=lambda rule, tally, _: consent.decide(rule, tally),
        options=["consent", "reservation", "objection"],
    ),
    "score": Way(
        rules=st.builds(
            Score,
            seats=SEATS,
            low=st.integers(-1, 1),
            high=st.sampled_from([0, 2, 3]),
            no_opinion_counts_as=st.sampled_from(NoOpinion),
        ),
        count=score.score,
        read=rated,
        decide=score.decide,
    ),
}
BY_MARKS = [WAYS[name] for name in ("yes-no", "plurality", "approval", "consent")]
BY_POINTS = [WAYS["score"]]


def marks(way: Way, ballots: Sequence[Any]) -> Batch:
    """Ballots as they are drawn: sets of letters or points by letter, a for the first option."""
    about = contest(way.options)
    if way in BY_POINTS:
        scores: Counter[Scored] = Counter(
            tuple(sorted(("abc".index(id), n) for id, n in ballot.items())) for ballot in ballots
        )
        return Batch(contest=about, profile=Scores(scores))
    approvals: Counter[Approved] = Counter(
        tuple(sorted(map("abc".index, ballot))) for ballot in ballots
    )
    return Batch(contest=about, profile=Approvals(approvals))


def papers(way: Way) -> st.SearchStrategy[list[Any]]:
    return RATED if way in BY_POINTS else MARKED


def outcome(count: Count) -> tuple[object, ...]:
    """What must not hang on anything but the votes."""
    votes = [dict(stage.votes) for stage in count.stages]
    return count.verdict, count.winners, count.second_round, count.told, votes, count.cast


EVERY = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


@EVERY
@given(st.data())
def test_the_ballots_of_two_kiosks_are_counted_as_their_sum(way: Way, data: st.DataObject) -> None:
    rule = data.draw(way.rules)
    here, there = (marks(way, data.draw(papers(way))) for _ in range(2))
    both, luck = merged([here, there]), Draw(order=range(3))
    tally = way.read(rule, here) + way.read(rule, there)
    assert way.decide(rule, tally, luck) == way.count(rule, both, Draw(order=range(3)))


@EVERY
@given(st.data())
def test_the_order_of_ballots_and_of_options_decides_nothing(
    way: Way, data: st.DataObject
) -> None:
    rule, ballots = data.draw(way.rules), data.draw(papers(way))
    batch = marks(way, ballots)
    again = marks(way, data.draw(st.permutations(ballots)))
    places = data.draw(st.permutations(range(3)))
    moved = replace(
        again,
        contest=contest([way.options[place] for place in places]),
        profile=_moved(again.profile, {old: new for new, old in enumerate(places)}),
    )
    one = way.count(rule, batch, Draw(order=range(3)))
    other = way.count(rule, moved, Draw(order=[places.index(i) for i in range(3)]))
    assert outcome(one) == outcome(other)
    assert set(one.reasons) == set(other.reasons)


def _moved(profile: Any, to: Mapping[int, int]) -> Approvals | Scores:  # noqa: ANN401
    if isinstance(profile, Scores):
        return Scores(
            {
                tuple(sorted((to[option], points) for option, points in ballot)): n
                for ballot, n in profile.counts.items()
            }
        )
    return Approvals(
        {tuple(sorted(to[option] for option in each)): n for each, n in profile.counts.items()}
    )


@EVERY
@given(st.data())
def test_blank_ballots_change_nothing_where_they_are_not_in_the_base(
    way: Way, data: st.DataObject
) -> None:
    rule = data.draw(way.rules)
    for setting, value in (("quorum", Fraction(0)), ("majority_of", MajorityBase.VALID)):
        if hasattr(rule, setting):
            rule = type(rule)(**{**_settings(rule), setting: value})
    ballots = data.draw(papers(way))
    blank: Any = {} if way in BY_POINTS else frozenset()
    one = way.count(rule, marks(way, ballots), Draw(order=range(3)))
    other = way.count(rule, marks(way, [*ballots, blank, blank]), Draw(order=range(3)))
    assert other.cast.blank == one.cast.blank + 2
    assert (one.verdict, one.winners, one.reasons) == (other.verdict, other.winners, other.reasons)


def _settings(rule: Rule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in rule.__struct_fields__}


@EVERY
@given(st.data())
def test_fewer_changed_ballots_than_the_margin_change_no_winner(
    way: Way, data: st.DataObject
) -> None:
    rule = data.draw(way.rules)
    ballots = data.draw(papers(way)) * data.draw(st.integers(1, 4))
    count = way.count(rule, marks(way, ballots), Draw(order=range(3)))
    margin = told(count).get("count.margin", {"n": 1})["n"]
    assert isinstance(margin, int)
    assert margin > 0
    kind = st.dictionaries(st.sampled_from("abc"), st.sampled_from([0, 1, 2, 3]))
    other: st.SearchStrategy[Any] = (
        kind if way in BY_POINTS else st.frozensets(st.sampled_from("abc"))
    )
    few = data.draw(st.lists(other, max_size=min(margin, len(ballots) + 1) - 1))
    for place, instead in zip(data.draw(st.permutations(range(len(ballots)))), few, strict=False):
        ballots[place] = instead
    again = way.count(rule, marks(way, ballots), Draw(order=range(3)))
    assert (again.verdict, set(again.through)) == (count.verdict, set(count.through))


@EVERY
@given(st.data())
def test_every_option_is_told_why_once_and_nobody_wins_without_a_vote(
    way: Way, data: st.DataObject
) -> None:
    rule = data.draw(way.rules)
    count = way.count(rule, marks(way, data.draw(papers(way))), Draw(order=range(3)))
    assert [each.option for each in count.reasons] == list(way.options)
    assert all(each.steps for each in count.reasons)
    assert {each.option for each in count.reasons if each.won} == set(count.winners)
    low = getattr(rule, "low", 0) * (count.cast.valid if not count.decimals else 1)
    assert all(count.stages[0].votes[option] > low for option in count.through)


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 6)), max_size=8), SEATS)
def test_points_that_keep_the_limits_are_shared_out_as_the_sum_says(
    ballots: list[dict[str, int]], seats: int
) -> None:
    kept = [
        each for each in ballots if sum(each.values()) <= 6 and max(each.values(), default=0) < 5
    ]
    rule = Cumulative(points=6, each=4, seats=seats)
    count = cumulative.cumulative(rule, marks(WAYS["score"], ballots), Draw(order=range(3)))
    assert count.cast.ballots - sum(count.cast.spoilt.values()) == len(kept)
    sums = {id: sum(each.get(id, 0) for each in kept) for id in "abc"}
    assert count.stages[0].votes == sums
    assert count.cast.valid == sum(any(each.values()) for each in kept)


# --- second opinions ----------------------------------------------------------------------------


def undoubted(values: Mapping[str, Any]) -> list[str]:
    """The best options down to the first two that are equal."""
    ranked = sorted(values, key=values.__getitem__, reverse=True)
    equal = (i for i in range(len(ranked) - 1) if values[ranked[i]] == values[ranked[i + 1]])
    return ranked[: next(equal, len(ranked))]


@given(RATED)
def test_another_program_ranks_means_alike(ballots: list[dict[str, int]]) -> None:
    cardinal = pytest.importorskip("votelib.evaluate.cardinal")
    points = {id: [each[id] for each in ballots if id in each] for id in "abc"}
    means = {id: Fraction(sum(all_), len(all_)) for id, all_ in points.items() if sum(all_)}
    first = undoubted(means)
    if first:
        rule = Score(seats=len(first), no_opinion_counts_as=NoOpinion.EXCLUDED)
        count = score.score(rule, marks(WAYS["score"], ballots), Draw(order=range(3)))
        votes = Counter(frozenset(each.items()) for each in ballots)
        assert list(count.winners) == first
        assert cardinal.ScoreVoting("mean").evaluate(votes, len(first)) == first


@given(RATED)
def test_another_program_finds_the_same_highest_sums(ballots: list[dict[str, int]]) -> None:
    cardinal = pytest.importorskip("votelib.evaluate.cardinal")
    sums = {id: sum(each.get(id, 0) for each in ballots) for id in "abc"}
    first = undoubted({id: n for id, n in sums.items() if n})
    if first:
        rule = Score(seats=len(first))
        count = score.score(rule, marks(WAYS["score"], ballots), Draw(order=range(3)))
        votes = Counter(frozenset(each.items()) for each in ballots)
        assert list(count.winners) == first
        found = cardinal.ScoreVoting("sum", unscored_value=0).evaluate(votes, len(first))
        assert found == first


@given(MARKED)
def test_another_program_chooses_the_same_most_marked(ballots: list[frozenset[str]]) -> None:
    core = pytest.importorskip("votelib.evaluate.core")
    votes = {id: n for id in "abc" if (n := sum(id in each for each in ballots))}
    first = undoubted(votes)
    if first:
        rule = Approval(seats=len(first))
        count = approval.approval(rule, marks(WAYS["approval"], ballots), Draw(order=range(3)))
        assert list(count.winners) == core.Plurality().evaluate(votes, len(first)) == first
