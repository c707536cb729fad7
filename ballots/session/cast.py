# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was opened and what was cast, read from bytes of other rooms without believing them."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

import msgspec

from ballots.assembly import AssemblyRefused, Poll
from ballots.documents import read_poll
from ballots.record.bodies import PollOpen
from ballots.record.entry import Entry
from ballots.session.acts import Act
from ballots.session.state import CastBallot


class _Glimpse(msgspec.Struct):
    credential: str
    election_uuid: str


class _Named(msgspec.Struct):
    uuid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One opening of a poll."""

    assembly: str
    uuid: str
    poll: Poll
    election: bytes
    at: str

    @property
    def title(self) -> str:
        """What to call the poll where no language is asked for."""
        return self.poll.title.in_language("")


def opened(act: Act) -> Opened | None:
    """What a `poll-open` opens, if its poll and its election can be read and bear its uuid."""
    document = act.document
    if not isinstance(document, PollOpen) or document.uuid != act.poll:
        return None
    try:
        election = msgspec.json.decode(document.election, type=_Named)
        poll = read_poll(document.poll.encode())
    except (ValueError, RecursionError, AssemblyRefused):
        return None
    if election.uuid != act.poll:
        return None
    return Opened(
        assembly=act.entry.header.assembly,
        uuid=act.poll,
        poll=poll,
        election=document.election.encode(),
        at=document.at,
    )


def tracker(body_hash: str) -> str:
    """A ballot's tracker: its SHA-256 in base64 without padding (Belenios)."""
    return b64encode(bytes.fromhex(body_hash)).decode().rstrip("=")


def cast(entry: Entry, device: str) -> CastBallot | None:
    """A ballot whose two fields that matter here can be read, for the election of its header."""
    header = entry.header
    try:
        glimpse = msgspec.json.decode(entry.body or b"", type=_Glimpse)
    except (ValueError, RecursionError):
        return None
    if glimpse.election_uuid != header.poll or not glimpse.credential:
        return None
    return CastBallot(
        entry=entry.id.hex(),
        segment=header.segment,
        number=header.number,
        device=device,
        credential=glimpse.credential,
        tracker=tracker(header.body_hash),
        body=entry.body or b"",
    )
