# SPDX-License-Identifier: AGPL-3.0-or-later
"""In by the key and secret that an operator made for a machine, and out again."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode, urlsplit

from sync.decidim.post import Api, Lost, Reply
from sync.decidim.refusals import DecidimProblem, DecidimRefused
from sync.decidim.writing.credentials import ApiKey, Pass, token

FORM: Final = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_UNKNOWN: Final = (404, 405)
_GOODBYES: Final = 2


class KeyDoor:
    """For an account that is nobody's; it opens as often as a token ends."""

    def __init__(self, key: ApiKey) -> None:
        self._key = key

    def enter(self, api: Api) -> Pass:
        """Sign in.

        Raises:
            DecidimRefused: `no-sign-in`, `sign-in-refused`, or nobody answers.
        """
        form = {
            "api_user[key]": self._key.key.reveal(),
            "api_user[secret]": self._key.secret.reveal(),
        }
        reply = api.insist("POST", "/api/sign_in", urlencode(form).encode(), FORM)
        host = urlsplit(api.site).netloc
        scheme, _, text = reply.headers.get("Authorization", "").partition(" ")
        given = token(text) if scheme == "Bearer" else None
        if given and reply.status in (200, 201):
            return Pass(given)
        raise not_in(api, reply, host)

    def leave(self, api: Api, shown: Pass) -> bool:
        """Sign out."""
        return goodbye(api, "DELETE", "/api/sign_out", b"", shown.headers())


def not_in(api: Api, reply: Reply, host: str) -> DecidimRefused:
    """Why nobody was let in."""
    elsewhere = api.refused(reply)
    if elsewhere.code is DecidimProblem.OTHER_HOST:
        return elsewhere
    unknown = reply.status in _UNKNOWN or reply.status < 300
    code = DecidimProblem.NO_SIGN_IN if unknown else DecidimProblem.SIGN_IN_REFUSED
    return DecidimRefused(code, host=host)


def goodbye(api: Api, method: str, path: str, body: bytes, headers: dict[str, str]) -> bool:
    """Whether it was heard; said twice, so that nobody waits long at the end."""
    for _ in range(_GOODBYES):
        try:
            reply = api.send(method, path, body, headers)
        except Lost:
            continue
        if not reply.busy:
            return reply.status < 300
    return False
