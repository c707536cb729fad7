# SPDX-License-Identifier: AGPL-3.0-or-later
"""A trustee's key and share, and the trustee who stands alone (ELECTION.md §5).

Who publishes a key proves to know its secret. A share in the form `urna-share/1` is kept by its
trustee and never part of an archive.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from msgspec import UNSET, UnsetType

from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.groups.elements import Element, Group, read_key
from ballots.election.numerals import encode
from ballots.election.proofs import Proof, prove_key, proves_key
from ballots.election.secrecy import Hidden
from ballots.randomness import Randomness, uniform


class TrusteeKey(msgspec.Struct, frozen=True):
    """A public key as it is published, with the proof that its owner knows the secret."""

    pok: Proof
    public_key: str
    signature: Proof | UnsetType = UNSET
    name: str | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class TrusteeShare(Hidden):
    """What a trustee keeps: with the shares of enough others it opens every ballot.

    `owner` counts from 1 in the order of the trustees' document; `group` is a name. It lies
    nowhere but locked on a card (`card.py`).
    """

    group: str
    owner: int
    secret: int


def _pok(group: Group, text: str) -> str:
    return f"pok|{group.name}|{text}|"


def publish_key(group: Group, secret: int, random: Randomness, name: str = "") -> TrusteeKey:
    """The published form of a secret key."""
    text = group.text(group.generate(secret))
    proof = prove_key(group, _pok(group, text), secret, random)
    return TrusteeKey(proof, text, name=name or UNSET)


def read_trustee_key(group: Group, owner: int, form: TrusteeKey) -> Element:
    """The key, once its proof holds."""
    key = read_key(group, form.public_key)
    if not proves_key(group, _pok(group, form.public_key), key, form.pok):
        raise ElectionRefused(ElectionProblem.TRUSTEE, owner=owner, what="proof")
    return key


def make_single(group: Group, random: Randomness, name: str = "") -> tuple[bytes, TrusteeShare]:
    """One trustee who opens the election alone: the trustees' document, and the share."""
    secret = uniform(random, group.q)
    document = encode([("Single", publish_key(group, secret, random, name))])
    return document, TrusteeShare(group=group.name, owner=1, secret=secret)
