# SPDX-License-Identifier: AGPL-3.0-or-later
"""An assembly or a poll as canonical JSON bytes, and back.

A document is one object: a `format` tag beside the value, whose keys are the fields of
`ballots.assembly`. Shares are written in lowest terms, as `"2/3"`. Every field is written,
those with default values too. Equal values have equal bytes: the languages of a wording are
sorted, so after reading `Wording.in_language` falls back on the first tag in the alphabet.

Version 1 knows proposals and open polls only: an option has the text `proposal`, empty where it
stands for none, instead of `about`, and a poll has no `alone`. What can be said in version 1 is
written in it, whatever else is in version 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final, Literal, TypeVar

import msgspec

from ballots import canonical
from ballots.assembly import Alone, Assembly, AssemblyProblem, AssemblyRefused, Poll, Thing
from ballots.errors import Refusal

_SHARE: Final = re.compile(r"(?:0|[1-9][0-9]{0,99})/[1-9][0-9]{0,99}", re.ASCII)


class _AssemblyDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal["urna-assembly/v2"]
    assembly: Assembly

    @property
    def polls(self) -> tuple[Poll, ...]:
        return self.assembly.polls


class _PollDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal["urna-poll/v2"]
    poll: Poll

    @property
    def polls(self) -> tuple[Poll, ...]:
        return (self.poll,)


_Document = TypeVar("_Document", _AssemblyDocument, _PollDocument)


def assembly_document(assembly: Assembly) -> bytes:
    """The document of an assembly; `read_assembly` gives an equal value."""
    return _written(_AssemblyDocument("urna-assembly/v2", assembly))


def read_assembly(document: bytes) -> Assembly:
    """The assembly of a document.

    Raises:
        AssemblyRefused: for anything that `assembly_document` does not write, with the place
            `document` when the bytes themselves are at fault.
    """
    return _read(document, _AssemblyDocument).assembly


def poll_document(poll: Poll) -> bytes:
    """The document of a poll; `read_poll` gives an equal value."""
    return _written(_PollDocument("urna-poll/v2", poll))


def read_poll(document: bytes) -> Poll:
    """The poll of a document; raises `AssemblyRefused` as `read_assembly` does."""
    return _read(document, _PollDocument).poll


def rule_hash(poll: Poll) -> str:
    """SHA-256 of the poll's document in hex: what is fixed before the first vote."""
    return sha256(poll_document(poll)).hexdigest()


def _written(document: _AssemblyDocument | _PollDocument) -> bytes:
    tree = msgspec.to_builtins(document, enc_hook=_plain)
    return canonical.encode(_in_version_1(tree) if _is_of_version_1(document) else tree)


def _read(data: bytes, form: type[_Document]) -> _Document:
    try:
        tree = _in_version_2(canonical.decode(data, dict[str, Any]))
        document = msgspec.convert(tree, form, dec_hook=_share)
    except AssemblyRefused:
        raise
    except (Refusal, msgspec.ValidationError, LookupError, TypeError, AttributeError) as error:
        raise AssemblyRefused(AssemblyProblem.UNKNOWN, place="document") from error
    if _written(document) != data:  # unknown or missing fields, shares not in lowest terms
        raise AssemblyRefused(AssemblyProblem.UNKNOWN, place="document")
    return document


def _is_of_version_1(document: _AssemblyDocument | _PollDocument) -> bool:
    return all(poll.alone is Alone.OPEN for poll in document.polls) and not any(
        option.about and option.about.kind is not Thing.PROPOSAL
        for poll in document.polls
        for question in poll.questions
        for option in question.options
    )


def _in_version_1(tree: dict[str, Any]) -> dict[str, Any]:
    """The tree of a version 2 as one of version 1; what it lacks there has the default value."""
    tree["format"] = tree["format"].replace("/v2", "/v1")
    for poll in _polls(tree):
        del poll["alone"]
        for option in _options(poll):
            about = option.pop("about")
            option["proposal"] = about["id"] if about else ""
    return tree


def _in_version_2(tree: dict[str, Any]) -> dict[str, Any]:
    """The tree of either version as one of version 2, of whatever type its parts are."""
    if not tree["format"].endswith("/v1"):
        return tree
    tree["format"] = tree["format"].replace("/v1", "/v2")
    for poll in _polls(tree):
        poll["alone"] = Alone.OPEN.value
        for option in _options(poll):
            proposal = option.pop("proposal")
            about = {"kind": Thing.PROPOSAL.value, "id": proposal}
            option["about"] = about if proposal else None
    return tree


def _polls(tree: dict[str, Any]) -> Iterable[dict[str, Any]]:
    return tree["assembly"]["polls"] if "assembly" in tree else [tree["poll"]]


def _options(poll: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (option for question in poll["questions"] for option in question["options"])


def _plain(value: object) -> object:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    assert isinstance(value, MappingProxyType)
    return dict(value)


def _share(_type: type, written: object) -> Fraction:
    if not isinstance(written, str) or not _SHARE.fullmatch(written):
        raise ValueError(written)
    return Fraction(written)
