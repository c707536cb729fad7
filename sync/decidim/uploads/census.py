# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is registered for a meeting, and who may still vote online: codes, never names.

On a kiosk lie keyed hashes of the registrations' codes; what it hands back are the numbers of
those that came. Codes in clear are where they were before: in the file that the administrator
exported, on the organiser's machine.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from nacl.encoding import HexEncoder
from nacl.hash import blake2b

from sync.decidim.exported.errors import ImportRefused
from sync.decidim.exported.table import read_table
from sync.decidim.uploads import sheet
from sync.decidim.uploads.errors import ExportProblem, ExportRefused
from sync.decidim.uploads.ids import in_order, require_once

KEY_SIZE = 32


@dataclass(frozen=True, slots=True)
class Registrations:
    """Registrations of one meeting: keyed hash of a code → number of the registration."""

    key: bytes = field(repr=False)
    by_hash: Mapping[str, str] = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_hash", MappingProxyType(dict(self.by_hash)))

    def number(self, code: str) -> str | None:
        """The registration of a code as it was typed or scanned, if it is of this meeting."""
        return self.by_hash.get(_hashed(self.key, code))

    def mark(self, code: str) -> str | None:
        """What is kept of somebody who came with a code."""
        return self.number(code)

    def handed_back(self, export: bytes, came: Collection[str]) -> bytes:
        """The codes to validate of those who came, by their marks."""
        return validated_codes(export, came)


@dataclass(frozen=True, slots=True)
class Census:
    """The census of an online election: keyed hashes of its tokens."""

    key: bytes = field(repr=False)
    hashes: frozenset[str] = field(repr=False)

    def mark(self, token: str) -> str | None:
        """What is kept of somebody who votes in the room with a token of this census."""
        hashed = _hashed(self.key, token)
        return hashed if hashed in self.hashes else None

    def handed_back(self, census: bytes, came: Collection[str]) -> bytes:
        """The census without those who vote in the room."""
        return online_census(census, came, self.key)


def read_coming(export: bytes, key: bytes) -> Registrations | Census:
    """Who may come, by the columns of an export: `id` and `code`, or `email` and `token`.

    Raises:
        ExportRefused: `column` where neither pair is there; `cell`; ids that are none.
        ImportRefused: with every problem of the table.
    """
    try:
        return read_registrations(export, key)
    except ExportRefused as refused:
        if refused.code is not ExportProblem.COLUMN:
            raise
        try:
            tokens = [token for _, token in _pairs(export, "email", "token")]
        except ExportRefused:
            raise refused from None
        return Census(key, hashed_tokens(tokens, key))


def read_registrations(export: bytes, key: bytes) -> Registrations:
    """The registrations of an administrator's export; only `id` and `code` are looked at.

    `key` is `KEY_SIZE` random bytes of this meeting.
    """
    pairs = _pairs(export, "id", "code")
    require_once(id_ for id_, _ in pairs)
    return Registrations(key, {_hashed(key, code): id_ for id_, code in pairs})


def validated_codes(export: bytes, came: Collection[str]) -> bytes:
    """The codes to validate of those who `came`, by number of registration, for the organiser."""
    codes = dict(_pairs(export, "id", "code"))
    rows = [{"id": id_, "code": codes[id_]} for id_ in in_order(set(came) & set(codes))]
    return sheet.csv(rows)


def hashed_tokens(tokens: Iterable[str], key: bytes) -> frozenset[str]:
    """Keyed hashes of the tokens of those who voted in the room."""
    return frozenset(_hashed(key, token) for token in tokens)


def online_census(census: bytes, in_room: Collection[str], key: bytes) -> bytes:
    """A census of an online election without those who vote in the room.

    Columns are `email` and `token`, separated by `;` whatever the installation says; the platform
    keeps the first of two rows with one e-mail and says nothing, so these are refused.
    """
    pairs = _pairs(census, "email", "token")
    seen: set[str] = set()
    for place, (email, _) in enumerate(pairs, 2):
        if email.lower() in seen:
            raise ExportRefused(ExportProblem.TWICE, id=f"{place}")
        seen.add(email.lower())
    left = [pair for pair in pairs if _hashed(key, pair[1]) not in in_room]
    return sheet.csv([{"email": email, "token": token} for email, token in left])


def _pairs(data: bytes, first: str, second: str) -> list[tuple[str, str]]:
    """Two columns of a table by their names; empty cells leave their row out."""
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise ExportRefused(ExportProblem.CELL, place=first) from None
    table = read_table(text)
    if table.problems:
        raise ImportRefused(table.problems)
    header = [cell.text for cell in table.rows[0]] if table.rows else []
    for name in (first, second):
        if header.count(name) != 1:
            raise ExportRefused(ExportProblem.COLUMN, name=name)
    at, other = header.index(first), header.index(second)
    rows = (row for row in table.rows[1:] if len(row) > max(at, other))
    pairs = ((row[at].text.strip(), row[other].text.strip()) for row in rows)
    return [pair for pair in pairs if all(pair)]


def _hashed(key: bytes, code: str) -> str:
    """Of a code in the form in which it is printed: capitals, no spaces or hyphens."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return blake2b(plain.encode(), key=key, encoder=HexEncoder).decode()
