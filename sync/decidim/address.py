# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an address of Decidim names: the site, and a space or component if it is one of those."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from sync.decidim.refusals import DecidimProblem, DecidimRefused

# With the locale in front, as 0.32 has it, or without.
_SPACE: Final = re.compile(
    r"(?:/[a-z]{2,3}(?:-[A-Za-z]+)?)?/(processes|assemblies)/([A-Za-z0-9-]+)(?:/f/([0-9]+))?(?:/.*)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be pulled: all components, unless some are named."""

    kind: Literal["process", "assembly"]
    space: str  # slug or number
    components: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """A site, as `https://host`, and the space that the address leads to."""

    site: str
    wish: Wish | None


def read_address(text: str) -> Address:
    """Take an address apart.

    Raises:
        DecidimRefused: `address`, `not-secure` (http leads to this machine only).
    """
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise DecidimRefused(DecidimProblem.ADDRESS, address=text) from error
    if not host or parts.scheme not in ("http", "https") or parts.username is not None:
        raise DecidimRefused(DecidimProblem.ADDRESS, address=text)
    if parts.scheme == "http" and not _here(host):
        raise DecidimRefused(DecidimProblem.NOT_SECURE, address=text)
    name = f"[{host}]" if ":" in host else host
    site = f"{parts.scheme}://{name}" + (f":{port}" if port else "")
    return Address(site, wish_of(parts.path))


def wish_of(path: str) -> Wish | None:
    """The space, and perhaps the component, that a path leads to."""
    found = _SPACE.fullmatch(path.rstrip("/"))
    if not found:
        return None
    kind: Literal["process", "assembly"] = "process" if found[1] == "processes" else "assembly"
    return Wish(kind=kind, space=found[2], components=(found[3],) if found[3] else ())


def _here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
