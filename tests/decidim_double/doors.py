# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signing in to the API: by key and secret, or (OAuth 2 with PKCE) through an application."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from yarl import URL

from tests.decidim_double.world import Client, User, World

LIFE = 60 * 60
SCOPES = frozenset({"user", "api:read", "api:write"})
_KEY = b"a key of the double, which guards nothing"


@dataclass(frozen=True, slots=True)
class Session:
    user: User
    scopes: frozenset[str] = SCOPES


@dataclass(frozen=True, slots=True)
class _Consent:
    client: Client
    user: int
    scopes: frozenset[str]
    challenge: str
    redirect_uri: str


@dataclass(slots=True)
class Doors:
    """Tokens that were taken back, and consents that wait to be redeemed."""

    denied: set[str] = field(default_factory=set)
    issued: int = 0
    issued_tokens: list[str] = field(default_factory=list)
    consents: dict[str, _Consent] = field(default_factory=dict)

    def sign_in(self, world: World, form: Mapping[str, str], now: int) -> str | None:
        """A token for the machine that has this key and secret."""
        named = (form.get("api_user[key]", ""), form.get("api_user[secret]", ""))
        found = world.all(
            User, lambda user: user.role == "api" and (user.key, user.secret) == named
        )
        return self._token(found[0].id, SCOPES, "", now) if found else None

    def consent(self, world: World, asked: Mapping[str, str], user: int) -> str | None:
        """A code for the application, as the signed-in user agrees. None: the request is wrong."""
        clients = world.all(Client, lambda row: row.uid == asked.get("client_id"))
        scopes = frozenset(asked.get("scope", "").split())
        fits = (
            clients
            and _same_place(clients[0].redirect_uri, asked.get("redirect_uri", ""))
            and scopes <= SCOPES
        )
        plain = asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge")
        if not fits or plain or asked.get("response_type") != "code":
            return None
        self.issued += 1
        code = f"code-{self.issued}"
        self.consents[code] = _Consent(
            clients[0], user, scopes, asked["code_challenge"], asked["redirect_uri"]
        )
        return code

    def redeem(self, form: Mapping[str, str], now: int) -> dict[str, Any] | None:
        """A token for a code, once, to whoever knows what its challenge was made of."""
        consent = self.consents.pop(form.get("code", ""), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            consent is None
            or form.get("grant_type") != "authorization_code"
            or form.get("client_id") != consent.client.uid
            or form.get("redirect_uri") != consent.redirect_uri
            or _base64(verifier) != consent.challenge
        ):
            return None
        token = self._token(consent.user, consent.scopes, consent.client.uid, now)
        scope = " ".join(sorted(consent.scopes))
        return {"access_token": token, "token_type": "Bearer", "expires_in": LIFE, "scope": scope}

    def revoke(self, token: str) -> None:
        self.denied.add(token)

    def session(self, world: World, headers: Mapping[str, str], now: int) -> Session | None:
        """Who speaks. An application's token is worth nothing without its `X-Jwt-Aud`."""
        token = headers.get("Authorization", "").removeprefix("Bearer ")
        claims = _claims(token)
        if not claims or token in self.denied or now >= claims["exp"]:
            return None
        if claims["aud"] and headers.get("X-Jwt-Aud") != claims["aud"]:
            return None
        user = world.get(User, claims["sub"])
        return Session(user, frozenset(claims["scopes"])) if user else None

    def _token(self, user: int, scopes: frozenset[str], audience: str, now: int) -> str:
        self.issued += 1
        claims = {
            "sub": user,
            "scopes": sorted(scopes),
            "aud": audience,
            "exp": now + LIFE,
            "jti": self.issued,
        }
        parts = [_base64(json.dumps(part).encode()) for part in ({"alg": "HS256"}, claims)]
        token = ".".join([*parts, _signed(".".join(parts))])
        self.issued_tokens.append(token)
        return token


def _same_place(registered: str, asked: str) -> bool:
    """On a loopback address the port may be any (RFC 8252, section 7.3)."""
    ours, theirs = URL(registered), URL(asked)
    if ours.host == theirs.host == "127.0.0.1":
        return ours.with_port(None) == theirs.with_port(None)
    return ours == theirs


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _signed(text: str) -> str:
    return _base64(hmac.digest(_KEY, text.encode(), "sha256"))


def _claims(token: str) -> dict[str, Any] | None:
    head, _, mac = token.rpartition(".")
    if not head or not hmac.compare_digest(_signed(head), mac):
        return None
    body = head.partition(".")[2]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims
