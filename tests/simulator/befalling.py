# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes a fate happen: rooms are parted, cords pulled, cards exchanged, false devices come."""

from __future__ import annotations

from functools import partial

from ballots.record.entry import Entry
from ballots.record.kinds import Role
from tests.simulator.evening import FIRST, LAST
from tests.simulator.fate import CALM, CLEAR, Fall, Fork, Twin
from tests.simulator.kiosk import Card, Kiosk
from tests.simulator.liars import FALSE, Face, Liar, branches
from tests.simulator.room import LATE, LEADER, card
from tests.simulator.world import World

DYING = 1.0  # seconds in which a doomed kiosk may still come to its fatal operation
LATE_SLIPS = 3
MOMENT = 0.02  # seconds for a page that is verified when it is calm


def befall(world: World) -> None:
    """Plan everything that is to happen until it is calm."""
    after, fate = world.schedule.after, world.fate
    for parting in fate.partings:
        after(parting.at, partial(world.network.part, parting.parts))
        after(parting.until, partial(world.network.part, {}))
    for fall in fate.falls:
        copies: list[Card] = []
        if fall.card_of is not None:
            after(fall.card_of, partial(_copy, world, fall.name, copies))
        after(fall.at, partial(_fall, world, fall, copies))
    if fate.twin:
        copies = []
        after(fate.twin.copied, partial(_copy, world, fate.twin.name, copies))
        after(fate.twin.starts, partial(_start_twin, world, fate.twin, copies))
    if fate.fork:
        _bring_in_faces(world, fate.fork)
    if fate.lies:
        _bring_in_liar(world, fate.lies)
    if fate.is_late:
        _begin_apart(world)


def calm_down(world: World) -> None:
    """Everybody is on, everybody meets, and lines only take their time, pages a moment."""
    world.schedule.note("room", "is calm")
    world.network.weather = CLEAR[world.fate.weather.manner]
    world.network.breaks = 0.0
    world.network.part({})
    for party in (*world.kiosks.values(), *world.faces):
        party.verifying = min(party.verifying, MOMENT)
    for kiosk in world.kiosks.values():
        kiosk.spare()
        if not kiosk.is_up:
            kiosk.switch_on()


def let_in_the_late(world: World) -> None:
    """The booth that nobody has heard of meets the others."""
    world.schedule.note(LATE, "meets the others")
    world.network.strangers = {pair for pair in world.network.strangers if LATE not in pair}


def _copy(world: World, name: str, copies: list[Card]) -> None:
    copies.append(world.kiosks[name].card())


def _fall(world: World, fall: Fall, copies: list[Card]) -> None:
    kiosk = world.kiosks[fall.name]
    kiosk.doom(fall.operations, loses_power=fall.loses_power)

    def start() -> None:
        kiosk.fall()
        for old in copies:
            world.schedule.note(fall.name, "has a card from", fall.card_of)
            kiosk.put_in(old)
        again = fall.dies_again if world.schedule.now < CALM else None  # nobody would come
        kiosk.switch_on(again, loses_power=fall.loses_power)

    world.schedule.after(DYING + fall.off, start)


def _start_twin(world: World, twin: Twin, copies: list[Card]) -> None:
    (copy,) = copies
    name = f"{twin.name} bis"
    if world.fate.is_late:
        world.network.strangers.add(frozenset((LATE, name)))
    kiosk = world.add(name, copy, twin.name)
    kiosk.duties = world.kiosks[twin.name].duties
    kiosk.switch_on()


def _bring_in_faces(world: World, fork: Fork) -> None:
    """Each kiosk sees one face, or now and then both; the faces never meet."""
    faces = [Face(f"{FALSE} {number}", world.schedule) for number in range(2)]
    world.network.strangers.add(frozenset(face.name for face in faces))
    seen = {name: world.chance.choice(((0,), (1,), (0, 1))) for name in world.kiosks}
    chains = branches(fork.role, fork.common, fork.lengths)
    for number, (face, chain) in enumerate(zip(faces, chains, strict=True)):
        blind = {frozenset((name, face.name)) for name in seen if number not in seen[name]}
        world.network.strangers |= blind
        _bring_in(world, face, chain)


def _bring_in_liar(world: World, lies: float) -> None:
    (chain,) = branches(Role.DESK, 3, (3,))
    _bring_in(world, Liar(FALSE, world.schedule, world.chance, lies), chain)


def _bring_in(world: World, face: Face, chain: list[Entry]) -> None:
    """It says its entries one after another, the first at once."""
    world.add_false(face)
    times = sorted(world.chance.uniform(0, LAST) for _ in chain[1:])
    for at, entry in zip((0.0, *times), chain, strict=True):
        world.schedule.after(at, partial(face.say, (entry,)))


def _begin_apart(world: World) -> None:
    """A booth of which nobody has heard; what it knows came on a stick."""
    others = (*world.kiosks, *(face.name for face in world.faces))
    world.network.strangers |= {frozenset((LATE, other)) for other in others}
    late = world.add(LATE, card(LATE), LATE)
    late.switch_on()
    world.schedule.after(FIRST, partial(_carry_stick, world.kiosks[LEADER], late))
    world.evening.vote([late], LATE_SLIPS)


def _carry_stick(leader: Kiosk, late: Kiosk) -> None:
    if leader.is_up:
        entries = list(leader.replica.everything())
        late.take(entries)
