# SPDX-License-Identifier: AGPL-3.0-or-later
"""A hall of hosts: one network namespace each, a cable from each to a switch, and no route out.

It has to run where namespaces may be made, with a `/run` of its own: `enter` sees to that.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from kiosk.demo.hands import KioskProcess
from tests.hosts.devices import ALL, LAPSED, LATE, OFFICE, SECOND, STRANGER, lay_down

SWITCH = "switch"
APART_FROM_ALL = (LATE, STRANGER, LAPSED, SECOND, OFFICE)
APART = ("unshare", "--user", "--map-root-user", "--net", "--mount", "sh", "-c")
TRIAL = """
ip netns add a && ip link add e0 netns a type veth peer v0 && ip link add br0 type bridge
"""
OWN_RUN = 'mount -t tmpfs run /run && mkdir /run/netns && exec "$@"'


def ip(*words: str) -> None:
    """`ip`, which has to succeed."""
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


def reason_not_to(trial: str = TRIAL) -> str:
    """Why what a hall needs cannot be had here; empty where it can. `trial` is for a shell."""
    try:
        tried = subprocess.run(
            apart("sh", "-c", trial), capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        return f"{error.filename} is not installed"
    return (tried.stderr.strip() or "no reason given") if tried.returncode else ""


def apart(*command: str) -> list[str]:
    """A command in a network of its own, in which it may do anything."""
    return [*APART, OWN_RUN, "sh", *command]


class Host:
    """A kiosk's process on a host of its own."""

    def __init__(self, name: str, place: str, folder: Path) -> None:
        """Start the process; it is not on the network before it is asked to `join`."""
        self.name = name
        command = ["ip", "netns", "exec", place, sys.executable, "-m", "tests.hosts.host"]
        log = folder.parent / f"{folder.name}.log"
        self.process = KioskProcess(name, [*command, str(folder)], log)

    def ask(self, do: str, **facts: str | float) -> dict[str, Any]:
        """Have it do something; `host.py` lists what."""
        return self.process.ask(do, **facts)


class Hall:
    """`hosts` are kiosks that are on, by name. Use as a context."""

    def __init__(self) -> None:
        self._stack = TemporaryDirectory(prefix="urna-hall-")
        self.folder = Path(self._stack.name)
        self.hosts: dict[str, Host] = {}
        self._places = {name: number for number, name in enumerate((*ALL, *APART_FROM_ALL))}
        lay_down(self.folder, *ALL)
        for name in APART_FROM_ALL:
            lay_down(self.folder, name)

    def __enter__(self) -> Self:
        ip("netns", "add", SWITCH)
        ip("-n", SWITCH, "link", "set", "lo", "up")
        self._bridge("br0")
        for number in self._places.values():
            self._wire(number)
        return self

    def __exit__(self, *_: object) -> None:
        for host in self.hosts.values():
            host.process.stop()
        for number in self._places.values():
            with suppress(subprocess.CalledProcessError):
                ip("netns", "del", place(number))
        ip("netns", "del", SWITCH)
        self._stack.cleanup()

    def switch_on(self, *names: str) -> list[Host]:
        """Start kiosks that are off, or were never on."""
        for name in names:
            self.hosts[name] = Host(name, place(self._places[name]), self.folder / name)
        for name in names:
            self.hosts[name].ask("join")
        return [self.hosts[name] for name in names]

    def part(self, names: Collection[str]) -> None:
        """These are on a switch of their own from now on."""
        self._bridge("br1")
        for name in names:
            ip("-n", SWITCH, "link", "set", f"v{self._places[name]}", "master", "br1")

    def join(self) -> None:
        """All on one switch."""
        for number in self._places.values():
            ip("-n", SWITCH, "link", "set", f"v{number}", "master", "br0")
        ip("-n", SWITCH, "link", "del", "br1")

    def plug(self, name: str, *, is_in: bool) -> None:
        """Pull a kiosk's cable, or put it back."""
        state = "up" if is_in else "down"
        ip("-n", SWITCH, "link", "set", f"v{self._places[name]}", state)

    def slow_down(self, name: str, rate: str) -> None:
        """A narrow cable, in both directions."""
        number = self._places[name]
        shape = ("root", "tbf", "rate", rate, "burst", "16kb", "latency", "400ms")
        for space, device in ((SWITCH, f"v{number}"), (place(number), "e0")):
            command = ["ip", "netns", "exec", space, "tc", "qdisc", "add", "dev", device, *shape]
            subprocess.run(command, check=True, capture_output=True)

    def begin_at(self, name: str, *command: str) -> subprocess.Popen[str]:
        """Something else that runs on a kiosk's host."""
        there = ("ip", "netns", "exec", place(self._places[name]))
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return subprocess.Popen([*there, *command], text=True, **pipes)  # type: ignore[call-overload,no-any-return]

    def address(self, name: str) -> str:
        """Where a kiosk is."""
        return address(self._places[name])

    def _bridge(self, name: str) -> None:
        kind = ("type", "bridge", "mcast_snooping", "0", "stp_state", "0", "forward_delay", "0")
        ip("-n", SWITCH, "link", "add", name, *kind)
        ip("-n", SWITCH, "link", "set", name, "up")

    def _wire(self, number: int) -> None:
        here = place(number)
        ip("netns", "add", here)
        ip(
            "link",
            "add",
            "e0",
            "netns",
            here,
            "type",
            "veth",
            "peer",
            f"v{number}",
            "netns",
            SWITCH,
        )
        ip("-n", SWITCH, "link", "set", f"v{number}", "master", "br0")
        ip("-n", SWITCH, "link", "set", f"v{number}", "up")
        ip("-n", here, "link", "set", "lo", "up")
        ip("-n", here, "link", "set", "e0", "up")
        ip("-n", here, "addr", "add", f"{address(number)}/24", "dev", "e0")


def place(number: int) -> str:
    """The name of a host."""
    return f"host{number}"


def address(number: int) -> str:
    """Its address."""
    return f"10.77.0.{number + 1}"
