# SPDX-License-Identifier: AGPL-3.0-or-later
"""The end of the evening: trustees come with their cards, votes are counted, minutes published.

Whatever can be refused is refused before a trustee is asked for anything: polls that are not
sealed, a balance that does not hold, a folder that is not empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ballots.election.groups.modp import ModularPower
from ballots.election.trustees.share import TrusteeShare
from ballots.randomness import Randomness
from ballots.record.kinds import Kind
from ballots.session import PollStage, Session
from kiosk.corrections import take_back
from kiosk.device import Device
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.laying_down import make_empty
from kiosk.publishing import Published, publish, require_balance
from kiosk.tallying import Counted, count_box, merge_poll
from printouts.proceedings import HeldIn


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What was counted, in the order of the preparation, and what was published of it."""

    counted: tuple[Counted, ...]
    published: Published


def end_evening(  # noqa: PLR0913 - each is one thing that the end of an evening needs
    device: Device,
    trustees: Callable[[], Sequence[TrusteeShare]],
    folder: Path,
    *,
    held_in: HeldIn,
    random: Randomness,
    timestamp: int,
    power: ModularPower = pow,
) -> Ended:
    """Count every poll and publish into an empty folder. Done again, it takes the first back.

    `trustees` gives as many shares as are needed, once nothing else stands in the way;
    `timestamp` in Unix seconds.
    """
    require_sealed(device.session())
    if held_in is HeldIn.SECOND and not device.prepared.assembly.call.second:
        raise KioskRefused(KioskProblem.NO_SECOND_CALL)
    language = device.prepared.assembly.languages[0]
    polls = device.session().polls
    boxes = [merge_poll(device, uuid, power) for uuid in device.prepared.rolls if uuid in polls]
    require_balance(device.session(), [box.merged for box in boxes], language)
    make_empty(folder)
    shares = trustees()
    take_back(device, Kind.RESULT, Kind.MINUTES)
    counted = tuple(
        count_box(device, box, shares, random=random, timestamp=timestamp) for box in boxes
    )
    published = publish(device, counted, folder, held_in=held_in, language=language)
    return Ended(counted=counted, published=published)


def require_sealed(session: Session) -> None:
    """Refuses while a poll is not sealed by everyone, and says who is awaited."""
    if not session.polls:
        raise KioskRefused(KioskProblem.NOTHING_VOTED)
    for state in session.polls.values():
        if state.stage is PollStage.OPEN:
            raise KioskRefused(KioskProblem.POLL_STILL_OPEN, poll=state.poll.id)
        if state.seal is None:
            names = names_of(session, state.awaited)
            raise KioskRefused(KioskProblem.NOT_FINISHED, names=names)
        if state.stage is not PollStage.SEALED:
            names = names_of(session, state.seal.awaited)
            raise KioskRefused(KioskProblem.NOT_COSIGNED, names=names)


def names_of(session: Session, devices: Iterable[str]) -> str:
    """What devices are called, by alphabet."""
    return ", ".join(sorted(session.devices[id_].name for id_ in devices))
