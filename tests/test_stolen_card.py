# SPDX-License-Identifier: AGPL-3.0-or-later
"""What whoever takes a booth's card, and has the desk's list, can tell of votes: nothing.

The order of casting is no secret (a record has one), so all that is left to guess by is the sealed
ballots. The matcher is told half of the votes and guesses the other half from whatever numbers
there are about each ballot; it has to be no better than a coin. That it finds a leak is tried too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from os import urandom
from pathlib import Path
from random import Random
from statistics import fmean, pstdev

import pytest

from ballots.randomness import shuffled
from ballots.record.kinds import Kind
from hardware.attach import attach_printer
from kiosk import events
from kiosk.booth import Booth
from kiosk.desk import Desk
from kiosk.device import Device
from kiosk.facilitator import Facilitator
from kiosk.preparing import prepare
from tests.evenings import BLANK, DEVICES, YES, Around, inputs

RUNS = 1_000
TRACE = 32  # bytes of each ballot that the matcher looks at, spread over it


@dataclass(frozen=True)
class Stolen:
    """`disk` is all that is on the card; `said` is which of two votes each ballot was."""

    disk: bytes
    ballots: tuple[bytes, ...]
    said: tuple[bool, ...]
    slips: tuple[str, ...]
    names: tuple[str, ...]


def stolen(people: int, folder: Path) -> Stolen:
    """One booth's card after so many votes, each this way or that."""
    made = prepare(
        inputs().assembly,
        group="Ed25519",
        slips=people,
        devices=DEVICES,
        random=Random(people).randbytes,
    )
    for number, enrolled in enumerate(made.devices[:3]):
        enrolled.install(made.prepared, folder / str(number))
    chance, names = Random(people), tuple(f"Veïna Exemple {n}" for n in range(people))
    printer = attach_printer("simulated:?dots=384&baud=921600")
    with (
        closing(printer),
        closing(Device(folder / "0", urandom)) as leader,
        closing(Device(folder / "1", urandom)) as desk,
        closing(Device(folder / "2", urandom)) as device,
    ):
        Facilitator(leader, lambda: "19:30").open_poll(inputs().assembly.polls[0])
        desk.replica.add(leader.replica.everything())
        for name in names:
            Desk(desk).check_in(name)
        device.replica.add([*leader.replica.everything(), *desk.replica.everything()])
        booth = Booth(device, printer, Around(), random=urandom)
        said = tuple(chance.random() < 0.5 for _ in names)
        for slip, yes in zip(shuffled(urandom, made.slips), said, strict=True):
            welcome = booth.carry_out(events.LookUpSlip(code=slip.code))
            assert isinstance(welcome, events.SlipWelcomed)
            choices = YES if yes else BLANK
            booth.carry_out(events.SealBallot(uuid=welcome.uuid, choices=choices))
            assert isinstance(booth.carry_out(events.CastBallot()), events.BallotKept)
            booth.carry_out(events.Forget())
        mine = device.segment.public
        ballots = [
            entry.body or b""
            for entry in device.replica.everything()
            if entry.header.kind is Kind.BALLOT and entry.header.segment == mine
        ]
        disk = b"".join(path.read_bytes() for path in sorted((folder / "2").glob("record.db*")))
    codes = tuple(slip.code for slip in made.slips)
    return Stolen(disk, tuple(ballots), said, codes, names)


def numbers_of(ballot: bytes) -> list[float]:
    """Whatever may give a vote away: sizes, sums, bytes all over it."""
    step = max(1, len(ballot) // TRACE)
    return [len(ballot), sum(ballot), len(set(ballot)), *map(float, ballot[::step][:TRACE])]


def guessed(columns: Sequence[Sequence[float]], said: Sequence[bool], chance: Random) -> float:
    """How many of the votes that it was not told a matcher gets right, from 0 to 1.

    It takes the number that parted best the half that it was told, and parts the rest by it.
    """
    half = chance.sample(range(len(said)), len(said) // 2)
    yes, no = [n for n in half if said[n]], [n for n in half if not said[n]]
    if not (yes and no):
        return 0.5
    best, column, middle, sign = -1.0, columns[0], 0.0, 1
    for each in columns:
        high, low = fmean(each[n] for n in yes), fmean(each[n] for n in no)
        width = pstdev([each[n] for n in half]) or 1e-9
        if abs(high - low) / width > best:
            best, column = abs(high - low) / width, each
            middle, sign = (high + low) / 2, 1 if high > low else -1
    rest = set(range(len(said))) - set(half)
    return fmean((sign * (column[n] - middle) > 0) is said[n] for n in rest)


def columns_of(ballots: Sequence[bytes]) -> list[tuple[float, ...]]:
    return list(zip(*map(numbers_of, ballots), strict=True))


@pytest.fixture(scope="module")
def thirty(tmp_path_factory: pytest.TempPathFactory) -> Stolen:
    return stolen(30, tmp_path_factory.mktemp("thirty"))


def test_a_matcher_does_no_better_than_a_coin(thirty: Stolen) -> None:
    chance = Random(1)
    columns = columns_of(thirty.ballots)
    rights = [guessed(columns, thirty.said, chance) for _ in range(RUNS)]
    assert abs(fmean(rights) - 0.5) < 0.2


def test_nor_does_it_with_two_hundred(tmp_path: Path) -> None:
    card = stolen(200, tmp_path)
    chance = Random(1)
    columns = columns_of(card.ballots)
    rights = [guessed(columns, card.said, chance) for _ in range(RUNS)]
    assert abs(fmean(rights) - 0.5) < 0.1


def with_room(ballot: bytes) -> bytes:
    """Some more room, where one of the two votes takes it."""
    return ballot[:64] + bytes(40) + ballot[64:]


def with_another_byte(ballot: bytes) -> bytes:
    return b"\xff" + ballot[1:]


@pytest.mark.parametrize("leak", [with_room, with_another_byte])
def test_a_booth_that_leaks_is_found_out(thirty: Stolen, leak: Callable[[bytes], bytes]) -> None:
    votes = zip(thirty.ballots, thirty.said, strict=True)
    columns = columns_of([leak(ballot) if yes else ballot for ballot, yes in votes])
    chance = Random(1)
    assert fmean(guessed(columns, thirty.said, chance) for _ in range(100)) > 0.8


def test_no_slip_and_no_name_is_on_the_card(thirty: Stolen) -> None:
    assert all(code.encode() not in thirty.disk for code in thirty.slips)
    assert all(name.encode() not in thirty.disk for name in thirty.names)
    assert len(thirty.ballots) == 30


def test_all_ballots_are_of_one_size_but_for_their_numbers(thirty: Stolen) -> None:
    """Numbers in base 10 differ by a few digits; they are random ones."""
    sizes = {len(ballot) for ballot in thirty.ballots}
    assert max(sizes) - min(sizes) < 60
