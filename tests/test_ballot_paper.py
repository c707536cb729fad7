# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a poll to the questions of its election, and from a ballot's marks back to the poll."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import pytest

from ballots.assembly import Kind, Option, Poll, Question, Wording
from ballots.ballot_paper import asks, filled, questions_of, tally_of
from ballots.documents import poll_document, read_poll
from ballots.election.election import HomomorphicQuestion

Change = Callable[[HomomorphicQuestion, HomomorphicQuestion], tuple[HomomorphicQuestion, ...]]

WHERE = Question(
    id="on",
    kind=Kind.APPROVAL,
    text=Wording({"ca": "On?", "en": "Where?"}),
    options=(
        Option(id="placa", text=Wording({"ca": "Plaça", "en": "Square"})),
        Option(id="parc", text=Wording({"ca": "Parc", "en": "Park"})),
        Option(id="casal", text=Wording({"ca": "Casal"})),
    ),
    maximum=2,
)
FEAST = Question(
    id="festa",
    kind=Kind.YES_NO,
    text=Wording({"ca": "Fem la festa?", "en": "Do we hold the feast?"}),
    options=(
        Option(id="yes", text=Wording({"ca": "Sí", "en": "Yes"})),
        Option(id="no", text=Wording({"ca": "No", "en": "No"})),
    ),
)
PAPER = Poll(id="paper", title=Wording({"ca": "Festa"}), questions=(WHERE, FEAST))


def test_each_question_is_asked_in_paper_order_in_one_language() -> None:
    assert questions_of(PAPER, "en") == (
        HomomorphicQuestion(
            question="Where?",
            answers=("Square", "Park", "Casal"),
            minimum=1,
            maximum=2,
            blank=True,
        ),
        HomomorphicQuestion(
            question="Do we hold the feast?",
            answers=("Yes", "No"),
            minimum=0,
            maximum=1,
        ),
    )
    assert [each.question for each in questions_of(PAPER, "ca")] == ["On?", "Fem la festa?"]


def test_whoever_reads_the_document_of_a_poll_comes_to_the_same_questions() -> None:
    again = read_poll(poll_document(PAPER))
    for language in ("ca", "en"):
        assert questions_of(again, language) == questions_of(PAPER, language)


def with_a_slot(asked: HomomorphicQuestion) -> HomomorphicQuestion:
    """As elections of versions before asked it."""
    return replace(asked, minimum=1, blank=True)


@pytest.mark.parametrize("question", [WHERE, FEAST], ids=["several", "yes or no"])
def test_marks_name_the_options_that_were_chosen_with_a_blank_slot_or_without(
    question: Question,
) -> None:
    (asked,) = questions_of(replace(PAPER, questions=(question,)), "ca")
    ids = [option.id for option in question.options]
    for asked_ in (asked, with_a_slot(asked)):
        for size in range(question.maximum + 1):
            for chosen in combinations(ids, size):
                marks = filled(asked_, question, frozenset(chosen))
                assert asked_.accepts(marks)
                assert question.marked(marks) == chosen


def test_no_slot_is_sealed_for_a_blank_vote_that_the_sum_tells() -> None:
    assert [asked.sealed for asked in questions_of(PAPER, "ca")] == [4, 2]


def test_an_election_of_versions_before_asks_the_same() -> None:
    where, feast = questions_of(PAPER, "ca")
    assert asks((where, feast), PAPER, "ca")
    assert asks((where, with_a_slot(feast)), PAPER, "ca")


@pytest.mark.parametrize(
    "change",
    [
        lambda where, _: (where,),
        lambda where, feast: (feast, where),
        lambda where, feast: (replace(where, minimum=0, blank=False), feast),
        lambda where, feast: (where, replace(feast, minimum=1)),
        lambda where, feast: (where, replace(feast, minimum=0, blank=True)),
        lambda where, feast: (where, replace(feast, maximum=2)),
        lambda where, feast: (where, replace(feast, answers=("No", "Sí"))),
    ],
    ids=["one less", "order", "blank unknown", "must", "both", "two marks", "answers"],
)
def test_an_election_that_asks_anything_else_is_none_of_the_poll(change: Change) -> None:
    assert not asks(change(*questions_of(PAPER, "ca")), PAPER, "ca")


def test_blank_ballots_are_those_that_the_sums_leave_over() -> None:
    assert tally_of(FEAST, (3, 2), 7) == (2, 3, 2)
    assert tally_of(FEAST, (2, 3, 2), 7) == (2, 3, 2)
    assert tally_of(FEAST, (5, 3), 7) == (-1, 5, 3)  # which no count takes


@pytest.mark.parametrize("positions", [(0,), (), (0, 1, 0, 0)])
def test_marks_of_another_paper_name_nothing(positions: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="zip"):
        FEAST.marked(positions)


def test_the_sums_tell_blank_ballots_by_their_slot_or_where_one_mark_at_most_is_made() -> None:
    where, feast = questions_of(PAPER, "ca")
    assert where.blanks((1, 4, 2, 0), 6) == 1
    assert feast.blanks((3, 2), 7) == 2
    assert with_a_slot(feast).blanks((2, 3, 2), 7) == 2
    assert replace(where, blank=False).blanks((4, 2, 0), 6) is None
    assert replace(feast, minimum=1).blanks((3, 4), 7) is None
