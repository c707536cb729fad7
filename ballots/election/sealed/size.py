# SPDX-License-Identifier: AGPL-3.0-or-later
"""How large a ballot can become, known before anyone votes: a record limits its entries.

The form of ELECTION.md §6 with every text at its widest.
"""

from __future__ import annotations

from collections.abc import Sequence

from ballots.election.election import Question
from ballots.election.groups.elements import Group
from ballots.election.numerals import encode, short_hash
from ballots.election.proofs import Proof
from ballots.election.sealed.forms import BallotForm, SignatureForm

LONGEST_UUID = 40


def largest_ballot(group: Group, questions: Sequence[Question]) -> int:
    """Bytes that no ballot of these questions exceeds: the form, with every text at its widest.

    An element takes at most as many characters as its bytes have decimal digits.
    """
    element = "9" * len(str(1 << 8 * len(group.identity)))
    proof = Proof(str(group.q), str(group.q))
    answers = tuple(question.widest(element, proof) for question in questions)
    digest = short_hash(b"")
    signature = SignatureForm(digest, proof)
    return len(encode(BallotForm("9" * LONGEST_UUID, digest, element, answers, signature)))
