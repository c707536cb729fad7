# SPDX-License-Identifier: AGPL-3.0-or-later
"""Requests to a site over HTTP: made again politely, never led to another host."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import urljoin, urlsplit

import urllib3

from sync.decidim.refusals import DecidimProblem, DecidimRefused

TRIES: Final = 6
LONGEST_WAIT: Final = 120.0  # seconds
MOST: Final = 32  # megabytes of one answer
SLOWEST: Final = 180.0  # seconds for one answer, however it trickles
PATIENCE: Final = 30.0  # seconds of silence
_CONNECT: Final = 10.0
_CHUNK: Final = 1 << 16
_CLOSED: Final = frozenset({301, 302, 303, 307, 308, 401, 403})
_JSON: Final = MappingProxyType({"Content-Type": "application/json", "Accept": "application/json"})


class Lost(Exception):
    """No whole answer came; what was asked for may have happened. The text names the kind."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a site said to one request."""

    status: int
    headers: Mapping[str, str]
    data: bytes

    @property
    def busy(self) -> bool:
        """Whether it was not let through, or failed within."""
        return self.status == 429 or self.status >= 500

    def wait(self, otherwise: float) -> float:
        """Seconds until it may be asked again, as it says itself."""
        return asked(self.headers.get("Retry-After", ""), otherwise)


class Api:
    """The API of a site. `clock` and `sleep` are in seconds."""

    def __init__(
        self, site: str, *, clock: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self.site = site
        self._host = urlsplit(site).netloc
        self._clock = clock
        self._sleep = sleep
        self._pool = urllib3.PoolManager(retries=False)

    def ask(self, body: bytes, headers: Mapping[str, str] = MappingProxyType({})) -> bytes:
        """The answer to a question in JSON; waits as long as the site asks for.

        Raises:
            DecidimRefused: who answers is no API, or nobody does.
        """
        reply = self.insist("POST", "/api", body, {**_JSON, **headers})
        if reply.status != 200:
            raise self.refused(reply)
        return reply.data

    def insist(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """The reply to what may be said again without harm.

        Raises:
            DecidimRefused: `busy`, `unreachable`, `too-large`.
        """
        wait, detail = 1.0, ""
        for number in range(TRIES):
            if number:
                self._sleep(wait)
            try:
                reply = self.send(method, path, body, headers)
            except Lost as lost:
                wait, detail = 2.0**number, str(lost)
                continue
            if not reply.busy:
                return reply
            wait, detail = reply.wait(2.0**number), ""
        if detail:
            raise DecidimRefused(DecidimProblem.UNREACHABLE, host=self._host, detail=detail)
        raise DecidimRefused(DecidimProblem.BUSY, host=self._host, tries=TRIES)

    def send(
        self,
        method: str,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
        patience: float = PATIENCE,
    ) -> Reply:
        """The reply to one request, made once.

        Raises:
            Lost: no whole reply came.
            DecidimRefused: `too-large`.
        """
        began = self._clock()
        try:
            answer = self._pool.request(
                method,
                self.site + path,
                body=body,
                headers=dict(headers),
                preload_content=False,
                redirect=False,
                timeout=urllib3.Timeout(connect=_CONNECT, read=patience),
            )
            try:
                data = self._read(answer, began)
            except BaseException:
                answer.close()
                raise
        except urllib3.exceptions.HTTPError as error:
            raise Lost(type(error).__name__) from error
        answer.release_conn()
        return Reply(answer.status, answer.headers, data)

    def _read(self, answer: urllib3.BaseHTTPResponse, began: float) -> bytes:
        data = bytearray()
        for part in answer.stream(_CHUNK):
            data += part
            if len(data) > MOST << 20:
                raise DecidimRefused(DecidimProblem.TOO_LARGE, host=self._host, most=MOST)
            if self._clock() - began > SLOWEST:
                raise urllib3.exceptions.TimeoutError
        return bytes(data)

    def refused(self, reply: Reply) -> DecidimRefused:
        """Why a reply is none of an API that may be read."""
        other = self._led_to(reply.headers.get("Location", ""))
        if other != self._host:
            return DecidimRefused(DecidimProblem.OTHER_HOST, host=self._host, other=other)
        closed = reply.status in _CLOSED
        code = DecidimProblem.API_CLOSED if closed else DecidimProblem.NOT_DECIDIM
        return DecidimRefused(code, host=self._host)

    def _led_to(self, location: str) -> str:
        try:
            return urlsplit(urljoin(self.site, location)).netloc
        except ValueError:
            return self._host


def asked(header: str, otherwise: float) -> float:
    """Seconds to wait, from the header Retry-After or what is used without it."""
    seconds = float(header) if header.isascii() and header.isdecimal() else otherwise
    return min(seconds, LONGEST_WAIT)
