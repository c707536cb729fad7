# SPDX-License-Identifier: AGPL-3.0-or-later
"""Closing: cast ballots become one shuffled chain, a sum, and counts (ELECTION.md §8 to §11).

Stricter than reading: a second ballot of a credential is refused, and two mixers are needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ballots.election.archive.chain import ArchiveWriter
from ballots.election.archive.events import Event, EventType, owned_event, setup_event
from ballots.election.decryption import decrypt, partial_decryption
from ballots.election.errors import ElectionProblem, ElectionRefused, at
from ballots.election.mixing.mix import FEWEST_MIXERS, is_mixed, mix
from ballots.election.numerals import short_hash
from ballots.election.result import Result, result_of
from ballots.election.sealed.check import CheckedBallot, check
from ballots.election.setup import Setup
from ballots.election.tally import Tally, accumulate
from ballots.election.trustees.share import TrusteeShare
from ballots.randomness import Randomness, shuffled


def close_election(
    setup: Setup,
    ballots: Iterable[bytes],
    shares: Sequence[TrusteeShare],
    random: Randomness,
    timestamp: int,
    *,
    mixers: Sequence[int] = (1, 2),
) -> tuple[bytes, Result]:
    """The archive of the whole election, and its result.

    Every ballot is checked; one that is not valid, or a second one of a credential, is refused
    with its place. The order in the archive is drawn anew and says nothing about that of casting.
    Answers that are opened one by one are shuffled before: `mixers` are the owner ids of those
    who take a turn, at least two.
    """
    bodies = shuffled(random, ballots)
    tally = accumulate(setup, _check_all(setup, bodies))
    writer = ArchiveWriter(timestamp)
    writer.add(setup_event(setup.documents))
    for body in bodies:
        writer.add(Event(type=EventType.BALLOT, documents=(body,)))
    writer.add(Event(type=EventType.END_BALLOTS, documents=()))
    sealed = (tally.encode(setup.paper), tally.sized(setup.paper))
    writer.add(Event(type=EventType.TALLY, documents=sealed))
    tally = _mix(setup, tally, mixers, random, writer)
    partials = {
        share.owner: partial_decryption(setup, tally, share, random)
        for share in sorted(shares, key=lambda share: share.owner)
    }
    result = result_of(setup.paper, tally, decrypt(setup, tally, partials))
    for owner, partial in partials.items():
        writer.add(owned_event(EventType.DECRYPTION, owner, partial))
    writer.add(Event(type=EventType.RESULT, documents=(result.encode(setup.paper),)))
    return writer.finish(), result


def _mix(
    setup: Setup,
    tally: Tally,
    mixers: Sequence[int],
    random: Randomness,
    writer: ArchiveWriter,
) -> Tally:
    """Each mixer's turn, if anything is shuffled."""
    if not is_mixed(setup.paper):
        return tally
    given = len(set(mixers) & set(setup.board.keys))
    if given < FEWEST_MIXERS or given < len(mixers):
        raise ElectionRefused(ElectionProblem.SHUFFLES_MISSING, needed=FEWEST_MIXERS, given=given)
    for owner in mixers:
        tally, document = mix(setup.paper, tally, random)
        writer.add(owned_event(EventType.SHUFFLE, owner, document))
    writer.add(Event(type=EventType.END_SHUFFLES, documents=()))
    return tally


def _check_all(setup: Setup, bodies: Iterable[bytes]) -> list[CheckedBallot]:
    checked: dict[str, CheckedBallot] = {}
    for body in bodies:
        with at(f"ballot:{short_hash(body)}"):
            ballot = check(setup, body)
            if ballot.credential in checked:
                raise ElectionRefused(ElectionProblem.REVOTE)
        checked[ballot.credential] = ballot
    return list(checked.values())
