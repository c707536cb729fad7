# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the browser comes back to: a page on this machine, at a port that was free (RFC 8252)."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlsplit

from ballots.election.secrecy import Hidden
from sync.decidim.writing.credentials import Secret

PATH: Final = "/back"
_SILENCE: Final = 2.0  # seconds that one connection may say nothing: browsers open some in advance
_HEADERS: Final = {
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}


class Denied(Exception):
    """Whoever was asked did not agree."""


class Loopback(Hidden):
    """Waits for one visit that bears `state`; others are turned away. `told` is what it shows."""

    def __init__(self, state: str, told: str) -> None:
        self._server = _Server(state, told)
        self.address: Final = f"http://127.0.0.1:{self._server.server_address[1]}{PATH}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.server_close()

    def wait(self, seconds: float, clock: Callable[[], float]) -> Secret | None:
        """The code that the browser brings; None when the time is over.

        Raises:
            Denied: it brings a refusal.
        """
        until = clock() + seconds
        while (left := until - clock()) > 0:
            self._server.timeout = left
            self._server.handle_request()
            if self._server.denied:
                raise Denied
            if self._server.code:
                return self._server.code
        return None


class _Server(TCPServer):
    allow_reuse_address = False

    def __init__(self, state: str, told: str) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        self.state: Final = state
        self.told: Final = told
        self.code: Secret | None = None
        self.denied = False

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as in the base
        """A visitor who hangs up is nobody's concern."""


class _Visit(BaseHTTPRequestHandler):
    timeout = _SILENCE
    server: _Server

    def do_GET(self) -> None:
        """One visit."""
        try:
            sent = urlsplit(self.path)
            said = {name: values[0] for name, values in parse_qs(sent.query).items()}
        except ValueError:
            return self._say(400, "")
        ours = hmac.compare_digest(said.get("state", "").encode(), self.server.state.encode())
        if sent.path != PATH or not ours:
            return self._say(404, "")
        if "error" in said:
            self.server.denied = True
        elif "code" in said:
            self.server.code = Secret(said["code"])
        return self._say(200, self.server.told)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: ANN401 - as in the base
        """Nothing: the code would be in it."""

    def _say(self, status: int, text: str) -> None:
        self.send_response_only(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())
