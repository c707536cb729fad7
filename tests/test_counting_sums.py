# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counting by sums, from ballots: each rule with its settings, its ties and its reasons."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import pytest

from ballots.assembly import MajorityBase
from ballots.counting.contest import Contest, Option
from ballots.counting.count import Count
from ballots.counting.draw import TieBy, TieFor
from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.profile import Batch, Cast, Spoilt
from ballots.counting.rule import Approval, Consent, Cumulative, Plurality, Rule, Score, YesNo
from ballots.counting.settings import NoOpinion, QuorumOf
from ballots.counting.settle import settle
from ballots.counting.sums import approval as approvals
from ballots.counting.sums import consent as round_of_consent
from ballots.counting.sums import cumulative as shared_points
from ballots.counting.sums import plurality as choices
from ballots.counting.sums import score as scores
from ballots.counting.sums import yes_no as sides
from ballots.counting.sums.outcome import Verdict
from ballots.counting.sums.tally import Points, Tally
from tests.shared_data import real
from tests.small_contests import (
    contest,
    fate,
    is_said,
    lucky,
    marked,
    ranked,
    scored,
    steps,
    told,
)

Made = Callable[[], object]

HALF = Fraction(1, 2)
SIDES = contest(["yes", "no"])
OPEN = contest(["yes", "no", "abstain"])
ABC = contest("abc")
ROUND = contest(["consent", "reservation", "objection"])

COUNTS: dict[type[Rule], Any] = {
    YesNo: sides.yes_no,
    Plurality: choices.plurality,
    Approval: approvals.approval,
    Score: scores.score,
    Cumulative: shared_points.cumulative,
    Consent: round_of_consent.consent,
}


def counted(rule: Rule, batch: Batch) -> Count:
    count: Count = COUNTS[type(rule)](rule, batch, fate(batch.contest))
    assert [each.option for each in count.reasons] == list(batch.contest.position)
    assert {each.option for each in count.reasons if each.won} == set(count.winners)
    assert is_said(count)
    return count


def settled(rule: Rule, batch: Batch, order: str = "") -> Count:
    run = partial(COUNTS[type(rule)], rule, batch)
    chosen = lucky(batch.contest, order) if order else None
    return settle(run, len(batch.contest.options), chosen, digest="d")


def voted(yes: int, no: int, blank: int = 0, *, present: int = 0, census: int = 0) -> Batch:
    ballots = {"yes": yes, "no": no, "": blank}
    return marked(SIDES, ballots, present=present, census=census)


# --- yes or no ----------------------------------------------------------------------------------


def test_more_votes_in_favour_adopt() -> None:
    count = counted(YesNo(), voted(30, 20, 4))
    assert (count.verdict, count.winners) == (Verdict.ADOPTED, ("yes",))
    assert count.stages[0].votes == {"yes": 30, "no": 20}
    assert count.stages[0].elected == ("yes",)
    assert count.stages[0].needed is None
    assert list(told(count)) == [
        "count.ballots",
        "count.more-votes",
        "count.sides",
        "count.adopted",
        "count.margin",
    ]
    assert told(count)["count.margin"] == {"n": 5}


def test_fewer_votes_in_favour_reject_and_tell_how_many_were_missing() -> None:
    count = counted(YesNo(), voted(20, 30))
    assert (count.verdict, count.winners) == (Verdict.REJECTED, ())
    assert steps(count, "yes") == [("count.rejected", {"n": 11})]
    assert steps(count, "no") == [("sum.marks", {"n": 30})]


def test_equal_sides_are_undecided_and_nothing_is_drawn() -> None:
    count = settled(YesNo(), voted(20, 20))
    assert (count.verdict, count.winners, count.ties) == (Verdict.UNDECIDED, (), ())
    assert steps(count, "yes") == [("count.equal", {"n": 20}), ("sum.no-lot", {})]
    assert "count.margin" not in told(count)


@pytest.mark.parametrize(
    ("share", "strict", "yes", "verdict"),
    [
        (HALF, True, 25, Verdict.REJECTED),
        (HALF, True, 26, Verdict.ADOPTED),
        (HALF, False, 25, Verdict.ADOPTED),
        (Fraction(2, 3), False, 33, Verdict.REJECTED),
        (Fraction(2, 3), False, 34, Verdict.ADOPTED),
    ],
)
def test_a_majority_may_have_to_be_exceeded_or_only_met(
    share: Fraction, strict: bool, yes: int, verdict: Verdict
) -> None:
    rule = YesNo(majority=share, majority_strict=strict)
    assert counted(rule, voted(yes, 50 - yes)).verdict is verdict


@pytest.mark.parametrize(
    ("base", "needed"),
    [
        (MajorityBase.VALID, 26),
        (MajorityBase.CAST, 31),
        (MajorityBase.PRESENT, 36),
        (MajorityBase.CENSUS, 91),
    ],
)
def test_a_majority_is_a_share_of_what_the_rule_says(base: MajorityBase, needed: int) -> None:
    rule = YesNo(majority=HALF, majority_of=base)
    count = counted(rule, voted(30, 20, 10, present=70, census=180))
    assert count.stages[0].needed == needed
    assert count.verdict is (Verdict.ADOPTED if needed <= 30 else Verdict.REJECTED)


@pytest.mark.parametrize(
    ("base", "needed", "reached"),
    [
        (QuorumOf.CENSUS, "count.quorum-census", False),
        (QuorumOf.PRESENT, "count.quorum-present", True),
        (QuorumOf.BALLOTS, "sum.quorum-ballots", True),
    ],
)
def test_a_quorum_is_a_share_of_what_the_rule_says(
    base: QuorumOf, needed: str, reached: bool
) -> None:
    rule = YesNo(quorum=HALF, quorum_of=base)
    count = counted(rule, voted(30, 20, 10, present=70, census=180))
    assert needed in told(count)
    assert (count.verdict is Verdict.ADOPTED) is reached
    assert (count.verdict is Verdict.NO_QUORUM) is not reached


def test_blank_ballots_make_a_quorum_of_people_and_not_one_of_ballots() -> None:
    votes = voted(2, 1, 7, census=20)
    of_census = counted(YesNo(quorum=HALF), votes)
    of_ballots = counted(YesNo(quorum=HALF, quorum_of=QuorumOf.BALLOTS), votes)
    assert of_census.verdict is Verdict.ADOPTED
    assert of_ballots.verdict is Verdict.NO_QUORUM
    assert told(of_ballots)["sum.unmarked"] == {"n": 2, "valid": 3, "needed": 5}
    assert steps(of_ballots, "yes") == [("sum.no-quorum", {"n": 2})]
    assert of_ballots.stages[0].votes == {"yes": 2, "no": 1}


@pytest.mark.parametrize("ids", [["yes", "no"], ["no", "yes"], ["no", "aye"], ["per", "contra"]])
def test_the_side_in_favour_is_known_by_its_id_or_by_its_place(ids: list[str]) -> None:
    about = contest(ids)
    favoured = ids[0] if ids[0] != "no" else ids[1]
    assert counted(YesNo(), marked(about, {favoured: 2})).winners == (favoured,)


def test_to_abstain_is_to_cast_a_blank_ballot() -> None:
    ballots = {"yes": 6, "no": 5, "abstain": 8, "": 1}
    rule = YesNo(majority=HALF, quorum=HALF, quorum_of=QuorumOf.BALLOTS)
    count = counted(rule, marked(OPEN, ballots))
    assert count.cast == Cast(ballots=20, blank=9)
    assert count.verdict is Verdict.ADOPTED
    assert count.stages[0].votes == {"yes": 6, "no": 5, "abstain": 8}
    assert steps(count, "abstain") == [("sum.marks", {"n": 8})]


def test_without_a_quorum_abstentions_are_still_blank_and_still_told() -> None:
    ballots = {"yes": 1, "abstain": 8}
    rule = YesNo(quorum=HALF, quorum_of=QuorumOf.BALLOTS)
    count = counted(rule, marked(OPEN, ballots))
    assert (count.verdict, count.cast.blank) == (Verdict.NO_QUORUM, 8)
    assert steps(count, "abstain") == [("sum.no-quorum", {"n": 8})]


def test_both_sides_at_once_spoil_a_ballot() -> None:
    count = counted(YesNo(), marked(SIDES, {"yes": 3, "yes+no": 5}))
    assert count.cast == Cast(ballots=8, blank=0, spoilt={Spoilt.OVER_MARKED: 5})
    assert count.verdict is Verdict.ADOPTED
    assert told(count)["sum.spoilt"] == {"n": 5}


def test_spoilt_ballots_were_cast_and_are_not_valid() -> None:
    votes = marked(SIDES, {"yes": 3, "yes+no": 5})
    of_cast = YesNo(majority=HALF, majority_of=MajorityBase.CAST)
    assert counted(of_cast, votes).verdict is Verdict.REJECTED
    assert counted(YesNo(majority=HALF), votes).verdict is Verdict.ADOPTED


@pytest.mark.parametrize(
    "about",
    [
        contest(["yes"]),
        contest(["yes", "abstain"]),
        contest("abc"),
        contest(["yes", "no", "abstain"], "no"),
        contest(["yes", "no", "maybe", "abstain"], "maybe"),
    ],
)
def test_a_contest_without_two_sides_is_refused(about: Contest) -> None:
    with pytest.raises(CountingRefused) as refused:
        counted(YesNo(), marked(about, {}))
    assert refused.value.code is CountingProblem.CONTEST


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        (YesNo(quorum=HALF), CountingProblem.CENSUS),
        (YesNo(quorum=HALF, quorum_of=QuorumOf.PRESENT), CountingProblem.PRESENT),
        (YesNo(majority=HALF, majority_of=MajorityBase.CENSUS), CountingProblem.CENSUS),
        (YesNo(majority=HALF, majority_of=MajorityBase.PRESENT), CountingProblem.PRESENT),
    ],
)
def test_a_share_of_people_whom_nobody_counted_is_refused(
    rule: YesNo, problem: CountingProblem
) -> None:
    with pytest.raises(CountingRefused) as refused:
        counted(rule, voted(3, 2))
    assert refused.value.code is problem


# --- most votes ---------------------------------------------------------------------------------


def test_the_option_with_most_votes_is_chosen_and_the_others_are_told_what_they_lack() -> None:
    count = counted(Plurality(), marked(ABC, {"a": 5, "b": 9}))
    assert (count.verdict, count.winners) == (Verdict.CHOSEN, ("b",))
    assert steps(count, "b") == [("count.chosen", {"n": 9})]
    assert steps(count, "a") == [("count.outvoted", {"votes": 5, "n": 5})]
    assert steps(count, "c") == [("count.below", {"votes": 0, "n": 10})]
    assert told(count)["count.margin"] == {"n": 2}


def test_winners_come_in_the_order_of_votes() -> None:
    assert counted(Plurality(seats=2), marked(ABC, {"a": 5, "b": 9})).winners == ("b", "a")


def test_without_the_majority_nothing_is_chosen() -> None:
    count = counted(Plurality(majority=HALF), marked(ABC, {"a": 4, "b": 3, "c": 3}))
    assert (count.verdict, count.winners) == (Verdict.NOTHING_CHOSEN, ())
    assert count.stages[0].needed == 6
    assert told(count)["count.vacant"] == {"n": 1}


def test_without_a_quorum_nothing_is_chosen() -> None:
    rule = Plurality(quorum=HALF)
    about = contest("abc", "c")
    count = counted(rule, marked(about, {"a": 4}, census=20))
    assert (count.verdict, count.winners) == (Verdict.NO_QUORUM, ())
    assert steps(count, "a") == [("sum.no-quorum", {"n": 4})]
    assert steps(count, "c") == [("sum.withdrawn", {})]


def test_the_first_preference_is_the_choice() -> None:
    assert counted(Plurality(), ranked(ABC, {"ab": 3, "cb": 2, "b": 1})).winners == ("a",)


def test_the_option_with_most_points_is_the_choice() -> None:
    batch = scored(ABC, {"a": 1, "b": 3}, {"b": 2, "c": 1}, {"a": 2, "c": 2})
    count = counted(Plurality(), batch)
    assert count.winners == ("b",)
    assert count.cast.spoilt == {Spoilt.OVER_MARKED: 1}


def test_a_preference_for_who_has_withdrawn_passes_to_the_next() -> None:
    about = contest("abc", "a")
    count = counted(Plurality(), ranked(about, {"ab": 3, "a": 2, "c": 2}))
    assert count.winners == ("b",)
    assert count.cast == Cast(ballots=7, blank=2)
    assert count.stages[0].votes == {"a": 0, "b": 3, "c": 2}
    assert steps(count, "a") == [("sum.withdrawn", {})]


def test_points_for_who_has_withdrawn_are_no_points() -> None:
    about = contest("abc", "a")
    assert counted(Plurality(), scored(about, {"a": 9, "b": 1})).winners == ("b",)


def test_where_all_have_withdrawn_there_is_nothing_to_count() -> None:
    with pytest.raises(CountingRefused) as refused:
        counted(Plurality(), marked(contest("ab", "a", "b"), {}))
    assert refused.value.code is CountingProblem.CONTEST


# --- a second round -----------------------------------------------------------------------------

TWO_ROUNDS = Plurality(second_round=True)


def test_more_than_half_ends_it_in_the_first_round() -> None:
    count = counted(TWO_ROUNDS, marked(ABC, {"a": 6, "b": 3, "c": 2, "": 9}))
    assert (count.verdict, count.winners, count.second_round) == (Verdict.CHOSEN, ("a",), ())
    assert told(count)["sum.half"] == {"of": 11, "n": 6}
    assert count.stages[0].needed == 6


def test_half_does_not_end_it_and_the_two_first_go_on() -> None:
    count = counted(TWO_ROUNDS, marked(ABC, {"a": 6, "b": 4, "c": 2}))
    assert (count.verdict, count.winners) == (Verdict.SECOND_ROUND, ())
    assert count.second_round == count.through == ("a", "b")
    assert told(count)["sum.second-round"] == {"options": ("a", "b")}
    assert steps(count, "a") == [("sum.goes-on", {"n": 6})]
    assert steps(count, "c") == [("count.outvoted", {"votes": 2, "n": 3})]
    assert told(count)["count.margin"] == {"n": 1}
    assert count.stages[0].elected == ()


def test_who_goes_on_may_hang_on_a_lot() -> None:
    batch = marked(ABC, {"a": 6, "b": 4, "c": 4})
    with pytest.raises(CountingRefused) as refused:
        settled(TWO_ROUNDS, batch)
    assert refused.value.code is CountingProblem.LOT
    assert refused.value.facts == {"what": "second-round", "options": "b, c", "digest": "d"}
    count = settled(TWO_ROUNDS, batch, "cba")
    assert count.second_round == ("a", "c")
    (tie,) = count.ties
    assert (tie.what, tie.by, tie.picked) == (TieFor.SECOND_ROUND, TieBy.LOT, "c")
    assert tie.otherwise == {"b": ("a", "b")}
    assert steps(count, "b") == [("count.tied", {"n": 4}), ("sum.tie-lost", {})]
    assert steps(count, "c") == [("count.tied", {"n": 4}), ("sum.tie-won", {})]
    assert "count.margin" not in told(count)


def test_two_with_half_each_go_on_without_a_lot() -> None:
    count = settled(TWO_ROUNDS, marked(ABC, {"a": 5, "b": 5}))
    assert (count.second_round, count.ties) == (("a", "b"), ())


def test_a_majority_of_the_census_can_be_asked_for_beside_half_of_the_votes() -> None:
    rule = Plurality(second_round=True, majority=HALF, majority_of=MajorityBase.CENSUS)
    count = counted(rule, marked(ABC, {"a": 8, "b": 1}, census=20))
    assert count.second_round == ("a", "b")
    assert count.stages[0].needed == 11


def test_one_option_alone_needs_no_second_round() -> None:
    rule = Plurality(second_round=True, majority=HALF, majority_of=MajorityBase.CENSUS)
    count = counted(rule, marked(ABC, {"a": 8}, census=20))
    assert (count.verdict, count.second_round) == (Verdict.NOTHING_CHOSEN, ())


@pytest.mark.parametrize("rule", [TWO_ROUNDS, Plurality(), Approval()])
def test_nobody_is_chosen_where_nobody_votes(rule: Rule) -> None:
    count = settled(rule, marked(ABC, {"": 4}))
    assert (count.verdict, count.winners, count.ties) == (Verdict.NOTHING_CHOSEN, (), ())


# --- approval -----------------------------------------------------------------------------------


def test_marks_are_added_up() -> None:
    count = counted(Approval(seats=2), marked(ABC, {"ab": 3, "bc": 4, "c": 1, "": 2}))
    assert count.stages[0].votes == {"a": 3, "b": 7, "c": 5}
    assert count.winners == ("b", "c")


def test_too_many_and_too_few_marks_spoil_a_ballot_and_none_is_blank() -> None:
    ballots = {"a": 1, "ab": 2, "abc": 4, "": 8}
    count = counted(Approval(min=2, max=2), marked(ABC, ballots))
    assert count.cast == Cast(
        ballots=15, blank=8, spoilt={Spoilt.UNDER_MARKED: 1, Spoilt.OVER_MARKED: 4}
    )
    assert count.stages[0].votes == {"a": 2, "b": 2, "c": 0}


def test_a_mark_for_who_has_withdrawn_is_on_the_paper_and_counts_for_nobody() -> None:
    about = contest("abc", "a")
    count = counted(Approval(min=2, max=2), marked(about, {"ab": 3, "abc": 1}))
    assert count.stages[0].votes == {"a": 0, "b": 3, "c": 0}
    assert count.cast.spoilt == {Spoilt.OVER_MARKED: 1}


def test_a_majority_of_ballots_and_not_of_marks() -> None:
    count = counted(Approval(seats=2, majority=HALF), marked(ABC, {"ab": 3, "b": 2, "bc": 1}))
    assert count.winners == ("b",)
    assert count.stages[0].needed == 4


def test_an_approval_count_may_lack_its_quorum() -> None:
    rule = Approval(quorum=Fraction(3, 4), quorum_of=QuorumOf.BALLOTS)
    assert counted(rule, marked(ABC, {"ab": 2, "": 2})).verdict is Verdict.NO_QUORUM
    assert counted(rule, marked(ABC, {"ab": 3, "": 1})).verdict is Verdict.CHOSEN


def test_a_real_vote_by_approval_has_the_totals_that_were_published() -> None:
    vote = json.loads(real("approval", "utah-senate-d11-2025.json").read_text())
    about = contest(list(vote["totals"]))
    ballots = Counter("+".join(ballot) for ballot in vote["ballots"])
    count = counted(Approval(), marked(about, ballots))
    assert count.stages[0].votes == vote["totals"]
    assert count.winners == ("Emily Buss",)
    assert count.cast.ballots == len(vote["ballots"])


# --- points -------------------------------------------------------------------------------------


def test_the_highest_sum_is_chosen() -> None:
    batch = scored(ABC, {"a": 5, "b": 1}, {"a": 0, "b": 4, "c": 2}, {"b": 2})
    count = counted(Score(high=5), batch)
    assert count.winners == ("b",)
    assert count.stages[0].votes == {"a": 5, "b": 7, "c": 2}
    assert steps(count, "b") == [("sum.points-chosen", {"n": 7})]
    assert steps(count, "a") == [("sum.points-short", {"points": 5, "n": 3})]
    assert told(count)["count.margin"] == {"n": 1}


def test_who_says_nothing_of_an_option_gives_it_the_lowest_points() -> None:
    count = counted(Score(low=1, high=5), scored(ABC, {"a": 5}, {"a": 1, "b": 4}))
    assert count.stages[0].votes == {"a": 6, "b": 5, "c": 2}
    assert told(count)["sum.unrated-worst"] == {"low": 1}


def test_left_out_opinions_let_the_mean_decide() -> None:
    rule = Score(no_opinion_counts_as=NoOpinion.EXCLUDED)
    count = counted(rule, scored(ABC, {"a": 4, "b": 5}, {"a": 4}, {"a": 5}, {"a": 5, "c": 0}))
    assert count.stages[0].votes == {"a": Fraction(9, 2), "b": 5, "c": 0}
    assert (count.winners, count.decimals) == (("b",), 2)
    assert steps(count, "b") == [("sum.mean-chosen", {"mean": Decimal("5.00"), "n": 1})]
    assert steps(count, "a") == [
        ("sum.mean-short", {"mean": Decimal("4.50"), "ballots": 4, "n": 3})
    ]
    assert steps(count, "c") == [("sum.points-lowest", {})]


def test_means_are_compared_exactly() -> None:
    rule = Score(no_opinion_counts_as=NoOpinion.EXCLUDED)
    third = [(1, {"a": 1}), (2, {"a": 0})]
    more = [(1_000_001, {"b": 1}), (1_999_998, {"b": 0})]  # just above a third
    assert counted(rule, scored(ABC, *third, *more)).winners == ("b",)


def test_a_number_may_stand_for_no_opinion() -> None:
    batch = scored(ABC, {"a": 3, "b": -1}, {"a": -1, "b": -1})
    count = counted(Score(low=0, high=5, no_opinion=-1), batch)
    assert count.cast == Cast(ballots=2, blank=1)
    assert count.stages[0].votes == {"a": 3, "b": 0, "c": 0}


def test_points_beyond_the_scale_spoil_a_ballot() -> None:
    batch = scored(ABC, {"a": 3}, {"a": 6, "b": 1}, (2, {"b": -1}))
    count = counted(Score(high=5), batch)
    assert count.cast == Cast(ballots=4, blank=0, spoilt={Spoilt.RANGE: 3})
    assert count.winners == ("a",)


def test_a_mark_is_one_point() -> None:
    assert counted(Score(), marked(ABC, {"ab": 2, "b": 1})).stages[0].votes["b"] == 3


def test_an_order_says_nothing_of_points() -> None:
    with pytest.raises(CountingRefused) as refused:
        counted(Score(), ranked(ABC, {"ab": 1}))
    assert refused.value.code is CountingProblem.BALLOTS


def test_an_option_with_the_lowest_points_alone_stays_out_and_its_seat_empty() -> None:
    count = settled(Score(seats=2, high=5), scored(ABC, {"a": 3, "b": 0, "c": 0}))
    assert (count.winners, count.ties) == (("a",), ())
    assert told(count)["count.vacant"] == {"n": 1}
    assert told(count)["count.margin"] == {"n": 1}
    assert steps(count, "b") == [("sum.points-lowest", {})]


def test_a_scale_that_is_open_above_has_no_margin() -> None:
    assert "count.margin" not in told(counted(Score(), scored(ABC, {"a": 3})))


def test_one_who_withdrew_wins_no_points() -> None:
    about = contest("abc", "b")
    count = counted(Score(high=5), scored(about, {"a": 1, "b": 5}, {"b": 5}))
    assert count.winners == ("a",)
    assert count.cast.blank == 1
    assert steps(count, "b") == [("sum.withdrawn", {})]


def test_points_that_are_shared_out_are_added_up() -> None:
    rule = Cumulative(points=10, each=7)
    batch = scored(ABC, {"a": 7, "b": 3}, {"b": 5, "c": 0}, {"a": 0}, {})
    count = counted(rule, batch)
    assert count.stages[0].votes == {"a": 7, "b": 8, "c": 0}
    assert count.winners == ("b",)
    assert count.cast == Cast(ballots=4, blank=2)
    assert told(count)["count.margin"] == {"n": 1}


def test_more_points_than_there_are_spoil_a_ballot() -> None:
    batch = scored(ABC, {"a": 6, "b": 5}, {"a": 8}, {"a": -1, "b": 2}, {"b": 1})
    count = counted(Cumulative(points=10, each=7), batch)
    assert count.cast.spoilt == {Spoilt.OVER_MARKED: 2, Spoilt.RANGE: 1}
    assert count.winners == ("b",)


def test_points_without_a_limit_can_all_be_given() -> None:
    count = counted(Cumulative(), scored(ABC, {"a": 600, "b": 5}, {"b": 8}))
    assert count.winners == ("a",)
    assert "count.margin" not in told(count)


# --- consent ------------------------------------------------------------------------------------


def consented(rule: Consent, consent: int, reservations: int, objections: int) -> Count:
    ballots = {"consent": consent, "reservation": reservations, "objection": objections}
    return counted(rule, marked(ROUND, {**ballots, "": 2}))


def test_where_nobody_objects_a_proposal_is_adopted() -> None:
    count = consented(Consent(), 9, 2, 0)
    assert (count.verdict, count.winners) == (Verdict.ADOPTED, ("consent",))
    assert list(told(count)) == [
        "count.ballots",
        "sum.stops",
        "sum.round",
        "sum.consented",
        "sum.reserved",
        "count.margin",
    ]
    assert told(count)["count.margin"] == {"n": 1}


def test_one_objection_stops_it() -> None:
    count = consented(Consent(), 9, 0, 1)
    assert (count.verdict, count.winners) == (Verdict.REJECTED, ())
    assert steps(count, "consent") == [("sum.objected", {"n": 1})]
    assert steps(count, "objection") == [("sum.marks", {"n": 1})]
    assert "sum.reserved" not in told(count)


@pytest.mark.parametrize(("objections", "adopted"), [(2, True), (3, False)])
def test_some_objections_may_be_allowed(objections: int, adopted: bool) -> None:
    count = consented(Consent(objections=2), 9, 0, objections)
    assert (count.verdict is Verdict.ADOPTED) is adopted
    assert told(count)["sum.does-not-stop"] == {"n": 2}


def test_where_nobody_consents_nothing_is_adopted() -> None:
    count = consented(Consent(), 0, 5, 0)
    assert count.verdict is Verdict.REJECTED
    assert steps(count, "consent") == [("sum.nobody-consents", {})]
    assert told(count)["count.margin"] == {"n": 1}


@pytest.mark.parametrize(
    "about",
    [
        contest(["consent", "objection"]),
        contest(["consent", "reservation", "objection", "maybe"]),
        contest(["consent", "reservation", "objection", "maybe"], "maybe"),
        contest(["consent", "reservation", "veto"]),
    ],
)
def test_a_round_of_consent_has_three_answers(about: Contest) -> None:
    with pytest.raises(CountingRefused) as refused:
        counted(Consent(), marked(about, {"consent": 3}))
    assert refused.value.code is CountingProblem.CONTEST


# --- ties ---------------------------------------------------------------------------------------

# Rule, ballots, those who are tied and for how many seats, the winners by the order "cba".
TIES: list[tuple[Rule, Batch, str, int, tuple[str, ...]]] = [
    (Plurality(), marked(ABC, {"a": 4, "b": 4, "c": 1}), "ab", 1, ("b",)),
    (Plurality(), marked(ABC, {"a": 4, "b": 4, "c": 4}), "abc", 1, ("c",)),
    (Plurality(seats=2), marked(ABC, {"a": 4, "b": 4, "c": 4}), "abc", 2, ("c", "b")),
    (Plurality(seats=2), marked(ABC, {"a": 4, "b": 3, "c": 3}), "bc", 1, ("a", "c")),
    (Plurality(majority=Fraction(1, 3)), marked(ABC, {"a": 4, "b": 4, "c": 3}), "ab", 1, ("b",)),
    (Approval(), marked(ABC, {"ab": 4, "c": 3}), "ab", 1, ("b",)),
    (Approval(seats=2), marked(ABC, {"ab": 4, "ac": 4}), "bc", 1, ("a", "c")),
    (Score(high=5), scored(ABC, {"a": 2, "b": 2}), "ab", 1, ("b",)),
    (
        Score(no_opinion_counts_as=NoOpinion.EXCLUDED),
        scored(ABC, {"a": 2}, {"a": 4}, {"b": 3}),
        "ab",
        1,
        ("b",),
    ),
    (Cumulative(points=4), scored(ABC, {"a": 2, "c": 2}), "ac", 1, ("c",)),
]


@pytest.mark.parametrize(("rule", "batch", "tied", "seats", "winners"), TIES)
def test_a_tie_at_the_last_seat_waits_for_dice(
    rule: Rule, batch: Batch, tied: str, seats: int, winners: tuple[str, ...]
) -> None:
    with pytest.raises(CountingRefused) as refused:
        settled(rule, batch)
    assert refused.value.code is CountingProblem.LOT
    assert refused.value.facts["options"] == ", ".join(tied)
    count = settled(rule, batch, "cba")
    assert (count.winners, count.verdict) == (winners, Verdict.CHOSEN)
    assert told(count)["sum.tie"] == {"n": seats, "options": tuple(tied)}
    assert "count.margin" not in told(count)
    for option in tied:
        code = "sum.tie-won" if option in winners else "sum.tie-lost"
        assert steps(count, option)[-1] == (code, {})
    assert is_said(count)


def test_who_would_have_won_otherwise_is_told() -> None:
    rule, batch = Plurality(seats=2), marked(ABC, {"a": 4, "b": 3, "c": 3})
    (tie,) = settled(rule, batch, "cba").ties
    assert (tie.what, tie.stage, tie.options, tie.picked) == (TieFor.SEAT, 0, ("b", "c"), "c")
    assert tie.otherwise == {"b": ("a", "b")}


@pytest.mark.parametrize(
    ("rule", "batch"),
    [
        (Plurality(seats=2), marked(ABC, {"a": 4, "b": 4, "c": 1})),
        (Plurality(seats=3), marked(ABC, {"a": 4, "b": 4, "c": 4})),
        (Plurality(seats=2, majority=HALF), marked(ABC, {"a": 4, "b": 4})),
        (Approval(seats=2), marked(ABC, {"ab": 4, "c": 1})),
        (Score(seats=2, high=5), scored(ABC, {"a": 2, "b": 2, "c": 1})),
        (Cumulative(), scored(ABC, {"a": 2, "b": 1})),
    ],
)
def test_equals_who_all_get_a_seat_or_none_are_no_tie(rule: Rule, batch: Batch) -> None:
    count = settled(rule, batch)
    assert count.ties == ()
    assert "sum.tie" not in told(count)


# --- sums that others opened --------------------------------------------------------------------


def tally(*votes: int, blank: int = 0, about: Contest = ABC, ballots: int = 0) -> Tally:
    cast = Cast(ballots=ballots or sum(votes) + blank, blank=blank)
    return Tally(contest=about, cast=cast, votes=votes)


def test_sums_are_counted_as_the_ballots_would_be() -> None:
    count = choices.decide(Plurality(), tally(5, 9, 0), fate(ABC))
    assert count == counted(Plurality(), marked(ABC, {"a": 5, "b": 9}))


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: tally(1, 2), CountingProblem.LENGTH),
        (lambda: tally(1, 2, -1), CountingProblem.RANGE),
        (lambda: tally(1, 2, True), CountingProblem.RANGE),
        (lambda: tally(1, 2, 0, blank=3, ballots=2), CountingProblem.RANGE),
        (lambda: tally(1, 9, 0, ballots=5), CountingProblem.SUM),
        (lambda: tally(1, 1, about=contest("ab", "a", "b")), CountingProblem.CONTEST),
        (lambda: tally(1, 1, 1) + tally(1, 1, about=contest("ab")), CountingProblem.CONTEST),
    ],
)
def test_sums_that_no_ballots_can_hold_are_refused(make: Made, problem: CountingProblem) -> None:
    with pytest.raises(CountingRefused) as refused:
        make()
    assert refused.value.code is problem


@pytest.mark.parametrize(
    "count",
    [
        lambda: choices.decide(Plurality(), tally(2, 2, 2, ballots=5), fate(ABC)),
        lambda: choices.decide(Plurality(), tally(1, 2, 1, ballots=5), fate(ABC)),
        lambda: sides.decide(YesNo(), tally(2, 2, about=SIDES, ballots=5)),
        lambda: round_of_consent.decide(Consent(), tally(2, 2, 2, about=ROUND, ballots=5)),
        lambda: approvals.decide(Approval(max=1), tally(2, 2, 2, ballots=5), fate(ABC)),
        lambda: scores.decide(Score(high=5), points((11, 0, 0), (2, 0, 0)), fate(ABC)),
        lambda: scores.decide(Score(low=1), points((1, 0, 0), (2, 0, 0)), fate(ABC)),
        lambda: shared_points.decide(
            Cumulative(points=4), points((4, 4, 4), (2, 2, 2)), fate(ABC)
        ),
        lambda: shared_points.decide(Cumulative(each=1), points((3, 0, 0), (2, 0, 0)), fate(ABC)),
    ],
)
def test_sums_that_the_rule_does_not_allow_are_refused(count: Made) -> None:
    with pytest.raises(CountingRefused) as refused:
        count()
    assert refused.value.code is CountingProblem.SUM


def points(sums: tuple[int, ...], rated: tuple[int, ...], ballots: int = 2) -> Points:
    return Points(contest=ABC, cast=Cast(ballots=ballots, blank=0), points=sums, rated=rated)


def test_points_of_kiosks_add_up() -> None:
    both = points((3, 0, 1), (2, 0, 1)) + points((1, 2, 0), (1, 1, 1))
    assert both == points((4, 2, 1), (3, 1, 2), ballots=4)


def test_people_of_an_assembly_are_not_added_up() -> None:
    one = Tally(
        contest=ABC, cast=Cast(ballots=1, blank=0), votes=(1, 0, 0), present=30, census=180
    )
    both = one + one
    assert (both.present, both.census, both.votes) == (30, 180, (2, 0, 0))


# --- settings that contradict each other --------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "setting"),
    [
        (lambda: Plurality(seats=2, second_round=True), "seats"),
        (lambda: Plurality(quorum=Fraction(3, 2)), "quorum"),
        (lambda: Approval(min=3, max=2), "max"),
        (lambda: Approval(majority=Fraction(-1, 2)), "majority"),
        (lambda: Score(low=5, high=5), "high"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(make: Made, setting: str) -> None:
    with pytest.raises(CountingRefused) as refused:
        make()
    assert refused.value.code is CountingProblem.SETTING
    assert refused.value.facts["setting"] == setting


def test_an_option_has_its_name_or_its_id() -> None:
    assert (Option(id="a").title, Option(id="a", name="Anna").title) == ("a", "Anna")
