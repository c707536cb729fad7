# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sealing a vote: a ballot that anyone can check and only trustees can open (ELECTION.md §7).

Everything in a ballot but the nonce of its signature comes from one seed (`sealing`). Who is shown
the seed can make the ballot again and compare, and learns nothing of the credential's secret.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.numerals import short_hash
from ballots.election.proofs import prove_key
from ballots.election.sealed.check import CheckedBallot, check
from ballots.election.sealed.forms import signature_prefix
from ballots.election.sealed.opening import Opening, check_opening
from ballots.election.sealed.sealing import seal
from ballots.election.sealed.seed import SEED_SIZE
from ballots.election.setup import Setup
from ballots.election.slip import Credential
from ballots.randomness import Randomness

__all__ = [
    "CheckedBallot",
    "Opening",
    "SealedBallot",
    "check",
    "check_opening",
    "encrypt",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedBallot:
    """`body` is cast or spoilt, never both; `opening` must be forgotten once it is cast."""

    body: bytes
    tracker: str
    opening: Opening


def encrypt(
    setup: Setup,
    credential: Credential,
    marks: Sequence[Sequence[int]],
    random: Randomness,
) -> SealedBallot:
    """The ballot of these marks, per question as its kind wants them.

    Refuses marks that are no valid vote, and a credential that is not on the roll.
    """
    if credential.public not in setup.roll:
        raise ElectionRefused(ElectionProblem.BALLOT_CREDENTIAL)
    seed = random(SEED_SIZE)
    unsigned = seal(setup.paper, credential.public, marks, seed)
    prefix = signature_prefix(unsigned.summary())
    signature = prove_key(setup.group, prefix, credential.secret, random)
    body = unsigned.signed(signature)
    tracker = short_hash(body)
    opening = Opening(
        election=setup.uuid,
        ballot=tracker,
        credential=credential.public,
        seed=seed,
        marks=tuple(map(tuple, marks)),
        signature=signature,
    )
    return SealedBallot(body=body, tracker=tracker, opening=opening)
