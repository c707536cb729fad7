# SPDX-License-Identifier: AGPL-3.0-or-later
"""Being found and finding: DNS-SD over multicast DNS (RFC 6762, 6763), by python-zeroconf.

What is heard is a hint and no more. The name of an instance is drawn at each start; a tag that
only those can make who know the assembly says for whom it is. Absence says nothing: a goodbye is
forged as easily as anything else, so none is heeded. Since nobody asks again by itself, a question
for all of them is sent every few seconds: halves of a hall that never met find each other by it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Final

import ifaddr
from zeroconf import (  # type: ignore[attr-defined] # they are public by their documentation alone
    DNSOutgoing,
    DNSQuestion,
    InterfaceChoice,
    IPVersion,
    ServiceStateChange,
    Zeroconf,
)
from zeroconf import Error as ZeroconfError
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from ballots.randomness import Randomness
from sync.network.addresses import Address, jittered

SERVICE: Final = "_urna._tcp.local."
ASKS: Final = 5.0  # seconds, a fifth more or less
RESOLVES: Final = 1_500  # milliseconds
_QUERY, _PTR, _INTERNET = 0, 12, 1  # RFC 1035: flags of a question, its type and class
_TAG: Final = "urna-tag/v1"
_MOST_RESOLVING: Final = 16
_MOST_UNRESOLVED: Final = 64


def tag_of(assembly: str, instance: str) -> str:
    """What an instance shows to those who know the assembly: 16 hex digits."""
    return sha256(f"{_TAG}|{assembly}|{instance}".encode()).hexdigest()[:16]


class Beacon:
    """One device on multicast DNS. All of it belongs to one event loop."""

    def __init__(
        self,
        assembly: str,
        heard: Callable[[Address], None],
        random: Randomness,
        interfaces: Sequence[str] = (),
    ) -> None:
        """`heard` is told addresses at which a device of the assembly may be.

        `interfaces` are own addresses; all, where none is named.
        """
        self._assembly = assembly
        self._heard = heard
        self._random = random
        self._interfaces = list(interfaces)
        self._instance = random(6).hex()
        self._unresolved: dict[str, None] = {}  # names, as they came
        self._resolving: set[asyncio.Task[None]] = set()
        self._zeroconf: AsyncZeroconf | None = None
        self._browser: AsyncServiceBrowser | None = None
        self._asking: asyncio.Task[None] | None = None
        self._telling: asyncio.Future[None] | None = None
        self._port = 0

    def begin(self, port: int) -> None:
        """Announce a port, and listen for others; without any network it waits for one."""
        self._port = port
        self._asking = asyncio.create_task(self._go_on())

    async def end(self) -> None:
        """Be silent."""
        tasks = [task for task in (self._asking, *self._resolving) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._close()

    async def _go_on(self) -> None:
        shown: list[str] = []
        while True:
            own = self._own_addresses()
            if own and own != shown:
                with suppress(OSError, ZeroconfError):
                    await self._announce(own)
                    shown = own
            self._ask()
            for name in tuple(self._unresolved):
                self._look_up(name)
            await asyncio.sleep(jittered(ASKS, self._random))

    async def _announce(self, own: list[str]) -> None:
        """From the beginning: zeroconf keeps to the interfaces that there were."""
        await self._close()
        self._zeroconf = AsyncZeroconf(
            interfaces=self._interfaces or InterfaceChoice.All, ip_version=IPVersion.V4Only
        )
        self._browser = AsyncServiceBrowser(
            self._zeroconf.zeroconf, SERVICE, handlers=[self._changed]
        )
        told = await self._zeroconf.async_register_service(
            AsyncServiceInfo(
                SERVICE,
                f"{self._instance}.{SERVICE}",
                port=self._port,
                properties={"v": "1", "a": tag_of(self._assembly, self._instance)},
                server=f"{self._instance}.local.",
                parsed_addresses=own,
            )
        )
        self._telling = asyncio.ensure_future(told)

    async def _close(self) -> None:
        if self._telling:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)
        if self._browser:
            await self._browser.async_cancel()
        if self._zeroconf:
            await self._zeroconf.async_close()
        self._browser = self._zeroconf = self._telling = None

    def _own_addresses(self) -> list[str]:
        """Sorted; those of this machine alone only if they were named."""
        if self._interfaces:
            return sorted(self._interfaces)
        found = (ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4)
        return sorted(ip for ip in map(str, found) if not ip.startswith("127."))

    def _ask(self) -> None:
        if self._zeroconf:
            question = DNSOutgoing(_QUERY)
            question.add_question(DNSQuestion(SERVICE, _PTR, _INTERNET))
            self._zeroconf.zeroconf.async_send(question)

    def _changed(
        self,
        zeroconf: Zeroconf,  # noqa: ARG002 - zeroconf gives its arguments by name
        service_type: str,
        name: str,
        state_change: ServiceStateChange,
    ) -> None:
        """A name is told once: where it cannot be resolved now, it is tried again at each beat."""
        own = f"{self._instance}.{service_type}"
        if state_change is ServiceStateChange.Removed or name == own:
            return
        self._unresolved[name] = None
        while len(self._unresolved) > _MOST_UNRESOLVED:
            del self._unresolved[next(iter(self._unresolved))]
        self._look_up(name)

    def _look_up(self, name: str) -> None:
        if self._zeroconf and len(self._resolving) < _MOST_RESOLVING:
            task = asyncio.create_task(self._resolve(self._zeroconf.zeroconf, name))
            self._resolving.add(task)
            task.add_done_callback(self._resolving.discard)

    async def _resolve(self, zeroconf: Zeroconf, name: str) -> None:
        info = AsyncServiceInfo(SERVICE, name)
        if not await info.async_request(zeroconf, RESOLVES) or not info.port:
            return
        self._unresolved.pop(name, None)
        shown = info.decoded_properties.get("a")
        if shown == tag_of(self._assembly, name.removesuffix(f".{SERVICE}")):
            for address in info.parsed_addresses():
                self._heard((address, info.port))
