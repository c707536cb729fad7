# SPDX-License-Identifier: AGPL-3.0-or-later
"""One neighbourhood assembly from the call to the minutes, through the product's own parts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from ballots.assembly import Assembly, Poll
from ballots.randomness import shuffled
from ballots.record.kinds import Role
from ballots.session import PollStage, Session
from kiosk.arithmetic import best_power
from kiosk.demo import challenges
from kiosk.demo.ceremony import Ceremony
from kiosk.demo.clock import EveningClock
from kiosk.demo.evening import SPARE_SLIPS, Evening, Visit, draw_evening
from kiosk.demo.narrator import Narrator
from kiosk.demo.room import SETTLE, Room
from kiosk.demo.visits import Seen, Visits
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.facilitator import Facilitator
from kiosk.i18n import voice
from kiosk.keys import chance, write_secret
from kiosk.preparing import Preparation, prepare
from kiosk.publishing import Published, publish
from kiosk.tallying import Counted, count_poll
from printouts import slips
from printouts.proceedings import HeldIn

MINUTES_A_VISIT = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the demo is asked for; `out` is a folder that exists and is empty."""

    out: Path
    assembly: Assembly
    room_question: Poll
    residents: int
    kiosks: int
    seed: int
    group: str
    challenge: bool = False  # who checks a booth does so twice, and all of it is kept
    is_found: bool = False  # devices find each other, instead of being told where they are


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """An evening that is over. `timings` are in seconds, by part."""

    counted: tuple[Counted, ...]
    published: Published
    seen: Seen
    slips: dict[str, int]
    timings: dict[str, float] = field(default_factory=dict)


class DemoEvening:
    """Plays one evening in parts: preparing, rehearsing, voting, closing, publishing."""

    def __init__(self, plan: Plan, narrator: Narrator) -> None:
        """Draw who comes and what goes wrong; refuses too few residents or kiosks."""
        self._plan = plan
        self._narrator = narrator
        self._language = plan.assembly.languages[0]
        self._clock = EveningClock(plan.assembly.call.second or plan.assembly.call.first)
        self._dice = random.Random(plan.seed)  # noqa: S311 - chooses incidents, no secret
        self._timings: dict[str, float] = {}
        self._evening: Evening = draw_evening(
            seed=plan.seed,
            residents=plan.residents,
            kiosks=plan.kiosks,
            polls=[*plan.assembly.polls, plan.room_question],
            languages=plan.assembly.languages,
        )

    def play(self) -> Played:
        """From the first key to the minutes."""
        with self._part("preparing"):
            preparation = self._prepare()
        with self._part("rehearsing"):
            ceremony = self._rehearse(preparation)
        with self._part("switching-on"):
            room = Room(
                preparation,
                self._plan.out / "record",
                self._plan.out / "screens",
                is_found=self._plan.is_found,
            )
        try:
            return self._play_in(room, preparation, ceremony)
        finally:
            room.close()

    def _play_in(self, room: Room, preparation: Preparation, ceremony: Ceremony) -> Played:
        visits = Visits(
            room,
            shuffled(chance, preparation.slips),
            self._dice,
            challenges=2 if self._plan.challenge else 1,
        )
        leader = Facilitator(room.device, self._clock)
        with self._part("voting"):
            leader.open_assembly(len(preparation.slips))
            self._vote(room, leader, visits)
        with self._part("closing"):
            counted = self._count(room, ceremony)
        with self._part("publishing"):
            published = publish(
                room.device,
                counted,
                self._plan.out,
                held_in=HeldIn.SECOND if self._plan.assembly.call.second else HeldIn.FIRST,
                language=self._language,
            )
            room.settle()
        slips_ = _slips(room.device.session())
        room.keep(self._plan.out)
        if self._plan.challenge:
            challenges.keep(visits.seen.challenged, self._plan.out / "challenges")
        return Played(
            counted=tuple(counted),
            published=published,
            seen=visits.seen,
            slips=slips_,
            timings=self._timings,
        )

    def _prepare(self) -> Preparation:
        plan = self._plan
        say = voice(self._language).say
        booths = [(say("demo.booth", number=n), Role.BOOTH) for n in range(1, plan.kiosks)]
        self._narrator.tell("demo.preparing", n=plan.residents + SPARE_SLIPS)
        preparation = prepare(
            plan.assembly,
            group=plan.group,
            slips=plan.residents + SPARE_SLIPS,
            devices=[
                (say("demo.facilitator"), Role.FACILITATOR),
                (say("demo.desk"), Role.DESK),
                *booths,
            ],
            random=chance,
        )
        stack = slips.Stack(
            assembly=plan.assembly.title.in_language(self._language),
            language=self._language,
            slips=shuffled(chance, preparation.slips),
        )
        says = [voice(language).say for language in plan.assembly.languages[:3]]
        write_secret(plan.out / "slips.pdf", slips.pdf(stack, *says))
        return preparation

    def _rehearse(self, preparation: Preparation) -> Ceremony:
        """The trustees get their cards, and try them."""
        self._narrator.tell("demo.cards", n=self._plan.assembly.trustees)
        ceremony = Ceremony(preparation)
        ceremony.print_cards(self._plan.out / "cards")
        self._narrator.tell("demo.rehearsing")
        ceremony.rehearse()
        return ceremony

    def _vote(self, room: Room, leader: Facilitator, visits: Visits) -> None:
        """The planned polls one after the other, then a question if an election is spare."""
        arrivals = list(self._evening.visits)
        for poll in self._plan.assembly.polls:
            uuid = self._open(room, leader, poll)
            for number, visit in enumerate(arrivals, 1):
                self._narrator.tell("demo.voting", n=number, of=len(arrivals))
                if poll is self._plan.assembly.polls[0]:
                    visits.arrive(visit.resident)
                self._visit(visits, visit, uuid)
            arrivals = [Visit(visit.resident, visit.booth) for visit in arrivals]
            if poll is self._plan.assembly.polls[-1]:
                visits.tidy_up(self._plan.assembly, voice(self._language).say)
            self._close(room, leader, uuid)
        if self._plan.assembly.spare_elections:
            self._vote_in_the_room(room, leader, visits)

    def _vote_in_the_room(self, room: Room, leader: Facilitator, visits: Visits) -> None:
        """The question that was born in the room, for those who are still there."""
        uuid = self._open(room, leader, self._plan.room_question)
        for number, visit in enumerate(self._evening.room_visits, 1):
            self._narrator.tell("demo.voting-room", n=number, of=len(self._evening.room_visits))
            self._visit(visits, visit, uuid)
        self._close(room, leader, uuid)

    def _visit(self, visits: Visits, visit: Visit, uuid: str) -> None:
        visits.vote(visit, uuid)
        self._clock.advance(MINUTES_A_VISIT * 60 / self._plan.kiosks)

    def _open(self, room: Room, leader: Facilitator, poll: Poll) -> str:
        uuid = leader.open_poll(poll)
        room.settle()
        return uuid

    def _close(self, room: Room, leader: Facilitator, uuid: str) -> None:
        """Close, wait until every booth has finished, seal, wait until everyone cosigned."""
        self._narrator.tell("demo.closing")
        leader.close_poll(uuid)
        self._reach(room, uuid, PollStage.FINISHED)
        leader.seal_poll(uuid)
        self._reach(room, uuid, PollStage.SEALED)
        room.settle()

    def _reach(self, room: Room, uuid: str, stage: PollStage) -> None:
        def reached() -> bool:
            return room.device.session().polls[uuid].stage is stage

        if not room.node.wait_for(reached, SETTLE):
            session = room.device.session()
            names = [session.devices[id_].name for id_ in session.polls[uuid].awaited]
            raise KioskRefused(KioskProblem.NOT_FINISHED, names=", ".join(names))

    def _count(self, room: Room, ceremony: Ceremony) -> list[Counted]:
        """Trustees scan their cards, and every poll is counted."""
        self._narrator.tell("demo.counting", n=self._plan.assembly.threshold)
        shares = ceremony.open()
        polls = room.device.session().polls
        return [
            count_poll(
                room.device,
                uuid,
                shares,
                random=chance,
                timestamp=self._clock.timestamp,
                power=best_power(),
            )
            for uuid in room.device.prepared.rolls
            if uuid in polls
        ]

    @contextmanager
    def _part(self, name: str) -> Iterator[None]:
        began = monotonic()
        yield
        self._timings[name] = round(monotonic() - began, 3)


def _slips(session: Session) -> dict[str, int]:
    return {
        "printed": session.slips_printed,
        "issued": session.slips_issued,
        "returned": session.slips_returned,
        "left": session.slips_left,
        "void": session.slips_void,
    }
