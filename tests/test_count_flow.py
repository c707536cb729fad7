# SPDX-License-Identifier: AGPL-3.0-or-later
"""The geometry of the chart of transfers, and stages side by side."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from ballots.counting.count import Count, Transfer
from printouts.counting.flow import BAR, OTHERS, Flow, flow
from printouts.counting.staging import NOBODY, Mark, blocks, entry, excluded_at, finishing_order
from tests.counted_samples import council, tennessee, wide

WIDTH, HEIGHT = 400.0, 300.0
SAMPLES = {"tennessee": tennessee(), "council": council(), "wide": wide(), "short": wide(12, 11)}


def drawn(count: Count) -> Flow:
    return flow(count, WIDTH, HEIGHT)


@pytest.mark.parametrize("name", SAMPLES)
def test_bars_are_as_tall_as_their_votes_and_stay_inside(name: str) -> None:
    found = drawn(SAMPLES[name])
    scale = found.bars[0].height / found.bars[0].votes
    for bar in found.bars:
        assert bar.height == pytest.approx(bar.votes * scale)
        assert 0 <= bar.x <= WIDTH - BAR
        assert bar.top <= HEIGHT
        assert bar.top - bar.height >= -1e-6


@pytest.mark.parametrize("name", SAMPLES)
def test_bars_of_a_stage_do_not_touch(name: str) -> None:
    found = drawn(SAMPLES[name])
    for stage in {bar.stage for bar in found.bars}:
        column = [bar for bar in found.bars if bar.stage == stage]
        for upper, lower in pairwise(column):
            assert upper.top - upper.height > lower.top


@pytest.mark.parametrize("name", SAMPLES)
def test_all_votes_that_leave_a_bar_are_the_votes_it_had(name: str) -> None:
    found = drawn(SAMPLES[name])
    last = max(bar.stage for bar in found.bars)
    for bar in found.bars:
        leaving = [
            each.start[1] - each.start[2]
            for each in found.ribbons
            if each.start[0] == bar.x + BAR and bar.top >= each.start[1] > bar.top - bar.height
        ]
        assert sum(leaving) == pytest.approx(bar.height if bar.stage < last else 0)


@pytest.mark.parametrize("name", SAMPLES)
def test_all_votes_that_arrive_at_a_bar_are_the_votes_it_has(name: str) -> None:
    found = drawn(SAMPLES[name])
    for bar in found.bars:
        arriving = [
            each.end[1] - each.end[2]
            for each in found.ribbons
            if each.end[0] == bar.x and bar.top >= each.end[1] > bar.top - bar.height
        ]
        assert sum(arriving) == pytest.approx(bar.height if bar.stage > found.first else 0)


def test_small_options_are_drawn_as_one_and_winners_never() -> None:
    found = drawn(wide())
    keys = {bar.option for bar in found.bars}
    assert OTHERS in keys
    assert len(keys - {OTHERS, NOBODY}) == 10
    assert not keys.intersection(found.merged)
    assert found.first == 21
    smallest = replace(wide(), winners=("o16",))
    assert "o16" in {bar.option for bar in drawn(smallest).bars}


def test_few_options_are_all_drawn() -> None:
    assert drawn(council()).merged == ()
    assert drawn(council()).first == 0


def test_winners_come_first_then_whoever_stayed_longest() -> None:
    assert finishing_order(council()) == ("o1", "o3", "o4", "o2", "o5")
    assert finishing_order(tennessee()) == ("o4", "o1", "o2", "o3")


def test_withdrawn_options_come_last() -> None:
    contest = tennessee().contest
    options = (replace(contest.options[0], withdrawn=True), *contest.options[1:])
    gone = replace(tennessee(), contest=replace(contest, options=options))
    assert finishing_order(gone)[-1] == "o1"


def test_an_entry_holds_votes_change_and_decision() -> None:
    stages = council().stages
    first, second = entry(stages, 0, "o1"), entry(stages, 1, "o1")
    assert first is not None
    assert second is not None
    assert (first.now, first.moved, first.mark) == (40, 0, Mark.ELECTED)
    assert (second.now, second.moved, second.mark) == (34, -6, Mark.NONE)
    excluded, moved = entry(stages, 1, "o5"), entry(stages, 2, "o5")
    assert excluded is not None
    assert moved is not None
    assert (excluded.mark, moved.now, moved.moved) == (Mark.EXCLUDED, 0, -10)
    assert entry(stages, 3, "o5") is None
    nobody = entry(stages, 2, NOBODY)
    assert nobody is not None
    assert nobody.moved == 4


def test_blocks_share_the_stages_evenly_and_leave_out_who_is_gone() -> None:
    count = wide()
    parts = list(blocks(count, 12))
    assert [(part.first, part.last) for part in parts] == [(0, 10), (11, 22), (23, 34)]
    assert len(parts[0].options) == 36
    for part in parts[1:]:
        assert all(excluded_at(count.stages, each) >= part.first - 1 for each in part.options)
        assert count.winners[0] in part.options
    assert len(list(blocks(count, 0))) == 35


def test_votes_for_a_bar_that_is_not_there_are_not_drawn() -> None:
    first, *rest = tennessee().stages
    moved = (*first.moved, Transfer(source="o3", target="", votes=1))
    odd = replace(tennessee(), stages=(replace(first, moved=moved), *rest))
    assert len(drawn(odd).ribbons) == len(drawn(tennessee()).ribbons)
