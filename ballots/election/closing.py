# SPDX-License-Identifier: AGPL-3.0-or-later
"""Closing: cast ballots become one shuffled chain, a sum, and the counts that trustees open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ballots.election.archive import ArchiveWriter
from ballots.election.ballot_check import CheckedBallot, check
from ballots.election.errors import ElectionProblem, ElectionRefused, at
from ballots.election.events import Event, EventType, decryption_event, setup_event
from ballots.election.numerals import short_hash
from ballots.election.setup import Setup
from ballots.election.tally import Result, accumulate, open_tally, partial_decryption
from ballots.election.trustees import TrusteeShare
from ballots.randomness import Randomness, shuffled


def close_election(
    setup: Setup,
    ballots: Iterable[bytes],
    shares: Sequence[TrusteeShare],
    random: Randomness,
    timestamp: int,
) -> tuple[bytes, Result]:
    """The archive of the whole election, and its result.

    Every ballot is checked; one that is not valid, or a second one of a credential, is refused
    with its place. The order in the archive is drawn anew and says nothing about that of casting.
    """
    bodies = shuffled(random, ballots)
    tally = accumulate(setup, _check_all(setup, bodies))
    partials = {
        share.owner: partial_decryption(setup, tally, share, random)
        for share in sorted(shares, key=lambda share: share.owner)
    }
    result = open_tally(setup, tally, partials)
    writer = ArchiveWriter(timestamp)
    writer.add(setup_event(setup.documents))
    for body in bodies:
        writer.add(Event(type=EventType.BALLOT, documents=(body,)))
    writer.add(Event(type=EventType.END_BALLOTS, documents=()))
    sealed = (tally.encode(setup.group), tally.sized(setup.group))
    writer.add(Event(type=EventType.TALLY, documents=sealed))
    for owner, partial in partials.items():
        writer.add(decryption_event(owner, partial))
    writer.add(Event(type=EventType.RESULT, documents=(result.encode(),)))
    return writer.finish(), result


def _check_all(setup: Setup, bodies: Iterable[bytes]) -> list[CheckedBallot]:
    checked: dict[str, CheckedBallot] = {}
    for body in bodies:
        with at(f"ballot:{short_hash(body)}"):
            ballot = check(setup, body)
            if ballot.credential in checked:
                raise ElectionRefused(ElectionProblem.REVOTE)
        checked[ballot.credential] = ballot
    return list(checked.values())
