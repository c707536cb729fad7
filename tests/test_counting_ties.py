# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ties: the draw, whether they mattered, and the order that dice give."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.counting.contest import Contest, Option
from ballots.counting.count import Count
from ballots.counting.dice import dice_order, digest
from ballots.counting.draw import Draw, TieBy, TieFor
from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.profile import Approvals, Batch, Ranking, Rankings, Scores, Spoilt, merged
from ballots.counting.rule import Irv
from ballots.counting.settle import Order, settle


def contest(names: str = "abcd", title: str = "") -> Contest:
    return Contest(title=title, options=tuple(Option(id=name) for name in names))


def batch(profile: Rankings | Approvals | Scores, names: str = "abcd", title: str = "") -> Batch:
    return Batch(contest=contest(names, title), profile=profile)


def won(names: str, *positions: int) -> Count:
    about = contest(names)
    cast = Batch(contest=about, profile=Rankings({})).cast
    return Count(rule=Irv(), contest=about, cast=cast, winners=about.ids(positions), stages=())


# --- the draw -----------------------------------------------------------------------------------


def test_the_luckiest_is_chosen_first_and_excluded_last() -> None:
    draw = Draw(order=(2, 0, 1, 3))
    assert draw.pick([0, 1], TieFor.SEAT) == 0
    assert draw.pick([0, 1, 3], TieFor.EXCLUSION) == 3
    assert draw.arrange([0, 1, 2], TieFor.FUNDING) == (2, 0, 1)
    assert [taken.tied for taken in draw.taken] == [(0, 1), (0, 1, 3), (0, 1, 2), (0, 1)]


def test_one_alone_is_no_tie() -> None:
    draw = Draw(order=(0, 1))
    assert draw.pick([1], TieFor.SEAT) == 1
    assert draw.taken == []


def test_the_rules_own_step_comes_before_the_lot() -> None:
    draw = Draw(order=(0, 1, 2))
    only = (TieBy.EARLIER_STAGE, lambda tied: [max(tied)])
    assert draw.pick([0, 1, 2], TieFor.SEAT, own=only, stage=3) == 2
    assert (draw.taken[0].by, draw.taken[0].stage) == (TieBy.EARLIER_STAGE, 3)
    some = (TieBy.EARLIER_STAGE, lambda tied: [each for each in tied if each])
    assert draw.pick([0, 1, 2], TieFor.SEAT, own=some) == 1
    assert draw.taken[1].by is TieBy.LOT


def test_a_pick_can_be_tried_otherwise() -> None:
    draw = Draw(order=(0, 1, 2), forced={1: 2})
    assert [draw.pick([0, 1, 2], TieFor.SEAT) for _ in range(3)] == [0, 2, 0]


# --- whether they mattered ----------------------------------------------------------------------


def seat(*tied: int) -> Callable[[Draw], Count]:
    return lambda draw: won("abcd", draw.pick(tied, TieFor.SEAT))


def test_without_dice_a_tie_for_the_seat_stops_the_count() -> None:
    with pytest.raises(CountingRefused) as caught:
        settle(seat(1, 3), 4, digest="d1")
    assert caught.value.code is CountingProblem.LOT
    assert caught.value.facts == {"what": "seat", "options": "b, d", "digest": "d1"}


def test_with_dice_it_is_told_who_would_have_won_otherwise() -> None:
    count = settle(seat(1, 3), 4, Order(options=(3, 2, 1, 0)))
    (tie,) = count.ties
    assert count.winners == ("d",)
    assert (tie.options, tie.picked, tie.by) == (("b", "d"), "d", TieBy.LOT)
    assert tie.otherwise == {"b": ("b",)}
    assert tie.mattered


def test_the_order_of_a_file_is_no_lot() -> None:
    count = settle(seat(1, 3), 4, Order(options=(0, 1, 2, 3), chance=TieBy.FILE_ORDER))
    assert count.winners == ("b",)
    assert count.ties[0].by is TieBy.FILE_ORDER


def test_a_tie_that_changes_nobody_needs_no_dice() -> None:
    def run(draw: Draw) -> Count:
        draw.pick([1, 2], TieFor.EXCLUSION)
        return won("abcd", 0)

    count = settle(run, 4)
    assert count.winners == ("a",)
    assert not count.ties[0].mattered
    assert not settle(run, 4, Order(options=(0, 1, 2, 3))).ties[0].mattered


def test_winners_in_another_order_are_the_same_winners() -> None:
    def run(draw: Draw) -> Count:
        return won("abcd", *draw.arrange([0, 1], TieFor.FUNDING))

    assert settle(run, 4).winners == ("a", "b")


def test_a_tie_behind_a_tie_is_found() -> None:
    """Either first pick alone has the same winner; a second one behind it decides."""

    def run(draw: Draw) -> Count:
        first = draw.pick([2, 3], TieFor.EXCLUSION)
        return won("abcd", draw.pick([0, 1], TieFor.SEAT) if first == 2 else 0)

    with pytest.raises(CountingRefused) as caught:
        settle(run, 4)
    assert caught.value.facts["options"] == "a, b"


def test_the_rules_own_step_needs_no_dice_and_is_told() -> None:
    def run(draw: Draw) -> Count:
        own = (TieBy.EARLIER_STAGE, lambda tied: tied[-1:])
        return won("abcd", draw.pick([0, 1], TieFor.SEAT, own=own))

    count = settle(run, 4)
    assert count.winners == ("b",)
    assert count.ties[0].otherwise == {"a": ("a",)}


def test_more_ties_than_can_be_tried_are_left_to_dice() -> None:
    def run(draw: Draw) -> Count:
        for _ in range(9):
            draw.pick([0, 1, 2], TieFor.DUEL)
        return won("abcd", 3)

    with pytest.raises(CountingRefused):
        settle(run, 4, most=50)
    assert settle(run, 4, Order(options=(0, 1, 2, 3)), most=5).winners == ("d",)


@given(st.permutations(range(4)), st.lists(st.sampled_from([(0, 1), (1, 2, 3), (0, 3)])))
def test_a_count_that_stands_without_dice_has_the_same_winners_with_any(
    order: Sequence[int], ties: list[tuple[int, ...]]
) -> None:
    def run(draw: Draw) -> Count:
        picks = {draw.pick(tied, TieFor.EXCLUSION) for tied in ties}
        return won("abcd", 0 if len(picks) < 3 else 1)

    try:
        settled = settle(run, 4, most=5000)
    except CountingRefused:
        return
    with_dice = settle(run, 4, Order(options=tuple(order)))
    assert set(with_dice.winners) == set(settled.winners)


# --- dice ---------------------------------------------------------------------------------------


def test_anyone_can_compute_the_order_with_a_shell() -> None:
    about = contest("abc", title="Banc o font?")
    hashes = {}
    for place, name in enumerate("abc"):
        text = f"v1|Banc o font?|{'5e' * 32}|314159|{name}"
        said = subprocess.run(["sha256sum"], input=text.encode(), capture_output=True, check=True)
        hashes[said.stdout[:64]] = place
    expected = tuple(hashes[each] for each in sorted(hashes))
    assert dice_order(about, "5e" * 32, "31 41\n59").options == expected


def test_other_dice_other_ballots_or_another_contest_give_another_order() -> None:
    about = contest("abcdefghij", title="x")
    orders = {
        dice_order(about, "aa", "1").options,
        dice_order(about, "aa", "2").options,
        dice_order(about, "ab", "1").options,
        dice_order(contest("abcdefghij", title="y"), "aa", "1").options,
    }
    assert len(orders) == 4


def test_the_digest_is_that_of_a_text_that_can_be_written_by_hand() -> None:
    ranked = batch(Rankings({((0,), (1, 2)): 12, ((3,),): 2, (): 1}))
    text = "urna-ballots/v1\nrankings\na\nb\nc\nd\n\n1 \n12 1>2=3\n2 4\n"
    assert digest(ranked) == sha256(text.encode()).hexdigest()
    marked = batch(Approvals({(0, 2): 3, (1,): 4}))
    text = "urna-ballots/v1\napprovals\na\nb\nc\nd\n\n3 1 3\n4 2\n"
    assert digest(marked) == sha256(text.encode()).hexdigest()
    scored = batch(Scores({((0, 5), (2, -1)): 7}))
    text = "urna-ballots/v1\nscores\na\nb\nc\nd\n\n7 1:5 3:-1\n"
    assert digest(scored) == sha256(text.encode()).hexdigest()


RANKINGS = st.dictionaries(
    st.permutations(range(4)).map(lambda each: tuple((option,) for option in each)),
    st.integers(1, 9),
    max_size=5,
)


@given(RANKINGS)
def test_the_order_of_ballots_does_not_change_the_digest(counts: dict[Ranking, int]) -> None:
    turned = dict(reversed(counts.items()))
    assert digest(batch(Rankings(counts))) == digest(batch(Rankings(turned)))


# --- batches ------------------------------------------------------------------------------------


@given(st.lists(RANKINGS, min_size=1, max_size=4))
def test_batches_together_hold_what_each_holds(
    parts: list[dict[Ranking, int]],
) -> None:
    batches = [
        Batch(contest=contest(), profile=Rankings(part), spoilt={Spoilt.REPEATED: number})
        for number, part in enumerate(parts)
    ]
    union = merged(batches)
    for ballot in {key for part in parts for key in part}:
        assert union.profile.counts[ballot] == sum(part.get(ballot, 0) for part in parts)  # type: ignore[index]
    assert union.cast.ballots == sum(each.cast.ballots for each in batches)
    assert union.cast.spoilt == {Spoilt.REPEATED: sum(range(len(parts)))}
    assert merged(reversed(batches)) == union


def test_batches_of_different_contests_or_kinds_are_not_one() -> None:
    one = batch(Rankings({}))
    for other in (batch(Rankings({}), "abc"), batch(Approvals({}))):
        with pytest.raises(CountingRefused) as caught:
            merged([one, other])
        assert caught.value.code is CountingProblem.CONTEST


def test_a_contest_makes_sense_or_is_refused() -> None:
    for options, seats, budget in (
        ((), 1, 0),
        ((Option(id="a"),), 0, 0),
        ((Option(id="a"),), 1, -1),
    ):
        with pytest.raises(CountingRefused):
            Contest(options=options, seats=seats, budget=budget)
    with pytest.raises(CountingRefused):
        contest("aa")
    for id_, cost in (("", 0), ("a", -1)):
        with pytest.raises(CountingRefused):
            Option(id=id_, cost=cost)
    about = Contest(options=(Option(id="7", name="Ana"), Option(id="8", withdrawn=True)))
    assert about.standing == (0,)
    assert [option.title for option in about.options] == ["Ana", "8"]
    assert about.place("8") == 1
    with pytest.raises(CountingRefused) as caught:
        about.place("9")
    assert caught.value.facts == {"option": "9"}
