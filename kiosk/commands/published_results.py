# SPDX-License-Identifier: AGPL-3.0-or-later
"""What verified archives say, for the terminal and as data: every number that was opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ballots.election.election import (
    HomomorphicQuestion,
    ListsQuestion,
    NonHomomorphicQuestion,
    Question,
)
from ballots.election.published import Published
from kiosk.i18n import Voice

MOST_LINES = 12  # of different votes to one question; the others are counted


def published_table(archives: Iterable[Published], said: Voice) -> str:
    """Election by election, question by question: each answer with its votes."""
    return "\n".join(line for each in archives for line in _election(each, said))


def _election(published: Published, said: Voice) -> Iterator[str]:
    yield ""
    yield said.say(
        "verify.result", name=published.name, election=published.uuid, n=published.voters
    )
    each = zip(published.questions, published.counts, published.votes, strict=True)
    for question, counts, votes in each:
        yield f"  {question.question}"
        if question.additive:
            for label, count in _lines(question, counts, published.weight, said):
                yield f"    {count:6}  {label}"
        else:
            yield from _votes(question, votes, said)


def _lines(
    question: Question, counts: Sequence[int], weight: int, said: Voice
) -> Iterator[tuple[str, int]]:
    """Blank votes where they are known, and the slots of an additive question in their order."""
    if isinstance(question, HomomorphicQuestion):
        blanks = question.blanks(counts, weight)
        if blanks is not None:
            yield said.say("minutes.blank"), blanks
        yield from zip(question.answers, counts[question.blank :], strict=True)
    elif isinstance(question, ListsQuestion):
        yield from zip(_places(question), counts, strict=True)


def _places(question: ListsQuestion) -> Iterator[str]:
    """Each list, then its candidates."""
    for name, *candidates in question.lists:
        yield name
        yield from (f"  {candidate}" for candidate in candidates)


def _votes(question: Question, votes: Sequence[tuple[int, ...]], said: Voice) -> Iterator[str]:
    """The different votes, most frequent first, with the numbers in the order of the answers."""
    answers = question.answers if isinstance(question, NonHomomorphicQuestion) else ()
    yield f"            {' · '.join(answers)}"
    counted = sorted(Counter(votes).items(), key=lambda vote: (-vote[1], vote[0]))
    for numbers, count in counted[:MOST_LINES]:
        yield f"    {count:6}  {' · '.join(map(str, numbers))}"
    if len(counted) > MOST_LINES:
        yield f"            {said.say('verify.more-votes', n=len(counted) - MOST_LINES)}"


def published_facts(published: Published) -> dict[str, object]:
    """The same as data. Slots stand in the order of the format, a blank one first.

    `blank` is how many blank votes there are, where slots or sums tell it.
    """
    each = zip(published.questions, published.counts, published.votes, strict=True)
    return {
        "election": published.uuid,
        "name": published.name,
        "group": published.group,
        "fingerprint": published.fingerprint,
        "voters": published.voters,
        "weight": published.weight,
        "questions": [
            {"question": question.question, "counts": list(counts)}
            | _blank(question, counts, published.weight)
            if question.additive
            else {"question": question.question, "votes": sorted(map(list, votes))}
            for question, counts, votes in each
        ],
    }


def _blank(question: Question, counts: Sequence[int], weight: int) -> dict[str, int]:
    if not isinstance(question, HomomorphicQuestion):
        return {}
    blanks = question.blanks(counts, weight)
    return {} if blanks is None else {"blank": blanks}
