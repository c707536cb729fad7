# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tree over the receipts that an election counted, and its root in a bundle's sidecar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from ballots import canonical
from ballots.checks import Check
from ballots.receipts.errors import ReceiptProblem, ReceiptRefused
from ballots.receipts.inclusion import audit_path, root_above
from ballots.record.errors import RecordRefused
from ballots.record.shapes import Amount, Hex64, PollId
from ballots.seal import merkle_root

FORMAT: Final = "urna-receipts/v1"
MAX_ELECTIONS = 100


def leaf(tracker: str) -> bytes:
    """SHA-256(0x00 ‖ the 43 symbols of a tracker): the leaf hash of RFC 6962 §2.1."""
    return sha256(b"\0" + tracker.encode()).digest()


def root_of(trackers: Iterable[str]) -> bytes:
    """The root over what was counted, sorted by symbol; it is equal for any order given."""
    return merkle_root([leaf(each) for each in sorted(trackers)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Where a tracker stands among those that were counted, and the path from it to `root`.

    Raises:
        ReceiptRefused: `proof`, if the path does not lead there.
    """

    tracker: str
    index: int
    size: int
    path: tuple[bytes, ...]
    root: bytes

    def __post_init__(self) -> None:
        if root_above(leaf(self.tracker), self.index, self.size, self.path) != self.root:
            raise ReceiptRefused(ReceiptProblem.PROOF, what="list")

    @classmethod
    def among(cls, trackers: Iterable[str], tracker: str) -> Listed:
        """That `tracker` is one of `trackers` (ValueError if it is not)."""
        listed = sorted(trackers)
        leaves, index = [leaf(each) for each in listed], listed.index(tracker)
        return cls(
            tracker=tracker,
            index=index,
            size=len(leaves),
            path=audit_path(leaves, index),
            root=merkle_root(leaves),
        )


class CountedReceipts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of one election: hash of its archive, how many receipts it counted, and their root."""

    archive: Hex64
    number: Amount
    root: Hex64

    @classmethod
    def of(cls, archive: str, trackers: Iterable[str]) -> CountedReceipts:
        """What an archive with this SHA-256 (hex) and these trackers comes to."""
        counted = list(trackers)
        return cls(archive=archive, number=len(counted), root=root_of(counted).hex())


class Sidecar(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a bundle says of the receipts of its elections, by their uuid."""

    elections: Annotated[dict[PollId, CountedReceipts], Meta(max_length=MAX_ELECTIONS)]
    format: Literal["urna-receipts/v1"] = FORMAT

    def encode(self) -> bytes:
        """The bytes of `sidecar.json`."""
        return canonical.encode(self)


def read_sidecar(data: object) -> Sidecar:
    """What `sidecar.json` says.

    Raises:
        ReceiptRefused: `roots`, whatever the bytes or their type.
    """
    try:
        return canonical.decode(data, Sidecar)
    except RecordRefused as refusal:
        raise ReceiptRefused(ReceiptProblem.ROOTS) from refusal


def audit_sidecar(
    sidecar: bytes | None, computed: Mapping[str, CountedReceipts]
) -> Iterator[Check]:
    """Whether a bundle's sidecar says of each election what its archive comes to.

    A bundle without one says nothing, and nothing is checked.
    """
    if sidecar is None:
        return
    try:
        told = read_sidecar(sidecar).elections
    except ReceiptRefused as refusal:
        yield Check(
            name="receipts.roots",
            passed=False,
            place="sidecar.json",
            facts={"code": refusal.key},
        )
        return
    strange = sorted(uuid for uuid in {*told, *computed} if told.get(uuid) != computed.get(uuid))
    yield Check(
        name="receipts.roots",
        passed=not strange,
        place=", ".join(strange),
        facts={"elections": len(told)},
    )
