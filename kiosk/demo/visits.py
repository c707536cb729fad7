# SPDX-License-Identifier: AGPL-3.0-or-later
"""Residents at the desk and at the booths, and what goes wrong there."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PIL import Image

from ballots.assembly import Assembly
from ballots.election.sealed.opening import check_challenge
from ballots.election.slip import Slip
from ballots.session import OpenedBallot, PollState
from kiosk.arithmetic import best_power
from kiosk.demo.challenges import Challenge
from kiosk.demo.evening import Incident, Resident, Visit
from kiosk.demo.resident import Habits, walk
from kiosk.demo.room import SETTLE, BoothOfRoom, Room
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.i18n import Say

PAPER_LEFT = 150  # dots, less than any receipt takes below its commitment


@dataclass(slots=True)
class Seen:
    """What residents saw with their own eyes, to compare with the record afterwards."""

    cast: dict[str, set[str]] = field(default_factory=dict)  # poll's uuid → trackers
    challenged: list[Challenge] = field(default_factory=list)
    incidents: dict[str, str] = field(default_factory=dict)  # incident → how it ended
    by_touch: int = 0


class Visits:
    """The way of each resident. Slips lie with them and in the pile, and nowhere else."""

    def __init__(
        self, room: Room, pile: list[Slip], dice: random.Random, *, challenges: int
    ) -> None:
        """`pile` holds the printed slips, shuffled; they are drawn from its top.

        Who checks the booth does so `challenges` times.
        """
        self._room = room
        self._pile = pile
        self._dice = dice
        self._challenges = challenges
        self._slips: dict[int, Slip] = {}
        self._names: dict[int, str] = {}
        self.seen = Seen()

    @property
    def left(self) -> int:
        """How many printed slips nobody drew."""
        return len(self._pile)

    def arrive(self, resident: Resident) -> None:
        """At the desk: present, and one slip drawn."""
        desk = self._room.desk.process
        desk.ask("check-in", name=resident.name)
        desk.ask("issue-slip")
        self._slips[resident.number] = self._pile.pop()
        self._names[resident.number] = resident.name

    def vote(self, visit: Visit, uuid: str) -> None:
        """At a booth, with whatever goes wrong there."""
        courses: Mapping[Incident, Callable[[Visit, str], object]] = {
            Incident.CHALLENGE: self._checks_first,
            Incident.SLIP_AGAIN: self._comes_back,
            Incident.PAPER_OUT: self._without_paper,
            Incident.CUT_OFF: self._cut_off,
            Incident.BACK: self._back,
            Incident.KILLED: self._killed,
        }
        course = courses[visit.incident] if visit.incident else self._undisturbed
        course(visit, uuid)
        self.seen.by_touch += visit.by_touch
        if visit.incident:
            self.seen.incidents.setdefault(visit.incident, "ok")

    def tidy_up(self, assembly: Assembly, say: Say) -> None:
        """The desk counts the slips that are left, and takes down what was said."""
        desk = self._room.desk.process
        desk.ask("leftover", left=len(self._pile))
        first, *_, last = assembly.agenda
        desk.ask("note", item=first.id, text=say("demo.note"), speaker="")
        speaker = min(self._slips)
        desk.ask("note", item=last.id, text=say("demo.words"), speaker=self._names[speaker])

    def _booth(self, visit: Visit) -> BoothOfRoom:
        return self._room.booths[visit.booth]

    def _habits(self, visit: Visit, *, challenges: int = 0, copy: bool = False) -> Habits:
        resident = visit.resident
        return Habits(resident.choices, resident.language, challenges=challenges, copy=copy)

    def _go(self, visit: Visit, habits: Habits, until: str = "") -> str:
        """Scan the slip and walk; the view where it ended."""
        booth = self._booth(visit)
        booth.choose(habits.language)
        slip = self._slips[visit.resident.number]
        return walk(booth, booth.scan(slip.payload), habits, until).view

    def _count(self, uuid: str, habits: Habits) -> None:
        if not habits.cast:
            raise KioskRefused(
                KioskProblem.PROCESS_REFUSED, name="demo", refusal=" ".join(habits.views)
            )
        self.seen.cast.setdefault(uuid, set()).add(habits.cast)

    def _undisturbed(self, visit: Visit, uuid: str) -> Habits:
        habits = self._habits(visit)
        self._go(visit, habits)
        self._count(uuid, habits)
        return habits

    def _checks_first(self, visit: Visit, uuid: str) -> None:
        """Challenges the booth, as often as they please, and votes."""
        habits = self._habits(visit, challenges=self._challenges)
        view = self._go(visit, habits, until="Challenged")
        booth = self._booth(visit)
        while view == "Challenged":
            self._examine(uuid, habits, booth.printer.receipts[-1])
            go_on = booth.press(habits.next_touch(booth.look()))
            view = walk(booth, go_on, habits, until="Challenged").view
        self.seen.incidents[Incident.CHALLENGE] = "as marked"
        self._count(uuid, habits)

    def _examine(self, uuid: str, habits: Habits, paper: Image.Image) -> None:
        """Compares what the paper opens with what was marked, as `urna verify-challenge` does."""
        state, opened = self._opened(uuid, habits.challenged[-1])
        ballot = check_challenge(state.election, opened.opening, best_power())
        each = zip(state.poll.questions, ballot.marks, strict=True)
        as_meant = all(set(q.marked(marks)) == habits.wants(q.id) for q, marks in each)
        if ballot.tracker != habits.challenged[-1] or not as_meant:
            raise KioskRefused(KioskProblem.RECEIPTS, poll=state.poll.id)
        self.seen.challenged.append(
            Challenge(tracker=ballot.tracker, opening=opened.opening, paper=paper)
        )

    def _opened(self, uuid: str, tracker: str) -> tuple[PollState, OpenedBallot]:
        """The poll, and the challenged ballot as it arrived at the facilitator's."""
        room = self._room

        def arrived() -> bool:
            return tracker in room.device.session().polls[uuid].challenged

        if not room.node.wait_for(arrived, SETTLE):
            raise KioskRefused(KioskProblem.RECEIPTS, poll=uuid)
        state = room.device.session().polls[uuid]
        return state, next(each for each in state.challenges if each.tracker == tracker)

    def _comes_back(self, visit: Visit, uuid: str) -> None:
        """Votes, and tries the same slip once more."""
        self._undisturbed(visit, uuid)
        again = self._habits(visit)
        self._go(visit, again)
        self.seen.incidents[Incident.SLIP_AGAIN] = again.refused

    def _without_paper(self, visit: Visit, uuid: str) -> None:
        """The paper ends within the receipt; somebody puts a new roll in."""
        booth, habits = self._booth(visit), self._habits(visit)
        self._go(visit, habits, until="Sealed")
        booth.printer.run_out(after_dots=PAPER_LEFT)
        ended = walk(booth, booth.look(), habits).view
        booth.printer.load_paper()
        walk(booth, booth.press("again"), habits)
        self._count(uuid, habits)
        self.seen.incidents[Incident.PAPER_OUT] = ended

    def _cut_off(self, visit: Visit, uuid: str) -> None:
        """From here on the booth hears nobody: it says so on the receipt."""
        self._booth(visit).process.ask("cut")
        habits = self._undisturbed(visit, uuid)
        self.seen.incidents[Incident.CUT_OFF] = f"held by {habits.holders}"

    def _back(self, visit: Visit, uuid: str) -> None:
        self._booth(visit).process.ask("heal")
        self._room.settle()
        self._undisturbed(visit, uuid)

    def _killed(self, visit: Visit, uuid: str) -> None:
        """SIGKILL while the vote is being cast: at once, or when the receipt begins to print.

        The resident scans the slip again. Turned away, the vote is in the record, and the copy
        of the receipt bears the tracker that was seen; welcomed, it is not, and they vote.
        """
        booth, habits = self._booth(visit), self._habits(visit, copy=True)
        self._go(visit, habits, until="Sealed")
        tracker = booth.look().facts["tracker"]
        booth.receiving.clear()
        booth.process.begin("press", target="cast")
        if self._dice.random() < 0.5:
            booth.receiving.wait()
        booth.process.kill()
        self._room.switch_on_again(booth)
        self._go(visit, habits)
        habits.cast = tracker if habits.refused else habits.cast
        self._count(uuid, habits)
        self.seen.incidents[Incident.KILLED] = "kept" if habits.refused else "voted again"
