# SPDX-License-Identifier: AGPL-3.0-or-later
"""Instant run-off and transferable votes: elections worked out by hand, ties, what is told."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from ballots.counting.count import Count
from ballots.counting.draw import TieBy, TieFor
from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.profile import Batch, Rankings, Spoilt
from ballots.counting.rounds.irv import irv
from ballots.counting.rounds.meek import stv_meek
from ballots.counting.rounds.scottish import stv_scottish
from ballots.counting.rule import Irv, Rule, StvMeek, StvScottish
from ballots.counting.rule_document import typed
from ballots.counting.settle import Order, settle
from ballots.counting.sums.outcome import Verdict
from tests.small_contests import contest, fate, is_said, lucky, ranked, steps, told

VECTORS = sorted((Path(__file__).parent / "vectors" / "counting-rounds-v1").glob("*.json"))
COUNTED = {"irv": irv, "stv-scottish": stv_scottish, "stv-meek": stv_meek}


def counted(rule: Rule, batch: Batch) -> Count:
    count: Count = COUNTED[rule.name](rule, batch, fate(batch.contest))  # type: ignore[operator]
    return count


def settled(rule: Rule, batch: Batch, order: Order | None = None) -> Count:
    return settle(
        lambda draw: COUNTED[rule.name](rule, batch, draw),  # type: ignore[operator]
        len(batch.contest.options),
        order,
    )


def stage(count: Count, number: int) -> list[tuple[str, dict[str, object]]]:
    return [(str(each.code), dict(each.facts)) for each in count.stages[number - 1].told]


def tables(count: Count) -> list[dict[str, str]]:
    """The votes of each stage, as they are written."""
    return [
        {id: str(Decimal(v.numerator) / v.denominator) for id, v in each.votes.items()}
        for each in count.stages
    ]


# --- one fact per file --------------------------------------------------------------------------


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_a_vector_is_counted_as_it_says(path: Path) -> None:
    vector = json.loads(path.read_text(encoding="utf-8"))
    rule = typed(vector["rule"], vector["settings"])
    about = contest(vector["options"], *vector.get("withdrawn", ""))
    order = lucky(about, vector["lot"]) if "lot" in vector else None
    count = settled(rule, ranked(about, vector["ballots"]), order)
    assert list(count.winners) == vector["winners"]
    assert tables(count) == vector["stages"]
    assert is_said(count)


def test_there_are_vectors() -> None:
    assert len(VECTORS) >= 12


# --- instant run-off ----------------------------------------------------------------------------

FOUR = contest("abcd")


def test_the_last_goes_until_one_has_more_than_half() -> None:
    count = settled(Irv(), ranked(FOUR, {"ab": 8, "bc": 6, "cb": 5, "d": 1}))
    assert count.winners == ("b",)
    assert [each.excluded for each in count.stages] == [("d",), ("c",), ()]
    assert [each.needed for each in count.stages] == [11, 10, 10]
    assert count.stages[1].exhausted == 1
    assert count.quota is None
    assert told(count)["round.irv"] == {}


def test_of_many_who_gain_votes_the_first_five_are_named() -> None:
    ballots = {f"h{id}": 7 - place for place, id in enumerate("abcdefg")}
    own = {id: 30 + place for place, id in enumerate("abcdefg")}
    count = settled(Irv(), ranked(contest("abcdefgh"), ballots | own))
    assert stage(count, 1)[2:] == [
        *(("round.gains", {"option": id, "n": 7 - place}) for place, id in enumerate("abcde")),
        ("round.others-gain", {"n": 3}),
    ]


def test_exactly_half_is_not_enough() -> None:
    count = settled(Irv(), ranked(FOUR, {"a": 4, "bc": 3, "cb": 1}))
    assert count.stages[0].needed == 5
    assert count.stages[0].excluded == ("d",)
    assert stage(count, 1)[0] == ("round.no-majority", {"needed": 5, "of": 8})


def test_who_cannot_catch_up_even_together_may_go_at_once() -> None:
    batch = ranked(contest("abcde"), {"ab": 20, "ba": 17, "c": 8, "dc": 2, "ec": 1})
    one, together = settled(Irv(), batch), settled(Irv(batch=True), batch)
    assert [each.excluded for each in one.stages] == [("e",), ("d",), ("c",), ()]
    assert [each.excluded for each in together.stages] == [("c", "d", "e"), ()]
    assert one.winners == together.winners == ("a",)
    assert (
        "round.excluded-together",
        {
            "options": ("c", "d", "e"),
            "votes": 11,
            "other": "b",
            "more": 17,
        },
    ) in stage(together, 1)
    assert steps(together, "c") == [
        ("round.lost-together", {"stage": 1, "votes": 8, "together": 11, "other": "b", "n": 6})
    ]


def test_a_tie_looks_back_to_the_last_stage_that_tells_apart() -> None:
    count = settled(Irv(), ranked(FOUR, {"a": 9, "b": 6, "c": 5, "dc": 1}))
    (tie,) = count.ties
    assert (tie.stage, tie.what, tie.by) == (2, TieFor.EXCLUSION, TieBy.EARLIER_STAGE)
    assert (tie.options, tie.picked) == (("b", "c"), "c")
    assert ("round.level", {"options": ("b", "c"), "n": 6}) in stage(count, 2)
    assert ("round.by-earlier-stage", {"option": "c", "stage": 1}) in stage(count, 2)


def test_a_tie_that_decides_and_was_always_one_needs_a_lot() -> None:
    batch = ranked(contest("abc"), {"a": 3, "ba": 2, "cb": 2})
    with pytest.raises(CountingRefused) as caught:
        settled(Irv(), batch)
    assert caught.value.code is CountingProblem.LOT
    assert caught.value.facts["options"] == "b, c"
    assert settled(Irv(), batch, lucky(batch.contest, "abc")).winners == ("b",)
    assert settled(Irv(), batch, lucky(batch.contest, "acb")).winners == ("a",)


def test_a_lot_is_told_with_who_would_have_won() -> None:
    batch = ranked(contest("abc"), {"a": 3, "ba": 2, "cb": 2})
    (tie,) = settled(Irv(), batch, lucky(batch.contest, "abc")).ties
    assert (tie.by, tie.picked, dict(tie.otherwise)) == (TieBy.LOT, "c", {"b": ("a",)})


def test_those_who_go_anyway_need_no_lot() -> None:
    count = settled(Irv(), ranked(FOUR, {"a": 9, "b": 7, "ca": 1, "da": 1}))
    assert count.ties == ()
    assert ("round.either", {"option": "c"}) in stage(count, 1)


def test_a_tie_that_an_earlier_stage_narrows_is_drawn_between_the_rest() -> None:
    batch = ranked(contest("abcde"), {"a": 9, "b": 4, "c": 4, "d": 5, "eb": 1, "ec": 1})
    count = settled(Irv(), batch, lucky(batch.contest, "abcde"))
    assert ("round.still-level", {"options": ("b", "c"), "stage": 1}) in stage(count, 2)
    assert ("round.by-lot", {"option": "c"}) in stage(count, 2)


def test_a_city_that_has_decided_is_followed() -> None:
    batch = ranked(contest("abc"), {"a": 3, "ba": 2, "cb": 2})
    order = Order(options=(0, 1, 2), chance=TieBy.FILE_ORDER)
    assert ("round.by-file-order", {"option": "c"}) in stage(settled(Irv(), batch, order), 1)


def test_why_the_others_lost_an_instant_run_off() -> None:
    count = settled(Irv(), ranked(FOUR, {"ab": 8, "bc": 6, "cb": 5, "d": 1}))
    assert steps(count, "b") == [("round.won", {"stage": 3, "n": 11})]
    assert steps(count, "a") == [
        ("round.outvoted", {"stage": 3, "votes": 8, "other": "b", "n": 4})
    ]
    assert steps(count, "c") == [
        ("round.lost", {"stage": 2, "n": 5}),
        ("round.kept-in", {"other": "b", "n": 2}),
    ]


def test_ballots_that_rank_options_equal_are_spoilt() -> None:
    batch = Batch(contest=contest("ab"), profile=Rankings({((0,),): 2, ((0, 1),): 3, (): 1}))
    for rule in (Irv(), StvScottish(), StvMeek()):
        count = settled(rule, batch)
        assert count.cast.spoilt == {Spoilt.EQUAL: 3}
        assert (count.cast.ballots, count.cast.blank, count.cast.valid) == (6, 1, 2)


# --- STV by the Scottish rules ------------------------------------------------------------------


def test_a_surplus_is_passed_on_at_a_lower_value_cut_after_five_decimals() -> None:
    about = contest("abc")
    count = settled(StvScottish(seats=2), ranked(about, {"ab": 5, "ac": 2, "b": 1, "c": 2}))
    assert count.quota == 4
    first = count.stages[0]
    assert (first.elected, first.source, first.value) == (("a",), ("a",), Fraction(42857, 100000))
    assert count.stages[1].votes["b"] == 1 + 5 * Fraction(42857, 100000)
    assert count.stages[1].exhausted == 3 - 7 * Fraction(42857, 100000)
    assert ("round.surplus", {"option": "a", "n": 3, "value": Decimal("0.42857")}) in stage(
        count, 1
    )


def test_the_largest_surplus_goes_first_and_one_at_a_time() -> None:
    about = contest("abcd")
    count = settled(StvScottish(seats=3), ranked(about, {"ac": 8, "bd": 10, "c": 2, "d": 1}))
    assert count.stages[0].elected == ("b", "a")
    assert [each.source for each in count.stages[:2]] == [("b",), ("a",)]


def test_equal_surpluses_are_a_tie_of_their_own() -> None:
    about = contest("abcd")
    batch = ranked(about, {"ac": 8, "bd": 8, "c": 1, "d": 1})
    count = settled(StvScottish(seats=3), batch, lucky(about, "bacd"))
    assert count.stages[0].source == ("b",)
    assert count.ties[0].what is TieFor.SURPLUS


def test_who_is_left_with_a_seat_for_each_is_elected_below_the_quota() -> None:
    count = settled(StvScottish(seats=2), ranked(contest("abc"), {"a": 6, "b": 2, "c": 1}))
    assert count.winners == ("a", "b")
    assert ("round.remaining", {"option": "b", "n": 2}) in stage(count, len(count.stages))
    assert steps(count, "b")[0][0] == "round.won-remaining"
    assert steps(count, "c")[-1] == ("round.last-seat", {"other": "b", "n": 2})


def test_whoever_stands_when_the_seats_are_full_is_told_how_far_the_quota_was() -> None:
    count = settled(StvScottish(seats=1), ranked(contest("abc"), {"a": 6, "b": 2, "c": 1}))
    assert steps(count, "b") == [
        ("round.below-quota", {"stage": 1, "votes": 2, "quota": 5, "n": 3})
    ]


def test_options_without_votes_go_in_any_order() -> None:
    count = settled(
        StvScottish(seats=1),
        ranked(contest("abcd"), {"ab": 3, "ba": 3, "": 1}),
        lucky(contest("abcd"), "abcd"),
    )
    assert ("round.either", {"option": "c"}) in stage(count, 1)
    assert [each.excluded for each in count.stages[:2]] == [("c",), ("d",)]


# --- STV by Meek's rules ------------------------------------------------------------------------


def test_an_elected_option_keeps_what_makes_the_quota() -> None:
    count = settled(StvMeek(seats=2), ranked(contest("abc"), {"ab": 8, "b": 2, "c": 3}))
    (kept,) = (facts for code, facts in stage(count, 2) if code == "round.keeps")
    assert kept["option"] == "a"
    assert Decimal("0.5") < Decimal(str(kept["value"])) < 1
    last = count.stages[-1]
    assert last.needed is not None
    assert abs(Fraction(last.votes["a"]) - Fraction(last.needed)) < Fraction(1, 1000)
    assert count.winners == ("a", "b")


def test_the_quota_falls_as_ballots_run_out() -> None:
    count = settled(StvMeek(seats=2), ranked(contest("abcd"), {"a": 8, "b": 4, "c": 3, "d": 2}))
    needed = [Fraction(each.needed or 0) for each in count.stages]
    assert 0 < needed[-1] < needed[0]
    assert count.quota == needed[-1]
    assert "round.quota-at-last" in told(count)


def test_who_is_nearer_than_what_is_left_to_share_counts_as_tied() -> None:
    batch = ranked(contest("abcd"), {"b": 36, "bc": 1, "d": 1})
    count = settled(StvMeek(seats=2, omega=1), batch, lucky(batch.contest, "abcd"))
    told_ = stage(count, 3)
    assert told_[1:4] == [
        ("round.within", {"options": ("c", "d")}),
        ("round.by-lot", {"option": "d"}),
        ("round.excluded", {"option": "d", "n": 1}),
    ]
    assert told_[4][0] == "round.remaining"


def test_options_without_votes_go_in_any_order_by_meek() -> None:
    batch = ranked(contest("abcd"), {"ab": 3, "ba": 3})
    count = settled(StvMeek(seats=1), batch, lucky(batch.contest, "abcd"))
    assert ("round.either", {"option": "c"}) in stage(count, 1)


# --- at the edges -------------------------------------------------------------------------------

EVERY: tuple[Rule, ...] = (Irv(), Irv(batch=True), StvScottish(seats=2), StvMeek(seats=2))


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.name)
@pytest.mark.parametrize("ballots", [{}, {"": 3}], ids=["none", "blank"])
def test_nobody_is_elected_without_votes(rule: Rule, ballots: dict[str, int]) -> None:
    count = settled(rule, ranked(contest("ab"), ballots))
    assert (count.winners, count.verdict) == ((), Verdict.NOTHING_CHOSEN)
    assert "round.no-votes" in told(count)
    assert steps(count, "a") == [("round.uncounted", {})]
    assert is_said(count)


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.name)
def test_who_withdrew_is_passed_over(rule: Rule) -> None:
    count = settled(rule, ranked(contest("abc", "a"), {"ab": 5, "cb": 3, "b": 1}))
    assert "a" not in count.winners
    assert count.winners[0] == "b"
    assert count.stages[0].votes["b"] == 6
    assert steps(count, "a") == [("round.withdrawn", {})]


@pytest.mark.parametrize("rule", [StvScottish(seats=3), StvMeek(seats=3)], ids=lambda r: r.name)
def test_seats_remain_empty_where_there_are_fewer_options(rule: Rule) -> None:
    count = settled(rule, ranked(contest("ab"), {"a": 5, "b": 1}))
    assert count.winners == ("a", "b")
    assert told(count)["round.vacant"] == {"n": 1}
    assert told(count)["round.enough-seats"] == {"n": 2}


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.name)
def test_each_step_is_a_sentence_in_every_language(rule: Rule) -> None:
    about = contest("abcde", "e")
    batch = ranked(about, {"abc": 9, "bca": 4, "cab": 3, "dc": 3, "e": 1, "": 2})
    count = settled(rule, batch, lucky(about, "abcde"))
    assert is_said(count)
    codes = [
        code for number in range(1, len(count.stages) + 1) for code, _ in stage(count, number)
    ]
    assert codes
