# SPDX-License-Identifier: AGPL-3.0-or-later
"""Encodings and groups of `ballots/election/ELECTION.md` (§1, §2), by the standard library alone.

For `plain_verifier`; imports nothing of ours. Arithmetic is plain, and as slow as that is.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NoReturn, Protocol

Json = Any
Element = Any  # a point (x, y) of the curve, or an integer


class Refused(Exception):
    """Something that ELECTION.md refuses."""


def require(holds: bool) -> None:
    if not holds:
        raise Refused


# --- §1 -----------------------------------------------------------------------------------------


def hexed(document: bytes) -> str:
    return sha256(document).hexdigest()


def in_base64(document: bytes) -> str:
    return b64encode(sha256(document).digest()).rstrip(b"=").decode()


def compact(form: Json) -> bytes:
    return json.dumps(form, separators=(",", ":"), ensure_ascii=False).encode()


def _fraction(_: str) -> NoReturn:
    raise Refused


def decoded(document: bytes, *, most: int = 1 << 22) -> Json:
    require(len(document) <= most)
    form = json.loads(document, parse_float=_fraction, parse_constant=_fraction)
    require(compact(form) == document)
    return form


def exactly(form: Json, *keys: str) -> list[Json]:
    """The values of an object that has these keys in this order."""
    require(isinstance(form, dict) and list(form) == list(keys))
    return list(form.values())


def decimal(text: Json, below: int) -> int:
    require(isinstance(text, str) and re.fullmatch("0|[1-9][0-9]*", text) is not None)
    require(int(text) < below)
    return int(text)


def count(value: Json) -> int:
    if isinstance(value, str):
        return decimal(value, 10**13)
    require(type(value) is int)
    return int(value)


def joined(texts: Iterable[str]) -> str:
    return "".join(f"{text}," for text in texts)


# --- §2 -----------------------------------------------------------------------------------------


class Group(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def q(self) -> int: ...
    @property
    def g(self) -> Element: ...
    @property
    def one(self) -> Element: ...

    def times(self, a: Element, b: Element, /) -> Element: ...
    def power(self, a: Element, n: int, /) -> Element: ...
    def read(self, text: Json, /) -> Element: ...
    def text(self, a: Element, /) -> str: ...
    def independent(self, index: int, /) -> Element: ...
    def held(self, a: Element, count: int, /) -> list[int]: ...
    def place(self, a: Element, /) -> Any: ...  # noqa: ANN401 - what elements are sorted by


class Curve:
    name = "Ed25519"
    q = 2**252 + 27742317777372353535851937790883648493
    p = 2**255 - 19
    d = -121665 * pow(121666, -1, p) % p
    one = (0, 1)

    def __init__(self) -> None:
        self.g = self.point(int("66" * 31 + "58", 16))

    def point(self, number: int) -> Element | None:
        """RFC 8032 §5.1.3, strictly."""
        p, sign, y = self.p, number >> 255, number % 2**255
        square = (y * y - 1) * pow(self.d * y * y + 1, -1, p) % p
        x = pow(square, (p + 3) // 8, p)
        x = x if x * x % p == square else x * pow(2, (p - 1) // 4, p) % p
        if y >= p or x * x % p != square or (x == 0 and sign):
            return None
        return (x if x % 2 == sign else p - x, y)

    def _sum(self, a: Sequence[int], b: Sequence[int]) -> tuple[int, int, int]:
        """In projective coordinates, for any two points."""
        p, zz = self.p, a[2] * b[2]
        x, y = a[0] * b[0], a[1] * b[1]
        e, square = self.d * x * y % p, zz * zz % p
        crossed = (a[0] + a[1]) * (b[0] + b[1]) - x - y
        return (
            zz * (square - e) * crossed % p,
            zz * (square + e) * (y + x) % p,
            (square - e) * (square + e) % p,
        )

    def _plain(self, a: Sequence[int]) -> Element:
        inverse = pow(a[2], -1, self.p)
        return (a[0] * inverse % self.p, a[1] * inverse % self.p)

    def times(self, a: Element, b: Element) -> Element:
        return self._plain(self._sum((*a, 1), (*b, 1)))

    def multiple(self, a: Element, n: int) -> Element:
        total, step = (0, 1, 1), (*a, 1)
        while n:
            total = self._sum(total, step) if n & 1 else total
            step, n = self._sum(step, step), n >> 1
        return self._plain(total)

    def power(self, a: Element, n: int) -> Element:
        return self.multiple(a, n % self.q)

    def read(self, text: Json) -> Element:
        require(isinstance(text, str) and re.fullmatch("[0-9a-f]{64}", text) is not None)
        point = self.point(int(text, 16))
        require(point is not None and self.multiple(point, self.q) == self.one)
        return point

    def text(self, a: Element) -> str:
        return f"{a[1] | (a[0] & 1) << 255:064x}"

    def independent(self, index: int) -> Element:
        number = int(hexed(f"ggen|{index}".encode()), 16) // 4
        while (point := self.point(number)) is None:
            number += 1
        return self.multiple(point, 8)

    def held(self, a: Element, count: int) -> list[int]:
        return list((int(self.text(a), 16) >> 14).to_bytes(32, "big")[-count:])

    def place(self, a: Element) -> bytes:
        return bytes.fromhex(self.text(a))[::-1]


@dataclass(frozen=True)
class Integers:
    name: str
    p: int
    q: int
    g: int
    one: int = 1

    def times(self, a: int, b: int) -> int:
        return a * b % self.p

    def power(self, a: int, n: int) -> int:
        return pow(a, n % self.q, self.p)

    def read(self, text: Json) -> int:
        number = decimal(text, self.p)
        require(pow(number, self.q, self.p) == 1)
        return number

    def text(self, a: int) -> str:
        return str(a)

    def independent(self, index: int) -> int:
        number = int(hexed(f"ggen|{index}".encode()), 16)
        return pow(number, (self.p - 1) // self.q, self.p)

    def held(self, a: int, count: int) -> list[int]:
        return list((a >> 8).to_bytes(256, "big")[-count:])

    def place(self, a: int) -> int:
        return a


# RFC 3526 §3.
_SAFE = (
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E34"
    "04DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6"
    "F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A6916"
    "3FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C"
    "32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA95"
    "6AE515D2261898FA051015728E5A8AACAA68FFFFFFFFFFFFFFFF"
)


def groups(page: str) -> dict[str, Group]:
    """The groups; BELENIOS-2048 as ELECTION.md prints it."""
    block = page.split("\n```\np  ")[1].partition("```")[0]
    p, g, q = (int("".join(part.split())) for part in re.split(r"\n[gq]  ", block))
    safe = int(_SAFE, 16)
    return {
        "Ed25519": Curve(),
        "BELENIOS-2048": Integers("BELENIOS-2048", p, q, g),
        "RFC-3526-2048": Integers("RFC-3526-2048", safe, (safe - 1) // 2, 2),
    }
