# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the ballots of all booths to those that an election counts.

A ballot counts when its election accepts it, it was not opened as a challenge, and it is the one
that its slip is entitled to. Anyone who holds the record comes to the same set.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ballots.balance import Balance, Batch, Channel, PollBallots, balance
from ballots.election.errors import ElectionRefused
from ballots.election.sealed.check import check
from ballots.election.sealed.opening import check_opening
from ballots.election.sealed.spoilt import Spoilt
from ballots.election.setup import Setup
from ballots.one_slip import resolve
from ballots.session import CastBallot, OpenedBallot, PollState, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """`counted` are by tracker. `refused` were recorded, but the election does not take them."""

    uuid: str
    counted: tuple[CastBallot, ...]
    set_aside: tuple[CastBallot, ...]
    refused: tuple[CastBallot, ...]
    conflicts: int


def takes(setup: Setup, body: bytes) -> bool:
    """Whether an election takes these bytes: on the roll, signed, every proof right."""
    try:
        check(setup, body)
    except ElectionRefused:
        return False
    return True


def marks_of(setup: Setup, opened: OpenedBallot) -> tuple[tuple[int, ...], ...] | None:
    """What a booth had sealed in a ballot that was challenged; None where it does not open."""
    try:
        return check_opening(setup, opened.ballot, opened.opening)
    except ElectionRefused:
        return None


def merge(
    state: PollState,
    accepts: Callable[[CastBallot], bool],
    opens: Callable[[OpenedBallot], bool] = lambda _: False,
) -> Merged:
    """The ballots of one poll that its election `accepts`, one for each slip.

    A ballot that was challenged and `opens` never counts, whichever device recorded it again, nor
    do its ciphertexts under another signature: only the booth that sealed it could open it, and
    everybody may copy what was opened.
    """
    spoilt = Spoilt(opened.ballot for opened in state.challenges if opens(opened))
    accepted = [
        ballot for ballot in state.ballots if not spoilt.hold(ballot.body) and accepts(ballot)
    ]
    valid = set(accepted)
    resolution = resolve(accepted, state.booths, state.seed)
    return Merged(
        uuid=state.uuid,
        counted=resolution.counted,
        set_aside=resolution.set_aside,
        refused=tuple(ballot for ballot in state.ballots if ballot not in valid),
        conflicts=resolution.conflicts,
    )


def weigh(session: Session, merged: Sequence[Merged]) -> Balance:
    """People, slips and ballots of an evening against each other, as the record has them."""
    stack = Batch(
        name="1",
        printed=session.slips_printed,
        issued=session.slips_issued,
        void=session.slips_void,
        left=session.slips_left,
    )
    return balance(
        present=session.present,
        returned=session.slips_returned,
        batches=[stack],
        polls=[_channels(session, session.polls[each.uuid], each) for each in merged],
    )


def _channels(session: Session, state: PollState, merged: Merged) -> PollBallots:
    """What each booth brought to a poll: taken, counted, set aside."""
    counted = {ballot.entry for ballot in merged.counted}
    every = (*state.ballots, *state.late, *state.contested)
    return PollBallots(
        poll=state.poll.id,
        ballots=len(merged.counted),
        channels=tuple(
            Channel(
                device=session.devices[booth].name,
                cast=sum(ballot.device == booth for ballot in every),
                counted=sum(b.device == booth and b.entry in counted for b in every),
                aside=sum(b.device == booth and b.entry not in counted for b in every),
            )
            for booth in state.booths
        ),
    )
