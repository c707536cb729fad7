# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sizes in millimetres and contrasts, against the numbers of VVSG 2.0 and WCAG 2.2."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.appearance import (
    BLACK,
    WHITE,
    Contrast,
    Panel,
    TextSize,
    Theme,
    against,
    colour,
    palette,
    ratio,
)
from printouts.fonts import Weight, face

PANELS = (Panel(), Panel(width=1280, height=800, dpi=149))
colours = st.tuples(*[st.integers(0, 255)] * 3)
RANGES_MM = ((3.5, 4.2), (4.8, 5.6), (6.4, 7.1), (8.5, 9.0))  # of capitals: VVSG 2.0 7.1-G


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("weight", Weight)
@pytest.mark.parametrize("size", TextSize)
def test_capitals_are_as_tall_as_the_size_says(
    panel: Panel, weight: Weight, size: TextSize
) -> None:
    _, top, _, foot = face(weight, 1000).getbbox("H", anchor="ls")
    millimetres = (foot - top) / 1000 * panel.em(size) / panel.dpi * 25.4
    least, most = RANGES_MM[size - 1]
    assert least <= millimetres <= most


def test_sizes_go_round_from_the_largest_to_the_smallest() -> None:
    sizes = [TextSize.SMALL]
    for _ in TextSize:
        sizes.append(sizes[-1].following)
    assert sizes == [*TextSize, TextSize.SMALL]
    assert all(one < other for one, other in pairwise(TextSize))
    assert TextSize.LARGE.downwards == (TextSize.LARGE, TextSize.MEDIUM, TextSize.SMALL)


def test_a_target_of_the_seven_inch_panel_is_66_pixels_with_14_between() -> None:
    assert (Panel().target, Panel().gap) == (66, 14)


@pytest.mark.parametrize(("millimetres", "pixels"), [(25.4, 131), (12.7, 66), (0.0, 0)])
def test_millimetres_become_whole_pixels_that_are_at_least_so_long(
    millimetres: float, pixels: int
) -> None:
    assert Panel().px(millimetres) == pixels


def test_contrast_is_computed_as_wcag_computes_it() -> None:
    assert ratio(BLACK, WHITE) == ratio(WHITE, BLACK) == 21
    assert ratio(colour("#767676"), WHITE) == pytest.approx(4.54, abs=0.005)
    assert ratio(colour("#0000ff"), WHITE) == pytest.approx(8.59, abs=0.005)


@given(one=colours, two=colours, three=colours)
def test_every_theme_reaches_ten_to_one(
    one: tuple[int, int, int], two: tuple[int, int, int], three: tuple[int, int, int]
) -> None:
    theme = Theme(primary=one, secondary=two, accent=three)
    shown = palette(theme, Contrast.NORMAL)
    assert all(ratio(ink, ground) >= 10 for _, ink, ground in shown.pairs())
    assert ratio(shown.line, shown.ground) >= 3  # bounds of targets: WCAG 2.2 1.4.11
    assert ratio(shown.mark, shown.ground) >= 3


def test_high_contrast_reaches_twenty_to_one() -> None:
    shown = palette(Theme(), Contrast.HIGH)
    assert all(ratio(ink, ground) >= 20 for _, ink, ground in shown.pairs())
    assert ratio(shown.line, shown.ground) >= 20
    assert [name for name, _, _ in shown.pairs()] == [
        "ink",
        "care",
        "quiet",
        "action",
        "pressed",
        "chosen",
        "mark",
    ]


def test_a_colour_that_is_strong_enough_stays_as_it_is() -> None:
    assert against(colour("#1f3a5f"), WHITE, 10) == colour("#1f3a5f")
    assert against(colour("#ffe27f"), WHITE, 10) != colour("#ffe27f")
    assert against(BLACK, BLACK, 21) == WHITE


def test_contrast_changes_to_the_other_and_back() -> None:
    assert Contrast.NORMAL.other is Contrast.HIGH
    assert Contrast.HIGH.other is Contrast.NORMAL


@pytest.mark.parametrize("text", ["", "1f3a5f", "#1f3a5", "#1f3a5g", "#1f3a5f0"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        colour(text)


def test_a_colour_is_read_as_red_green_blue() -> None:
    assert colour("#0180ff") == (1, 128, 255)
