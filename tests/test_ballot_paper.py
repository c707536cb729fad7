# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a poll to the questions of its election, and from a ballot's marks back to the poll."""

from __future__ import annotations

from itertools import combinations

import pytest

from ballots.assembly import Kind, Option, Poll, Question, Wording
from ballots.ballot_paper import questions_of
from ballots.documents import poll_document, read_poll
from ballots.election.election import HomomorphicQuestion

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
            minimum=1,
            maximum=1,
            blank=True,
        ),
    )
    assert [each.question for each in questions_of(PAPER, "ca")] == ["On?", "Fem la festa?"]


def test_whoever_reads_the_document_of_a_poll_comes_to_the_same_questions() -> None:
    again = read_poll(poll_document(PAPER))
    for language in ("ca", "en"):
        assert questions_of(again, language) == questions_of(PAPER, language)


@pytest.mark.parametrize("question", [WHERE, FEAST], ids=["several", "yes or no"])
def test_marks_name_the_options_that_were_chosen(question: Question) -> None:
    ids = [option.id for option in question.options]
    for size in range(question.maximum + 1):
        for chosen in combinations(ids, size):
            assert question.marked(question.positions(frozenset(chosen))) == chosen


@pytest.mark.parametrize("positions", [(0,), (0, 1), (0, 1, 0, 0)])
def test_marks_of_another_paper_name_nothing(positions: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="zip"):
        FEAST.marked(positions)
