# SPDX-License-Identifier: AGPL-3.0-or-later
"""An assembly or a poll as canonical JSON bytes, and back.

A document is one object: a `format` tag beside the value, whose keys are the fields of
`ballots.assembly`. Shares are written in lowest terms, as `"2/3"`. Every field is written,
those with default values too. Equal values have equal bytes: the languages of a wording are
sorted, so after reading `Wording.in_language` falls back on the first tag in the alphabet.
"""

from __future__ import annotations

import re
from fractions import Fraction
from hashlib import sha256
from types import MappingProxyType
from typing import Final, Literal, TypeVar

import msgspec

from ballots import canonical
from ballots.assembly import Assembly, AssemblyProblem, AssemblyRefused, Poll
from ballots.errors import Refusal

_SHARE: Final = re.compile(r"(?:0|[1-9][0-9]{0,99})/[1-9][0-9]{0,99}", re.ASCII)


class _AssemblyDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal["urna-assembly/v1"]
    assembly: Assembly


class _PollDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal["urna-poll/v1"]
    poll: Poll


_Document = TypeVar("_Document", _AssemblyDocument, _PollDocument)


def assembly_document(assembly: Assembly) -> bytes:
    """The document of an assembly; `read_assembly` gives an equal value."""
    return _written(_AssemblyDocument("urna-assembly/v1", assembly))


def read_assembly(document: bytes) -> Assembly:
    """The assembly of a document.

    Raises:
        AssemblyRefused: for anything that `assembly_document` does not write, with the place
            `document` when the bytes themselves are at fault.
    """
    return _read(document, _AssemblyDocument).assembly


def poll_document(poll: Poll) -> bytes:
    """The document of a poll; `read_poll` gives an equal value."""
    return _written(_PollDocument("urna-poll/v1", poll))


def read_poll(document: bytes) -> Poll:
    """The poll of a document; raises `AssemblyRefused` as `read_assembly` does."""
    return _read(document, _PollDocument).poll


def rule_hash(poll: Poll) -> str:
    """SHA-256 of the poll's document in hex: what is fixed before the first vote."""
    return sha256(poll_document(poll)).hexdigest()


def _written(document: _AssemblyDocument | _PollDocument) -> bytes:
    return canonical.encode(msgspec.to_builtins(document, enc_hook=_plain))


def _read(data: bytes, form: type[_Document]) -> _Document:
    try:
        tree = canonical.decode(data, dict[str, object])
        document = msgspec.convert(tree, form, dec_hook=_share)
    except AssemblyRefused:
        raise
    except (Refusal, msgspec.ValidationError) as error:
        raise AssemblyRefused(AssemblyProblem.UNKNOWN, place="document") from error
    if _written(document) != data:  # unknown or missing fields, shares not in lowest terms
        raise AssemblyRefused(AssemblyProblem.UNKNOWN, place="document")
    return document


def _plain(value: object) -> object:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    assert isinstance(value, MappingProxyType)
    return dict(value)


def _share(_type: type, written: object) -> Fraction:
    if not isinstance(written, str) or not _SHARE.fullmatch(written):
        raise ValueError(written)
    return Fraction(written)
