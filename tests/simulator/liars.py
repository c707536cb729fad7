# SPDX-License-Identifier: AGPL-3.0-or-later
"""Certified devices that do what they like: two faces of one fork, and a mouth full of lies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from random import Random

from ballots.receipts.held import Holding
from ballots.record.entry import Entry
from ballots.record.kinds import Kind, Role
from ballots.record.segment import Segment
from sync import turns
from sync.heads import Tip
from sync.turns import Link
from sync.wire import MAX_FRAME, Fetch, Heads, Hello, Message, Page, Rivals, Vouch, Vouched, encode
from tests.kept_records import ASSEMBLY, key, opened
from tests.party_line import replica_in_memory
from tests.simulator.party import Party
from tests.simulator.schedule import Schedule
from tests.told_evenings import UUID, ballot_body

FALSE = "Falsa"
MOST = 90_000


class Face(Party):
    """What one half of the room sees of a false device: it talks as the product does."""

    def __init__(self, name: str, schedule: Schedule) -> None:
        super().__init__(name, schedule)
        self.meet(key(FALSE), replica_in_memory(), ASSEMBLY)

    def say(self, entries: Iterable[Entry]) -> None:
        """Put entries on record and tell."""
        merged = self.replica.merge(entries)
        self.speaker.tell(turns.Stored(merged.heads, merged.forked))

    def close(self) -> None:
        """The evening is over."""
        self.is_up = False
        self.replica.close()


def branches(role: Role, common: int, lengths: Sequence[int]) -> list[list[Entry]]:
    """Chains of one segment that part after `common` entries; at the opening, if negative."""
    chains = []
    for branch, length in enumerate(lengths):
        segment = opened(FALSE, role=role, again=branch if common < 0 else 0)
        chain = [segment.first, *_written(segment, max(common, 0), "common")]
        chains.append([*chain, *_written(segment, length, f"branch {branch}")])
    return chains


def _written(segment: Segment, count: int, words: str) -> list[Entry]:
    desk = segment.certificate.role is Role.DESK
    return [
        segment.write(Kind.CHECK_IN, f"{words} {n}".encode())
        if desk
        else segment.write(Kind.BALLOT, ballot_body(f"{words} {n}"), UUID)
        for n in range(count)
    ]


class Liar(Face):
    """Talks as it should, but for each message there is a chance that it says something else."""

    def __init__(self, name: str, schedule: Schedule, chance: Random, lies: float) -> None:
        super().__init__(name, schedule)
        self.chance = chance
        self.lies = lies
        self.told = 0
        self._heard: list[bytes] = []

    def hear(self, link: Link, data: bytes) -> None:
        self._heard.append(data)
        super().hear(link, data)

    def send(self, link: Link, message: Message) -> None:
        if not self.replica.tips() or self.chance.random() >= self.lies:  # it needs some truth
            super().send(link, message)
            return
        self.told += 1
        tell = self.chance.choice(_LIES)
        self.schedule.note(self.name, "lies:", tell.__name__)
        for frame in tell(self, message):
            self.put(link, frame)

    # What it says instead, as frames.

    def withhold(self, _message: Message) -> list[bytes]:
        return []

    def babble(self, _message: Message) -> list[bytes]:
        return [self.chance.randbytes(self.chance.randrange(1, 300))]

    def boast(self, _message: Message) -> list[bytes]:
        """A frame that would be too long."""
        return [(MAX_FRAME + 1).to_bytes(4, "big")]

    def stammer(self, message: Message) -> list[bytes]:
        frame = encode(message)
        return [frame, frame]

    def break_off(self, message: Message) -> list[bytes]:
        frame = encode(message)
        return [frame[: self.chance.randrange(1, len(frame))], frame]

    def scratch(self, message: Message) -> list[bytes]:
        """One bit of the message is another."""
        frame = bytearray(encode(message))
        at = self.chance.randrange(4, len(frame))
        frame[at] ^= 1 << self.chance.randrange(8)
        return [bytes(frame)]

    def replay(self, _message: Message) -> list[bytes]:
        return self.chance.sample(self._heard, min(len(self._heard), 2))

    def invent(self, _message: Message) -> list[bytes]:
        """Heads that it does not hold."""
        segment, tip = self.chance.choice(sorted(self.replica.tips().items()))
        id_ = self.chance.choice((tip.id, self.chance.randbytes(32)))
        number = self.chance.choice((tip.number, tip.number + 1, 0, MOST))
        unknown = {self.chance.randbytes(32).hex(): Tip(number, id_)}
        return [encode(Heads({segment: Tip(number, id_)} | unknown))]

    def greet(self, _message: Message) -> list[bytes]:
        return [encode(Hello("urna-sync/v2", ASSEMBLY, "somebody else"))]

    def ask(self, _message: Message) -> list[bytes]:
        segment = self.chance.choice([*self.replica.tips(), "00" * 32])
        return [encode(Fetch(segment, self.chance.choice((-1, 0, MOST)), 500))]

    def answer(self, message: Message) -> list[bytes]:
        """A page that is not right, whether it was asked for or not."""
        segment = self.chance.choice(sorted(self.replica.tips()))
        after, asked = -1, segment
        if isinstance(message, Page):
            after, asked = message.after, message.segment
        truth = self.replica.encoded(segment, -1, 5, 1 << 20)
        cut = self.chance.randrange(len(truth) + 1)
        pages = (truth[:cut], truth[cut:], truth[::-1], (*truth, truth[-1]), truth[1::2])
        return [encode(Page(asked, after, self.chance.choice(pages)))]

    def accuse(self, _message: Message) -> list[bytes]:
        """Rivals that do not contradict each other."""
        segments = sorted(self.replica.tips())
        one, other = (
            self.replica.encoded(self.chance.choice(segments), -1, 1, 1 << 20)[0] for _ in "ab"
        )
        return [encode(Rivals(one, other))]

    def perjure(self, message: Message) -> list[bytes]:
        """A signature that was not asked for, of something else, or of nothing."""
        segment, number = self.chance.choice([*self.replica.tips(), "00" * 32]), 1
        if isinstance(message, Vouched):
            segment, number = message.segment, message.number
        other = Holding(assembly=ASSEMBLY, election=UUID, tracker="A" * 43)
        signatures = (other.sign(key(FALSE)), self.chance.randbytes(64), b"\0", b"")
        return [encode(Vouched(segment, number, self.chance.choice(signatures)))]

    def pry(self, _message: Message) -> list[bytes]:
        """Asks for signatures of what is no ballot, or nowhere."""
        segment = self.chance.choice([*self.replica.tips(), "00" * 32])
        number = self.chance.choice((0, 1, MOST))
        return [encode(Vouch(segment, number, self.chance.randbytes(32)))]


_LIES: tuple[Callable[[Liar, Message], list[bytes]], ...] = (
    Liar.withhold,
    Liar.babble,
    Liar.boast,
    Liar.stammer,
    Liar.break_off,
    Liar.scratch,
    Liar.replay,
    Liar.invent,
    Liar.greet,
    Liar.ask,
    Liar.answer,
    Liar.accuse,
    Liar.perjure,
    Liar.pry,
)
