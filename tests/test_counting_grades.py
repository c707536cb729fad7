# SPDX-License-Identifier: AGPL-3.0-or-later
"""Majority judgment and temperature: medians, what comes after them, and why."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest

from ballots.counting.contest import Contest
from ballots.counting.count import Count
from ballots.counting.draw import TieBy, TieFor
from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.grades.majority_judgment import judge, majority_judgment
from ballots.counting.grades.temperature import pulse, temperature
from ballots.counting.grades.value import (
    END,
    Turn,
    Value,
    fewest_to_meet,
    fewest_to_pass,
    majority_value,
    moved,
    parting,
)
from ballots.counting.profile import Batch, Cast, Scores, Spoilt
from ballots.counting.rule import MajorityJudgment, Temperature
from ballots.counting.rule_document import typed
from ballots.counting.settings import NoOpinion
from ballots.counting.settle import settle
from ballots.counting.sums.outcome import Verdict
from ballots.counting.sums.tally import Histograms
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

VECTORS = sorted((Path(__file__).parent / "vectors" / "counting-grades-v1").glob("*.json"))
AB, ABC = contest("ab"), contest("abc")
FIXED = MajorityJudgment(worst=0, best=5)
LEFT_OUT = MajorityJudgment(worst=0, best=5, no_opinion_counts_as=NoOpinion.EXCLUDED)


def counted(rule: MajorityJudgment, batch: Batch) -> Count:
    count = majority_judgment(rule, batch, fate(batch.contest))
    assert [each.option for each in count.reasons] == list(batch.contest.position)
    assert {each.option for each in count.reasons if each.won} == set(count.winners)
    assert is_said(count)
    return count


def settled(rule: MajorityJudgment, batch: Batch, order: str = "") -> Count:
    run = partial(majority_judgment, rule, batch)
    chosen = lucky(batch.contest, order) if order else None
    return settle(run, len(batch.contest.options), chosen, digest="d")


def graded(about: Contest, **grades: str) -> Batch:
    """`a="5310"` gives option a these grades, on as many ballots; a space is no opinion."""
    columns = zip(*grades.values(), strict=True)
    rows = ({id: int(g) for id, g in zip(grades, row, strict=True) if g != " "} for row in columns)
    return scored(about, *rows)


# --- vectors ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_the_vector_is_counted_as_it_says(path: Path) -> None:
    vector = json.loads(path.read_text(encoding="utf-8"))
    rule = typed("majority-judgment", vector["rule"])
    assert isinstance(rule, MajorityJudgment)
    about = contest(vector["options"])
    batch = scored(about, *((n, ballot) for n, ballot in vector["ballots"]))
    count = counted(rule, batch)
    assert count.grades is not None
    found = {
        "winners": list(count.winners),
        "median": dict(count.grades.median),
        "order": [list(equal) for equal in count.grades.order],
        "valid": count.cast.valid,
        "blank": count.cast.blank,
    }
    assert found == vector["expected"]


def test_the_vectors_are_there() -> None:
    assert len(VECTORS) >= 8


# --- the value ----------------------------------------------------------------------------------


def test_the_median_of_an_even_number_of_grades_is_the_lower_one() -> None:
    assert majority_value({0: 1, 3: 1, 4: 1, 5: 1}).median == 3


def test_a_value_tells_in_which_order_medians_leave_the_first_one() -> None:
    value = majority_value({1: 2, 3: 4, 4: 3, 5: 1})
    tenth = Fraction(1, 10)
    assert value == Value(
        3, (Turn(1, 4 * tenth, 4), Turn(-1, -2 * tenth, 1), Turn(1, tenth, 5), END)
    )


def test_a_fall_comes_before_a_rise_of_the_same_share() -> None:
    turns = majority_value({1: 2, 3: 4, 5: 2}).turns
    assert [turn.direction for turn in turns] == [-1, 1, 0]


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ({1: 3, 3: 4}, {1: 2, 3: 5}),  # falls sooner
        ({1: 2, 3: 5}, {2: 2, 3: 5}),  # falls deeper
        ({1: 1, 3: 6}, {3: 7}),  # falls
        ({3: 7}, {3: 6, 4: 1}),  # does not rise
        ({3: 5, 4: 2}, {3: 4, 4: 3}),  # rises later
        ({3: 5, 4: 2}, {3: 5, 5: 2}),  # rises less
        ({1: 2, 3: 3, 5: 2}, {1: 1, 3: 4, 5: 2}),  # falls first, the other rises first
    ],
)
def test_values_compare_as_sequences_of_medians(
    worse: dict[int, int], better: dict[int, int]
) -> None:
    assert majority_value(worse) < majority_value(better)


def test_where_two_options_part_is_told_in_removed_medians() -> None:
    worse, better = majority_value({1: 3, 3: 4}), majority_value({1: 2, 3: 5})
    at = parting(worse, better)
    assert (at.removed(7), at.next, at.better) == (1, 1, 3)
    assert at.share == Fraction(1, 7)


def test_ballots_that_are_furthest_from_a_grade_are_the_first_to_give_it() -> None:
    assert moved({1: 2, 3: 1, 5: 1}, 3, to=5) == {1: 0, 3: 0, 5: 4}
    assert moved({1: 2, 3: 1}, 9, to=0) == {1: 0, 3: 0, 0: 3}


def test_the_fewest_ballots_to_pass_another_are_found() -> None:
    other = majority_value({4: 7})
    assert fewest_to_pass({1: 7}, 5, other) == 4
    assert fewest_to_pass({1: 7}, 4, other) is None


def test_the_fewest_ballots_that_can_change_an_order_help_one_and_harm_the_other() -> None:
    assert fewest_to_meet({1: 7}, {4: 7}, worst=0, best=5) == 4
    assert fewest_to_meet({1: 4, 4: 3}, {4: 7}, worst=0, best=5) == 2
    assert fewest_to_meet({4: 7}, {4: 7}, worst=0, best=5) == 0


# --- majority judgment --------------------------------------------------------------------------


def test_the_best_median_is_chosen() -> None:
    count = counted(FIXED, graded(ABC, a="55000", b="33333", c="44422"))
    assert (count.verdict, count.winners) == (Verdict.CHOSEN, ("c",))
    assert count.grades is not None
    assert count.grades.scale == (0, 1, 2, 3, 4, 5)
    assert count.grades.given["a"] == (3, 0, 0, 0, 0, 2)
    assert count.grades.median == {"a": 0, "b": 3, "c": 4}
    assert count.grades.order == (("c",), ("b",), ("a",))
    assert count.stages == ()


def test_the_reasons_tell_medians_and_what_would_have_changed_them() -> None:
    count = counted(FIXED, graded(ABC, a="55000", b="33333", c="44422"))
    assert steps(count, "c") == [
        ("grade.chosen", {"grade": 4, "above": Decimal("0.0"), "below": Decimal("40.0")})
    ]
    assert steps(count, "a") == [
        ("grade.lower", {"grade": 0, "other": "c", "better": 4, "n": 1}),
        ("grade.short", {"n": 1}),
    ]
    assert steps(count, "b") == [
        ("grade.lower", {"grade": 3, "other": "c", "better": 4, "n": 3}),
        ("grade.short", {"n": 3}),
    ]
    assert told(count)["count.margin"] == {"n": 1}


def test_with_equal_medians_the_next_ones_decide_and_are_told() -> None:
    count = counted(FIXED, graded(AB, a="3333311", b="3333111"))
    assert count.winners == ("a",)
    assert steps(count, "b") == [
        ("grade.removed", {"other": "a", "grade": 3, "n": 1, "next": 1, "better": 3}),
        ("grade.short", {"n": 1}),
    ]


def test_options_graded_by_different_numbers_part_after_a_share_of_the_middle() -> None:
    count = counted(LEFT_OUT, graded(AB, a="33331   ", b="33333311"))
    assert count.winners == ("a",)
    assert steps(count, "b")[0] == (
        "grade.middle",
        {"other": "a", "grade": 3, "share": Decimal("50.0"), "next": 1, "better": 3},
    )


def test_an_option_that_no_grade_could_have_saved_is_told_no_number() -> None:
    count = counted(FIXED, graded(AB, a="555", b="311"))
    assert [code for code, _ in steps(count, "b")] == ["grade.lower"]


def test_no_opinion_counts_as_worst_or_not_at_all() -> None:
    batch = graded(AB, a="55   ", b="33333")
    assert counted(FIXED, batch).winners == ("b",)
    assert counted(LEFT_OUT, batch).winners == ("a",)
    assert "grade.ungraded-worst" in told(counted(FIXED, batch))
    assert "grade.ungraded-left-out" in told(counted(LEFT_OUT, batch))


def test_a_grade_may_stand_for_no_opinion() -> None:
    rule = MajorityJudgment(worst=1, best=5, no_opinion=0)
    count = counted(rule, graded(AB, a="5000", b="2220"))
    assert count.cast == Cast(ballots=4, blank=1)
    assert count.winners == ("b",)
    assert count.grades is not None
    assert count.grades.given == {"a": (2, 0, 0, 0, 1), "b": (0, 3, 0, 0, 0)}


def test_a_ballot_without_any_grade_is_an_abstention() -> None:
    batch = scored(AB, {"a": 4, "b": 3}, (9, {}))
    count = counted(FIXED, batch)
    assert count.cast == Cast(ballots=10, blank=9)
    assert count.grades is not None
    assert count.grades.median == {"a": 4, "b": 3}


def test_a_grade_beyond_the_scale_spoils_a_ballot() -> None:
    batch = scored(AB, {"a": 4, "b": 3}, (2, {"a": 6}), {"b": -1})
    count = counted(FIXED, batch)
    assert count.cast == Cast(ballots=4, blank=0, spoilt={Spoilt.RANGE: 3})


def test_a_scale_that_was_not_fixed_is_that_of_the_grades_that_occur() -> None:
    count = counted(MajorityJudgment(best=7), graded(AB, a="42", b="4 "))
    assert count.grades is not None
    assert count.grades.scale == (2, 4, 7)
    assert count.grades.given["b"] == (1, 1, 0)
    assert "count.margin" not in told(count)


def test_several_seats_go_to_the_best_ones_in_order() -> None:
    rule = MajorityJudgment(worst=0, best=5, seats=2)
    count = counted(rule, graded(ABC, a="222", b="333", c="444"))
    assert count.winners == ("c", "b")
    assert steps(count, "a")[0][1]["other"] == "b"


def test_an_option_that_nobody_grades_is_never_chosen() -> None:
    rule = MajorityJudgment(worst=0, best=5, seats=3)
    count = counted(rule, graded(ABC, a="222", b="333"))
    assert count.winners == ("b", "a")
    assert steps(count, "c") == [("grade.ungraded", {})]
    assert told(count)["count.vacant"] == {"n": 1}
    assert told(count)["count.margin"] == {"n": 1}
    assert count.grades is not None
    assert count.grades.order == (("b",), ("a",), ("c",))


def test_nothing_is_chosen_where_nobody_votes() -> None:
    for rule in (FIXED, MajorityJudgment()):
        count = counted(rule, scored(AB, (3, {})))
        assert (count.verdict, count.winners) == (Verdict.NOTHING_CHOSEN, ())
        assert count.grades is not None
        assert count.grades.median == {}
    assert "grade.scale" not in told(counted(MajorityJudgment(), scored(AB, (3, {}))))


def test_who_withdrew_is_not_judged() -> None:
    about = contest("abc", "c")
    count = counted(FIXED, graded(about, a="22 ", b="33 ", c="555"))
    assert count.winners == ("b",)
    assert count.cast.blank == 1
    assert count.grades is not None
    assert set(count.grades.given) == {"a", "b"}
    assert steps(count, "c") == [("sum.withdrawn", {})]


@pytest.mark.parametrize("batch", [ranked(AB, {"ab": 1}), marked(AB, {"a": 1})])
def test_an_order_or_a_mark_is_no_grade(batch: Batch) -> None:
    with pytest.raises(CountingRefused) as refused:
        counted(FIXED, batch)
    assert refused.value.code is CountingProblem.BALLOTS


def test_grades_that_others_added_up_are_judged_as_the_ballots_would_be() -> None:
    tally = Histograms(contest=AB, cast=Cast(ballots=3, blank=0), given=({5: 2, 1: 1}, {3: 3}))
    assert judge(FIXED, tally, fate(AB)) == counted(FIXED, graded(AB, a="551", b="333"))


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (({6: 3}, {3: 3}), CountingProblem.SUM),
        (({4: 4}, {3: 3}), CountingProblem.SUM),
        (({4: -1}, {3: 3}), CountingProblem.RANGE),
        (({4: 3},), CountingProblem.LENGTH),
    ],
)
def test_grades_that_no_ballots_can_give_are_refused(
    given: tuple[dict[int, int], ...], problem: CountingProblem
) -> None:
    with pytest.raises(CountingRefused) as refused:
        judge(FIXED, Histograms(contest=AB, cast=Cast(ballots=3, blank=0), given=given), fate(AB))
    assert refused.value.code is problem


# --- ties ---------------------------------------------------------------------------------------

TIES: list[tuple[MajorityJudgment, Batch, str, int, tuple[str, ...]]] = [
    (FIXED, graded(AB, a="531", b="135"), "ab", 1, ("b",)),
    (FIXED, graded(ABC, a="53", b="35", c="10"), "ab", 1, ("b",)),
    (MajorityJudgment(seats=2), graded(ABC, a="53", b="35", c="53"), "abc", 2, ("c", "b")),
    (MajorityJudgment(seats=2), graded(ABC, a="22", b="53", c="22"), "ac", 1, ("b", "c")),
    (LEFT_OUT, graded(AB, a="53  ", b="5353"), "ab", 1, ("b",)),
]


@pytest.mark.parametrize(("rule", "batch", "tied", "seats", "winners"), TIES)
def test_options_with_the_same_grades_wait_for_dice(
    rule: MajorityJudgment, batch: Batch, tied: str, seats: int, winners: tuple[str, ...]
) -> None:
    with pytest.raises(CountingRefused) as refused:
        settled(rule, batch)
    assert refused.value.code is CountingProblem.LOT
    assert refused.value.facts == {"what": "seat", "options": ", ".join(tied), "digest": "d"}
    order = "cba" if batch.contest is ABC else "ba"
    count = settled(rule, batch, order)
    assert count.winners == winners
    assert told(count)["sum.tie"] == {"n": seats, "options": tuple(tied)}
    assert "count.margin" not in told(count)
    assert {tie.what for tie in count.ties} == {TieFor.SEAT}
    assert {tie.by for tie in count.ties} == {TieBy.LOT}
    for option in tied:
        code = "sum.tie-won" if option in winners else "sum.tie-lost"
        assert [code for code, _ in steps(count, option)] == ["grade.tied", code]
    assert is_said(count)


def test_who_would_have_won_otherwise_is_told() -> None:
    (tie,) = settled(FIXED, graded(AB, a="531", b="135"), "ba").ties
    assert (tie.picked, tie.otherwise) == ("b", {"a": ("a",)})


def test_equals_who_all_get_a_seat_are_no_tie() -> None:
    rule = MajorityJudgment(seats=2)
    count = settled(rule, graded(ABC, a="53", b="35", c="00"))
    assert (count.winners, count.ties) == (("a", "b"), ())
    assert count.grades is not None
    assert count.grades.order == (("a", "b"), ("c",))


# --- Orsay, 22 April 2007 -----------------------------------------------------------------------


def orsay() -> Batch:
    counts: Counter[tuple[tuple[int, int], ...]] = Counter()
    names: list[str] = []
    for station in ("01", "06", "12"):
        path = real("grades", f"bureau_{station}.csv")
        with path.open(encoding="utf-8", newline="") as file:
            (_, *names), *rows = csv.reader(file)
        for _, *row in rows:
            counts[tuple(enumerate(map(int, row)))] += 1
    return Batch(contest=contest(names), profile=Scores(counts))


def test_the_experiment_of_orsay_has_its_published_ranking_and_gauges() -> None:
    expected = json.loads(real("grades", "orsay-expected.json").read_text(encoding="utf-8"))
    count = counted(MajorityJudgment(worst=1, best=6, no_opinion=0), orsay())
    assert count.cast == Cast(ballots=expected["ballots"], blank=0)
    assert count.winners == ("Bayrou",)
    assert count.grades is not None
    assert [option for equal in count.grades.order for option in equal] == expected["ranking"]
    words = {4: "Assez bien", 3: "Passable"}
    given = count.grades.given
    for option, gauge in expected["gauge"].items():
        p, rest = gauge.split(" ", 1)
        word, q = rest.rsplit(" ", 1)
        median = count.grades.median[option]
        below, above = sum(given[option][: median - 1]), sum(given[option][median:])
        assert round(Fraction(100 * above, 1733), 1) == Fraction(p)
        assert round(Fraction(100 * below, 1733), 1) == Fraction(q)
        assert word == words[median] + ("+" if above > below else "-")


def test_the_means_of_orsay_are_those_that_were_published() -> None:
    expected = json.loads(real("grades", "orsay-expected.json").read_text(encoding="utf-8"))
    count = counted(MajorityJudgment(worst=1, best=6, no_opinion=0), orsay())
    assert count.grades is not None
    for option, mean in expected["mean_0_5"].items():
        given = count.grades.given[option]
        total = sum(i * n for i, n in enumerate(given))
        assert round(Fraction(total, 1733), 2) == Fraction(str(mean))


def test_the_winner_of_orsay_is_ahead_of_the_second_by_what_is_told() -> None:
    count = counted(MajorityJudgment(worst=1, best=6, no_opinion=0), orsay())
    assert steps(count, "Royal") == [
        ("grade.removed", {"other": "Bayrou", "grade": 4, "n": 198, "next": 4, "better": 5}),
        ("grade.short", {"n": 87}),
    ]
    assert steps(count, "Bayrou") == [
        ("grade.chosen", {"grade": 4, "above": Decimal("44.3"), "below": Decimal("30.6")})
    ]
    assert told(count)["count.margin"] == {"n": 44}


# --- temperature --------------------------------------------------------------------------------


def felt(batch: Batch, levels: int = 3) -> Count:
    count = temperature(Temperature(levels=levels), batch, fate(batch.contest))
    assert is_said(count)
    return count


def test_a_pulse_of_the_room_tells_how_many_are_how_warm_and_decides_nothing() -> None:
    count = felt(graded(AB, a="1123", b="3 33"))
    assert (count.verdict, count.winners) == (Verdict.INFORMED, ())
    assert count.grades is not None
    assert count.grades.given == {"a": (2, 1, 1), "b": (0, 0, 3)}
    assert count.grades.median == {"a": 1, "b": 3}
    assert count.grades.order == (("a",), ("b",))
    assert steps(count, "b") == [("grade.temperature", {"grade": 3, "levels": 3, "n": 3})]
    assert list(told(count)) == ["count.ballots", "grade.nothing-decided"]
    assert not any(reason.won for reason in count.reasons)


def test_a_temperature_that_is_not_on_the_scale_spoils_a_ballot() -> None:
    assert felt(graded(AB, a="104", b="111")).cast.spoilt == {Spoilt.RANGE: 2}


def test_what_nobody_feels_anything_about_has_no_temperature() -> None:
    about = contest("abc", "c")
    count = felt(graded(about, a="2", c="1"), levels=5)
    assert count.grades is not None
    assert count.grades.median == {"a": 2}
    assert steps(count, "b") == [("grade.ungraded", {})]
    assert steps(count, "c") == [("sum.withdrawn", {})]


def test_temperatures_of_kiosks_are_added_up() -> None:
    one, other = graded(AB, a="11", b="23"), graded(AB, a="3", b="3")
    tallies = [
        Histograms(contest=AB, cast=each.cast, given=given)
        for each, given in ((one, ({1: 2}, {2: 1, 3: 1})), (other, ({3: 1}, {3: 1})))
    ]
    both = graded(AB, a="113", b="233")
    assert pulse(Temperature(), tallies[0] + tallies[1]) == felt(both)


# --- settings that contradict each other --------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [
        lambda: MajorityJudgment(worst=3, best=3),
        lambda: MajorityJudgment(worst=3, best=1),
        lambda: MajorityJudgment(worst=0, best=10**12),
    ],
)
def test_a_scale_without_two_grades_or_with_too_many_is_refused(
    make: Callable[[], object],
) -> None:
    with pytest.raises(CountingRefused) as refused:
        make()
    assert refused.value.code is CountingProblem.SETTING
