# SPDX-License-Identifier: AGPL-3.0-or-later
"""Replicas in memory that talk over lines that lose, repeat, reorder and break, as told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from weakref import finalize

from sqlite_utils import Database

from ballots.receipts.held import Holding
from ballots.record.entry import Entry
from sync import turns
from sync.conversation import Conversation
from sync.database import _lay_out
from sync.errors import SyncProblem
from sync.merging import Merged
from sync.replica import Replica
from sync.reservation import Standing
from sync.speaker import verify_at_once, vouched
from sync.wire import MAX_PAGE_BYTES, Message, Page, Rivals, Vouch, decode, encode
from tests.kept_records import ASSEMBLY, key


def replica_in_memory() -> Replica:
    """An empty one; what it is kept in is closed when nobody has it any more."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    database = Database(connection, recursive_triggers=False, execute_plugins=False)
    _lay_out(database)
    replica = Replica(database, Path("memory"), None)
    finalize(replica, connection.close)
    return replica


@dataclass
class Line:
    """One end of a connection: what is on its way to it."""

    node: Node
    link: int
    far: Line | None = None
    inbox: list[Message] = field(default_factory=list)


class Node:
    """A replica, its conversation, and the ends of its lines."""

    def __init__(self, net: Net, name: str, assembly: str = ASSEMBLY) -> None:
        self.net = net
        self.replica = replica_in_memory()
        self.device = key(name).public.hex()
        self.talk = Conversation(assembly, self.device, {}, {}, {})
        self.name = name
        self.lines: dict[int, Line] = {}
        self.unverified: list[turns.Verify] = []
        self.ended: list[SyncProblem] = []
        self.sent: list[Message] = []
        self.hand = b""

    def write(self, entries: Iterable[Entry]) -> Merged:
        merged = self.replica.merge(entries)
        self.tell(turns.Stored(merged.heads, merged.forked))
        return merged

    def want(self, entry: Entry) -> None:
        """Signatures of all who hold a ballot."""
        if holding := Holding.of(entry):
            vouch = Vouch(entry.header.segment, entry.header.number, entry.id)
            self.tell(turns.Wanted(vouch=vouch, holding=holding))

    def take(self, slip: bytes) -> None:
        """Have a slip in hand; an empty one is none."""
        self.hand = slip
        self.tell(turns.InHand(slip))

    @property
    def has_it(self) -> bool:
        return self.talk.reservation()[0] is Standing.HELD

    def tell(self, event: turns.Event) -> None:
        for action in self.talk.step(event, self.net.now):
            self._act(action)

    def verify(self, at: int = 0) -> None:
        """One of the pages that have come, also of a line that is gone."""
        link, page = (verify := self.unverified.pop(at)).link, verify.page
        verify_at_once(
            page.entries, lambda them: self.tell(turns.Verified(link, page.segment, them))
        )

    def hang_up(self, link: int) -> None:
        line = self.lines.pop(link)
        if line.far and line.far.link in line.far.node.lines:
            far = line.far
            del far.node.lines[far.link]
            far.node.tell(turns.Closed(far.link))

    def _act(self, action: turns.Action) -> None:
        match action:
            case turns.Send(link, message):
                self._send(link, message)
            case turns.Serve(link, fetch):
                entries = self.replica.encoded(
                    fetch.segment, fetch.after, fetch.limit, MAX_PAGE_BYTES
                )
                self._send(link, Page(fetch.segment, fetch.after, entries))
            case turns.Sign(link, vouch):
                self._send(link, vouched(self.replica, vouch, self._sign))
            case turns.Show(link, segments):
                for one, other in self.replica.rival_pairs(segments):
                    self._send(link, Rivals(one.encode(), other.encode()))
            case turns.Verify():
                self.unverified.append(action)
            case turns.Store(_, entries):
                self.write(entries)
            case turns.Oppose(_, one, other):
                merged = self.replica.keep_rivals(one, other)
                self.tell(turns.Stored(merged.heads, merged.forked))
            case turns.Disconnect(link, code):
                self.ended.append(code)
                self.hang_up(link)

    def _sign(self, holding: Holding) -> bytes:
        return holding.sign(key(self.name))

    def _send(self, link: int, message: Message) -> None:
        self.sent.append(message)
        line = self.lines.get(link)
        if line and line.far:
            line.far.inbox.append(decode(encode(message)[4:]))


class Net:
    """Nodes, lines and a clock; nothing happens that is not asked for."""

    def __init__(self, names: str = "ab") -> None:
        self.now = 0.0
        self.nodes = [Node(self, name) for name in names]
        self._links = 0

    def connect(self, one: Node, other: Node) -> None:
        near, far = self._line(one), self._line(other)
        near.far, far.far = far, near
        one.tell(turns.Opened(near.link))
        if far.link in other.lines:
            other.tell(turns.Opened(far.link))

    def wire(self, node: Node) -> int:
        """A line of `node` whose far end is the test itself."""
        line = self._line(node)
        node.tell(turns.Opened(line.link))
        return line.link

    def cut(self, one: Node, other: Node) -> None:
        for line in list(one.lines.values()):
            if line.far and line.far.node is other and line.link in one.lines:
                one.hang_up(line.link)
                one.tell(turns.Closed(line.link))

    def lines(self) -> list[Line]:
        return [line for node in self.nodes for line in node.lines.values()]

    def joined(self, one: Node, other: Node) -> bool:
        return any(line.far and line.far.node is other for line in one.lines.values())

    def deliver(self, line: Line, at: int = 0) -> None:
        message = line.inbox.pop(at)
        line.node.tell(turns.Heard(line.link, message))

    def tick(self, seconds: float = 0.5) -> None:
        self.now += seconds
        for node in self.nodes:
            node.tell(turns.Ticked())

    def deliver_all(self) -> None:
        """All that is on its way, and all that comes of it."""
        while True:
            busy = [line for line in self.lines() if line.inbox]
            reading = [node for node in self.nodes if node.unverified]
            if busy:
                self.deliver(busy[0])
            elif reading:
                reading[0].verify()
            else:
                return

    def settle(self) -> None:
        """Everything is connected and delivered, and time passes, until nothing is lacking."""
        for _ in range(16):
            for one, other in pairs(self.nodes):
                if not self.joined(one, other):
                    self.connect(one, other)
            self.deliver_all()
            self.tick(1.0)

    def misbehave(self, chance: Random) -> None:
        """One thing that may happen to messages and lines."""
        one, other = chance.sample(self.nodes, 2)
        busy = [line for line in self.lines() if line.inbox]
        reading = [node for node in self.nodes if node.unverified]
        match chance.randrange(10):
            case 0 if len(self.lines()) < 2 * len(self.nodes):
                self.connect(one, other)
            case 1:
                self.cut(one, other)
            case 2:
                self.tick()
            case 3 if busy:
                chance.choice(busy).inbox.pop(0)
            case 4 if busy:
                line = chance.choice(busy)
                line.inbox.insert(0, line.inbox[0])
            case 5 if busy:
                line = chance.choice(busy)
                self.deliver(line, chance.randrange(len(line.inbox)))
            case 6 | 7 if reading:
                node = chance.choice(reading)
                node.verify(chance.randrange(len(node.unverified)))
            case _ if busy:
                self.deliver(chance.choice(busy))
            case _:
                pass

    def _line(self, node: Node) -> Line:
        self._links += 1
        line = node.lines[self._links] = Line(node, self._links)
        return line


def pairs(nodes: list[Node]) -> Iterator[tuple[Node, Node]]:
    for index, one in enumerate(nodes):
        for other in nodes[index + 1 :]:
            yield one, other
