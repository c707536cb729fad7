# SPDX-License-Identifier: AGPL-3.0-or-later
"""One evening of one seed, from the first switching on to the judgement.

First everything may happen. Then the room is calm: everybody is on, all who may meet can meet, and
lines carry what they are given. From there all honest kiosks have `PATIENCE` seconds to agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from ballots.receipts.held import Holding
from ballots.record.kinds import Role
from ballots.session import PollStage, PollState
from tests.simulator import laws
from tests.simulator.befalling import befall, calm_down, let_in_the_late
from tests.simulator.fate import CALM, Fate, drawn
from tests.simulator.kiosk import Receipt
from tests.simulator.laws import Broken, require
from tests.simulator.liars import FALSE
from tests.simulator.recording import recording
from tests.simulator.room import LATE, LEADER
from tests.simulator.world import World
from tests.told_evenings import UUID, key

PATIENCE = 120  # seconds of calm


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an evening ended that broke no law. `note` is empty where no seal was due."""

    happenings: int
    entries: int
    starts: int
    forks: int
    agreed_after: float  # seconds of calm
    note: bytes


class Failure(Exception):
    """A law was broken, or the product raised what it should not; the text tells the story."""


def simulate(seed: str, fate: Fate | None = None, lines: str = "") -> Outcome:
    """The evening of a seed: always the same one. `lines` is another seed for the network alone.

    Raises:
        Failure: with the fate and what happened of late.
    """
    fate = fate or drawn(Random(f"{seed} fate"))
    with recording(), World(seed, fate, lines) as world:
        try:
            return _simulated(world)
        except Exception as error:
            what = f"seed {seed!r}: {type(error).__name__} {error}"
            raise Failure(f"{what}\n{fate}\n{world.schedule.trace}") from error


def _simulated(world: World) -> Outcome:
    world.begin()
    befall(world)
    world.schedule.run(CALM)
    calm_down(world)
    late = (LATE,) if world.fate.is_late else ()
    _come_to_agree(world, *late)
    agreed = world.schedule.now - CALM
    before = _judge(world, *late)
    if late:
        let_in_the_late(world)
        _come_to_agree(world)
        _judge_who_came_late(before, _judge(world))
    leader = world.kiosks[LEADER].replica
    text = before.seal.checkpoint.text if before and before.seal else ""
    return Outcome(
        happenings=world.schedule.done,
        entries=len(leader),
        starts=sum(kiosk.boots for kiosk in world.kiosks.values()),
        forks=len(leader.frozen()),
        agreed_after=agreed,
        note=laws.note_of(leader, UUID, text) if text else b"",
    )


def _come_to_agree(world: World, *without: str) -> None:
    """Until all is equal and sealed, or patience is at an end."""
    for _ in range(PATIENCE):
        world.schedule.run(world.schedule.now + 1)
        if _is_quiet(world, *without):
            return
    lacking = laws.difference(world.replicas(*without))
    raise Broken("no agreement", lacking or "records are equal, but the poll is not sealed")


def _is_quiet(world: World, *without: str) -> bool:
    replicas = list(world.replicas(*without).values())
    equal = len({repr((r.tips(), r.frozen())) for r in replicas}) == 1
    if not equal or laws.difference(world.replicas(*without)):
        return False
    states = [
        kiosk.device.session().polls.get(UUID)
        for name, kiosk in world.kiosks.items()
        if name not in without
    ]
    return not _is_to_be_sealed(world.fate) or all(
        state is not None and state.stage is PollStage.SEALED for state in states
    )


def _is_to_be_sealed(fate: Fate) -> bool:
    """A false booth never finishes, and is waited for."""
    return fate.fork is None or fate.fork.role is not Role.BOOTH


def _judge(world: World, *without: str) -> PollState | None:
    """Every law, of those who have met."""
    fate, replicas = world.fate, world.replicas(*without)
    kiosks = [kiosk for name, kiosk in world.kiosks.items() if name not in without]
    laws.nothing_is_lost(replicas, [kiosk.word for kiosk in kiosks])
    forged = laws.contradictions(replicas.values())
    require(fate.fork is not None or not forged, "an honest kiosk has forked")
    laws.forks_are_those_of(replicas, forged)
    session = laws.one_state(replicas)
    laws.only_exchanged_cards_are_told_of(session, fate.disturbed)
    _judge_receipts(world)
    state = session.polls.get(UUID)
    for kiosk in kiosks:
        kiosk.look_into_the_box()
    boxes = {box for kiosk in kiosks for box in kiosk.boxes}
    if _is_to_be_sealed(fate):
        require(state is not None and len(boxes) == 1, "what is sealed has changed", len(boxes))
    if state is not None:
        used = world.evening.kept_at(set(fate.booths) - fate.disturbed)
        laws.each_slip_counts_once(state, used)
        require(state.settled or not state.seal or bool(state.left_out), "not settled")
    return state


def _judge_receipts(world: World) -> None:
    """Nobody counted as a holder who had not said that it holds the entry, nor as a signer."""
    for kiosk in world.kiosks.values():
        for receipt in kiosk.receipts:
            _judge_signatures(world, receipt)
    if world.fate.lies:
        return
    false = 1 if world.fate.fork else 0
    for kiosk in world.kiosks.values():
        for receipt in kiosk.receipts:
            said = {
                other.id
                for other in world.kiosks.values()
                if other.id != kiosk.id and other.ever.covers(receipt.entry)
            }
            require(receipt.held <= len(said) + false, "a holder was invented", kiosk.name)


def _judge_signatures(world: World, receipt: Receipt) -> None:
    """Each is its signer's on this ballot, and honest signers have made it; a false one may."""
    holding, header = Holding.of(receipt.entry), receipt.entry.header
    for device, signature in receipt.signatures.items():
        require(
            holding is not None and holding.is_signed_by(device, signature),
            "a signature does not hold",
        )
        signed = {
            place
            for kiosk in world.kiosks.values()
            if kiosk.id == device
            for place in kiosk.signed
        }
        is_false = device == key(FALSE).public.hex() and bool(world.faces)
        require(is_false or (header.segment, header.number) in signed, "a signature was invented")


def _judge_who_came_late(before: PollState | None, after: PollState | None) -> None:
    """The seal stands as it stood, and whatever the late booth took is listed as late."""
    require(before is not None and after is not None, "the poll is gone")
    if before is None or after is None or before.seal is None or after.seal is None:
        return
    unchanged = (before.ballots, before.seed, before.booths, before.seal.checkpoint) == (
        after.ballots,
        after.seed,
        after.booths,
        after.seal.checkpoint,
    )
    require(unchanged, "who came late changed what is sealed")
    late = {ballot.entry for ballot in after.late} - {ballot.entry for ballot in before.late}
    of_late = [b for b in after.late if b.entry in late and b.device == key(LATE).public.hex()]
    require(len(of_late) == len(late), "a ballot became late")
    require(after.left_out == ({key(LATE).public.hex()} if late else set()), "not told apart")
