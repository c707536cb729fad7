# SPDX-License-Identifier: AGPL-3.0-or-later
"""An obviously invented assembly with devices that write segments, the same at every run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from ballots import canonical
from ballots.record.entry import CONTEXT, NO_PREVIOUS, Entry, Header
from ballots.record.kinds import Kind, Role
from ballots.record.roster import assembly_id, certify
from ballots.record.segment import Segment
from ballots.signing import SecretKey

POLL = "ExampYeExampYe1"


def key(name: str) -> SecretKey:
    return SecretKey.from_seed(sha256(name.encode()).digest())


ROOT = key("root")
ASSEMBLY = assembly_id(ROOT.public)


def certificates(name: str, role: Role = Role.BOOTH, root: SecretKey = ROOT) -> list[bytes]:
    assembly = assembly_id(root.public)
    device = key(name).public
    return [certify(root, assembly=assembly, device=device, role=role, name=name)]


def opened(
    name: str, boot: int = 0, role: Role = Role.BOOTH, root: SecretKey = ROOT, again: int = 0
) -> Segment:
    """A segment of the device `name`; another `boot` is another segment, `again` a fork of it."""
    return Segment.open(
        key(name),
        certificates(name, role, root),
        assembly_id(root.public),
        sha256(f"boot {name} {boot} {again}".encode()).digest()[:16],
        {},
        key(f"segment {name} {boot}"),
    )


def written(segment: Segment, count: int, words: str = "") -> list[Entry]:
    """`count` more entries: check-ins at a desk, ballots at a booth."""
    desk = segment.certificate.role is Role.DESK
    kind, poll = (Kind.CHECK_IN, "") if desk else (Kind.BALLOT, POLL)
    return [segment.write(kind, f"{words} sealed {n}".encode(), poll) for n in range(count)]


def uncertified(name: str) -> Entry:
    """An opening that is signed, and opens nothing."""
    segment_key, body = key(f"segment {name} x"), b"let me in"
    header = Header(
        assembly=ASSEMBLY,
        segment=segment_key.public.hex(),
        number=0,
        previous=NO_PREVIOUS,
        kind=Kind.OPEN_SEGMENT,
        poll="",
        body_hash=sha256(body).hexdigest(),
        body_size=len(body),
    )
    header_bytes = canonical.encode(header)
    return Entry(
        header_bytes=header_bytes, signature=segment_key.sign(CONTEXT, header_bytes), body=body
    )


def chain(
    name: str, count: int, boot: int = 0, role: Role = Role.BOOTH, root: SecretKey = ROOT
) -> list[Entry]:
    """A whole segment: its opening and `count` entries."""
    segment = opened(name, boot, role, root)
    return [segment.first, *written(segment, count)]


def forked(name: str, common: int, branches: Sequence[int]) -> list[list[Entry]]:
    """Segments with one key that agree up to entry `common` and then go their ways.

    Branch b has `branches[b]` entries of its own.
    """
    made = []
    for branch, length in enumerate(branches):
        segment = opened(name)
        same = written(segment, common)
        made.append([segment.first, *same, *written(segment, length, f"branch {branch}")])
    return made


def parted(name: str, early: int, late: int, last: int) -> list[list[Entry]]:
    """Three branches with one key: the first parts after `early`, the others after `late`."""
    made = []
    for branch in range(3):
        segment = opened(name)
        entries = [segment.first, *written(segment, early)]
        words = "early" if branch == 0 else "later"
        entries += written(segment, late - early, words)
        made.append([*entries, *written(segment, last - late, f"{words} {branch}")])
    return made


def ids(entries: Iterable[Entry]) -> list[str]:
    return [entry.id.hex() for entry in entries]
