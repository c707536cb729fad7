# SPDX-License-Identifier: AGPL-3.0-or-later
"""A told evening in which a receipt can come to every end, and what its archive holds."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256

from ballots.receipts.audit import Traced, trace
from ballots.receipts.code import Code
from ballots.receipts.proof import Proof
from ballots.record.kinds import Kind
from tests.counted_evenings import NO, ONE, TWO, YES, CountedEvening, sealed, voting
from tests.told_evenings import UUID


def tracker_of(body: bytes) -> str:
    return b64encode(sha256(body).digest()).decode().rstrip("=")


@dataclass
class Receipts:
    """The evening over, with the trackers of each end by name."""

    told: CountedEvening
    trackers: Mapping[str, str]
    counted: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def trace(self, name: str = "", *, tracker: str = "", election: str = "") -> Traced:
        code = Code(tracker=tracker or self.trackers[name], election=election)
        return trace(code, self.told.session, self.told.entries, self.counted)

    def proof(self, name: str = "counted") -> Proof:
        found = self.trace(name).proof
        assert found is not None
        return found


@cache
def receipts() -> Receipts:
    """Votes that count, one set aside, one refused, one challenged, one late."""
    told = voting()
    bodies = {
        "counted": told.vote(ONE, 0),
        "second": told.vote(TWO, 1, NO),
        "one-copy": told.vote(ONE, 2, YES),
        "other-copy": told.vote(TWO, 2, NO, draw=1),
    }
    spoilt = sealed(told.setup, 3)
    told.spoil(ONE, spoilt)
    bodies["challenged"] = spoilt.body
    copied = sealed(told.setup, 4)
    told.spoil(ONE, copied)
    bodies["copied"] = copied.body  # what one booth opened, another took
    told.vote(TWO, 4)
    forged = told.setup.uuid.encode().join((b'{"election_uuid":"', b'","credential":"nobody"}'))
    told.write(TWO, Kind.BALLOT, forged, UUID)
    bodies["refused"] = forged
    told.seal()
    bodies["late"] = told.vote(TWO, 3, draw=7)
    trackers = {name: tracker_of(body) for name, body in bodies.items()}
    counted = [each.tracker for each in told.merged().counted]
    return Receipts(told=told, trackers=trackers, counted={UUID: counted})
