# SPDX-License-Identifier: AGPL-3.0-or-later
"""What polls came to, as a table for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ballots.assembly import Kind
from kiosk.i18n import Voice
from kiosk.tallying import Counted


def result_table(counted: Iterable[Counted], said: Voice) -> str:
    """Question by question: verdict, each option with its votes, then blank ballots."""
    return "\n".join(line for each in counted for line in _poll(each, said))


def _poll(counted: Counted, said: Voice) -> Iterator[str]:
    for question, outcome in zip(counted.state.poll.questions, counted.outcomes, strict=True):
        yield question.text.in_language(said.language)
        yield f"  → {said.say(f'verdict.{outcome.verdict}')}"
        for option, standing in zip(question.options, outcome.standings, strict=True):
            mark = "●" if option.id in outcome.chosen else " "
            yield f"  {mark} {standing.votes:4}  {option.text.in_language(said.language)}"
        blank = "minutes.abstentions" if question.kind is Kind.YES_NO else "minutes.blank"
        yield f"    {outcome.blank:4}  {said.say(blank)}"
        yield ""
