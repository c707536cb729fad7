# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can go wrong while the record is kept and moved."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from ballots.errors import Refusal


class SyncProblem(StrEnum):
    """Why something was refused; the facts of each stand beside it."""

    # The database of a record (fact: `file`).
    RECORD_MISSING = "record-missing"
    RECORD_FOREIGN = "record-foreign"
    RECORD_VERSION = "record-version"  # version
    RECORD_DAMAGED = "record-damaged"  # place
    RECORD_BUSY = "record-busy"
    RECORD_UNWRITABLE = "record-unwritable"
    DISK_FULL = "disk-full"

    # Entries that a record can't take.
    OTHER_ASSEMBLY = "other-assembly"
    GAP = "gap"  # segment, number: an entry comes without the one before it
    FORKED = "forked"  # segment, number: two entries bear this number
    TOO_MANY_SEGMENTS = "too-many-segments"  # most
    UNKNOWN_ENTRY = "unknown-entry"  # entry
    BODY_STAYS = "body-stays"  # entry: its kind is not personal

    # Peers.
    WIRE_OVERSIZE = "wire-oversize"  # size, most
    WIRE_MALFORMED = "wire-malformed"
    PEER_PROTOCOL = "peer-protocol"
    PEER_ASSEMBLY = "peer-assembly"
    PEER_ITSELF = "peer-itself"
    PEER_TURN = "peer-turn"
    PEER_ENTRY = "peer-entry"
    PEER_CHAIN = "peer-chain"
    PEER_WITHHOLDS = "peer-withholds"
    PEER_FLOOD = "peer-flood"
    PEER_SILENT = "peer-silent"
    PEER_SIGNATURE = "peer-signature"
    PEER_STRANGER = "peer-stranger"
    PORT_TAKEN = "port-taken"  # port

    # A new kiosk and the assembly.
    PAIRING_FORM = "pairing-form"  # not a request or an answer, or not signed by who should
    PAIRING_OTHER = "pairing-other"  # an answer to another request
    PAIRING_WORDS = "pairing-words"  # other words or codes than the other side shows
    PAIRING_LOCKED = "pairing-locked"  # too many wrong words
    PAIRING_LINE = "pairing-line"  # it broke, or nobody of ours is at the other end
    PAIRING_NOBODY = "pairing-nobody"  # no new kiosk is found

    # Bundles (fact: `part`, a name in the file).
    BUNDLE_UNREADABLE = "bundle-unreadable"  # file
    BUNDLE_DAMAGED = "bundle-damaged"  # part, place
    BUNDLE_SIGNATURE = "bundle-signature"
    BUNDLE_SIGNER = "bundle-signer"
    BUNDLE_ORDER = "bundle-order"  # segment, number
    BUNDLE_TOO_LARGE = "bundle-too-large"  # part, most
    BUNDLE_UNWRITABLE = "bundle-unwritable"  # file


class SyncError(Refusal):
    """A copy of the record, a peer or a bundle that is not as it must be."""

    family: ClassVar[str] = "sync"
    code: SyncProblem

    def __init__(self, code: SyncProblem, /, **facts: str | int) -> None:
        super().__init__(code, **facts)
