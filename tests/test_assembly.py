# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an assembly may be about: values that make no sense are refused with their place."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from ballots.assembly import (
    AssemblyProblem,
    AssemblyRefused,
    Kind,
    Majority,
    MajorityBase,
    Option,
    Question,
    Quorum,
    QuorumBase,
    Rule,
    Wording,
)
from tests.told_evenings import assembly, poll

PLAN = assembly()
PAPER = poll()
(YES_NO,) = PAPER.questions
WORDS = Wording({"ca": "Text"})


def options(*ids: str) -> tuple[Option, ...]:
    return tuple(Option(id=id_, text=WORDS) for id_ in ids)


SEVERAL = Question(
    id="on", kind=Kind.APPROVAL, text=WORDS, options=options("a", "b", "c"), minimum=2, maximum=2
)

Attempt = Callable[[], object]
REFUSED: list[tuple[str, AssemblyProblem, str, Attempt]] = [
    ("no text", AssemblyProblem.EMPTY, "wording", lambda: Wording({})),
    ("an empty text", AssemblyProblem.EMPTY, "wording", lambda: Wording({"ca": " "})),
    (
        "a quorum of nothing",
        AssemblyProblem.RANGE,
        "quorum.share",
        lambda: Quorum(share=Fraction(0), base=QuorumBase.CENSUS),
    ),
    (
        "a majority of more than all",
        AssemblyProblem.RANGE,
        "majority.share",
        lambda: Majority(share=Fraction(3, 2), base=MajorityBase.CAST),
    ),
    ("no seat", AssemblyProblem.RANGE, "rule.seats", lambda: Rule(seats=0)),
    (
        "a question without id",
        AssemblyProblem.EMPTY,
        "question.id",
        lambda: replace(YES_NO, id=""),
    ),
    (
        "an option twice",
        AssemblyProblem.DUPLICATE,
        "question.on.options",
        lambda: replace(SEVERAL, options=options("a", "b", "a")),
    ),
    (
        "one option",
        AssemblyProblem.RANGE,
        "question.on.options",
        lambda: replace(SEVERAL, options=options("a")),
    ),
    (
        "no and yes",
        AssemblyProblem.UNKNOWN,
        "question.barri-1.options",
        lambda: replace(YES_NO, options=YES_NO.options[::-1]),
    ),
    (
        "two answers to yes or no",
        AssemblyProblem.RANGE,
        "question.barri-1.max",
        lambda: replace(YES_NO, maximum=2),
    ),
    (
        "more seats than options",
        AssemblyProblem.RANGE,
        "question.on.rule.seats",
        lambda: replace(SEVERAL, rule=Rule(seats=4)),
    ),
    (
        "an unknown choice",
        AssemblyProblem.UNKNOWN,
        "question.on.choice",
        lambda: SEVERAL.positions(frozenset({"a", "z"})),
    ),
    (
        "too few choices",
        AssemblyProblem.RANGE,
        "question.on.choice",
        lambda: SEVERAL.positions(frozenset({"a"})),
    ),
    (
        "a poll without questions",
        AssemblyProblem.RANGE,
        "poll.barri.questions",
        lambda: replace(PAPER, questions=()),
    ),
    (
        "a question twice in a poll",
        AssemblyProblem.DUPLICATE,
        "poll.barri.questions",
        lambda: replace(PAPER, questions=(YES_NO, YES_NO)),
    ),
    ("no language", AssemblyProblem.EMPTY, "languages", lambda: replace(PLAN, languages=())),
    ("no agenda", AssemblyProblem.EMPTY, "agenda", lambda: replace(PLAN, agenda=())),
    (
        "a question in two polls",
        AssemblyProblem.DUPLICATE,
        "questions",
        lambda: replace(PLAN, polls=(PAPER, replace(PAPER, id="altra"))),
    ),
    (
        "an unknown item",
        AssemblyProblem.UNKNOWN,
        "question.barri-1.item",
        lambda: replace(PLAN, polls=(replace(PAPER, questions=(replace(YES_NO, item="2"),)),)),
    ),
    (
        "more needed than there are trustees",
        AssemblyProblem.RANGE,
        "trustees",
        lambda: replace(PLAN, threshold=4),
    ),
    ("fewer than nobody", AssemblyProblem.RANGE, "census", lambda: replace(PLAN, census=-1)),
    (
        "too many spare elections",
        AssemblyProblem.RANGE,
        "census",
        lambda: replace(PLAN, spare_elections=21),
    ),
]


@pytest.mark.parametrize(
    ("problem", "place", "attempt"),
    [row[1:] for row in REFUSED],
    ids=[row[0] for row in REFUSED],
)
def test_what_makes_no_sense_is_refused_with_its_place(
    problem: AssemblyProblem, place: str, attempt: Attempt
) -> None:
    with pytest.raises(AssemblyRefused) as refused:
        attempt()
    assert (refused.value.code, refused.value.facts) == (problem, {"place": place})


def test_a_question_may_belong_to_an_item_of_the_agenda() -> None:
    (item,) = PLAN.agenda
    paper = replace(PAPER, questions=(replace(YES_NO, item=item.id),))
    assert replace(PLAN, polls=(paper,)).polls == (paper,)


def test_a_wording_travels_between_processes() -> None:
    wording = Wording({"es": "Fiesta", "ca": "Festa"})
    again = pickle.loads(pickle.dumps(wording))
    assert again == wording
    assert again.in_language("en") == "Fiesta"
