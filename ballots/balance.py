# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether the evening's numbers agree: people, slips, ballots, devices.

A breach blocks publication. Each line of the balance is one sum with its numbers, said as
`balance.<sum>.holds` or `balance.<sum>.breach`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from ballots.counting.errors import CountingProblem, CountingRefused


class Sum(StrEnum):
    """The sums that must agree, with their facts."""

    PRESENT = "present"  # present >= out = issued - returned
    PRINTED = "printed"  # of a batch: printed = issued + void + left
    BALLOTS = "ballots"  # of a poll: out >= ballots
    CHANNEL = "channel"  # of a poll on one device: cast = counted + aside
    TOTAL = "total"  # of a poll: ballots = the counted ones of all devices


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One printed stack of slips; a slip that was issued and came back is still `issued`."""

    name: str
    printed: int
    issued: int
    void: int
    left: int

    def __post_init__(self) -> None:
        _not_negative(self.name, self.printed, self.issued, self.void, self.left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What one device (or one ballot box) brought to a poll.

    `cast` is what the device itself says that it took; `counted` of these are in the tally,
    and `aside` were set aside by the rule of one slip, one vote, or because they came late.
    """

    device: str
    cast: int
    counted: int
    aside: int = 0

    def __post_init__(self) -> None:
        _not_negative(self.device, self.cast, self.counted, self.aside)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollBallots:
    """The ballots that a poll's tally says it holds, and the channels that they came through."""

    poll: str
    ballots: int
    channels: tuple[Channel, ...]

    def __post_init__(self) -> None:
        _not_negative(self.poll, self.ballots)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One sum with its numbers; `facts` also name the `batch`, `poll` or `device` it is about.

    `named` are the devices or batches at fault: empty where the sum holds, and where the
    numbers do not tell.
    """

    sum: Sum
    holds: bool
    facts: Mapping[str, str | int]
    named: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))

    def __hash__(self) -> int:
        return hash((self.sum, self.holds, self.named, tuple(sorted(self.facts.items()))))

    @property
    def code(self) -> str:
        """The entry of this line in the message catalogue."""
        return f"balance.{self.sum}.{'holds' if self.holds else 'breach'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Every sum of the evening."""

    lines: tuple[Line, ...]

    @property
    def holds(self) -> bool:
        """Whether all sums agree."""
        return not self.breaches

    @property
    def breaches(self) -> tuple[Line, ...]:
        """The sums that do not agree."""
        return tuple(line for line in self.lines if not line.holds)


def balance(
    *, present: int, returned: int, batches: Sequence[Batch], polls: Sequence[PollBallots]
) -> Balance:
    """Weigh people present, slips and ballots against each other.

    Args:
        present: people whom the desk marked as present.
        returned: slips that were issued and came back unused.
        batches: each printed stack of slips.
        polls: each poll that was held.

    Raises:
        CountingRefused: a number is negative.
    """
    _not_negative("present", present, returned)
    issued = sum(batch.issued for batch in batches)
    out = issued - returned
    people = _line(
        Sum.PRESENT,
        holds=0 <= out <= present,
        present=present,
        issued=issued,
        returned=returned,
        out=out,
    )
    sums = (line for poll in polls for line in _poll(poll, out))
    return Balance(lines=(people, *map(_printed, batches), *sums))


def _line(sum: Sum, at_fault: Sequence[str] = (), /, *, holds: bool, **facts: str | int) -> Line:
    return Line(sum=sum, holds=holds, facts=facts, named=() if holds else tuple(at_fault))


def _printed(batch: Batch) -> Line:
    return _line(
        Sum.PRINTED,
        [batch.name],
        holds=batch.printed == batch.issued + batch.void + batch.left,
        batch=batch.name,
        printed=batch.printed,
        issued=batch.issued,
        void=batch.void,
        left=batch.left,
    )


def _poll(poll: PollBallots, out: int) -> Iterator[Line]:
    yield _line(
        Sum.BALLOTS,
        [channel.device for channel in poll.channels if channel.counted > out],
        holds=poll.ballots <= out,
        poll=poll.poll,
        out=out,
        ballots=poll.ballots,
    )
    for channel in poll.channels:
        yield _line(
            Sum.CHANNEL,
            [channel.device],
            holds=channel.cast == channel.counted + channel.aside,
            poll=poll.poll,
            device=channel.device,
            cast=channel.cast,
            counted=channel.counted,
            aside=channel.aside,
        )
    counted = sum(channel.counted for channel in poll.channels)
    yield _line(
        Sum.TOTAL,
        holds=poll.ballots == counted,
        poll=poll.poll,
        ballots=poll.ballots,
        counted=counted,
    )


def _not_negative(place: str, *numbers: int) -> None:
    if min(numbers) < 0:
        raise CountingRefused(CountingProblem.RANGE, place=place)
