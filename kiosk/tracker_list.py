# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list that receipts speak of: what was counted, and what was opened to check a booth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ballots.assembly import Question
from kiosk.i18n import Say, voice
from kiosk.tallying import Counted


def tracker_list(counted: Sequence[Counted], language: str) -> str:
    """Per poll the tracker of every counted ballot, then every challenged one with its marks.

    Sorted by tracker, so that the order says nothing.
    """
    say = voice(language).say
    return "\n".join(line for each in counted for line in _poll(each, language, say))


def _poll(counted: Counted, language: str, say: Say) -> Iterator[str]:
    poll = counted.state.poll
    yield from (poll.title.in_language(language), "", say("trackers.counted"))
    yield from (f"  {ballot.tracker}" for ballot in counted.merged.counted)
    if counted.challenged:
        yield from ("", say("trackers.challenged"))
    for tracker, marks in sorted(counted.challenged.items()):
        yield f"  {tracker}"
        if marks is None:
            yield f"    {say('trackers.unopened')}"
        else:
            for question, positions in zip(poll.questions, marks, strict=True):
                yield f"    {_answer(question, positions, language)}"
    yield ""


def _answer(question: Question, positions: Sequence[int], language: str) -> str:
    texts = {option.id: option.text.in_language(language) for option in question.options}
    marked = ", ".join(texts[option] for option in question.marked(positions))
    return f"{question.text.in_language(language)} {marked or '–'}"
