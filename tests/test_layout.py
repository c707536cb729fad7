# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every screen, laid out without a window: nothing cut, nothing too small, nothing missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from ballots.assembly import Kind, Option, Poll, Question, Wording
from kiosk.appearance import Contrast, Panel, TextSize, Theme, palette
from kiosk.i18n import LANGUAGES, Voice, voice
from kiosk.screens import layout
from kiosk.screens import type as set_type
from kiosk.screens.drawing import Drawing, Look, Page, Rect, Target, Words
from kiosk.screens.feet import ALONE, SEVERAL, foot_of
from kiosk.screens.layout import compose
from kiosk.screens.paging import pack, stretch
from kiosk.screens.sheet import Prose, Screen, Sheet
from kiosk.screens.sheets import screen_of
from kiosk.views import Asking, State, Visit
from printouts import typesetting
from printouts.typesetting import Direction
from tests.booth_states import POLL, TITLE, UUID, states

SEVEN_INCH = Panel()
TEN_INCH = Panel(width=1280, height=800, dpi=149)


def look_of(state: State, panel: Panel, direction: str = "ltr") -> Look:
    return Look(
        panel=panel,
        palette=palette(Theme(), Contrast.NORMAL),
        size=state.settings.size,
        language=state.settings.language,
        direction=Direction(direction),
    )


def pages_of(screen: Screen, look: Look) -> list[Page]:
    first = compose(screen, look, 1)
    return [first, *(compose(screen, look, number) for number in range(2, first.count + 1))]


def pages(state: State, panel: Panel) -> list[Page]:
    screen = screen_of(state, voice, TITLE, speaks=True)
    return pages_of(screen, look_of(state, panel))


def in_size(state: State, language: str, size: TextSize) -> State:
    return replace(state, settings=replace(state.settings, language=language, size=size))


def drawings(page: Page) -> Iterator[tuple[Drawing, Rect | None]]:
    """Each drawing, with the target that it must stay in, if any."""
    yield from ((drawing, None) for drawing in page.drawings)
    for target in page.targets:
        yield from ((drawing, target.rect) for drawing in (*target.drawings, *target.pressed))


def inside(inner: Rect, outer: Rect) -> bool:
    return (
        inner.x >= outer.x
        and inner.y >= outer.y
        and inner.right <= outer.right
        and inner.bottom <= outer.bottom
    )


def apart(one: Rect, other: Rect, gap: int) -> bool:
    return (
        one.right + gap <= other.x
        or other.right + gap <= one.x
        or one.bottom + gap <= other.y
        or other.bottom + gap <= one.y
    )


def check(page: Page, panel: Panel) -> None:
    """Targets are large and apart; all is on the panel; text has its room and no cut word."""
    whole = Rect(0, 0, panel.width, panel.height)
    for target in page.targets:
        assert target.rect.width >= panel.target, target.name
        assert target.rect.height >= panel.target, target.name
        assert inside(target.rect, whole), target.name
    for one, other in combinations(page.targets, 2):
        assert apart(one.rect, other.rect, panel.gap), (one.name, other.name)
    for drawing, bounds in drawings(page):
        assert inside(drawing.rect, bounds or whole), drawing
        if isinstance(drawing, Words):
            measure = drawing.rect.width
            assert set_type.height(drawing.paragraph, measure) <= drawing.rect.height, drawing
            assert set_type.whole(drawing.paragraph, measure), drawing
    texts = [thing.rect for thing in page.drawings if isinstance(thing, Words)]
    for text, another in combinations(texts, 2):
        assert apart(text, another, 0)
    assert all(apart(text, target.rect, 0) for text in texts for target in page.targets)


@pytest.mark.parametrize("size", TextSize)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_cut_and_every_target_is_large_enough(language: str, size: TextSize) -> None:
    for state in states().values():
        for page in pages(in_size(state, language, size), SEVEN_INCH):
            check(page, SEVEN_INCH)


def test_a_larger_panel_has_room_too() -> None:
    for state in states().values():
        for page in pages(in_size(state, "es", TextSize.HUGE), TEN_INCH):
            check(page, TEN_INCH)


@pytest.mark.parametrize("size", [TextSize.SMALL, TextSize.HUGE])
@pytest.mark.parametrize("name", states())
def test_everything_that_can_be_pressed_is_on_some_page(name: str, size: TextSize) -> None:
    state = in_size(states()[name], "ca", size)
    screen = screen_of(state, voice, speaks=True)
    shown = pages(state, SEVEN_INCH)
    found = [target.name for page in shown for target in page.targets]
    wanted = {target.name for target in screen.pressable()}
    assert wanted <= set(found)
    cards = [name for name in found if name.startswith(("option:", "blank", "question:"))]
    assert len(cards) == len(set(cards))
    for page in shown:
        names = [target.name for target in page.targets]
        assert len(names) == len(set(names))
        assert ("more" in names) == (page.number < page.count)
        assert ("previous" in names) == (page.number > 1)
    assert {target.name: target.event for page in shown for target in page.targets}.items() >= {
        (target.name, target.event) for target in screen.pressable()
    }


@pytest.mark.parametrize(("shortened", "size"), [(True, TextSize.HUGE), (False, TextSize.LARGE)])
def test_twelve_options_can_be_paged_through_in_the_largest_size(
    shortened: bool, size: TextSize
) -> None:
    """Where one text is longer than a page, all step down one size: none is preferred."""
    question = POLL.questions[2]
    if shortened:
        cut = tuple(
            replace(option, text=Wording({"ca": option.text.in_language("ca")[:40]}))
            for option in question.options
        )
        question = replace(question, options=cut)
    visit = Visit(uuid=UUID, poll=replace(POLL, questions=(question,)))
    state = replace(states()["single"], view=Asking(visit=visit, index=0))
    shown = pages(in_size(state, "ca", TextSize.HUGE), SEVEN_INCH)
    options = [
        target for page in shown for target in page.targets if target.name.startswith("option:")
    ]
    assert [target.name for target in options] == [f"option:p{n}" for n in range(1, 13)]
    ems = {
        drawing.paragraph.type.size
        for target in options
        for drawing in target.drawings
        if isinstance(drawing, Words)
    }
    assert ems == {SEVEN_INCH.em(size)}


def test_four_answers_stand_on_one_page_of_the_seven_inch_panel() -> None:
    assert len(pages(states()["single"], SEVEN_INCH)) == 1
    assert len(pages(states()["yes-no"], SEVEN_INCH)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_doors_and_the_code_of_a_sealed_vote_stand_on_one_page(language: str) -> None:
    assert len(pages(in_size(states()["sealed"], language, TextSize.SMALL), SEVEN_INCH)) == 1


def test_answers_that_fit_on_one_page_are_not_spread_over_two() -> None:
    head, answers = pages(in_size(states()["yes-no"], "en", TextSize.MEDIUM), SEVEN_INCH)
    assert not [target for target in head.targets if target.name.startswith("option:")]
    names = [target.name for target in answers.targets]
    assert names[:3] == ["option:yes", "option:no", "blank"]


def test_the_order_of_reading_is_answers_then_onwards_then_back_then_settings() -> None:
    (page,) = pages(states()["yes-no"], SEVEN_INCH)
    assert [target.name for target in page.targets] == [
        "option:yes",
        "option:no",
        "blank",
        "next",
        "back",
        "languages",
        "size",
        "contrast",
        "listen",
    ]


def test_what_is_chosen_differs_by_mark_border_and_weight() -> None:
    (page,) = pages(states()["yes-no-chosen"], SEVEN_INCH)
    yes, no = (_cues(target) for target in page.targets[:2])
    assert all(one != other for one, other in zip(yes, no, strict=True))


def _cues(target: Target) -> tuple[object, object, object]:
    bounds, mark, *rest = target.drawings
    weights = {thing.paragraph.type.weight for thing in rest if isinstance(thing, Words)}
    assert not isinstance(bounds, Words)
    return len(rest), (getattr(bounds, "thickness", None), getattr(mark, "fill", None)), weights


def test_arabic_sentences_find_room_in_a_mirrored_layout() -> None:
    """The letters need a font that the house does not have yet; their places do not."""
    english = voice("en")
    sample = "صوتك في الصندوق الآن، شكراً لك " * 8
    sentences = {
        code: (sample[: len(said[0])].strip(),) for code, said in english.sentences.items()
    }
    arabic = Voice("ar", "rtl", sentences, english.plural)
    for state in states().values():
        for page in pages_of(
            screen_of(state, lambda _: arabic, speaks=True), look_of(state, SEVEN_INCH, "rtl")
        ):
            check(page, SEVEN_INCH)


@pytest.mark.parametrize("name", ["approval-full", "yes-no", "sealed", "typing", "cast"])
def test_a_language_read_from_the_right_mirrors_everything(name: str) -> None:
    english = voice("en")
    said = Voice("ar", "ltr", english.sentences, english.plural)
    mirrored = replace(said, direction="rtl")
    state = replace(states()[name], languages=("ar",))
    state = replace(state, settings=replace(state.settings, language="ar"))
    left = pages_of(screen_of(state, lambda _: said), look_of(state, SEVEN_INCH))
    right = pages_of(screen_of(state, lambda _: mirrored), look_of(state, SEVEN_INCH, "rtl"))
    for one, other in zip(left, right, strict=True):
        check(other, SEVEN_INCH)
        assert [target.name for target in one.targets] == [t.name for t in other.targets]
        for target, opposite in zip(one.targets, other.targets, strict=True):
            assert opposite.rect == target.rect.mirrored(SEVEN_INCH.width)


words = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzç·"), min_size=1, max_size=16)
texts = st.lists(words, min_size=1, max_size=14).map(lambda said: Wording({"ca": " ".join(said)}))


@given(
    question=texts,
    options=st.lists(texts, min_size=2, max_size=20),
    size=st.sampled_from(TextSize),
    maximum=st.integers(1, 2),
)
def test_any_question_finds_room(
    question: Wording, options: list[Wording], size: TextSize, maximum: int
) -> None:
    asked = Question(
        id="q",
        kind=Kind.APPROVAL,
        text=question,
        options=tuple(Option(id=f"o{n}", text=text) for n, text in enumerate(options)),
        maximum=maximum,
    )
    visit = Visit(uuid=UUID, poll=Poll(id="p", title=question, questions=(asked,)))
    state = in_size(replace(states()["single"], view=Asking(visit=visit, index=0)), "ca", size)
    for page in pages(state, SEVEN_INCH):
        check(page, SEVEN_INCH)


@given(heights=st.lists(st.integers(1, 400), max_size=30), room=st.integers(50, 400))
def test_pages_keep_the_order_and_hold_what_has_room(heights: list[int], room: int) -> None:
    runs = pack(heights, 14, room)
    assert [index for run in runs for index in run] == list(range(len(heights)))
    for run in runs:
        used = sum(heights[index] for index in run) + 14 * (len(run) - 1)
        assert used <= room or len(run) == 1


def test_pages_are_as_few_as_can_be_and_about_equally_full() -> None:
    assert pack([100] * 5, 10, 430) == ((0, 1), (2, 3, 4))
    assert pack([100] * 4, 10, 430) == ((0, 1, 2, 3),)
    assert pack([], 10, 430) == ()


def test_spare_room_goes_to_what_may_grow_by_half_at_most() -> None:
    assert stretch((50, 100, 100), (False, True, True), 60) == (50, 130, 130)
    assert stretch((50, 100, 100), (False, True, True), 600) == (50, 150, 150)
    assert stretch((50, 100), (False, False), 60) == (50, 100)
    assert stretch((50, 100), (True, True), -5) == (50, 100)


def test_no_ink_lies_outside_the_room_of_its_paragraph() -> None:
    """Accents, descenders and the first and last letters of lines, drawn with a margin."""
    margin = 12
    words_ = {
        (drawing.paragraph, drawing.rect.width)
        for name, state in states().items()
        for page in pages(in_size(state, "ca", TextSize.MEDIUM), SEVEN_INCH)
        for drawing, _ in drawings(page)
        if isinstance(drawing, Words) and name != "typed"
    }
    for paragraph, measure in words_:
        tall = set_type.height(paragraph, measure)
        wide = Image.new("L", (measure + 2 * margin, tall + 2 * margin), 255)
        typesetting.draw(ImageDraw.Draw(wide), paragraph, (margin, margin), measure)
        box = ImageChops.invert(wide).getbbox()
        assert box is not None
        assert inside(
            Rect(box[0], box[1], box[2] - box[0], box[3] - box[1]),
            Rect(margin - 1, margin, measure + 2, tall),
        ), paragraph.text


def test_balanced_lines_never_cut_a_long_word() -> None:
    look = look_of(in_size(states()["yes-no"], "en", TextSize.HUGE), SEVEN_INCH)
    heading = look.paragraph(
        "Which projects should the neighbourhood carry out?", TextSize.HUGE, balanced=True
    )
    measure = typesetting.width("neighbourhood carry", heading.type)
    assert "neighbourhood" in " ".join(set_type.lines(heading, measure))


def test_a_foot_fits_its_page_where_its_height_decides_how_many_there_are() -> None:
    """A way back with a long label stands on two lines, "previous" on one."""
    between = 0
    state = states()["cast"]
    shown = screen_of(state, voice)
    back = replace(shown.previous, name="back", label="Torna a la primera de les preguntes")
    done = replace(shown.more, name="done", label="Imprimeix-lo")
    for size in TextSize:
        look = replace(look_of(state, TEN_INCH), size=size)
        for words in range(1, 60):
            text = Prose(text="paraula " * words)
            blocks = (text, text)
            sheet = Sheet(name="long", heading="Prova", blocks=blocks, back=back, actions=(done,))
            screen = replace(shown, sheet=sheet)
            for page in pages_of(screen, look):
                check(page, TEN_INCH)
            between += _is_between(screen, look)
    assert between


def _is_between(screen: Screen, look: Look) -> bool:
    column = layout._column(screen, look)
    alone = layout._plan(screen.sheet, look, foot_of(screen, look, column, ALONE))
    several = layout._plan(screen.sheet, look, foot_of(screen, look, column, SEVERAL))
    return len(alone.pages) > 1 and len(several.pages) == 1
