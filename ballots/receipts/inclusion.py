# SPDX-License-Identifier: AGPL-3.0-or-later
"""That something is in a tree of RFC 6962, shown by one hash a level; and a ballot in its seal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ballots.receipts.errors import ReceiptProblem, ReceiptRefused
from ballots.record.entry import Header, entry_id, read_header
from ballots.record.errors import RecordRefused
from ballots.record.kinds import Kind
from ballots.record.roster import Certificate, check_certificates
from ballots.seal import (
    Checkpoint,
    Note,
    NoteSignature,
    key_name,
    level_above,
    node,
    read_checkpoint,
    read_note,
)
from ballots.session.cast import tracker


def audit_path(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """RFC 6962 §2.1.1: the neighbours of leaf `index` on its way up, the lowest first.

    Leaves are hashed already; IndexError for an index that is none of theirs.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    level, path = list(leaves), []
    while len(level) > 1:
        neighbour = index ^ 1
        if neighbour < len(level):
            path.append(level[neighbour])
        level, index = level_above(level), index // 2
    return tuple(path)


def root_above(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a path leads to; None for one that no tree of this size has.

    RFC 9162 §2.1.3.2, whose trees are those of RFC 6962.
    """
    last, above = size - 1, leaf
    if not 0 <= index <= last:
        return None
    for neighbour in path:
        if last == 0:
            return None
        if index % 2 or index == last:
            above = node(neighbour, above)
            while not index % 2:  # moved up where it had no neighbour
                index, last = index // 2, last // 2
        else:
            above = node(above, neighbour)
        index, last = index // 2, last // 2
    return above if last == 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inclusion:
    """A ballot's entry, the path from it to the seal of its poll, and who signed that seal.

    `note` bears a signature for each of `certificates`, which are chains from the assembly's
    root key to a device, in the same order. That all devices signed that had to, only the whole
    record shows.

    Raises:
        ReceiptRefused: `proof`, with `what` does not hold.
    """

    header_bytes: bytes
    signature: bytes
    path: tuple[bytes, ...]
    note: bytes
    certificates: tuple[tuple[bytes, ...], ...]
    header: Header = field(init=False, repr=False)
    checkpoint: Checkpoint = field(init=False, repr=False)
    cosigners: tuple[Certificate, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        try:
            header = read_header(self.header_bytes, self.signature)
            note = read_note(self.note)
            checkpoint = read_checkpoint(note.text)
            cosigners = tuple(
                check_certificates(chain, header.assembly) for chain in self.certificates
            )
        except RecordRefused as refusal:
            told = str(refusal.facts.get("what", refusal.code))
            raise ReceiptRefused(ReceiptProblem.PROOF, what=told) from refusal
        object.__setattr__(self, "header", header)
        object.__setattr__(self, "checkpoint", checkpoint)
        object.__setattr__(self, "cosigners", cosigners)
        if header.kind is not Kind.BALLOT:
            raise ReceiptRefused(ReceiptProblem.PROOF, what="entry")
        if (header.assembly, header.poll) != (checkpoint.assembly, checkpoint.poll):
            raise ReceiptRefused(ReceiptProblem.PROOF, what="checkpoint")
        if not self._leads_to_the_root():
            raise ReceiptRefused(ReceiptProblem.PROOF, what="path")
        if not _signed(note, checkpoint, cosigners):
            raise ReceiptRefused(ReceiptProblem.PROOF, what="note")

    @property
    def tracker(self) -> str:
        """What the receipt says."""
        return tracker(self.header.body_hash)

    @property
    def size(self) -> int:
        """How many entries the seal is over."""
        return self.checkpoint.size

    @property
    def index(self) -> int:
        """The place of the entry among them: the seal says how many each segment before has."""
        cut, own = self.checkpoint.cut, self.header.segment
        return sum(cut[s] + 1 for s in cut if s < own) + self.header.number

    def _leads_to_the_root(self) -> bool:
        leaf = entry_id(self.header_bytes, self.signature)
        return (
            self.header.number <= self.checkpoint.cut.get(self.header.segment, -1)
            and root_above(leaf, self.index, self.size, self.path) == self.checkpoint.root
        )


def _signed(note: Note, checkpoint: Checkpoint, cosigners: Sequence[Certificate]) -> bool:
    """Whether each signature is that of the device in its place, and none signs twice."""
    return len(cosigners) == len(note.signatures) == len({each.device for each in cosigners}) and (
        all(
            _by(line, bytes.fromhex(each.device), checkpoint)
            for line, each in zip(note.signatures, cosigners, strict=True)
        )
    )


def _by(line: NoteSignature, device: bytes, checkpoint: Checkpoint) -> bool:
    return line.name == key_name(checkpoint, device) and line.made_by(device, checkpoint.text)
