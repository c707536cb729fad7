# SPDX-License-Identifier: AGPL-3.0-or-later
"""Devices that find each other by multicast DNS on the machine's own network."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from os import urandom
from typing import ClassVar

import pytest
from zeroconf import ServiceInfo, Zeroconf
from zeroconf.asyncio import AsyncServiceInfo

from sync.network import beacon
from sync.network.beacon import SERVICE, tag_of
from sync.network.node import NetworkNode, Place
from sync.replica import Replica
from tests.kept_records import ASSEMBLY, chain
from tests.party_line import replica_in_memory
from tests.passports import LONG, name_of, passport

LOOPBACK = "127.0.0.1"
FOUND = Place(host=LOOPBACK, interfaces=(LOOPBACK,))


class Room:
    """Nodes that are on the network from their beginning to the end of the test."""

    def __init__(self, stack: ExitStack) -> None:
        self.stack = stack

    def join(self, name: str, assembly: str = ASSEMBLY) -> tuple[NetworkNode, Replica]:
        replica = replica_in_memory()
        self.stack.callback(replica.close)
        node = NetworkNode(replica, assembly, passport(name), urandom)
        self.stack.enter_context(node)
        node.join(FOUND)
        return node, replica

    def announce(self, instance: str, properties: dict[str, str], port: int) -> None:
        """Anybody may announce anything."""
        zeroconf = Zeroconf(interfaces=[LOOPBACK])
        self.stack.callback(zeroconf.close)
        zeroconf.register_service(
            ServiceInfo(
                SERVICE,
                f"{instance}.{SERVICE}",
                port=port,
                properties=properties,
                server=f"{instance}.local.",
                parsed_addresses=[LOOPBACK],
            ),
            cooperating_responders=True,
        )


@pytest.fixture
def room() -> Iterator[Room]:
    with ExitStack() as stack:
        yield Room(stack)


def are_met(node: NetworkNode, *names: str) -> bool:
    expected = tuple(sorted(map(name_of, names)))
    return node.wait_for(lambda: node.peers() == expected, LONG)


def test_devices_that_are_switched_on_find_each_other(room: Room) -> None:
    one, held = room.join("one")
    two, _ = room.join("two")
    three, _ = room.join("three")
    assert are_met(one, "two", "three")
    assert are_met(two, "one", "three")
    assert are_met(three, "one", "two")
    entries = chain("one", 3)
    held.add(entries)
    assert one.wait_held(entries[-1], 2, LONG)


def test_a_device_that_is_cut_off_comes_back_without_being_called(room: Room) -> None:
    one, _ = room.join("one")
    two, _ = room.join("two")
    assert are_met(one, "two")
    two.cut()
    assert are_met(one)
    two.heal()
    assert are_met(one, "two")


def test_another_assembly_in_the_same_room_is_not_heard(room: Room) -> None:
    one, _ = room.join("one")
    other, _ = room.join("other", assembly="ab" * 16)
    two, _ = room.join("two")
    assert are_met(one, "two")
    assert other.peers() == ()
    assert are_met(two, "one")


def test_what_strangers_announce_hinders_nobody(room: Room) -> None:
    room.announce("nobody", {"v": "1", "a": tag_of(ASSEMBLY, "nobody")}, port=1)
    room.announce("wrong", {"v": "1", "a": "0" * 16}, port=2)
    room.announce("bare", {}, port=3)
    one, _ = room.join("one")
    room.join("two")
    assert are_met(one, "two")


def test_a_goodbye_that_is_forged_parts_nobody(room: Room) -> None:
    one, _ = room.join("one")
    two, _ = room.join("two")
    assert are_met(one, "two")
    assert two._beacon
    instance = two._beacon._instance
    forger = Zeroconf(interfaces=[LOOPBACK])
    room.stack.callback(forger.close)
    info = ServiceInfo(SERVICE, f"{instance}.{SERVICE}", port=1, server="x.local.")
    forger.generate_service_broadcast(info, 0)
    forger.send(forger.generate_service_broadcast(info, 0))
    begun = time.monotonic()
    one.wait_for(lambda: time.monotonic() - begun > 1 or one.peers() == (), LONG)
    assert one.peers() == (name_of("two"),)


class DeafAtFirst(AsyncServiceInfo):
    """Where no name is resolved when it is asked for the first time."""

    asked: ClassVar[set[str]] = set()

    async def async_request(self, zc: Zeroconf, timeout: float, *_: object) -> bool:  # noqa: ASYNC109
        if self.name not in self.asked:
            self.asked.add(self.name)
            return False
        return await super().async_request(zc, timeout)


def test_a_name_that_is_not_resolved_at_once_is_asked_for_again(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beacon, "AsyncServiceInfo", DeafAtFirst)
    monkeypatch.setattr(beacon, "ASKS", 0.2)
    one, _ = room.join("one")
    two, _ = room.join("two")
    assert are_met(one, "two")
    assert are_met(two, "one")
    assert len(DeafAtFirst.asked) >= 2  # others may be on this machine


def test_a_tag_tells_the_assembly_to_those_who_know_it_alone() -> None:
    assert tag_of(ASSEMBLY, "a") != tag_of(ASSEMBLY, "b")
    assert tag_of(ASSEMBLY, "a") != tag_of("ab" * 16, "a")
    assert ASSEMBLY[:8] not in tag_of(ASSEMBLY, "a")
