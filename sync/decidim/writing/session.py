# SPDX-License-Identifier: AGPL-3.0-or-later
"""Somebody who is signed in asks and tells; signed out at the end, whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Final, Protocol, Self
from urllib.parse import urlsplit

import msgspec

from sync.decidim.address import read_address
from sync.decidim.post import Api, Lost
from sync.decidim.refusals import DecidimProblem, DecidimRefused
from sync.decidim.writing.credentials import Pass

SETTLED: Final = 30.0  # seconds after which a server is no longer at what it was told
PATIENCE: Final = 90.0  # seconds of silence after a write; servers give up after 60
_JSON: Final = {"Content-Type": "application/json", "Accept": "application/json"}
_ENDED: Final = (401, 403)


class Door(Protocol):
    """A way in, and out again."""

    def enter(self, api: Api) -> Pass:
        """Sign in.

        Raises:
            DecidimRefused: nobody is let in.
        """

    def leave(self, api: Api, shown: Pass) -> bool:
        """Make the pass worthless; whether the platform said that it is."""


class Session:
    """A context: in when it begins, out when it ends. `signed_out` tells whether that was heard.

    Raises:
        DecidimRefused: `not-secure`, for a site over http that is not this machine.
    """

    def __init__(
        self,
        site: str,
        door: Door,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self.host: Final = urlsplit(read_address(site).site).netloc
        self.signed_out = False
        self._api = Api(read_address(site).site, clock=clock, sleep=sleep)
        self._door = door
        self._pass: Pass | None = None
        self.sleep: Final = sleep

    def __enter__(self) -> Self:
        self._pass = self._door.enter(self._api)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shown, self._pass = self._pass, None
        if shown:
            with suppress(DecidimRefused, Lost):
                self.signed_out = self._door.leave(self._api, shown)

    def ask(self, query: str, variables: Mapping[str, object]) -> bytes:
        """The answer to a question, asked until there is one.

        Raises:
            DecidimRefused: nobody answers, or nobody is let in any more.
        """
        body = _body(query, variables)
        for again in (False, True):
            reply = self._api.insist("POST", "/api", body, self._headers())
            if reply.status == 200:
                return reply.data
            if reply.status not in _ENDED:
                raise self._api.refused(reply)
            if not again:
                self.renew()
        raise DecidimRefused(DecidimProblem.TOKEN_ENDED, host=self.host)

    def tell(self, mutation: str, variables: Mapping[str, object]) -> bytes | float:
        """The answer to a mutation, told once; or in how many seconds to look what became of it.

        Raises:
            DecidimRefused: who answers is no API, or nobody is let in any more.
        """
        body = _body(mutation, variables)
        try:
            reply = self._api.send("POST", "/api", body, self._headers(), PATIENCE)
        except Lost:
            return SETTLED
        if reply.status == 200:
            return reply.data
        if reply.status in _ENDED:
            self.renew()
            return 0.0
        if not reply.busy:
            raise self._api.refused(reply)
        wait = reply.wait(SETTLED)
        return wait if reply.status == 429 else max(wait, SETTLED)  # the one is known not to be

    def renew(self) -> None:
        """Sign in again: the token ended."""
        self._pass = self._door.enter(self._api)

    def without_secrets(self, text: str) -> str:
        """What the platform says, which might repeat what it was shown."""
        return self._pass.without(text) if self._pass else text

    def _headers(self) -> dict[str, str]:
        assert self._pass, "nobody is signed in"
        return {**_JSON, **self._pass.headers()}


def _body(query: str, variables: Mapping[str, object]) -> bytes:
    return msgspec.json.encode({"query": query, "variables": variables})
