# SPDX-License-Identifier: AGPL-3.0-or-later
"""One question to a site's API over HTTP: asked again politely, never led to another host."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urljoin, urlsplit

import urllib3

from sync.decidim.refusals import DecidimProblem, DecidimRefused

TRIES: Final = 6
LONGEST_WAIT: Final = 120.0  # seconds
MOST: Final = 32  # megabytes of one answer
SLOWEST: Final = 180.0  # seconds for one answer, however it trickles
_TIMEOUT: Final = urllib3.Timeout(connect=10, read=30)
_CHUNK: Final = 1 << 16
_CLOSED: Final = frozenset({301, 302, 303, 307, 308, 401, 403})


class Api:
    """The API of a site. `clock` and `sleep` are in seconds."""

    def __init__(
        self, site: str, *, clock: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._url = f"{site}/api"
        self._host = urlsplit(site).netloc
        self._clock = clock
        self._sleep = sleep
        self._pool = urllib3.PoolManager(retries=False, timeout=_TIMEOUT)

    def ask(self, body: bytes) -> bytes:
        """The answer to a question in JSON; waits as long as the site asks for.

        Raises:
            DecidimRefused: who answers is no API, or nobody does.
        """
        wait, detail = 1.0, ""
        for number in range(TRIES):
            if number:
                self._sleep(wait)
            try:
                status, headers, data = self._once(body)
            except urllib3.exceptions.HTTPError as error:
                wait, detail = 2.0**number, type(error).__name__
                continue
            if status == 200:
                return data
            if status != 429 and status < 500:
                raise self._refused(status, headers)
            wait, detail = _asked(headers.get("Retry-After", ""), 2.0**number), str(status)
        if detail.isdigit():
            raise DecidimRefused(DecidimProblem.BUSY, host=self._host, tries=TRIES)
        raise DecidimRefused(DecidimProblem.UNREACHABLE, host=self._host, detail=detail)

    def _once(self, body: bytes) -> tuple[int, urllib3.HTTPHeaderDict, bytes]:
        began = self._clock()
        answer = self._pool.request(
            "POST",
            self._url,
            body=body,
            headers={"Content-Type": "application/json", "Accept": "application/json"},
            preload_content=False,
            redirect=False,
        )
        try:
            data = self._read(answer, began)
        except BaseException:
            answer.close()
            raise
        answer.release_conn()
        return answer.status, answer.headers, data

    def _read(self, answer: urllib3.BaseHTTPResponse, began: float) -> bytes:
        data = bytearray()
        for part in answer.stream(_CHUNK):
            data += part
            if len(data) > MOST << 20:
                raise DecidimRefused(DecidimProblem.TOO_LARGE, host=self._host, most=MOST)
            if self._clock() - began > SLOWEST:
                raise urllib3.exceptions.TimeoutError
        return bytes(data)

    def _refused(self, status: int, headers: urllib3.HTTPHeaderDict) -> DecidimRefused:
        other = urlsplit(urljoin(self._url, headers.get("Location", ""))).netloc
        if other != self._host:
            return DecidimRefused(DecidimProblem.OTHER_HOST, host=self._host, other=other)
        closed = status in _CLOSED
        code = DecidimProblem.API_CLOSED if closed else DecidimProblem.NOT_DECIDIM
        return DecidimRefused(code, host=self._host)


def _asked(header: str, otherwise: float) -> float:
    seconds = float(header) if header.isascii() and header.isdecimal() else otherwise
    return min(seconds, LONGEST_WAIT)
