# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who comes, in which order, what they will vote and what goes wrong: drawn from a seed, pure."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ballots.assembly import Kind, Poll, Question
from kiosk.errors import KioskProblem, KioskRefused

FEWEST_RESIDENTS = 12
FEWEST_KIOSKS = 3
BY_TOUCH = 6  # residents who vote at the booth with a screen, at the least
SPARE_SLIPS = 6  # slips printed beyond those expected, as a real desk would
STAYS = 0.8  # share of residents who are still there for the question born in the room

Choices = Mapping[str, frozenset[str]]


class Incident(StrEnum):
    """What an evening must survive; each happens once, to one visit."""

    CHALLENGE = "challenge"  # the resident checks the booth and votes afterwards
    SLIP_AGAIN = "slip-again"  # comes back and scans the used slip
    PAPER_OUT = "paper-out"  # the receipt printer runs out of paper
    CUT_OFF = "cut-off"  # from here this booth hears nobody
    BACK = "back"  # and from here it does again
    KILLED = "killed"  # the booth's process dies in the middle of the cast


@dataclass(frozen=True, slots=True, repr=False)
class Resident:
    """An invented resident. Choices are in nobody's log: this value does not print them."""

    number: int
    name: str
    language: str
    choices: Choices
    stays: bool

    def __repr__(self) -> str:
        return f"Resident({self.number})"


@dataclass(frozen=True, slots=True)
class Visit:
    """One resident at one booth (0 is the booth with the screen), with what goes wrong there."""

    resident: Resident
    booth: int
    by_touch: bool = False
    incident: Incident | None = None


@dataclass(frozen=True, slots=True)
class Evening:
    """Visits in order: first for the planned polls, then for the question born in the room."""

    visits: tuple[Visit, ...]
    room_visits: tuple[Visit, ...]


def draw_evening(
    *, seed: int, residents: int, kiosks: int, polls: Sequence[Poll], languages: Sequence[str]
) -> Evening:
    """Draw an evening. `polls` are the planned ones and the one born in the room.

    One kiosk is the desk, the others are booths. Refuses fewer residents or kiosks than the
    incidents need.
    """
    if residents < FEWEST_RESIDENTS:
        raise KioskRefused(KioskProblem.TOO_FEW_RESIDENTS, fewest=FEWEST_RESIDENTS)
    if kiosks < FEWEST_KIOSKS:
        raise KioskRefused(KioskProblem.TOO_FEW_KIOSKS, fewest=FEWEST_KIOSKS)
    dice = random.Random(seed)  # noqa: S311  # invented residents, no secret depends on it
    people = [_resident(number, polls, languages, dice) for number in range(1, residents + 1)]
    dice.shuffle(people)
    booths = range(1, kiosks - 1)
    visits = [Visit(person, dice.choice(booths)) for person in people]
    _by_touch(visits, dice, least=BY_TOUCH)
    _incidents(visits, dice)
    room = [Visit(person, dice.choice(booths)) for person in people if person.stays]
    dice.shuffle(room)
    _by_touch(room, dice, least=1)
    return Evening(tuple(visits), tuple(room))


def _resident(
    number: int, polls: Sequence[Poll], languages: Sequence[str], dice: random.Random
) -> Resident:
    choices = {q.id: _choice(q, dice) for poll in polls for q in poll.questions}
    return Resident(
        number=number,
        name=f"Veïna Exemple {number:02}",
        language=dice.choice(languages),
        choices=choices,
        stays=dice.random() < STAYS,
    )


def _choice(question: Question, dice: random.Random) -> frozenset[str]:
    """A choice with a lean: options near the top of the paper are liked better."""
    ids = [option.id for option in question.options]
    if dice.random() < (0.1 if question.kind is Kind.YES_NO else 0.05):
        return frozenset()
    wanted = dice.randint(question.minimum, question.maximum)
    chosen: set[str] = set()
    while len(chosen) < wanted:
        chosen.add(ids[min(int(dice.expovariate(2.5) * len(ids)), len(ids) - 1)])
    return frozenset(chosen)


def _by_touch(visits: list[Visit], dice: random.Random, *, least: int) -> None:
    """One in four goes to the booth with the screen, and enough for its incidents."""
    touched = max(least, len(visits) // 4)
    for index in dice.sample(range(len(visits)), min(touched, len(visits))):
        visits[index] = Visit(visits[index].resident, 0, by_touch=True)


def _incidents(visits: list[Visit], dice: random.Random) -> None:
    """Spread the incidents over distinct visits; the booth that is cut off is the last one."""
    touched = [index for index, visit in enumerate(visits) if visit.by_touch]
    plain = [index for index, visit in enumerate(visits) if not visit.by_touch]
    last = max(visit.booth for visit in visits)
    cut, back, killed, paper = sorted(dice.sample(plain, 4))
    for index, incident, booth in (
        (touched[0], Incident.CHALLENGE, 0),
        (touched[1], Incident.SLIP_AGAIN, 0),
        (cut, Incident.CUT_OFF, last),
        (back, Incident.BACK, last),
        (killed, Incident.KILLED, last),
        (paper, Incident.PAPER_OUT, visits[paper].booth),
    ):
        visit = visits[index]
        visits[index] = Visit(visit.resident, booth, visit.by_touch, incident)
