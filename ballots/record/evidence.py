# SPDX-License-Identifier: AGPL-3.0-or-later
"""A fork and whose it is, in one file that anybody can check without the record.

The proof says that one key signed two entries with one number; entry 0 of the segment, which the
device's own key signed, says whose key it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ballots import canonical
from ballots.record.entry import MAX_ENTRY, Entry, decode
from ballots.record.errors import RecordProblem, RecordRefused
from ballots.record.forks import ForkProof, check_fork_proof
from ballots.record.opening import check_opening
from ballots.record.roster import Certificate


class _Evidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    opening: Annotated[str, Meta(pattern=r"\A([0-9a-f]{2})+\Z", max_length=2 * MAX_ENTRY)]
    proof: str
    format: Literal["urna-evidence/v1"] = "urna-evidence/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was proved, of which device."""

    proof: ForkProof
    device: Certificate


def evidence(proof: bytes, opening: Entry) -> bytes:
    """The file, for a proof and entry 0 of its segment (some 4 KiB).

    Raises:
        RecordRefused: whatever `check_evidence` would.
    """
    data = canonical.encode(_Evidence(opening=opening.encode().hex(), proof=proof.decode()))
    check_evidence(data)
    return data


def check_evidence(data: object) -> Evidence:
    """What the evidence shows; needs nothing else.

    Raises:
        RecordRefused: whatever the bytes or their type, for anything but evidence.
    """
    read = canonical.decode(data, _Evidence)
    proof = check_fork_proof(read.proof.encode())
    opening = decode(bytes.fromhex(read.opening))
    _, device = check_opening(opening)
    if (opening.header.assembly, opening.header.segment) != (proof.assembly, proof.segment):
        raise RecordRefused(RecordProblem.FORK)
    return Evidence(proof=proof, device=device)
