# SPDX-License-Identifier: AGPL-3.0-or-later
"""One slip, one vote: which ballot counts when a slip was used where kiosks could not meet.

A function of the set of ballots, decided on ciphertexts and before anything is opened:
the same ballot recorded twice is one ballot; the copy at the slip's home booth counts; failing
that, a lottery whose seed nobody knew when casting. `RECORD.md` ("One slip, one vote") says why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256

from ballots.session.state import CastBallot

HOME = b"urna-home/v1\0"
LOTTERY = b"urna-lottery/v1\0"
RESERVED = b"urna-reserved/v1\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """`counted` has one ballot per used slip, by tracker; `set_aside` the rest, never opened.

    `conflicts` is how many slips were used for ballots that differ. Where it reaches the margin
    of a question, that question is not decided.
    """

    counted: tuple[CastBallot, ...]
    set_aside: tuple[CastBallot, ...]
    conflicts: int


def home(credential: str, booths: Collection[str]) -> str:
    """The booth, by its device's key in hex, whose copy counts; `booths` is not empty."""
    return min(booths, key=lambda booth: _lot(HOME, f"{credential} {booth}"))


def reserved(uuid: str, credential: str) -> bytes:
    """What devices that are connected call a slip which one of them has in hand; 32 bytes.

    They can tell whose it is by trying all credentials of the roll: it is short, not secret.
    """
    return _lot(RESERVED, f"{uuid} {credential}")


def resolve(ballots: Iterable[CastBallot], booths: Collection[str], seed: bytes) -> Resolution:
    """Choose one ballot per slip.

    Args:
        ballots: of one poll, each recorded at one of its booths or elsewhere.
        booths: the poll's (`PollState.booths`).
        seed: of the lottery (`PollState.seed`).
    """
    slips: dict[str, dict[str, list[CastBallot]]] = defaultdict(lambda: defaultdict(list))
    everything = sorted(set(ballots), key=lambda ballot: (ballot.segment, ballot.number))
    for ballot in everything:
        slips[ballot.credential][ballot.tracker].append(ballot)
    counted = sorted(
        (_preferred(copies, booths, seed) for copies in slips.values()),
        key=lambda ballot: ballot.tracker,
    )
    kept = {ballot.tracker for ballot in counted}
    return Resolution(
        counted=tuple(counted),
        set_aside=tuple(ballot for ballot in everything if ballot.tracker not in kept),
        conflicts=sum(len(copies) > 1 for copies in slips.values()),
    )


def _preferred(
    copies: dict[str, list[CastBallot]], booths: Collection[str], seed: bytes
) -> CastBallot:
    """Of one slip's ballots by tracker, each with every place where it was recorded."""
    at_home: set[str] = set()
    if len(copies) > 1 and booths:
        credential = next(iter(copies.values()))[0].credential
        own = home(credential, booths)
        at_home = {
            tracker
            for tracker, places in copies.items()
            if any(ballot.device == own for ballot in places)
        }
    chosen = min(at_home or copies, key=lambda tracker: _lot(LOTTERY, tracker, seed))
    return copies[chosen][0]


def _lot(context: bytes, drawn: str, seed: bytes = b"") -> bytes:
    return sha256(context + seed + drawn.encode()).digest()
