# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules that compare pairs: textbook cases, real elections, ties, and what is told of them."""

from __future__ import annotations

import doctest
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from ballots.counting.count import Count
from ballots.counting.draw import TieBy, TieFor
from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.pairs.locking import every_order
from ballots.counting.pairs.matrix import matrix, total
from ballots.counting.pairs.others import winners_by_rule
from ballots.counting.pairs.tally import Tally, tallied
from ballots.counting.pairs.told import PairTold
from ballots.counting.profile import Approvals, Batch, Cast, Rankings, Scores, Spoilt, merged
from ballots.counting.rule import Borda, Copeland, Minimax, RankedPairs, Rule, Schulze
from ballots.counting.rule_document import typed
from ballots.counting.settings import By
from ballots.counting.settle import Order
from ballots.counting.sums.outcome import Verdict
from ballots.counting.trace import Fact, Step, step
from kiosk.i18n import LANGUAGES, voice
from tests.paired import (
    BY_DUELS,
    EVERY_RULE,
    ballots,
    contest,
    count,
    matrix_by_definition,
    settled,
    tally,
)
from tests.shared_data import real
from tests.sources import ROOT

VECTORS = sorted((Path(__file__).parent / "vectors" / "counting-pairs-v1").glob("*.json"))
CIRCLE = {"A>B>C": 3, "B>C>A": 3, "C>A>B": 3}
TENNESSEE = {"M>N>C>K": 42, "N>C>K>M": 26, "C>K>N>M": 15, "K>C>N>M": 17}


def abc(counts: Mapping[str, int]) -> Batch:
    return ballots(contest("ABC"), counts)


def refused(rule: Rule, what: Batch | Tally) -> CountingRefused:
    with pytest.raises(CountingRefused) as caught:
        settled(rule, what)
    return caught.value


def steps(counted: Count) -> Iterator[Step]:
    yield from counted.told
    for reason in counted.reasons:
        yield from reason.steps


def told(counted: Count, code: PairTold) -> list[dict[str, Any]]:
    return [dict(each.facts) for each in counted.told if each.code is code]


def reason(counted: Count, option: str) -> list[Step]:
    (found,) = [each for each in counted.reasons if each.option == option]
    assert found.won == (option in counted.winners)
    return list(found.steps)


# --- vectors ------------------------------------------------------------------------------------


def told_of(counted: Count) -> dict[str, Any]:
    """A count in the words of the vectors."""
    duels = counted.duels
    assert duels is not None
    return {
        "verdict": str(counted.verdict),
        "winners": list(counted.winners),
        "order": [list(group) for group in duels.order],
        "votes": {option: str(votes) for option, votes in counted.stages[0].votes.items()},
        "left-out": list(duels.left_out),
        "matrix": [list(row) for row in duels.matrix],
        "others": {rule: list(winners) for rule, winners in duels.others.items()},
        "ties": [list(tie.options) for tie in counted.ties],
    }


@pytest.mark.parametrize("path", VECTORS, ids=[path.stem for path in VECTORS])
def test_a_vector(path: Path) -> None:
    vector = json.loads(path.read_text(encoding="utf-8"))
    rule = typed(vector["rule"], vector.get("settings", {}))
    what: Batch | Tally
    if "matrix" in vector:
        what = tally(vector["options"], vector["matrix"], vector["ballots"])
    else:
        what = ballots(contest(vector["options"]), vector["ballots"])
    expected = vector["expected"]
    if "lot" in expected:
        refusal = refused(rule, what)
        assert refusal.code is CountingProblem.LOT
        assert (refusal.facts["options"], refusal.facts["what"]) == (
            expected["lot"],
            expected["for"],
        )
    else:
        found = told_of(settled(rule, what))
        assert {key: found[key] for key in expected} == expected


def test_the_example_on_the_first_page_of_the_room() -> None:
    page = ROOT / "ballots" / "counting" / "pairs" / "README.md"
    result = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert (result.failed, result.attempted > 0) == (0, True)


# --- real elections -----------------------------------------------------------------------------


def debian() -> list[dict[str, Any]]:
    votes: list[dict[str, Any]] = json.loads(
        real("condorcet", "debian-votes.json").read_text(encoding="utf-8")
    )
    return votes


def debian_ballots(vote: Mapping[str, Any]) -> Batch:
    about = contest([str(number + 1) for number in range(vote["n_options"])])
    counts: dict[str, int] = {}
    for digits, n in vote["ballots"]:
        ranks: dict[str, list[str]] = {}
        for option, digit in zip(about.options, digits, strict=True):
            ranks.setdefault(digit, []).append(option.id)
        written = ">".join("=".join(ranks[digit]) for digit in sorted(ranks) if digit != "-")
        counts[written] = counts.get(written, 0) + n
    return ballots(about, counts)


def debian_rule(vote: Mapping[str, Any]) -> Schulze:
    ratios = vote["majority_ratio"] or []
    return Schulze(
        default=str(vote["default_option"]),
        quorum=Fraction(str(vote["quorum"] or 0)),
        majority={str(i + 1): Fraction(ratio) for i, ratio in enumerate(ratios)},
    )


def test_debians_votes_come_out_as_its_secretaries_declared_them() -> None:
    votes = debian()
    assert len(votes) == 24
    for vote in votes:
        counted = settled(debian_rule(vote), debian_ballots(vote))
        declared = vote["official_winner"] or vote["condorcet_winner"]
        assert counted.winners == tuple(map(str, declared)), vote["id"]
        assert counted.ties == ()


def test_debians_beat_matrices_are_those_that_it_published() -> None:
    official = [vote for vote in debian() if vote["official_beat_matrix"]]
    assert len(official) == 20
    for vote in official:
        found = tallied(debian_ballots(vote)).matrix
        assert [list(row) for row in found] == vote["official_beat_matrix"], vote["id"]


def test_debians_order_of_steps_decides_a_vote_of_2008() -> None:
    """Option 2 beats all others, and had not three times the votes against Further Discussion."""
    (vote,) = [vote for vote in debian() if vote["id"] == "2008_vote_003"]
    counted = settled(debian_rule(vote), debian_ballots(vote))
    assert counted.winners == ("5",)
    assert count(Schulze(), debian_ballots(vote)).winners == ("2",)
    assert step(PairTold.DROPPED_BEATS_ALL, option="2") in counted.told
    facts: dict[str, Fact] = {
        "option": "2",
        "other": "7",
        "votes": 224,
        "against": 129,
        "ratio": "3",
        "n": 164,
    }
    assert reason(counted, "2") == [step(PairTold.MAJORITY, **facts)]
    assert counted.stages[0].excluded == ("1", "2", "3", "4", "6")


def cycles() -> dict[str, Tally]:
    races = json.loads(real("condorcet", "real-cycles.json").read_text(encoding="utf-8"))
    return {
        race["office"]: tally(race["candidates"], race["pairwise"], race["ballots"])
        for race in races
    }


def test_winning_votes_and_margins_differ_in_a_ward_of_minneapolis() -> None:
    ward = cycles()["ward-2"]
    for rule in (Schulze, RankedPairs, Minimax):
        assert settled(rule(by=By.WINNING), ward).winners == ("Robin Wonsley Worlobah",)
        assert settled(rule(by=By.MARGINS), ward).winners == ("Yusra Arab",)
    (circle,) = told(settled(Schulze(), ward), PairTold.CIRCLE)
    assert circle["options"] == ("Cam Gordon", "Robin Wonsley Worlobah", "Yusra Arab")


def test_a_circle_in_oakland_ends_the_same_way_by_every_measure() -> None:
    district = cycles()["oakland-school-director-d4"]
    for rule in BY_DUELS:
        if not isinstance(rule, Copeland):
            assert settled(rule, district).winners == ("Mike Hutchinson",)
    assert len(told_of(settled(Schulze(), district))["others"]["copeland"]) == 3


def test_textbook_cases_come_out_as_in_the_textbooks() -> None:
    cases = json.loads(real("condorcet", "condorcet-examples.json").read_text(encoding="utf-8"))
    found = {}
    for case in cases:
        about = contest(sorted(case["ballots"][0][1]))
        counts = {">".join(order): n for n, order in case["ballots"]}
        found[case["id"]] = case, ballots(about, counts)
    schulze, voters = found["schulze-wikipedia-45"]
    order = told_of(count(Schulze(), voters))["order"]
    assert [each for (each,) in order] == list(schulze["schulze_ranking"])
    assert count(RankedPairs(), voters).winners == (schulze["ranked_pairs_winner"],)
    tennessee, voters = found["tennessee-100"]
    for rule in (Schulze(), Copeland(), Borda()):
        assert count(rule, voters).winners == (tennessee[rule.name],)


# --- the matrix ---------------------------------------------------------------------------------


def test_many_options_and_many_ranks_are_compared_like_few() -> None:
    """More than 15 options, more than 127 ranks, more than 32,767 of one ballot."""
    orders = [tuple((option,) for option in range(200))[::-1], ((7, 9), (0,), (199,)), ()]
    rankings = Rankings(dict(zip(orders, (40_000, 3, 9), strict=True)))
    assert matrix(rankings, 200) == matrix_by_definition(rankings, 200)


def test_without_ballots_all_is_zero() -> None:
    assert matrix(Rankings({}), 2) == ((0, 0), (0, 0))


def test_marks_and_points_are_read_as_rankings() -> None:
    about = contest("ABC")
    marked = Batch(contest=about, profile=Approvals({(0, 1): 2, (1,): 3, (): 1}))
    assert tallied(marked).matrix == ((0, 0, 2), (3, 0, 5), (0, 0, 0))
    scored = Batch(contest=about, profile=Scores({((0, 5), (1, 9)): 2, ((2, 0),): 1}))
    assert tallied(scored).matrix == ((0, 0, 2), (2, 0, 2), (1, 1, 0))


def test_the_matrix_of_the_union_of_kiosks_is_the_sum_of_theirs() -> None:
    kiosks = [abc({"A>B": 3, "C": 1}), abc({"B=C>A": 2}), abc({"": 4})]
    assert total(tallied(each).matrix for each in kiosks) == tallied(merged(kiosks)).matrix


@pytest.mark.parametrize("rule", EVERY_RULE)
def test_a_matrix_alone_is_counted_like_its_ballots(rule: Rule) -> None:
    batch = abc({"A>B": 4, "B>C": 3, "C=A": 2, "": 1})
    assert count(rule, tallied(batch)) == count(rule, batch)


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([[0, 1]], CountingProblem.LENGTH),
        ([[0, 1], [0]], CountingProblem.LENGTH),
        ([[0, 1, 0], [0, 0, 0]], CountingProblem.LENGTH),
        ([[0, -1], [0, 0]], CountingProblem.RANGE),
        ([[0, True], [0, 0]], CountingProblem.RANGE),
        ([[0, 0], [0, 1]], CountingProblem.RANGE),
        ([[0, 2], [2, 0]], CountingProblem.SUM),
    ],
)
def test_a_matrix_that_no_three_ballots_have_is_refused(
    rows: list[list[int]], problem: CountingProblem
) -> None:
    with pytest.raises(CountingRefused) as caught:
        tally("AB", rows, 3)
    assert caught.value.code is problem


def test_blank_and_spoilt_ballots_rank_nothing() -> None:
    batch = Batch(
        contest=contest("AB"),
        profile=Rankings({((0,),): 2, (): 5}),
        spoilt={Spoilt.REPEATED: 4},
    )
    assert told(count(Schulze(), batch), PairTold.BALLOTS) == [{"n": 2}]


# --- who is compared ----------------------------------------------------------------------------


def test_a_blank_ballot_is_in_no_duel() -> None:
    with pytest.raises(CountingRefused) as caught:
        Tally(contest=contest("AB"), cast=Cast(ballots=3, blank=1), matrix=((0, 2), (1, 0)))
    assert caught.value.code is CountingProblem.SUM


@pytest.mark.parametrize("rule", EVERY_RULE)
def test_who_withdrew_is_in_the_matrix_and_nowhere_else(rule: Rule) -> None:
    about = contest("ABC", withdrawn="A")
    counted = count(rule, ballots(about, {"A>B>C": 3, "A>C>B": 1}))
    assert counted.winners == ("B",)
    assert told_of(counted)["order"] == [["B"], ["C"]]
    assert told_of(counted)["matrix"] == [[0, 4, 4], [0, 0, 3], [0, 1, 0]]
    assert counted.stages[0].votes["A"] == 0
    assert reason(counted, "A") == [step(PairTold.WITHDRAWN, option="A")]


@pytest.mark.parametrize("rule", EVERY_RULE)
def test_nobody_is_chosen_where_all_withdrew(rule: Rule) -> None:
    counted = settled(rule, ballots(contest("AB", withdrawn="AB"), {"A>B": 3}))
    assert (counted.winners, counted.verdict) == ((), Verdict.NOTHING_CHOSEN)
    assert [each.won for each in counted.reasons] == [False, False]


@pytest.mark.parametrize("rule", EVERY_RULE)
def test_the_only_option_is_chosen(rule: Rule) -> None:
    counted = settled(rule, ballots(contest("A"), {"A": 1}))
    assert counted.winners == ("A",)
    assert reason(counted, "A") == [step(PairTold.WON_ROOM, option="A")]


def test_a_quorum_is_told_with_the_votes_that_were_missing() -> None:
    rule = Schulze(default="C", quorum=Fraction("4.2"), majority={"B": Fraction(2)})
    counted = count(rule, abc({"A>C>B": 3, "B>C": 1, "C>B": 1, "": 2}))
    assert counted.winners == ("C",)
    assert step(PairTold.DEFAULT, option="C") in counted.told
    assert step(PairTold.NEEDED, other="C", n=5) in counted.told
    assert reason(counted, "A") == [
        step(PairTold.QUORUM, option="A", other="C", votes=3, needed=5, n=2)
    ]
    assert reason(counted, "B") == [
        step(PairTold.QUORUM, option="B", other="C", votes=1, needed=5, n=4),
        step(PairTold.MAJORITY, option="B", other="C", votes=1, against=4, ratio="2", n=8),
    ]


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        (Schulze(default="Z"), CountingProblem.UNKNOWN_OPTION),
        (Schulze(default="A", majority={"Z": Fraction(2)}), CountingProblem.UNKNOWN_OPTION),
        (Schulze(default="B"), CountingProblem.SETTING),
    ],
)
def test_a_default_option_has_to_stand(rule: Rule, problem: CountingProblem) -> None:
    batch = ballots(contest("AB", withdrawn="B"), {"A": 1})
    assert refused(rule, batch).code is problem


# --- scores and orders --------------------------------------------------------------------------


def test_halves_are_written_with_one_decimal() -> None:
    drawn = abc({"A>B>C": 1, "B>A>C": 1})
    counted = count(Copeland(), drawn)
    assert counted.stages[0].votes == {"A": Fraction(3, 2), "B": Fraction(3, 2), "C": 0}
    assert counted.decimals == 1
    assert count(Borda(), drawn).decimals == 0
    assert step(PairTold.LOST_DUELS, option="C", points=0, needed=Decimal("1.5")) in steps(counted)


def test_schulzes_strengths_are_those_of_the_strongest_paths() -> None:
    """The table of the forty-five voters, as published."""
    voters = json.loads(
        next(path for path in VECTORS if path.stem == "schulzes-forty-five-voters").read_text()
    )
    counted = count(Schulze(), ballots(contest("ABCDE"), voters["ballots"]))
    assert counted.duels is not None
    assert counted.duels.strength == (
        (0, 28, 28, 30, 24),
        (25, 0, 28, 33, 24),
        (25, 29, 0, 29, 24),
        (25, 28, 28, 0, 24),
        (25, 28, 28, 31, 0),
    )


def test_two_equal_to_a_third_need_not_be_equal() -> None:
    """A is over C and neither over B: A and B are first, and C comes after both."""
    counted = count(Schulze(seats=2), tally("ABC", [[0, 1, 3], [1, 0, 1], [0, 1, 0]], 3))
    assert told_of(counted)["order"] == [["A", "B"], ["C"]]


# --- ties ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", EVERY_RULE)
def test_a_perfect_circle_is_decided_by_the_order_of_dice(rule: Rule) -> None:
    for order in permutations(range(3)):
        counted = settled(rule, abc(CIRCLE), Order(options=order))
        (tie,) = counted.ties
        assert counted.winners == (tie.picked,) == ("ABC"[order[0]],)
        assert (tie.options, tie.by) == (("A", "B", "C"), TieBy.LOT)
        assert tie.otherwise == {each: (each,) for each in "ABC" if each != tie.picked}


def test_the_order_of_a_file_decides_like_a_lot() -> None:
    counted = settled(Schulze(), abc(CIRCLE), Order(options=(0, 1, 2), chance=TieBy.FILE_ORDER))
    assert counted.winners == ("A",)
    assert counted.ties[0].by is TieBy.FILE_ORDER


def test_equal_duels_that_close_a_circle_are_put_in_order_by_the_draw() -> None:
    counted = settled(RankedPairs(), abc(CIRCLE), Order(options=(2, 0, 1)))
    assert counted.ties[0].what is TieFor.DUEL
    assert told_of(counted)["order"] == [["C"], ["A"], ["B"]]
    facts: dict[str, Fact] = {"option": "C", "other": "B", "votes": 3, "against": 6}
    assert reason(counted, "C")[0] == step(PairTold.WON_HELD, **facts)


def test_of_four_equal_duels_only_those_in_the_circle_are_asked_about() -> None:
    """D loses to all three: these duels hold whatever is drawn."""
    four = ballots(contest("ABCD"), {"A>B>C>D": 1, "B>C>A>D": 1, "C>A>B>D": 1})
    (tie,) = settled(RankedPairs(), four, Order(options=(3, 2, 1, 0))).ties
    assert tie.options == ("A", "B", "C")
    assert tie.picked == "C"


def test_a_circle_further_down_needs_no_lot_for_the_seat() -> None:
    four = ballots(contest("ABCD"), {"D>A>B>C": 1, "D>B>C>A": 1, "D>C>A>B": 1})
    for rule in EVERY_RULE:
        assert settled(rule, four).winners == ("D",)
    (tie,) = settled(RankedPairs(), four).ties
    assert not tie.mattered


def test_two_circles_of_equal_duels_are_two_ties() -> None:
    six = contest("ABCDEF")
    counts = {"A>B>C>D>E>F": 1, "B>C>A>E>F>D": 1, "C>A>B>F>D>E": 1}
    ties = settled(RankedPairs(), ballots(six, counts), Order(options=(5, 4, 3, 2, 1, 0))).ties
    assert [(tie.options, tie.picked) for tie in ties] == [
        (("A", "B", "C"), "C"),
        (("D", "E", "F"), "F"),
    ]


def test_a_tie_for_the_last_seat_is_told_to_winners_and_losers() -> None:
    counted = settled(Schulze(seats=2), abc(CIRCLE), Order(options=(1, 2, 0)))
    assert counted.winners == ("B", "C")
    equal = ("A", "B", "C")
    assert reason(counted, "B")[0] == step(PairTold.WON_TIE, option="B", options=equal)
    assert step(PairTold.LOST_TIE, option="A", options=equal) in reason(counted, "A")
    assert counted.ties[0].otherwise == {"A": ("A", "B")}


def test_without_a_lot_the_other_rules_name_all_that_are_equal() -> None:
    everybody = dict.fromkeys(
        ("schulze", "copeland", "minimax", "borda", "ranked-pairs"), (0, 1, 2)
    )
    assert winners_by_rule(tallied(abc(CIRCLE)).matrix, (0, 1, 2), By.WINNING, 1) == everybody


def test_ranked_pairs_are_left_out_where_equal_duels_have_too_many_orders() -> None:
    """Twelve options in a ring of equal strength: each beats the five that come next."""
    ring = range(12)
    rows = tuple(tuple(int(0 < (b - a) % 12 < 6) for b in ring) for a in ring)
    assert list(every_order(rows, tuple(ring), By.WINNING))[-1] == ()
    assert "ranked-pairs" not in winners_by_rule(rows, tuple(ring), By.WINNING, 1)


# --- reasons ------------------------------------------------------------------------------------


def test_whoever_beats_all_is_told_with_its_closest_duel() -> None:
    counted = count(Schulze(), ballots(contest("MNCK"), TENNESSEE))
    assert told(counted, PairTold.BEATS_ALL) == [{"option": "N"}]
    assert told(counted, PairTold.OTHERS_AGREE) == [{"n": 4}]
    assert reason(counted, "N") == [
        step(PairTold.WON_ALL, option="N"),
        step(PairTold.CLOSEST, option="N", other="M", votes=58, against=42, n=9),
    ]
    assert reason(counted, "K") == [
        step(PairTold.LOST_DUEL, option="K", other="N", votes=32, against=68, n=19)
    ]


def test_the_ballots_that_would_turn_a_duel_turn_it_and_one_fewer_does_not() -> None:
    for votes, against in ((5, 4), (6, 4), (7, 1)):
        before = count(Schulze(), ballots(contest("AB"), {"A>B": votes, "B>A": against}))
        (facts,) = [dict(each.facts) for each in reason(before, "B")]
        n = facts["n"]
        assert isinstance(n, int)
        turned = ballots(contest("AB"), {"A>B": votes - n, "B>A": against + n})
        assert count(Schulze(), turned).winners == ("B",)
        nearly = ballots(contest("AB"), {"A>B": votes - n + 1, "B>A": against + n - 1})
        assert count(Schulze(), nearly).winners == ("A",)


def test_a_circle_is_told_with_the_paths_that_decide_it() -> None:
    ring = tally("ABC", [[0, 9, 2], [8, 0, 7], [6, 4, 0]], 20)
    margins = count(Schulze(by=By.MARGINS), ring)
    assert told(margins, PairTold.NONE_BEATS_ALL) == [{}]
    assert told(margins, PairTold.CIRCLE) == [{"options": ("A", "B", "C")}]
    paths: dict[str, Fact] = {"way": "+3", "back": "+1"}
    assert reason(margins, "B")[0] == step(
        PairTold.WON_PATH, option="B", other="A", votes=8, against=9, **paths
    )
    assert reason(margins, "A") == [step(PairTold.LOST_PATH, option="A", other="B", **paths)]
    paths = {"way": "7:4", "back": "6:2"}
    assert reason(count(Schulze(), ring), "A")[0] == step(
        PairTold.WON_PATH, option="A", other="C", votes=2, against=6, **paths
    )


def test_another_rule_with_other_winners_is_named() -> None:
    counted = count(Borda(), abc({"A>B>C": 3, "B>C>A": 2}))
    assert counted.winners == ("B",)
    assert told(counted, PairTold.BY_SCHULZE) == [{"winners": ("A",)}]
    assert told(counted, PairTold.OTHERS_AGREE) == []
    assert reason(counted, "B") == [step(PairTold.WON_POINTS, option="B", points=7)]
    assert reason(counted, "A") == [step(PairTold.LOST_POINTS, option="A", points=6, needed=7)]


def test_another_rule_that_leaves_open_what_is_decided_here_is_named_too() -> None:
    ring = tally("ABC", [[0, 9, 2], [8, 0, 7], [6, 4, 0]], 20)
    assert told(count(Schulze(), ring), PairTold.BY_COPELAND) == [{"winners": ("A", "B", "C")}]


def test_the_last_option_left_is_said_to_beat_nobody() -> None:
    counted = count(Schulze(default="C"), abc({"C>A>B": 2}))
    assert counted.winners == ("C",)
    assert told(counted, PairTold.BEATS_ALL) == []
    assert reason(counted, "C") == [step(PairTold.WON_ROOM, option="C")]


def test_options_that_lose_no_duel_are_named() -> None:
    counted = count(Schulze(), abc({"A>B>C": 1, "B>A>C": 1}))
    assert told(counted, PairTold.UNBEATEN) == [{"options": ("A", "B"), "n": 2}]
    assert reason(counted, "A")[:2] == [
        step(PairTold.WON_TIE, option="A", options=("A", "B")),
        step(PairTold.WON_UNBEATEN, option="A"),
    ]


def test_the_second_of_two_is_told_that_it_beats_the_rest() -> None:
    counted = count(Schulze(seats=2), ballots(contest("MNCK"), TENNESSEE))
    assert counted.winners == ("N", "C")
    assert reason(counted, "C")[0] == step(PairTold.WON_REST, option="C")
    assert [each.code for each in reason(counted, "K")] == [
        PairTold.LOST_DUEL,
        PairTold.LOST_PATH,
    ]


def test_seats_that_nobody_is_left_for_are_told() -> None:
    counted = count(Copeland(seats=5), abc({"A>B>C": 1}))
    assert counted.winners == ("A", "B", "C")
    assert told(counted, PairTold.VACANT) == [{"n": 2}]


def test_minimax_tells_the_worst_defeats() -> None:
    counted = count(Minimax(), tally("ABC", [[0, 9, 2], [8, 0, 7], [6, 4, 0]], 20))
    assert reason(counted, "A")[0] == step(
        PairTold.WON_MILDEST, option="A", other="C", worst="6:2"
    )
    assert reason(counted, "C") == [
        step(PairTold.LOST_WORSE, option="C", other="B", worst="7:4", mildest="6:2")
    ]


# --- what is said -------------------------------------------------------------------------------


def corpus() -> Iterator[Count]:
    """Counts that between them tell everything."""
    ring = tally("ABC", [[0, 9, 2], [8, 0, 7], [6, 4, 0]], 20)
    drawn = abc({"A>B>C": 1, "B>A>C": 1})
    withdrawn = ballots(contest("ABC", withdrawn="A"), {"B>C": 2})
    for rule in (*EVERY_RULE, Schulze(seats=2), Copeland(seats=5)):
        for what in (ring, drawn, withdrawn, abc(CIRCLE), abc({}), abc({"A>B>C": 3, "B>C>A": 2})):
            yield count(rule, what)
    majority = Schulze(default="C", quorum=Fraction(2), majority={"A": Fraction(9)})
    yield count(majority, abc({"A>B>C": 3, "C>A": 1}))
    yield count(majority, abc({"A>C": 1}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_is_said_with_its_facts(language: str) -> None:
    said: set[str] = set()
    for counted in corpus():
        for each in steps(counted):
            facts = {
                name: fact if type(fact) is int else str(fact) for name, fact in each.facts.items()
            }
            sentence = voice(language).say(each.code, **facts)
            assert sentence != each.code
            assert "{" not in sentence
            said.add(each.code)
    assert said == set(PairTold)
