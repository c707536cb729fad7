# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the opened sum says (ELECTION.md §10).

Counts, or the votes of a question that was shuffled, each compared with the element that the
trustees opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from ballots.election.decryption import Factors
from ballots.election.election import Question
from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.groups.elements import Element, Group
from ballots.election.groups.logarithms import logarithms
from ballots.election.numerals import decode, encode
from ballots.election.questions.question import flat_row, refused_shape
from ballots.election.sealed.paper import Paper
from ballots.election.tally import Tally, number, read_count

Votes = tuple[tuple[int, ...], ...]


class _ResultForm(msgspec.Struct, frozen=True):
    result: tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Per question: `counts` per slot, or the `votes` of each ballot; the other is empty.

    A blank slot comes first where there is one; votes are in the order of the last shuffle.
    """

    counts: tuple[tuple[int, ...], ...]
    votes: tuple[Votes, ...]

    def encode(self, paper: Paper) -> bytes:
        """As the archive holds it."""
        return encode(
            _ResultForm(
                tuple(
                    question.nested([number(count) for count in counts])
                    if question.additive
                    else votes
                    for question, counts, votes in zip(
                        paper.questions, self.counts, self.votes, strict=True
                    )
                )
            )
        )


def result_of(paper: Paper, tally: Tally, opened: Factors) -> Result:
    """What the elements that were opened say; `TALLY` where they say nothing that can be."""
    group = paper.group
    counts, votes = [], []
    for question, row in zip(paper.questions, opened, strict=True):
        additive = question.additive
        counts.append(tuple(logarithms(group, row, tally.weight)) if additive else ())
        votes.append(() if additive else _votes(group, question, row))
    return Result(counts=tuple(counts), votes=tuple(votes))


def _votes(group: Group, question: Question, row: Sequence[Element]) -> Votes:
    return tuple(group.held(element, question.values) for element in row)


def read_result(paper: Paper, tally: Tally, opened: Factors, document: bytes) -> Result:
    """What an archive states, each number compared with what the trustees opened."""
    form = decode(document, _ResultForm, "result")
    if len(form.result) != len(paper.questions):
        raise refused_shape("result")
    counts: list[tuple[int, ...]] = []
    votes: list[Votes] = []
    each = zip(paper.questions, form.result, opened, strict=True)
    for n, (question, said, row) in enumerate(each, 1):
        counts.append(
            tuple(map(read_count, question.flat(said, "result"))) if question.additive else ()
        )
        votes.append(() if question.additive else _read_votes(question, said))
        right = (
            _counted(paper.group, counts[-1], row, tally.weight)
            if question.additive
            else votes[-1] == _votes(paper.group, question, row)
        )
        if not right:
            raise ElectionRefused(ElectionProblem.RESULT, question=n, place=f"question:{n}")
    return Result(counts=tuple(counts), votes=tuple(votes))


def _counted(group: Group, counts: Sequence[int], row: Sequence[Element], most: int) -> bool:
    return len(counts) == len(row) and all(
        0 <= count <= most and group.generate(count) == element
        for count, element in zip(counts, row, strict=True)
    )


def _read_votes(question: Question, said: object) -> Votes:
    rows = (flat_row(row, "result", question.values) for row in flat_row(said, "result"))
    return tuple(tuple(map(read_count, row)) for row in rows)
