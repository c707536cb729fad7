# SPDX-License-Identifier: AGPL-3.0-or-later
"""In as oneself: OAuth 2 with PKCE (RFC 7636), through the browser and back to this machine.

The operator has registered an application without a secret, with the address
`http://127.0.0.1/back`; the port is another each time (RFC 8252, section 7.3).
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode, urlsplit

import msgspec

from ballots.randomness import Randomness
from sync.decidim.post import Api
from sync.decidim.refusals import DecidimProblem, DecidimRefused
from sync.decidim.writing.credentials import Pass, Secret, token
from sync.decidim.writing.doors import FORM, goodbye, not_in
from sync.decidim.writing.loopback import Denied, Loopback
from sync.decidim.writing.replies import read

SCOPES: Final = frozenset({"user", "api:read", "api:write"})
MINUTES: Final = 5  # that somebody has to sign in and agree


class _Granted(msgspec.Struct, frozen=True):
    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - its name
    scope: str | None = None


class ConsentDoor:
    """For the organiser herself. `show` opens an address in her browser."""

    def __init__(
        self,
        client: str,
        *,
        random: Randomness,
        show: Callable[[str], object],
        told: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._random = random
        self._show = show
        self._told = told
        self._clock = clock

    def enter(self, api: Api) -> Pass:
        """Sign in.

        Raises:
            DecidimRefused: `consent-denied`, `consent-late`, `consent-refused`, `no-sign-in`.
        """
        host = urlsplit(api.site).netloc
        state, verifier = _text(self._random(32)), Secret(_text(self._random(32)))
        with Loopback(state, self._told) as back:
            self._show(self._page(api.site, back.address, state, verifier))
            try:
                code = back.wait(MINUTES * 60, self._clock)
            except Denied:
                raise DecidimRefused(DecidimProblem.CONSENT_DENIED, host=host) from None
            if code is None:
                raise DecidimRefused(DecidimProblem.CONSENT_LATE, host=host, minutes=MINUTES)
            return self._redeemed(api, host, back.address, (code, verifier))

    def leave(self, api: Api, shown: Pass) -> bool:
        """Make the token worthless."""
        form = {"token": shown.token.reveal(), "client_id": self._client}
        return goodbye(api, "POST", "/oauth/revoke", urlencode(form).encode(), FORM)

    def _page(self, site: str, back: str, state: str, verifier: Secret) -> str:
        digest = hashlib.sha256(verifier.reveal().encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._client,
            "redirect_uri": back,
            "scope": " ".join(sorted(SCOPES)),
            "state": state,
            "code_challenge": _text(digest),
            "code_challenge_method": "S256",
        }
        return f"{site}/oauth/authorize?{urlencode(asked)}"

    def _redeemed(self, api: Api, host: str, back: str, proof: tuple[Secret, Secret]) -> Pass:
        code, verifier = proof
        form = {
            "grant_type": "authorization_code",
            "client_id": self._client,
            "redirect_uri": back,
            "code": code.reveal(),
            "code_verifier": verifier.reveal(),
        }
        reply = api.insist("POST", "/oauth/token", urlencode(form).encode(), FORM)
        granted = read(reply.data, _Granted) if reply.status == 200 else None
        given = token(granted.access_token) if granted else None
        if granted and given and granted.token_type.lower() == "bearer":
            scopes = SCOPES if granted.scope is None else frozenset(granted.scope.split())
            if scopes >= SCOPES:
                return Pass(given, {"X-Jwt-Aud": self._client})
        refused = not_in(api, reply, host)
        if refused.code is DecidimProblem.OTHER_HOST:
            raise refused
        raise DecidimRefused(DecidimProblem.CONSENT_REFUSED, host=host)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
