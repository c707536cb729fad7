# SPDX-License-Identifier: AGPL-3.0-or-later
"""Devices on the machine's own network: they hear each other, and finish polls by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue

import pytest

from ballots.randomness import Randomness
from ballots.receipts.held import Holding, Others
from ballots.record.kinds import Kind
from ballots.session import PollStage
from kiosk.device import Device
from kiosk.node import Node
from tests.evenings import MESA, ONE, TAULA, TWO, Evening, read_only

LONG = 20.0  # seconds: never waited for unless something is broken


class Network:
    """The nodes of an evening; they stop at its end."""

    def __init__(self, evening: Evening, stack: ExitStack) -> None:
        self.evening = evening
        self._stack = stack
        self.nodes: dict[str, Node] = {}

    def join(self, name: str, *, holders_wait: float = LONG, again: float = LONG) -> Node:
        node = Node(self.evening[name], holders_wait, again)
        self._stack.callback(node.stop)
        for other in self.nodes.values():
            node.connect(other.listen())
        self.nodes[name] = node
        return node


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with Evening(tmp_path) as evening, ExitStack() as stack:
        evening.open()
        yield Network(evening, stack)


def test_what_one_device_writes_all_hear(network: Network) -> None:
    mesa, booth = network.join(MESA), network.join(ONE)
    network.evening.leader.close_poll(network.evening.uuid)
    assert booth.wait_for(lambda: network.evening.state(ONE).stage is PollStage.CLOSING, LONG)
    assert mesa.wait_for(lambda: len(finals(network, MESA)) == 2, LONG)


def finals(network: Network, name: str) -> list[str]:
    return [e.header.segment for e in network.evening.written(name, Kind.FINAL)]


def test_a_poll_that_is_closed_is_finished_and_cosigned_by_everyone(network: Network) -> None:
    evening = network.evening
    mesa = network.join(MESA)
    network.join(TAULA)
    network.join(ONE)
    evening.leader.close_poll(evening.uuid)
    assert mesa.wait_for(lambda: len(finals(network, MESA)) == 3, LONG)
    assert evening.state().stage is PollStage.CLOSING  # the second booth is still awaited
    network.join(TWO)
    assert mesa.wait_for(lambda: evening.state().stage is PollStage.FINISHED, LONG)
    evening.leader.seal_poll(evening.uuid)
    assert mesa.wait_for(lambda: evening.state().stage is PollStage.SEALED, LONG)


def test_a_device_finishes_what_it_heard_of_before_it_was_switched_off(network: Network) -> None:
    evening = network.evening
    evening.close()
    evening.restart(ONE)
    node = network.join(ONE)  # nothing new is to be heard
    assert node.wait_for(lambda: len(finals(network, ONE)) == 1, LONG)


class Trying(Device):
    """Notes each attempt to write something."""

    def __init__(self, folder: Path, random: Randomness) -> None:
        super().__init__(folder, random)
        self.tries: SimpleQueue[None] = SimpleQueue()

    @contextmanager
    def alone(self) -> Iterator[None]:
        self.tries.put(None)
        with super().alone():
            yield


def test_a_final_that_found_no_room_is_tried_again_until_it_does(network: Network) -> None:
    evening = network.evening
    evening.close()
    evening[ONE].close()
    evening.devices[ONE] = booth = Trying(evening.folder / ONE, evening.random)
    with read_only(booth):
        node = network.join(ONE, again=0.01)
        for _ in range(4):
            booth.tries.get(timeout=LONG)
        assert finals(network, ONE) == []
    assert node.wait_for(lambda: len(finals(network, ONE)) == 1, LONG)


def test_a_vote_is_held_by_one_device_where_nobody_is_connected(network: Network) -> None:
    node = network.join(ONE)
    segment = network.evening[ONE].segment.public
    assert node.others(segment, 0) == Others()


def test_a_vote_is_held_by_two_once_the_other_has_it_on_disk(network: Network) -> None:
    evening = network.evening
    mesa, node = network.join(MESA), network.join(ONE)
    evening.cast(ONE, evening.slips[0])
    (ballot,) = evening.written(ONE, Kind.BALLOT)
    assert node.wait_for(lambda: node._network.peers() != (), LONG)
    others = node.others(ballot.header.segment, ballot.header.number)
    holding, desk = Holding.of(ballot), evening[MESA].key.public.hex()
    assert (others.number, list(others.signatures)) == (1, [desk])
    assert holding is not None
    assert holding.is_signed_by(desk, others.signatures[desk])
    assert ballot.id in evening[MESA].replica
    mesa.cut()
    evening.cast(ONE, evening.slips[1])
    assert node.wait_for(lambda: node._network.peers() == (), LONG)
    later = evening.written(ONE, Kind.BALLOT)[-1]
    assert node.others(later.header.segment, later.header.number) == Others()
    mesa.heal()
    assert mesa.wait_for(lambda: later.id in evening[MESA].replica, LONG)


def test_what_is_no_ballot_is_signed_by_nobody_and_waited_for_by_nobody(network: Network) -> None:
    mesa, node = network.join(MESA), network.join(ONE)
    assert node.wait_for(lambda: node.peers() != () and node.is_even(), LONG)
    assert mesa.wait_for(mesa.is_even, LONG)
    others = node.others(network.evening[ONE].segment.public, 0)
    assert others == Others(number=1)


def test_two_others_are_waited_for_where_two_are_there(network: Network) -> None:
    evening = network.evening
    nodes = [network.join(name) for name in (MESA, TAULA, TWO, ONE)]
    evening.cast(ONE, evening.slips[0])
    (ballot,) = evening.written(ONE, Kind.BALLOT)
    assert nodes[-1].wait_for(lambda: len(nodes[-1].peers()) == 3, LONG)
    others = nodes[-1].others(ballot.header.segment, ballot.header.number)
    assert 2 <= len(others.signatures) <= others.number <= 3


def test_a_node_that_has_stopped_leaves_the_record_open(network: Network) -> None:
    evening = network.evening
    node = Node(evening[ONE])
    node.stop()
    evening.leader.close_poll(evening.uuid)
    evening.carry(MESA, ONE)
    assert evening.state(ONE).stage is PollStage.CLOSING
    assert finals(network, ONE) == []
