# SPDX-License-Identifier: AGPL-3.0-or-later
"""What nobody may see: key and secret of an account for machines, and the token of a session."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn

from ballots.election.secrecy import Hidden
from sync.decidim.refusals import DecidimProblem, DecidimRefused

_LONGEST: Final = 4096  # characters
_PRINTED: Final = re.compile(r"[!-~]+")
_TOKEN: Final = re.compile(r"[A-Za-z0-9\-._~+/]+=*")  # RFC 6750, section 2.1


class Secret(Hidden):
    """A text that does not print. It is not written down either: it cannot be pickled."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text, for the one request that needs it."""
        return self._text

    def __reduce__(self) -> NoReturn:
        raise TypeError


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What the operator of a platform made for a machine."""

    key: Secret
    secret: Secret


def read_api_key(text: str) -> ApiKey:
    """From two lines, the key and the secret.

    Raises:
        DecidimRefused: `key-file`.
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    fits = len(lines) == 2 and all(
        _PRINTED.fullmatch(line) and len(line) <= _LONGEST for line in lines
    )
    if not fits:
        raise DecidimRefused(DecidimProblem.KEY_FILE)
    return ApiKey(Secret(lines[0]), Secret(lines[1]))


@dataclass(frozen=True, slots=True)
class Pass:
    """What a session shows with each request. `others` are headers that are no secret."""

    token: Secret
    others: Mapping[str, str] = field(default_factory=dict)

    def headers(self) -> dict[str, str]:
        """For one request."""
        return {**self.others, "Authorization": f"Bearer {self.token.reveal()}"}

    def without(self, text: str) -> str:
        """A text of the platform, which might repeat what it was sent."""
        return text.replace(self.token.reveal(), "…")


def token(text: str) -> Secret | None:
    """A token, if this is in the form of one."""
    fits = len(text) <= _LONGEST and _TOKEN.fullmatch(text)
    return Secret(text) if fits else None
