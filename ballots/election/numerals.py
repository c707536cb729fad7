# SPDX-License-Identifier: AGPL-3.0-or-later
"""Numbers, hashes and JSON in the one spelling that the format allows (ELECTION.md §1).

Numbers below an order are decimals in strings. JSON is compact; whatever would be written
otherwise is refused.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import NoReturn, TypeVar

import msgspec

from ballots.election.errors import ElectionProblem, ElectionRefused

Form = TypeVar("Form")


def is_decimal(text: str, digits: int) -> bool:
    """Whether it is a plain decimal of at most `digits` digits: no sign, no leading zero."""
    return (
        text.isascii()
        and text.isdigit()
        and len(text) <= digits
        and (text[0] != "0" or text == "0")
    )


def read_number(text: str, below: int) -> int:
    """A number in [0, below); refuses every other spelling."""
    if not is_decimal(text, digits=617) or (number := int(text)) >= below:
        raise ElectionRefused(ElectionProblem.NUMBER)
    return number


def hex_hash(document: bytes) -> str:
    """SHA-256 in 64 lowercase hex digits, as records and events are named."""
    return sha256(document).hexdigest()


def short_hash(document: bytes) -> str:
    """SHA-256 in 43 characters of base64: fingerprints, trackers, what a ballot signs."""
    return hash_in_base64(sha256(document).digest())


def hash_in_base64(digest: bytes) -> str:
    """A SHA-256 in base64, without the sign at the end."""
    return b64encode(digest).rstrip(b"=").decode()


def encode(form: object) -> bytes:
    """Compact JSON, keys in the order of the form, letters of every script as they are."""
    return msgspec.json.encode(form)


def _no_float(_: str) -> NoReturn:
    raise ElectionRefused(ElectionProblem.NUMBER)


_PLAIN = msgspec.json.Decoder(float_hook=_no_float)


def decode(document: bytes, form: type[Form], what: str) -> Form:
    """A document that may carry more keys than `form` knows, but in compact spelling only.

    Keys that stand twice, spaces, needless escapes and fractions are refused.
    """
    try:
        value = msgspec.json.decode(document, type=form)
        compact = encode(_PLAIN.decode(document))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise ElectionRefused(ElectionProblem.FORM, what=what) from None
    if compact != document:
        raise ElectionRefused(ElectionProblem.FORM, what=what)
    return value


def decode_exactly(document: bytes, form: type[Form], what: str) -> Form:
    """A document that has the keys of `form`, in its order, and nothing else."""
    try:
        value = msgspec.json.decode(document, type=form)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise ElectionRefused(ElectionProblem.FORM, what=what) from None
    if encode(value) != document:
        raise ElectionRefused(ElectionProblem.FORM, what=what)
    return value


def convert(plain: object, form: type[Form], what: str) -> Form:
    """A part of a decoded document that stood for several forms."""
    try:
        return msgspec.convert(plain, form)
    except msgspec.ValidationError:
        raise ElectionRefused(ElectionProblem.FORM, what=what) from None
