# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the members of a threshold committee publish, and how it is judged (ELECTION.md §5).

Each member's certificate, committed polynomial and acknowledgement are signed; each key is that
of the sum of all polynomials at the member's place.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import UNSET

from ballots.election.errors import ElectionProblem, ElectionRefused, at
from ballots.election.groups.elements import Element, Group, product, read_key
from ballots.election.numerals import decode_exactly, encode
from ballots.election.proofs import Proof, signed
from ballots.election.trustees.share import TrusteeKey, read_trustee_key


class Context(msgspec.Struct, frozen=True):
    """The committee that a certificate is for; `index` counts its members from 1."""

    group: str
    size: int
    threshold: int
    index: int


class CertificateText(msgspec.Struct, frozen=True):
    """What a certificate certifies: keys to check signatures and to send shares in private."""

    context: Context
    verification: str
    encryption: str


class CoefficientsText(msgspec.Struct, frozen=True):
    """g to each coefficient of a member's polynomial, constant first."""

    coefexps: tuple[str, ...]


class Signed(msgspec.Struct, frozen=True):
    """A text (JSON in a string) and its signature."""

    message: str
    signature: Proof


class Acknowledged(msgspec.Struct, frozen=True):
    """What a member signs before sending shares: all certificates, and its own coefficients."""

    certs: tuple[Signed, ...]
    coefexps: tuple[str, ...]

    def text(self) -> str:
        """The exact text that is signed."""
        return "certs_sig|" + encode(self).decode()


class PedersenForm(msgspec.Struct, frozen=True):
    """A committee as it is published; every list has one item for each member."""

    threshold: int
    certs: tuple[Signed, ...]
    coefexps: tuple[Signed, ...]
    signatures: tuple[Proof, ...]
    verification_keys: tuple[TrusteeKey, ...]


def refused(owner: int, what: str) -> ElectionRefused:
    """What is wrong with the member who is trustee `owner`."""
    return ElectionRefused(ElectionProblem.TRUSTEE, owner=owner, what=what)


def read_certificate(group: Group, context: Context, certificate: Signed, owner: int) -> Element:
    """The key that checks the member's signatures."""
    text = decode_exactly(certificate.message.encode(), CertificateText, "certificate")
    verification = read_key(group, text.verification)
    read_key(group, text.encryption)
    if text.context != context:
        raise refused(owner, "context")
    if not signed(group, certificate.message, verification, certificate.signature):
        raise refused(owner, "certificate")
    return verification


def read_coefficients(
    group: Group, threshold: int, published: Signed, verification: Element, owner: int
) -> tuple[Element, ...]:
    """The committed polynomial of a member: `threshold` elements."""
    text = decode_exactly(published.message.encode(), CoefficientsText, "coefficients")
    if not signed(group, published.message, verification, published.signature):
        raise refused(owner, "coefficients")
    if len(text.coefexps) != threshold:
        raise refused(owner, "threshold")
    return tuple(read_key(group, coefficient) for coefficient in text.coefexps)


def evaluated(group: Group, coefficients: Sequence[Element], index: int) -> Element:
    """The generator to the value of a committed polynomial at `index` (Horner)."""
    value = group.identity
    for coefficient in reversed(coefficients):
        value = group.times(group.power(value, index), coefficient)
    return value


def read_committee(
    group: Group, form: PedersenForm, first: int
) -> tuple[Element, tuple[Element, ...]]:
    """The committee's joint key and each member's key; `first` is the owner id of member 1."""
    size = len(form.certs)
    lists = (form.coefexps, form.signatures, form.verification_keys)
    if not 1 <= form.threshold <= size or any(len(list_) != size for list_ in lists):
        raise refused(first, "threshold")
    members = [_read_member(group, form, index, first + index - 1) for index in range(1, size + 1)]
    # The product of what all committed to is the polynomial that their keys lie on.
    columns = zip(*(polynomial for _, polynomial in members), strict=True)
    joint = [product(group, column) for column in columns]
    keys = []
    for index, (verification, _) in enumerate(members, 1):
        owner, published = first + index - 1, form.verification_keys[index - 1]
        expected = evaluated(group, joint, index)
        with at(f"trustee:{owner}"):
            keys.append(_read_key(group, published, verification, owner))
            if keys[-1] != expected:
                raise refused(owner, "key")
    return joint[0], tuple(keys)


def _read_member(
    group: Group, form: PedersenForm, index: int, owner: int
) -> tuple[Element, tuple[Element, ...]]:
    """The key that checks a member's signatures, and its committed polynomial."""
    context = Context(group.name, len(form.certs), form.threshold, index)
    published = form.coefexps[index - 1]
    with at(f"trustee:{owner}"):
        verification = read_certificate(group, context, form.certs[index - 1], owner)
        terms = read_coefficients(group, form.threshold, published, verification, owner)
        said = Acknowledged(form.certs, tuple(map(group.text, terms))).text()
        if not signed(group, said, verification, form.signatures[index - 1]):
            raise refused(owner, "acknowledgement")
    return verification, terms


def _read_key(group: Group, published: TrusteeKey, verification: Element, owner: int) -> Element:
    """A member's key, with the signature that ties it to the member."""
    key = read_trustee_key(group, owner, published)
    signature = published.signature
    if signature is UNSET or not signed(group, published.public_key, verification, signature):
        raise refused(owner, "signature")
    return key
