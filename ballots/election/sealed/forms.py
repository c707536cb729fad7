# SPDX-License-Identifier: AGPL-3.0-or-later
"""A ballot as it is written, and the texts that its proofs are bound to (ELECTION.md §6).

The signature covers all but itself; proofs are bound to the election's fingerprint and the
credential, so that nobody can copy a ballot.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ballots.election.groups.elements import Group, claimed_key, read_key
from ballots.election.numerals import encode, short_hash
from ballots.election.proofs import Pair, Proof


class Ciphertext(msgspec.Struct, frozen=True):
    """A pair in text form."""

    alpha: str
    beta: str

    @classmethod
    def of(cls, group: Group, pair: Pair) -> Ciphertext:
        """In the group's one spelling."""
        return cls(group.text(pair.alpha), group.text(pair.beta))

    def read(self, group: Group) -> Pair:
        """Of a ballot: a half that is the identity would show or break the vote."""
        return Pair(read_key(group, self.alpha), read_key(group, self.beta))

    def claimed(self, group: Group) -> Pair:
        """As `read`, where a proof raises both halves to a power (`Group.claimed`)."""
        return Pair(claimed_key(group, self.alpha), claimed_key(group, self.beta))


class UnsignedForm(msgspec.Struct, frozen=True):
    """What a ballot's signature covers. An answer is JSON whose form its question knows."""

    election_uuid: str
    election_hash: str
    credential: str
    answers: tuple[msgspec.Raw, ...]

    def summary(self) -> str:
        """The hash that is signed."""
        return short_hash(encode(self))

    def signed(self, proof: Proof) -> bytes:
        """The whole ballot."""
        return encode(
            BallotForm(
                self.election_uuid,
                self.election_hash,
                self.credential,
                self.answers,
                SignatureForm(self.summary(), proof),
            )
        )


class SignatureForm(msgspec.Struct, frozen=True):
    """The credential's signature."""

    hash: str
    proof: Proof


class BallotForm(UnsignedForm, frozen=True):
    """The whole ballot."""

    signature: SignatureForm

    def unsigned(self) -> UnsignedForm:
        """Without the signature."""
        return UnsignedForm(self.election_uuid, self.election_hash, self.credential, self.answers)


def signature_prefix(summary: str) -> str:
    """What the signature's challenge is bound to."""
    return f"sig|{summary}|"


def ballot_text(fingerprint: str, credential: str) -> str:
    """S0: binds proofs to election and credential, so that nobody can copy a ballot."""
    return f"{fingerprint}|{credential}"


def answer_text(ballot: str, choices: Sequence[Ciphertext]) -> str:
    """S1: binds the proof about the sum to every sealed mark of the question."""
    return ballot + "|" + ",".join(f"{choice.alpha},{choice.beta}" for choice in choices)


def pair_prefix(text: str, choice: Ciphertext) -> str:
    """For a proof about one pair."""
    return f"prove|{text}|{choice.alpha},{choice.beta}|"
