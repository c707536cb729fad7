# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lines of one device: made, taken, kept up, and one for each peer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from sync import turns
from sync.errors import SyncProblem
from sync.network.addresses import Address, AddressBook
from sync.network.door import FAREWELL, HANDSHAKE, Door
from sync.network.line import Line
from sync.network.passport import Passport
from sync.network.verifier import Verifier
from sync.speaker import Told
from sync.wire import Message, encode

MOST_LINES: Final = 64
LINGERS: Final = 4.0  # seconds; who runs repeats its heads every five


class NetworkLines:
    """All belongs to one event loop. `tell` hands an event to the speaker."""

    def __init__(
        self,
        passport: Passport,
        book: AddressBook,
        tell: Callable[[turns.Event], None],
        clock: Callable[[], float],
    ) -> None:
        self._passport = passport
        self._book = book
        self._tell = tell
        self._clock = clock
        self._lines: dict[turns.Link, Line] = {}
        self._links: dict[Line, turns.Link] = {}
        self._opened = 0
        self._dialing: set[asyncio.Task[None]] = set()
        self._door: Door | None = None
        self._verifier = Verifier()
        self._refused: frozenset[str] = frozenset()
        self.is_cut = False
        self.doubled: set[str] = set()
        """Devices that were here twice at once: somebody has a copy of their card."""

    # Made and taken.

    def listen(self, host: str, port: int) -> int:
        """Take connections; the port that they are taken on (OSError if it is taken).

        Whoever takes them already goes on where it is.
        """
        if self._door is None:
            take = partial(Line, self, None)
            self._door = Door(host, port, self._passport.server, take)
        return self._door.port

    def dial(self) -> None:
        """Try whoever is due."""
        if self.is_cut or len(self._lines) >= MOST_LINES:
            return
        met = {line.party.device for line in self._lines.values()}
        for address in tuple(self._book.due(self._clock(), met)):
            task = asyncio.get_running_loop().create_task(self._dial(address))
            self._dialing.add(task)
            task.add_done_callback(self._dialing.discard)

    async def _dial(self, address: Address) -> None:
        """Whatever becomes of the line, the book hears of it when it ends."""
        loop = asyncio.get_running_loop()
        host, port = address
        line = Line(self, address)
        with suppress(OSError):  # refused, unreachable, not TLS, too slow
            async with asyncio.timeout(HANDSHAKE):
                await loop.create_connection(
                    lambda: line,
                    host,
                    port,
                    ssl=self._passport.client,
                    server_hostname="",
                    ssl_handshake_timeout=HANDSHAKE,
                    ssl_shutdown_timeout=FAREWELL,
                )
                return
        self._book.failed(address, self._clock())

    def refuse(self, devices: Collection[str]) -> None:
        """Have no lines to these devices, now and from now on."""
        self._refused |= frozenset(devices)
        for link, line in tuple(self._lines.items()):
            if line.party.device in self._refused:
                self.lose(link)

    def cut(self) -> None:
        """Close all lines, and neither take nor make any."""
        self._be_cut(True)
        for link in tuple(self._lines):
            self.lose(link)

    def heal(self) -> None:
        """Take and make lines again, at once."""
        self._be_cut(False)
        self._book.hurry(self._clock())
        self.dial()

    async def close(self) -> None:
        """Close everything."""
        self.cut()
        if self._door:
            await self._door.close()
        for task in self._dialing:
            task.cancel()
        await asyncio.gather(*self._dialing, return_exceptions=True)
        await self._verifier.close()

    def _be_cut(self, is_cut: bool) -> None:
        self.is_cut = is_cut
        if self._door:
            self._door.is_shut = is_cut

    # In use.

    def send(self, link: turns.Link, message: Message) -> None:
        """Queue a message; what is said over a line that is gone is lost."""
        if link in self._lines:
            self._lines[link].send(encode(message))

    def unplug(self, link: turns.Link) -> None:
        """Close a line that the conversation has ended."""
        line = self._lines.pop(link, None)
        if line is not None:
            del self._links[line]
            line.end()

    def lose(self, link: turns.Link) -> None:
        """Close a line, and tell the conversation that it is gone."""
        if link in self._lines:
            self.unplug(link)
            self._tell(turns.Closed(link))

    def verify(self, encoded: Sequence[bytes], tell: Told) -> None:
        """Check entries that came: a few at once, many while the lines go on."""
        self._verifier.verify(encoded, tell)

    # Told by lines.

    def begun(self, line: Line) -> bool:
        """A line is wanted unless there are too many, or it leads here, or to one refused."""
        is_refused = line.party.device in self._refused
        if self.is_cut or is_refused or len(self._lines) >= MOST_LINES:
            return False
        if line.party.device == self._passport.party.device:
            if line.party != self._passport.party:
                self.doubled.add(line.party.device)
            if line.dialed:
                self._book.reached(line.dialed, line.party.device, self._clock())
            return False
        self._opened += 1
        line.begun_at = self._clock()
        self._lines[self._opened] = line
        self._links[line] = self._opened
        self._tell(turns.Opened(self._opened))
        return line in self._links

    def heard(self, line: Line, message: Message) -> None:
        """Where somebody has spoken, somebody is to be found again."""
        line.heard += 1
        if line.dialed and line.heard == 1:
            self._book.reached(line.dialed, line.party.device, self._clock())
        self._notice_double(line)
        if line in self._links:
            self._tell(turns.Heard(self._links[line], message))
        if line.heard == 2:
            self._end_older(line)

    def spoiled(self, line: Line, code: SyncProblem) -> None:
        """Leave it to the conversation."""
        if line in self._links:
            self._tell(turns.Garbled(self._links[line], code))

    def ended(self, line: Line) -> None:
        """Where it was dialed, it is dialed again."""
        if line in self._links:
            self.lose(self._links[line])
        if line.dialed:
            self._book.failed(line.dialed, self._clock())

    def _notice_double(self, line: Line) -> None:
        """A start that goes on speaking after a later one of its device runs beside a copy.

        What it said last may come late from a machine on which it does not run any more.
        """
        latest = self._clock() - LINGERS
        for other in self._lines.values():
            is_other = other.party != line.party and other.party.device == line.party.device
            if is_other and line.begun_at < other.begun_at <= latest:
                self.doubled.add(line.party.device)

    def _end_older(self, heard: Line) -> None:
        """Two who dial each other at once have two lines: the smaller key keeps the newest.

        The older is kept until both have greeted over the newer, so that neither seems to be gone:
        whatever comes after a greeting was said by somebody who has heard ours.
        A start of its own is a party of its own: a copied card does not push out what it was
        copied from.
        """
        newest = self._links.get(heard, 0)
        if self._passport.party.device < heard.party.device:
            for link, line in tuple(self._lines.items()):
                if line.party == heard.party and link < newest:
                    self.lose(link)
