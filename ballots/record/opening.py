# SPDX-License-Identifier: AGPL-3.0-or-later
"""Entry 0 of a segment: signed by the segment's key and, inside, by the device's own."""

from __future__ import annotations

from ballots import canonical, signing
from ballots.record.bodies import Opening, OpenSegment, read
from ballots.record.entry import Entry
from ballots.record.errors import RecordProblem, RecordRefused
from ballots.record.roster import Certificate, check_certificates

CONTEXT = "urna-opening/v1"


def sign_opening(opening: Opening, device: signing.SecretKey) -> bytes:
    """The body of entry 0."""
    signature = device.sign(CONTEXT, opening.encode())
    return OpenSegment(opening=opening, signature=signature.hex()).encode()


def author_of(first: Entry) -> str:
    """The key (hex) of the device that writes the segment which `first`, a checked one, opens."""
    return read(first.body or b"", OpenSegment).opening.device


def check_opening(first: Entry) -> tuple[Opening, Certificate]:
    """Who writes the segment that `first` opens, and what they declared.

    Raises:
        RecordRefused: for an entry that is no opening, one whose device did not sign it for
            this segment and assembly, and one whose certificates do not lead to that device.
    """
    signed = read(first.body or b"", OpenSegment)
    opening = signed.opening
    if (opening.segment, opening.assembly) != (first.header.segment, first.header.assembly):
        raise RecordRefused(RecordProblem.FORM, what="opening")
    device, signature = bytes.fromhex(opening.device), bytes.fromhex(signed.signature)
    if not signing.verify(device, CONTEXT, canonical.encode(opening), signature):
        raise RecordRefused(RecordProblem.SIGNATURE, what="opening")
    chain = [text.encode() for text in opening.certificates]
    certificate = check_certificates(chain, opening.assembly)
    if certificate.device != opening.device:
        raise RecordRefused(RecordProblem.CERTIFICATE, name=certificate.name)
    return opening, certificate
