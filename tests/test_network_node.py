# SPDX-License-Identifier: AGPL-3.0-or-later
"""Replicas on the machine's own network, over TLS. Waiting is for events, with a far end."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from os import urandom
from threading import Event

import pytest

from ballots.errors import Refusal
from ballots.record.kinds import Kind
from sync.errors import SyncError, SyncProblem
from sync.heads import Tip
from sync.network.node import NetworkNode, Place
from sync.replica import Replica
from sync.speaker import Callbacks
from sync.wire import Fetch, Heads, Hello, Page, encode
from tests.kept_records import ASSEMBLY, POLL, chain, forked, ids, opened
from tests.party_line import replica_in_memory
from tests.passports import HERE, LONG, Stranger, name_of, passport

ONE = chain("one", 5)
SEGMENT = ONE[0].header.segment


def started(
    replica: Replica,
    name: str,
    callbacks: Callbacks = Callbacks(),  # noqa: B008 - frozen
    assembly: str = ASSEMBLY,
) -> NetworkNode:
    return NetworkNode(replica, assembly, passport(name), urandom, callbacks)


def meet(node: NetworkNode, other: NetworkNode) -> None:
    """One dials the other."""
    node.connect((HERE.host, other.join(HERE)))


class Room:
    """Nodes that stop at the end."""

    def __init__(self, stack: ExitStack) -> None:
        self.stack = stack
        self.troubles: dict[str, list[Refusal]] = {}

    def node(self, name: str, assembly: str = ASSEMBLY) -> tuple[NetworkNode, Replica]:
        replica = replica_in_memory()
        self.stack.callback(replica.close)
        troubles = self.troubles.setdefault(name, [])
        node = started(replica, name, Callbacks(on_trouble=troubles.append), assembly)
        self.stack.enter_context(node)
        return node, replica


def has(node: NetworkNode, told: Callable[[], dict[str, int]], expected: dict[str, int]) -> bool:
    return node.wait_for(lambda: told() == expected, LONG)


@pytest.fixture
def room() -> Iterator[Room]:
    with ExitStack() as stack:
        yield Room(stack)


def test_an_entry_written_here_is_soon_held_there(room: Room) -> None:
    (one, held), (other, copy) = room.node("one"), room.node("other")
    meet(other, one)
    held.add(ONE)
    assert one.wait_held(ONE[-1], 1, LONG)
    assert ids(copy.everything()) == ids(ONE)
    assert (one.peers(), other.peers()) == ((name_of("other"),), (name_of("one"),))
    assert one.holders(ONE[0]) == 1


def test_three_in_a_row_become_equal(room: Room) -> None:
    nodes = [room.node(name) for name in "abc"]
    for (_, replica), name in zip(nodes, "abc", strict=True):
        replica.add(chain(name, 40))
    (a, _), (b, _), (c, _) = nodes
    meet(b, a)
    meet(c, b)
    heads = {chain(name, 0)[0].header.segment: 40 for name in "abc"}
    for node, replica in nodes:
        assert has(node, replica.heads, heads)


def test_the_owner_is_told_of_new_entries_after_they_are_stored(room: Room) -> None:
    one, held = room.node("one")
    replica = replica_in_memory()
    told = Event()
    with started(replica, "other", Callbacks(on_new=told.set)) as other:
        meet(one, other)
        held.add(ONE)
        assert told.wait(LONG)
        assert len(replica) > 0
        told.clear()
        replica.add(chain("two", 1))
        assert other.wait_held(chain("two", 1)[1], 1, LONG)
        assert one.wait_held(ONE[5], 1, LONG)
    replica.close()


def test_a_cut_cable_carries_nothing_until_it_is_healed(room: Room) -> None:
    (one, held), (other, copy) = room.node("one"), room.node("other")
    meet(other, one)
    held.add(ONE[:2])
    assert one.wait_held(ONE[1], 1, LONG)
    for node in (one, other):
        node.cut()
        assert node.peers() == ()
        held.add(ONE)
        assert one.holders(ONE[1]) == 1
        assert one.holders(ONE[2]) == 0
        assert len(copy) == 2
    one.heal()
    other.heal()
    assert one.wait_held(ONE[-1], 1, LONG)


def test_a_cut_node_refuses_connections(room: Room) -> None:
    one, _ = room.node("one")
    port = one.join(HERE)
    one.cut()
    with pytest.raises((ConnectionError, ssl.SSLError)):
        Stranger(port, passport("stranger"))


def test_a_cut_node_makes_no_connections() -> None:
    now = [0.0]
    replica = replica_in_memory()
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        NetworkNode(replica, ASSEMBLY, passport("one"), urandom, clock=lambda: now[0]) as node,
    ):
        node.cut()
        node.connect(server.getsockname())
        for _ in range(5):
            now[0] += 10.0
            node.cut()
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()
        server.settimeout(LONG)
        node.heal()
        server.accept()[0].close()
    replica.close()


def test_a_node_is_found_whenever_it_comes(room: Room) -> None:
    (one, held), (other, _) = room.node("one"), room.node("other")
    held.add(ONE)
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port: int = reserved.getsockname()[1]
    one.connect((HERE.host, port))
    other.join(Place(host=HERE.host, port=port, is_announced=False))
    assert one.wait_held(ONE[-1], 1, LONG)


def test_a_node_that_starts_again_is_found_again(room: Room) -> None:
    one, held = room.node("one")
    replica = replica_in_memory()
    first = started(replica, "other")
    port = first.join(HERE)
    one.connect((HERE.host, port))
    held.add(ONE[:2])
    assert one.wait_held(ONE[1], 1, LONG)
    first.stop()
    assert one.wait_for(lambda: one.peers() == (), LONG)
    held.add(ONE)
    with started(replica, "other") as second:
        second.join(Place(host=HERE.host, port=port, is_announced=False))
        assert one.wait_held(ONE[-1], 1, LONG)
    replica.close()


def test_forks_are_found_and_told_on(room: Room) -> None:
    nodes = [room.node(name) for name in "abc"]
    mine, theirs = forked("liar", 2, [3, 2])
    nodes[0][1].add(mine)
    nodes[2][1].add(theirs)
    meet(nodes[1][0], nodes[0][0])
    meet(nodes[1][0], nodes[2][0])
    segment = mine[0].header.segment
    for node, replica in nodes:
        assert has(node, replica.frozen, {segment: 3})
        assert set(ids(replica.rivals())) == set(ids([mine[3], theirs[3]]))


def test_others_are_refused_and_the_owner_is_told_why(room: Room) -> None:
    (one, held), (other, copy) = room.node("one"), room.node("other", assembly="00" * 16)
    held.add(ONE)
    meet(other, one)
    assert one.wait_for(lambda: bool(room.troubles["one"] or room.troubles["other"]), LONG)
    assert {t.code for t in room.troubles["one"] + room.troubles["other"]} == {
        SyncProblem.PEER_ASSEMBLY
    }
    assert len(copy) == 0


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", SyncProblem.WIRE_OVERSIZE),
        (bytes(4), SyncProblem.WIRE_MALFORMED),
        (encode(Hello("urna-sync/v0", ASSEMBLY, name_of("stranger"))), SyncProblem.PEER_PROTOCOL),
        (
            encode(Hello("urna-sync/v2", ASSEMBLY, name_of("stranger")))
            + encode(Heads({SEGMENT: Tip(0, bytes(32))}))
            + encode(Page(SEGMENT, -1, (b"garbage",))),
            SyncProblem.PEER_ENTRY,
        ),
    ],
)
def test_a_stranger_is_sent_away(room: Room, said: bytes, code: SyncProblem) -> None:
    one, held = room.node("one")
    with Stranger(one.join(HERE), passport("stranger")) as stranger:
        stranger.socket.sendall(said)
        assert isinstance(stranger.hear()[0], Hello)
    assert one.wait_for(lambda: bool(room.troubles["one"]), LONG)
    assert room.troubles["one"][0].code is code
    assert len(held) == 0


def test_who_gives_a_name_that_is_not_on_its_certificate_is_sent_away(room: Room) -> None:
    one, _ = room.node("one")
    with Stranger(one.join(HERE), passport("stranger")) as stranger:
        stranger.socket.sendall(encode(Hello("urna-sync/v2", ASSEMBLY, name_of("two"))))
        stranger.hear()
    assert one.wait_for(lambda: bool(room.troubles["one"]), LONG)
    assert room.troubles["one"][0].code is SyncProblem.PEER_STRANGER
    assert one.peers() == ()


def test_two_who_call_each_other_keep_one_line(room: Room) -> None:
    (one, held), (other, _) = room.node("one"), room.node("other")
    for _ in range(5):
        meet(one, other)
        meet(other, one)
        held.add(ONE)
        assert one.wait_held(ONE[-1], 1, LONG)
        assert one.wait_for(lambda: len(one._lines._lines) == len(other._lines._lines) == 1, LONG)
        one.cut()
        one.heal()


def test_a_copied_card_does_not_push_out_what_it_was_copied_from(room: Room) -> None:
    """Both are the same device to others, who hear them both."""
    one, held = room.node("one")
    twins = [room.node("other"), room.node("other")]
    for twin, _ in twins:
        meet(twin, one)
    assert one.wait_for(lambda: len(one._lines._lines) == 2, LONG)
    lines = list(one._lines._lines.values())
    held.add(ONE)
    for twin, replica in twins:
        assert has(twin, replica.heads, {SEGMENT: 5})
    assert list(one._lines._lines.values()) == lines


def test_those_who_show_nothing_take_up_a_few_places_and_no_time(room: Room) -> None:
    (one, held), (other, _) = room.node("one"), room.node("other")
    port = one.join(HERE)
    with ExitStack() as half_open:
        for _ in range(100):
            half_open.enter_context(socket.create_connection((HERE.host, port), timeout=LONG))
        other.connect((HERE.host, port))
        held.add(ONE)
        assert one.wait_held(ONE[-1], 1, LONG)
        more = half_open.enter_context(socket.create_connection((HERE.host, port), timeout=LONG))
        more.sendall(b"GET / HTTP/1.1\r\n\r\n")
        held.add(chain("two", 2))
        assert one.wait_held(chain("two", 2)[-1], 1, LONG)


def test_who_asks_and_never_reads_is_sent_away(room: Room) -> None:
    one, held = room.node("one")
    segment = opened("one")
    big = [segment.write(Kind.BALLOT, bytes(60_000), POLL) for _ in range(20)]
    held.add([segment.first, *big])
    with Stranger(one.join(HERE), passport("stranger")) as stranger:
        hello = encode(Hello("urna-sync/v2", ASSEMBLY, name_of("stranger")))
        fetch = encode(Fetch(segment.public, -1, 500))
        stranger.socket.sendall(hello)
        with pytest.raises((ConnectionError, ssl.SSLError)):
            stranger.socket.sendall(fetch * 400_000)
    assert one.wait_for(lambda: bool(room.troubles["one"]), LONG)
    assert room.troubles["one"][0].code is SyncProblem.PEER_FLOOD


def test_what_can_not_be_stored_is_not_acknowledged(room: Room) -> None:
    (one, held), (other, copy) = room.node("one"), room.node("other")
    (pages,) = copy._database.execute("PRAGMA page_count").fetchone()
    copy._database.execute(f"PRAGMA max_page_count={pages + 1}")
    long = chain("one", 60)
    held.add(long)
    meet(other, one)
    assert other.wait_for(lambda: bool(room.troubles["other"]), LONG)
    assert room.troubles["other"][0].code is SyncProblem.DISK_FULL
    assert one.holders(long[0]) == 0
    copy._database.execute("PRAGMA max_page_count=1000000")
    assert one.wait_held(long[-1], 1, LONG)


def test_a_port_that_is_taken_is_told(room: Room) -> None:
    (one, _), (other, _) = room.node("one"), room.node("other")
    port = one.join(HERE)
    with pytest.raises(SyncError) as caught:
        other.join(Place(host=HERE.host, port=port, is_announced=False))
    assert (caught.value.code, caught.value.facts) == (SyncProblem.PORT_TAKEN, {"port": port})


def test_nothing_is_asked_of_a_node_that_has_stopped() -> None:
    replica = replica_in_memory()
    node = started(replica, "one")
    node.stop()
    replica.add(ONE)
    with pytest.raises(RuntimeError):
        node.cut()
    node.stop()
    replica.close()


def test_a_node_may_be_cut_from_its_own_callback(room: Room) -> None:
    one, held = room.node("one")
    replica = replica_in_memory()
    nodes: list[NetworkNode] = []

    def cut() -> None:
        nodes[0].cut()

    with started(replica, "other", Callbacks(on_new=cut)) as other:
        nodes.append(other)
        meet(other, one)
        held.add(ONE)
        assert other.wait_for(lambda: len(replica) > 0, LONG)
        assert one.wait_for(lambda: one.peers() == (), LONG)
    replica.close()


def test_who_is_refused_is_not_spoken_with_any_more(room: Room) -> None:
    (one, held), (other, copy) = room.node("one"), room.node("other")
    third, _ = room.node("third")
    meet(other, one)
    meet(third, one)
    assert one.wait_for(lambda: len(one.peers()) == 2, LONG)
    one.refuse({name_of("other")})
    assert one.peers() == (name_of("third"),)
    held.add(ONE)
    assert one.wait_held(ONE[-1], 1, LONG)
    assert one.peers() == (name_of("third"),)
    assert len(copy) == 0


def test_waiting_in_vain_ends(room: Room) -> None:
    one, held = room.node("one")
    held.add(ONE)
    assert not one.wait_held(ONE[0], 1, 0.0)
