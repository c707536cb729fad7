# SPDX-License-Identifier: AGPL-3.0-or-later
"""The challenge: a booth reveals how it sealed a ballot, which is spoilt then (ELECTION.md §7).

The opening holds all that the ballot was made of but the credential's secret. With the election
document alone, anyone makes the ballot again, byte for byte, and compares its hash with the
tracker that was printed before the booth knew that it would be challenged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.groups.modp import ModularPower
from ballots.election.numerals import decode_exactly, encode, short_hash
from ballots.election.proofs import Proof
from ballots.election.sealed.check import check, read_ballot, require_proofs
from ballots.election.sealed.paper import Paper
from ballots.election.sealed.sealing import seal
from ballots.election.secrecy import Hidden
from ballots.election.setup import Setup

Marks = tuple[tuple[int, ...], ...]


class _OpeningForm(msgspec.Struct, frozen=True):
    type: Literal["urna-opening/2"]
    election: str
    ballot: str
    credential: str
    seed: Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
    marks: Marks
    signature: Proof


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Opening(Hidden):
    """What opens one ballot without the trustees.

    `election` is the uuid, `ballot` the tracker, `seed` 32 bytes, `marks` per question.
    """

    election: str
    ballot: str
    credential: str
    seed: bytes
    marks: Marks
    signature: Proof

    def reveal(self) -> bytes:
        """For whoever challenges: a line of ASCII. After this the ballot must never be cast."""
        return encode(
            _OpeningForm(
                "urna-opening/2",
                self.election,
                self.ballot,
                self.credential,
                self.seed.hex(),
                self.marks,
                self.signature,
            )
        )

    @classmethod
    def read(cls, revealed: bytes) -> Opening:
        """What was revealed, in its exact form; nothing of it is checked yet."""
        form = decode_exactly(revealed, _OpeningForm, "opening")
        return cls(
            election=form.election,
            ballot=form.ballot,
            credential=form.credential,
            seed=bytes.fromhex(form.seed),
            marks=form.marks,
            signature=form.signature,
        )

    def body(self, paper: Paper) -> bytes:
        """The ballot that this opens, made again.

        `OPENING` where it is of another election, holds no vote, or has another tracker.
        """
        if self.election != paper.uuid:
            raise ElectionRefused(ElectionProblem.OPENING)
        try:
            body = seal(paper, self.credential, self.marks, self.seed).signed(self.signature)
        except ElectionRefused:
            raise ElectionRefused(ElectionProblem.OPENING) from None
        if short_hash(body) != self.ballot:
            raise ElectionRefused(ElectionProblem.OPENING)
        return body


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengedBallot:
    """A ballot that was opened and found to hold these marks."""

    paper: Paper
    tracker: str
    marks: Marks = field(repr=False)
    body: bytes = field(repr=False)


def check_challenge(
    document: bytes, revealed: bytes, power: ModularPower = pow
) -> ChallengedBallot:
    """What a ballot truly holds, from the election document and the opening alone.

    The tracker is to be compared with what was printed before; that the credential is on the roll
    is not checked. `OPENING` where the opening opens nothing.
    """
    paper, opening = Paper.read(document, power), Opening.read(revealed)
    body = opening.body(paper)
    require_proofs(paper, read_ballot(paper, body))
    return ChallengedBallot(paper=paper, tracker=opening.ballot, marks=opening.marks, body=body)


def check_opening(setup: Setup, body: bytes, revealed: bytes) -> Marks:
    """The marks that a ballot truly holds; `OPENING` where it was not sealed as was revealed."""
    check(setup, body)
    opening = Opening.read(revealed)
    if opening.body(setup.paper) != body:
        raise ElectionRefused(ElectionProblem.OPENING)
    return opening.marks
