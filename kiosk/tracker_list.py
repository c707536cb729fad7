# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list that receipts speak of: what was counted, and what was opened to check a booth.

Its form is in `ballots/RECEIPTS.md`; `kiosk.published_list` reads it back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ballots.assembly import Question
from ballots.receipts.listing import root_of
from kiosk.i18n import Say, voice
from kiosk.published_list import root_line
from kiosk.tallying import Counted


def tracker_list(counted: Sequence[Counted], language: str) -> str:
    """Per poll the tracker of every counted ballot, then every challenged one with its marks.

    Sorted by tracker, so that the order says nothing.
    """
    say = voice(language).say
    return "\n".join(line for each in counted for line in _poll(each, language, say))


def _poll(counted: Counted, language: str, say: Say) -> Iterator[str]:
    poll = counted.state.poll
    trackers = [ballot.tracker for ballot in counted.merged.counted]
    yield from (_line(poll.title.in_language(language)), say("trackers.root"))
    yield root_line(counted.state.uuid, len(trackers), root_of(trackers).hex())
    yield from ("", say("trackers.counted"))
    yield from (f"  {tracker}" for tracker in trackers)
    if counted.challenged:
        yield from ("", say("trackers.challenged"))
    for tracker, marks in sorted(counted.challenged.items()):
        yield f"  {tracker}"
        if marks is None:
            yield f"    {say('trackers.unopened')}"
        else:
            for question, positions in zip(poll.questions, marks, strict=True):
                yield f"    {_line(_answer(question, positions, language))}"
    yield ""


def _line(text: str) -> str:
    """A text of the organisers in one line: it cannot pass for another part of the list."""
    return " ".join(text.split())


def _answer(question: Question, positions: Sequence[int], language: str) -> str:
    texts = {option.id: option.text.in_language(language) for option in question.options}
    marked = ", ".join(texts[option] for option in question.marked(positions))
    return f"{question.text.in_language(language)} {marked or '–'}"
