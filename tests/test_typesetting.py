# SPDX-License-Identifier: AGPL-3.0-or-later
"""The text engine: shaping is there, lines keep to their measure, directions are obeyed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, features

from printouts import fonts
from printouts.errors import PaperProblem, PaperRefused
from printouts.fonts import Weight
from printouts.typesetting import (
    Align,
    Direction,
    Paragraph,
    Type,
    draw,
    height,
    lines,
    width,
    wrap,
)

BODY = Type(size=24)
SENTENCE = "La desinstitucionalització del barri és responsabilitat de tothom"


def drawn(paragraph: Paragraph, measure: int) -> Image.Image:
    picture = Image.new("L", (measure, max(1, height(paragraph, measure))), 255)
    draw(ImageDraw.Draw(picture), paragraph, (0, 0), measure)
    return picture


def ink(picture: Image.Image) -> tuple[int, int, int, int]:
    box = picture.point([255 * (value < 128) for value in range(256)]).getbbox()
    assert box is not None
    return box


def test_this_pillow_can_shape() -> None:
    fonts.require_shaping(features.version("raqm"))


def test_a_pillow_without_raqm_is_refused() -> None:
    with pytest.raises(PaperRefused) as refused:
        fonts.require_shaping(None)
    assert refused.value.code is PaperProblem.NO_SHAPING


def test_a_missing_font_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(PaperRefused) as refused:
        fonts.path(Weight.BOLD, tmp_path)
    assert refused.value.code is PaperProblem.NO_FONT
    assert refused.value.facts == {"file": "SourceSans3-Bold.ttf"}


@pytest.mark.parametrize("weight", list(Weight))
def test_every_weight_is_source_sans_3(weight: Weight) -> None:
    assert fonts.face(weight, 20).getname() == (fonts.FAMILY, str(weight))


def test_lines_break_between_words_and_keep_all_of_them() -> None:
    set_ = wrap(SENTENCE, BODY, 300)
    assert len(set_) > 1
    assert " ".join(set_) == SENTENCE
    assert all(width(line, BODY) <= 300 for line in set_)


def test_a_word_that_is_too_long_is_cut_between_letters() -> None:
    set_ = wrap("desinstitucionalització", BODY, 90)
    assert "".join(set_) == "desinstitucionalització"
    assert all(width(line, BODY) <= 90 for line in set_)


def test_a_letter_stays_with_its_accents() -> None:
    decomposed = "a\u0300" * 12
    assert all(line.endswith("\u0300") for line in wrap(decomposed, BODY, 40))


def test_a_no_break_space_holds() -> None:
    assert wrap("punt\u00a03 de\u00a0l'acta", BODY, 100) == ("punt\u00a03", "de\u00a0l'acta")


def test_empty_text_has_no_lines_and_no_height() -> None:
    assert wrap(" \n ", BODY, 100) == ()
    assert height(Paragraph(text="", type=BODY), 100) == 0


def test_balanced_lines_are_as_many_and_nearly_equal() -> None:
    greedy = Paragraph(text="Assemblea de veïns i veïnes del Poble-sec", type=BODY)
    balanced = replace(greedy, balanced=True)
    loose, even = lines(greedy, 380), lines(balanced, 380)
    assert len(loose) == len(even) == 2
    assert width(even[0], BODY) - width(even[1], BODY) < width(loose[0], BODY) - width(
        loose[1], BODY
    )


def test_ink_stays_inside_the_height_that_was_said() -> None:
    paragraph = Paragraph(text="ÀÇÑ gjpqy", type=BODY)
    tall = Image.new("L", (300, 90), 255)
    used = draw(ImageDraw.Draw(tall), paragraph, (0, 30), 300)
    box = ink(tall)
    assert used == height(paragraph, 300) == BODY.line_height
    assert box[1] >= 30
    assert box[3] <= 30 + used


def test_alignment_moves_the_line() -> None:
    left, centre, right = (
        ink(drawn(Paragraph(text="vot", type=BODY, align=align), 300)) for align in Align
    )
    assert left[0] < 5
    assert abs(centre[0] + centre[2] - 300) <= 4
    assert right[2] > 295


def test_right_to_left_starts_at_the_right_and_orders_signs_accordingly() -> None:
    rtl = replace(BODY, direction=Direction.RTL)
    picture = drawn(Paragraph(text="vot!", type=rtl), 300)
    assert ink(picture)[2] > 293
    same = drawn(Paragraph(text="!vot", type=BODY, align=Align.END), 300)
    assert picture.tobytes() == same.tobytes()


def test_features_change_letterforms() -> None:
    plain = drawn(Paragraph(text="0I", type=BODY), 60)
    clear = drawn(Paragraph(text="0I", type=replace(BODY, features=("zero", "ss01"))), 60)
    assert plain.tobytes() != clear.tobytes()


@given(st.text(max_size=40), st.integers(30, 300))
def test_no_text_overruns_or_loses_a_letter(text: str, measure: int) -> None:
    small = Type(size=12)
    set_ = wrap(text, small, measure)
    assert all(width(line, small) <= measure or len(line) <= 3 for line in set_)
    assert sorted("".join(set_).replace(" ", "")) == sorted(
        sign for sign in text if category(sign) not in {"Cc", "Zl", "Zp"} and sign != " "
    )


def test_a_balanced_heading_cuts_no_word_that_fits_the_measure() -> None:
    type_ = Type(size=30)
    heading = "A neighbourhood association"
    measure = width("A neighbourhood", type_)
    balanced = lines(Paragraph(text=heading, type=type_, balanced=True), measure)
    assert balanced == ("A neighbourhood", "association")
