# SPDX-License-Identifier: AGPL-3.0-or-later
"""How large a ballot can become."""

from __future__ import annotations

from os import urandom

import pytest

from ballots.election.election import Election, HomomorphicQuestion
from ballots.election.groups.named import group_named
from ballots.election.roll import roll_document
from ballots.election.sealed.ballot import encrypt
from ballots.election.sealed.size import largest_ballot
from ballots.election.setup import Setup
from ballots.election.slip import Slip
from ballots.election.trustees.board import joint_key
from ballots.election.trustees.share import make_single
from ballots.record.shapes import MAX_BODY

UUID = "SizesUfBaHHots"


def question(answers: int, *, maximum: int = 1, blank: bool) -> HomomorphicQuestion:
    return HomomorphicQuestion(
        question="?", answers=("a",) * answers, minimum=1, maximum=maximum, blank=blank
    )


@pytest.mark.parametrize("name", ["Ed25519", "BELENIOS-2048"])
def test_a_ballot_is_no_larger_than_foretold_and_not_much_smaller(name: str) -> None:
    group = group_named(name)
    questions = (question(2, blank=True), question(4, maximum=3, blank=False))
    trustees, _ = make_single(group, urandom)
    election = Election(
        uuid=UUID,
        name="?",
        description="?",
        group=name,
        public_key=joint_key(group, trustees),
        questions=questions,
    )
    credential = Slip.draw(urandom).credential(UUID, group)
    setup = Setup.read(election.encode(), trustees, roll_document([credential.public]))
    marks = [(0, 1, 0), (1, 1, 0, 0)]
    size = len(encrypt(setup, credential, marks, urandom).body)
    foretold = largest_ballot(group, questions)
    assert 0.7 * foretold < size <= foretold


def test_the_largest_question_fits_an_entry_in_either_group() -> None:
    questions = (question(50, maximum=50, blank=True),)
    for name in ("Ed25519", "BELENIOS-2048"):
        assert largest_ballot(group_named(name), questions) <= MAX_BODY
