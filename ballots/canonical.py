# SPDX-License-Identifier: AGPL-3.0-or-later
"""Canonical JSON: one value, one sequence of bytes (RFC 8785 without floats).

Compact, keys in the order of their code points, text as raw UTF-8, only the escapes that JSON
demands (RFC 8785 §3.2.2.2), integers within ±(2^53 - 1). RFC 8785 orders keys by UTF-16 units,
which differs only where a key has a character beyond U+FFFF; ours never have.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from ballots.record.errors import RecordProblem, RecordRefused

T = TypeVar("T")

MAX_INTEGER = 2**53 - 1


def encode(value: object) -> bytes:
    """Bytes of dicts with text keys, lists, text, integers, booleans, None and msgspec structs.

    Raises:
        RecordRefused: `form`, for a float, an integer out of range, a lone surrogate or a value
            that JSON has no word for.
    """
    try:
        plain = msgspec.to_builtins(value, order="sorted")
        if not _exact(plain):
            raise RecordRefused(RecordProblem.FORM, what="json")
        return msgspec.json.encode(plain, order="sorted")
    except (TypeError, ValueError, RecursionError):
        raise RecordRefused(RecordProblem.FORM, what="json") from None


def decode(data: object, type: type[T]) -> T:
    """The value of `type` whose canonical form is exactly `data`.

    Types are strict: `true`, `1.0` and `"1"` are no integers, unknown and repeated keys, spaces
    and other spellings of one value are refused.

    Raises:
        RecordRefused: `form`, whatever `data` holds or is.
    """
    refused = RecordRefused(RecordProblem.FORM, what=_named(type))
    if not isinstance(data, bytes):
        raise refused
    try:
        value = msgspec.json.decode(data, type=type)
        same = encode(value) == data
    except (ValueError, RecursionError, RecordRefused):
        raise refused from None
    if not same:
        raise refused
    return value


def _exact(plain: object) -> bool:
    """Most values are text, so that is asked first."""
    if isinstance(plain, str):
        return True
    if isinstance(plain, dict):
        return all(map(_exact, plain.values())) and all(isinstance(key, str) for key in plain)
    if isinstance(plain, (list, tuple)):
        return all(map(_exact, plain))
    if isinstance(plain, int):
        return -MAX_INTEGER <= plain <= MAX_INTEGER
    return plain is None


def _named(type: object) -> str:
    return getattr(type, "__name__", "json").lower()
