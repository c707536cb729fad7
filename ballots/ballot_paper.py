# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a poll to the questions of its election and back: what booths seal, what counts mean.

Where one option at most is marked, a blank ballot is one on which nothing is: the sum of the
marks tells it, and no slot is sealed for it, so there is a third less to seal and to verify.
Where several may be marked no sum tells blank ballots, and a slot for them comes first.
Elections of versions before had that slot in every question; they remain good.
"""

from __future__ import annotations

from collections.abc import Sequence

from ballots.assembly import Poll, Question
from ballots.election.election import HomomorphicQuestion
from ballots.election.election import Question as Asked


def questions_of(poll: Poll, language: str) -> tuple[HomomorphicQuestion, ...]:
    """One question each, in paper order, worded in `language`; each may be left blank."""
    return tuple(_shapes(question, language)[0] for question in poll.questions)


def asks(questions: Sequence[Asked], poll: Poll, language: str) -> bool:
    """Whether an election's questions are those of the poll, of this version or before."""
    return len(questions) == len(poll.questions) and all(
        asked in _shapes(question, language)
        for asked, question in zip(questions, poll.questions, strict=True)
    )


def _shapes(question: Question, language: str) -> tuple[HomomorphicQuestion, ...]:
    """What a question is in an election: in those made now, then in those of before."""
    slots = (False, True) if question.maximum == 1 else (True,)
    return tuple(_asked(question, language, slot=slot) for slot in slots)


def _asked(question: Question, language: str, *, slot: bool) -> HomomorphicQuestion:
    return HomomorphicQuestion(
        question=question.text.in_language(language),
        answers=tuple(option.text.in_language(language) for option in question.options),
        minimum=question.minimum if slot else 0,
        maximum=question.maximum,
        blank=slot,
    )


def filled(asked: Asked, question: Question, chosen: frozenset[str]) -> tuple[int, ...]:
    """The marks of a ballot in the order of the election's slots; nothing chosen is blank.

    Raises:
        AssemblyRefused: as `Question.positions`.
    """
    positions = question.positions(chosen)
    return (int(not chosen), *positions) if asked.sealed > len(positions) else positions


def tally_of(question: Question, counts: Sequence[int], ballots: int) -> tuple[int, ...]:
    """Blank ballots, then the votes of each option, from the opened sums of so many ballots."""
    if len(counts) > len(question.options):
        return tuple(counts)
    return (ballots - sum(counts), *counts)
