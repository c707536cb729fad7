# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where guests wait and how hosts find them, while somebody stands before both: multicast DNS.

A guest is announced under a name that is drawn each time and says nothing; the words decide.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import Final

import ifaddr
from zeroconf import InterfaceChoice, IPVersion, ServiceBrowser, ServiceInfo, Zeroconf

from ballots.randomness import Randomness
from sync.errors import SyncError, SyncProblem
from sync.network.addresses import Address

SERVICE: Final = "_urna-pair._tcp.local."
LOOKS: Final = 5.0  # seconds that a host looks for guests
CONNECTS: Final = 2.0
ACCEPTS: Final = 0.5  # seconds until a guest looks whether it shall go on waiting
_RESOLVES: Final = 1_500  # milliseconds
_MOST_WAITING: Final = 4


@contextmanager
def announced(
    random: Randomness, interfaces: Sequence[str] = ()
) -> Iterator[tuple[socket.socket, Address]]:
    """A door that hosts find: its socket, and an address for whoever is told it."""
    host = interfaces[0] if interfaces else "0.0.0.0"  # noqa: S104 - words or codes decide
    own = list(interfaces) or _own_addresses()
    with (
        socket.create_server((host, 0), backlog=_MOST_WAITING) as door,
        Zeroconf(list(interfaces) or InterfaceChoice.All, ip_version=IPVersion.V4Only) as zeroconf,
    ):
        port: int = door.getsockname()[1]
        name = random(6).hex()
        zeroconf.register_service(
            ServiceInfo(
                SERVICE,
                f"{name}.{SERVICE}",
                port=port,
                properties={"v": "1"},
                server=f"{name}.local.",
                parsed_addresses=own,
            ),
            cooperating_responders=True,  # the name was drawn a moment ago
        )
        door.settimeout(ACCEPTS)
        yield door, (own[0] if own else "", port)


def come(door: socket.socket, goes_on: Callable[[], bool]) -> Iterator[socket.socket]:
    """Those who come to a door, one after the other, for as long as one likes."""
    while goes_on():
        with suppress(TimeoutError):
            came, _ = door.accept()
            with came:
                yield came


def guests(interfaces: Sequence[str] = ()) -> Iterator[socket.socket]:
    """A line to each guest that is found, for some seconds."""
    found: SimpleQueue[Address] = SimpleQueue()

    def changed(zeroconf: Zeroconf, service_type: str, name: str, **_: object) -> None:
        info = ServiceInfo(service_type, name)
        if info.load_from_cache(zeroconf) or info.request(zeroconf, _RESOLVES):
            for address in info.parsed_addresses():
                found.put((address, info.port or 0))

    with Zeroconf(
        list(interfaces) or InterfaceChoice.All, ip_version=IPVersion.V4Only
    ) as zeroconf:
        browser = ServiceBrowser(zeroconf, SERVICE, [changed])
        tried: set[Address] = set()
        try:
            while True:
                address = found.get(timeout=LOOKS)
                if address not in tried:
                    tried.add(address)
                    with suppress(SyncError), reached(address) as line:
                        yield line
        except Empty:
            return
        finally:
            browser.cancel()


@contextmanager
def reached(address: Address) -> Iterator[socket.socket]:
    """A line to a guest whose address is known (`pairing-nobody`)."""
    try:
        line = socket.create_connection(address, timeout=CONNECTS)
    except OSError as error:
        raise SyncError(SyncProblem.PAIRING_NOBODY) from error
    with line:
        yield line


def _own_addresses() -> list[str]:
    found = (ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4)
    return sorted(ip for ip in map(str, found) if not ip.startswith("127."))
