# SPDX-License-Identifier: AGPL-3.0-or-later
"""From marks and a seed to the sealed answers of a ballot: the same each time (ELECTION.md §7)."""

from __future__ import annotations

from collections.abc import Sequence

from ballots.election.questions.question import OpenAnswer
from ballots.election.sealed.forms import UnsignedForm, ballot_text
from ballots.election.sealed.paper import Paper
from ballots.election.sealed.seed import SeedStream
from ballots.randomness import uniform


def seal(
    paper: Paper, credential: str, marks: Sequence[Sequence[int]], seed: bytes
) -> UnsignedForm:
    """The ballot of these marks for a public credential, without its signature.

    All randomness comes from the seed, in this order: the number of each pair, question by
    question; then the numbers of each proof, question by question. Refuses marks that are no
    valid vote.
    """
    paper.require_marks(marks)
    stream = SeedStream(seed)
    opened = [
        OpenAnswer(
            tuple(answer), tuple(uniform(stream, paper.group.q) for _ in range(question.sealed))
        )
        for question, answer in zip(paper.questions, marks, strict=True)
    ]
    text = ballot_text(paper.fingerprint, credential)
    answers = tuple(
        question.seal(paper.key, text, answer, stream)
        for question, answer in zip(paper.questions, opened, strict=True)
    )
    return UnsignedForm(paper.uuid, paper.fingerprint, credential, answers)
