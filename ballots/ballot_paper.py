# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a poll to the questions of its election: what booths seal and what verifiers compare."""

from __future__ import annotations

from ballots.assembly import Poll
from ballots.election.election import HomomorphicQuestion


def questions_of(poll: Poll, language: str) -> tuple[HomomorphicQuestion, ...]:
    """One question each, in paper order, worded in `language`; each may be left blank."""
    return tuple(
        HomomorphicQuestion(
            question=question.text.in_language(language),
            answers=tuple(option.text.in_language(language) for option in question.options),
            minimum=question.minimum,
            maximum=question.maximum,
            blank=True,
        )
        for question in poll.questions
    )
