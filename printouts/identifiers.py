# SPDX-License-Identifier: AGPL-3.0-or-later
"""The codes that paper carries besides words: their forms, and what their QR symbols say.

| symbol on | payload |
|---|---|
| commitment | `urna:k1:<election uuid>:<tracker>` |
| receipt | `urna:r1:<election uuid>:<tracker>` |
| receipt, below | `URNA:H1:` and base 32: signatures of devices (`ballots/RECEIPTS.md` §6) |
| challenge | the opening itself (JSON), or `urna:o1:<n>/<of>:<part of it>` |
| minutes | `urna:b1:<SHA-256 of the bundle, hex>` |
| minutes, the seal | the first three lines of its checkpoint (C2SP): origin, entries, root |
| published list, as a line | `urna:l1:<election uuid>:<receipts counted>:<root, hex>` |
| voting slip | what the slip itself says (`URNA:S1:` and 24 symbols) |
| trustee's card | what the card itself says (`URNA:T1:` and base 32) |
"""

from __future__ import annotations

import re
from base64 import b64encode

from ballots.receipts.code import TRACKER
from printouts.errors import PaperProblem, PaperRefused

_ELECTION = re.compile(r"[1-9A-HJ-NP-Za-km-z]{14,64}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ASSEMBLY = re.compile(r"[0-9a-f]{32}")


def require_text(text: str, place: str) -> None:
    """Raises `empty` for a text that would print as nothing."""
    if not text.strip():
        raise PaperRefused(PaperProblem.EMPTY, place=place)


def require_count(number: int, place: str, least: int = 0) -> None:
    """Raises `count` for a number below `least`."""
    if number < least:
        raise PaperRefused(PaperProblem.COUNT, place=place)


def require_tracker(tracker: str) -> None:
    """Raises `tracker` unless it is a Belenios tracker: a SHA-256 in base64 without padding."""
    if not TRACKER.fullmatch(tracker):
        raise PaperRefused(PaperProblem.TRACKER)


def require_election(uuid: str) -> None:
    """Raises `election` unless it is a Belenios uuid: at least 14 symbols of base 58."""
    if not _ELECTION.fullmatch(uuid):
        raise PaperRefused(PaperProblem.ELECTION)


def require_digest(digest: str, place: str) -> None:
    """Raises `digest` unless it is a SHA-256 in lower-case hexadecimal."""
    if not _DIGEST.fullmatch(digest):
        raise PaperRefused(PaperProblem.DIGEST, place=place)


def require_assembly(id_: str) -> None:
    """Raises `digest` unless it is the id of an assembly: 16 bytes in lower-case hexadecimal."""
    if not _ASSEMBLY.fullmatch(id_):
        raise PaperRefused(PaperProblem.DIGEST, place="assembly_id")


def receipt_payload(uuid: str, tracker: str) -> str:
    """What the QR symbol of a receipt says."""
    return f"urna:r1:{uuid}:{tracker}"


def commitment_payload(uuid: str, tracker: str) -> str:
    """What the QR symbol of a ballot says that is sealed and not yet cast."""
    return f"urna:k1:{uuid}:{tracker}"


def opening_parts(opening: str, count: int) -> tuple[str, ...]:
    """What the QR symbols of an opening say: it alone, or its `count` parts with their numbers.

    Parts are of nearly equal length, in order.
    """
    if count == 1:
        return (opening,)
    size = -(-len(opening) // count)
    pieces = groups(opening, size)
    return tuple(f"urna:o1:{n}/{len(pieces)}:{piece}" for n, piece in enumerate(pieces, 1))


def bundle_payload(digest: str) -> str:
    """What the QR symbol of the minutes says."""
    return f"urna:b1:{digest}"


def seal_payload(assembly: str, election: str, entries: int, root: str) -> str:
    """What the QR symbol of a seal says: a C2SP checkpoint without its extension lines."""
    return f"urna/{assembly}/{election}\n{entries}\n{b64encode(bytes.fromhex(root)).decode()}\n"


def groups(code: str, size: int) -> tuple[str, ...]:
    """A code cut into groups of `size` symbols, the last one shorter, for eyes and voices."""
    return tuple(code[start : start + size] for start in range(0, len(code), size))
