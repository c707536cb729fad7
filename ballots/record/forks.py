# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two entries of one segment with one number: proof that whoever held its key lied to someone.

A segment's key lives in the memory of one start of one device, so neither a crash nor a restored
card can fork. A proof holds the two headers with their signatures and nothing else; it can be
checked without the record. Which device it was stands in the segment's entry 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec

from ballots import canonical
from ballots.record.entry import Entry, Header, entry_id, read_header
from ballots.record.errors import RecordProblem, RecordRefused
from ballots.record.shapes import Hex128


class _Half(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    header: str
    signature: Hex128


class _Proof(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    halves: tuple[_Half, _Half]
    format: Literal["urna-fork/v1"] = "urna-fork/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForkProof:
    """What a checked proof shows. Ids are in hex, the lower one first."""

    assembly: str
    segment: str
    number: int
    ids: tuple[str, str]
    proof: bytes


def prove_fork(one: Entry, other: Entry) -> bytes:
    """The proof, the same whichever entry is named first (about 1.2 KiB).

    Raises:
        RecordRefused: `fork`, for entries that do not contradict each other.
    """
    first, second = sorted((one, other), key=lambda entry: entry.id)
    halves = (_half(first), _half(second))
    proof = canonical.encode(_Proof(halves=halves))
    check_fork_proof(proof)
    return proof


def check_fork_proof(proof: object) -> ForkProof:
    """What the proof shows; needs nothing else.

    Raises:
        RecordRefused: whatever the bytes or their type, for anything but a proof.
    """
    halves = canonical.decode(proof, _Proof).halves
    first, second = (_read(half) for half in halves)
    ids = (_id(halves[0]), _id(halves[1]))
    if (first.segment, first.number) != (second.segment, second.number) or not ids[0] < ids[1]:
        raise RecordRefused(RecordProblem.FORK)
    return ForkProof(
        assembly=first.assembly,
        segment=first.segment,
        number=first.number,
        ids=ids,
        proof=canonical.encode(_Proof(halves=halves)),
    )


def _half(entry: Entry) -> _Half:
    return _Half(header=entry.header_bytes.decode(), signature=entry.signature.hex())


def _read(half: _Half) -> Header:
    return read_header(half.header.encode(), bytes.fromhex(half.signature))


def _id(half: _Half) -> str:
    return entry_id(half.header.encode(), bytes.fromhex(half.signature)).hex()
