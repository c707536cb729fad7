# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ceremony of a key which `threshold` of `size` trustees can use (ELECTION.md §5).

Each step is a member's own: it takes what the others published, checks it, and returns what is
published next beside what stays secret. Shares go from member to member in private.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.groups.elements import Element, Group
from ballots.election.numerals import encode
from ballots.election.proofs import Proof, sign, signed
from ballots.election.secrecy import Hidden
from ballots.election.trustees.pedersen_forms import (
    Acknowledged,
    CertificateText,
    CoefficientsText,
    Context,
    PedersenForm,
    Signed,
    evaluated,
    read_certificate,
    read_coefficients,
)
from ballots.election.trustees.share import TrusteeKey, TrusteeShare, publish_key
from ballots.randomness import Randomness, uniform


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Member(Hidden):
    """A member from the first step to the last: who, and the key that signs its messages."""

    context: Context
    signing_key: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """What a member publishes in the second step."""

    coefficients: Signed
    acknowledgement: Proof


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Dealt(Hidden):
    """The values of a member's polynomial: `values[j - 1]` is for member j alone."""

    values: tuple[int, ...]


def join(group: Group, context: Context, random: Randomness) -> tuple[Member, Signed]:
    """Step 1: a member's keys and its certificate.

    The format wants a key for sending shares. Ours travel otherwise, so nobody keeps its secret.
    """
    signing_key, receiving_key = uniform(random, group.q), uniform(random, group.q)
    text = CertificateText(
        context, group.text(group.generate(signing_key)), group.text(group.generate(receiving_key))
    )
    message = encode(text).decode()
    certificate = Signed(message, sign(group, message, signing_key, random))
    return Member(context=context, signing_key=signing_key), certificate


def commit(
    group: Group, member: Member, certificates: Sequence[Signed], random: Randomness
) -> tuple[Commitment, Dealt]:
    """Step 2: a secret polynomial, committed to in public, and its value for each member."""
    _certified(group, member, certificates)
    terms = [uniform(random, group.q) for _ in range(member.context.threshold)]
    powers = tuple(group.text(group.generate(term)) for term in terms)
    message = encode(CoefficientsText(powers)).decode()
    commitment = Commitment(
        coefficients=Signed(message, sign(group, message, member.signing_key, random)),
        acknowledgement=sign(
            group, Acknowledged(tuple(certificates), powers).text(), member.signing_key, random
        ),
    )
    values = tuple(
        sum(term * j**k for k, term in enumerate(terms)) % group.q
        for j in range(1, member.context.size + 1)
    )
    return commitment, Dealt(values=values)


def accept(
    group: Group,
    member: Member,
    published: tuple[Sequence[Signed], Sequence[Commitment]],
    received: Sequence[int],
    random: Randomness,
    name: str = "",
) -> tuple[TrusteeKey, TrusteeShare]:
    """Step 3: checks what each member sent against its commitment; the member's key and share.

    `published` holds the certificates and the commitments, `received` the values dealt to this
    member, all in the order of the members. `CEREMONY` names the member who sent a wrong one.
    """
    certificates, commitments = published
    certified = _certified(group, member, certificates)
    for owner, (verification, commitment, value) in enumerate(
        zip(certified, commitments, received, strict=True), 1
    ):
        terms = read_coefficients(
            group, member.context.threshold, commitment.coefficients, verification, owner
        )
        said = Acknowledged(tuple(certificates), tuple(map(group.text, terms))).text()
        acknowledged = signed(group, said, verification, commitment.acknowledgement)
        if not acknowledged or group.generate(value) != evaluated(
            group, terms, member.context.index
        ):
            raise ElectionRefused(ElectionProblem.CEREMONY, owner=owner)
    secret = sum(received) % group.q
    key = publish_key(group, secret, random, name)
    signature = sign(group, key.public_key, member.signing_key, random)
    share = TrusteeShare(group=group.name, owner=member.context.index, secret=secret)
    return msgspec.structs.replace(key, signature=signature), share


def ceremony(
    group: Group, size: int, threshold: int, random: Randomness, names: Sequence[str] = ()
) -> tuple[bytes, tuple[TrusteeShare, ...]]:
    """All members in one place: the trustees' document, and a share for each.

    Whoever runs it sees every share for a moment; hand them out and forget them.
    """
    if not 1 <= threshold <= size or len(names) not in (0, size):
        raise ElectionRefused(ElectionProblem.ELECTION, what="threshold")
    contexts = [Context(group.name, size, threshold, index) for index in range(1, size + 1)]
    joined = [join(group, context, random) for context in contexts]
    certificates = tuple(certificate for _, certificate in joined)
    committed = [commit(group, member, certificates, random) for member, _ in joined]
    commitments = tuple(commitment for commitment, _ in committed)
    accepted = [
        accept(
            group,
            member,
            (certificates, commitments),
            [dealt.values[n] for _, dealt in committed],
            random,
            names[n] if names else "",
        )
        for n, (member, _) in enumerate(joined)
    ]
    form = PedersenForm(
        threshold,
        certificates,
        tuple(commitment.coefficients for commitment in commitments),
        tuple(commitment.acknowledgement for commitment in commitments),
        tuple(key for key, _ in accepted),
    )
    return encode([("Pedersen", form)]), tuple(share for _, share in accepted)


def _certified(
    group: Group, member: Member, certificates: Sequence[Signed]
) -> tuple[Element, ...]:
    """The members' verification keys; their certificates must be for the member's committee."""
    if len(certificates) != member.context.size:
        raise ElectionRefused(ElectionProblem.ELECTION, what="certificates")
    return tuple(
        read_certificate(
            group, msgspec.structs.replace(member.context, index=index), certificate, index
        )
        for index, certificate in enumerate(certificates, 1)
    )
