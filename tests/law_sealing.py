# SPDX-License-Identifier: AGPL-3.0-or-later
"""Laws of the seal, for devices that keep the rules and know no more than what has reached them.

Two facilitators seal whenever they may, records travel at random, a booth dies at any moment and
is taken out. Nobody ever takes two different texts for sealed, and in the end all take one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from ballots import seal
from ballots.record.bodies import Close
from ballots.record.entry import Entry
from ballots.record.kinds import Kind, Role
from ballots.record.segment import Segment
from ballots.session import PollStage, PollState, final_of, fold, revocation_for
from tests.told_evenings import UUID, ballot_body, key, opened, poll_open

LEADERS, BOOTHS = ("Mesa", "Mesa 2"), ("Cabina 1", "Cabina 2")
DESK = "Taula"
ROLES = {
    **dict.fromkeys(LEADERS, Role.FACILITATOR),
    **dict.fromkeys(BOOTHS, Role.BOOTH),
    DESK: Role.DESK,
}
ROUNDS = 30  # of everybody telling everybody


@dataclass
class Member:
    """One device with what has reached it. `sealed` are the texts that it ever took for sealed."""

    name: str
    segment: Segment
    view: dict[bytes, Entry] = field(default_factory=dict)
    sealed: set[str] = field(default_factory=set)

    @property
    def id(self) -> str:
        return key(self.name).public.hex()

    def poll(self) -> PollState | None:
        return fold(self.view.values()).polls.get(UUID)

    def write(self, kind: Kind, body: bytes, uuid: str = UUID) -> None:
        entry = self.segment.write(kind, body, uuid)
        self.view[entry.id] = entry

    def hear(self, other: Member, segments: set[str]) -> None:
        """Of some segments all that the other holds."""
        self.view |= {id_: e for id_, e in other.view.items() if e.header.segment in segments}

    def do_duties(self) -> None:
        """What `kiosk.finishing` and `kiosk.facilitator.settle` do."""
        state = self.poll()
        if state and self._owes_final(state):
            self.write(Kind.FINAL, final_of(self.view.values(), self.id, UUID).encode())
            state = self.poll()
        if state and state.seal and self.id in state.seal.awaited and not state.left_out:
            text = state.seal.checkpoint.text
            self.write(Kind.COSIGN, seal.sign(text, key(self.name)))
        elif state and self.name in LEADERS and state.checkpoint and state.seal is None:
            self.write(Kind.SEAL, seal.sign(state.checkpoint.text, key(self.name)))
        state = self.poll()
        if state and state.seal and state.stage is PollStage.SEALED:
            self.sealed.add(state.seal.checkpoint.text)

    def _owes_final(self, state: PollState) -> bool:
        if state.stage is PollStage.OPEN or state.seal is not None:
            return False
        finals = (e for e in self.view.values() if e.header.kind is Kind.FINAL)
        has = any(e.header.segment == self.segment.public for e in finals)
        return self.id in state.again or not has


def room() -> dict[str, Member]:
    """All have met, and a poll is open."""
    members = {name: Member(name, opened(name, role)) for name, role in ROLES.items()}
    first = {member.segment.first.id: member.segment.first for member in members.values()}
    for member in members.values():
        member.view |= first
    members["Mesa"].write(Kind.POLL_OPEN, poll_open())
    tell_everybody(members)
    return members


def tell_everybody(members: dict[str, Member]) -> None:
    everything = {id_: e for member in members.values() for id_, e in member.view.items()}
    for member in members.values():
        member.view |= everything


def something(draw: st.DataObject, members: dict[str, Member]) -> None:
    """One thing that may happen."""
    names = sorted(members)
    who = members[draw.draw(st.sampled_from(names))]
    what = draw.draw(st.sampled_from(["hear", "hear", "hear", "duties", "duties", "cast"]))
    if what == "cast" and who.name in BOOTHS:
        state = who.poll()
        if state and state.stage is PollStage.OPEN:
            who.write(Kind.BALLOT, ballot_body(draw.draw(st.sampled_from("abc")), who.name))
    elif what == "hear":
        other = members[draw.draw(st.sampled_from(names))]
        segments = sorted({entry.header.segment for entry in other.view.values()})
        who.hear(other, set(draw.draw(st.lists(st.sampled_from(segments), unique=True))))
    else:
        who.do_duties()


def race(members: dict[str, Member]) -> None:
    """Both facilitators hear that the booths have finished, not of each other, and seal."""
    everywhere = {e.header.segment for member in members.values() for e in member.view.values()}
    for name in (*BOOTHS, LEADERS[1]):
        members[name].hear(members[LEADERS[0]], everywhere)
        members[name].do_duties()
    for name in (*BOOTHS, *LEADERS):
        for booth in BOOTHS:
            members[name].hear(members[booth], {members[booth].segment.public})
    for name in LEADERS:
        members[name].do_duties()


def end(members: dict[str, Member]) -> None:
    for _ in range(ROUNDS):
        tell_everybody(members)
        for member in members.values():
            member.do_duties()
        if all(member.sealed for member in members.values()):
            return


@settings(max_examples=60, deadline=None)
@given(
    data=st.data(),
    early=st.integers(0, 12),
    late=st.integers(0, 40),
    dies=st.booleans(),
    races=st.booleans(),
)
def test_nobody_takes_two_texts_for_sealed_and_all_take_one(
    data: st.DataObject, early: int, late: int, dies: bool, races: bool
) -> None:
    members = room()
    for _ in range(early):
        something(data, members)
    members["Mesa"].write(Kind.CLOSE, Close(at="20:15").encode())
    if races:
        race(members)
    for _ in range(late):
        something(data, members)
    gone: list[Member] = []
    if dies:
        gone.append(members.pop(data.draw(st.sampled_from(BOOTHS))))
        tell_everybody(members)
        for name in LEADERS:
            document = revocation_for(members[name].view.values(), gone[0].id)
            members[name].write(Kind.REVOKE, document.encode(), "")
            tell_everybody(members)
    end(members)
    texts = set().union(*(member.sealed for member in (*members.values(), *gone)))
    assert len(texts) == 1
    assert all(member.sealed for member in members.values())


def test_who_signed_one_text_does_not_make_another_whole() -> None:
    """One facilitator has seen its text whole before the booths hear of the other's."""
    members = room()
    mesa, second = (members[name] for name in LEADERS)
    booths = [members[name] for name in BOOTHS]
    mesa.write(Kind.CLOSE, Close(at="20:15").encode())
    race(members)
    for booth in booths:
        booth.hear(second, {second.segment.public})
        booth.do_duties()
    for booth in booths:
        second.hear(booth, {booth.segment.public})
    second.do_duties()
    assert second.sealed
    for booth in booths:
        booth.hear(mesa, {mesa.segment.public})
        booth.do_duties()
    for booth in booths:
        mesa.hear(booth, {booth.segment.public})
    mesa.do_duties()
    assert not mesa.sealed
    end(members)
    assert set().union(*(member.sealed for member in members.values())) == second.sealed


def test_where_each_booth_signed_another_text_all_finish_again_and_agree() -> None:
    members = room()
    mesa, second = (members[name] for name in LEADERS)
    mesa.write(Kind.CLOSE, Close(at="20:15").encode())
    race(members)
    for name, leader in zip(BOOTHS, (mesa, second), strict=True):
        members[name].hear(leader, {leader.segment.public})
        members[name].do_duties()
    assert not any(member.sealed for member in members.values())
    end(members)
    assert len(set().union(*(member.sealed for member in members.values()))) == 1
