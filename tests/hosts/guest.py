# SPDX-License-Identifier: AGPL-3.0-or-later
"""Somebody on the network of a hall who is no kiosk: looks around, lies about names, knocks.

python -m tests.hosts.guest WHAT ADDRESS
"""

from __future__ import annotations

import socket
import sys
import time
from contextlib import suppress
from itertools import count

from zeroconf import (  # type: ignore[attr-defined] # they are public by their documentation alone
    DNSAddress,
    DNSOutgoing,
    DNSPointer,
    DNSService,
    ServiceBrowser,
    Zeroconf,
)

from sync.network.beacon import SERVICE

LOOKS = 4.0  # seconds
RESPONSE, PTR, SRV, A, CLASS_IN, FLUSH = 0x8400, 12, 33, 1, 1, 0x8001
TTL = 4500
NAMES = 20_000
MOST_KNOCKS = 500


def look(zeroconf: Zeroconf) -> set[str]:
    """All who answer within some seconds."""
    found: set[str] = set()

    def changed(name: str, **_: object) -> None:
        found.add(name)

    browser = ServiceBrowser(zeroconf, SERVICE, [changed])
    time.sleep(LOOKS)
    browser.cancel()
    return found


def browse(_: str) -> None:
    """As others' tools would."""
    with Zeroconf() as zeroconf:
        print("\n".join(sorted(look(zeroconf))))


def goodbyes(_: str) -> None:
    """Say goodbye for everybody, again and again."""
    with Zeroconf() as zeroconf:
        names = look(zeroconf)
        while True:
            for name in names:
                _say(zeroconf, DNSPointer(SERVICE, PTR, CLASS_IN, 0, name))
            time.sleep(0.2)


def elsewhere(_: str) -> None:
    """Say that everybody is here."""
    with Zeroconf() as zeroconf:
        names = look(zeroconf)
        while True:
            for name in names:
                _say(
                    zeroconf,
                    DNSService(name, SRV, FLUSH, TTL, 0, 0, 9, "here.local."),
                    DNSAddress("here.local.", A, FLUSH, TTL, socket.inet_aton("10.77.0.99")),
                )
            time.sleep(0.2)


def names(_: str) -> None:
    """Thousands who are not there."""
    with Zeroconf() as zeroconf:
        for number in range(NAMES):
            _say(zeroconf, DNSPointer(SERVICE, PTR, CLASS_IN, TTL, f"x{number}.{SERVICE}"))
            if not number % 50:
                time.sleep(0.01)


def knocks(address: str) -> None:
    """Stand at every door that there is, and say nothing."""
    held: list[socket.socket] = []
    for port in _open_ports(address):
        for _ in count():
            with suppress(OSError):
                held.append(socket.create_connection((address, port), timeout=0.2))
            if len(held) > MOST_KNOCKS:
                held.pop(0).close()
            time.sleep(0.001)


def _open_ports(address: str) -> list[int]:
    found = []
    for port in range(32768, 61000):
        with socket.socket() as line, suppress(OSError):
            line.settimeout(0.5)
            line.connect((address, port))
            found.append(port)
    return found


def _say(zeroconf: Zeroconf, *answers: object) -> None:
    said = DNSOutgoing(RESPONSE)
    for answer in answers:
        said.add_answer_at_time(answer, 0)  # type: ignore[arg-type]
    zeroconf.send(said)


if __name__ == "__main__":
    what, where = sys.argv[1:]
    {
        "browse": browse,
        "goodbyes": goodbyes,
        "elsewhere": elsewhere,
        "names": names,
        "knocks": knocks,
    }[what](where)
