# SPDX-License-Identifier: AGPL-3.0-or-later
"""The archive of an election: a chain of events in one tar file, byte for byte (belenios §6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec
from msgspec import UNSET

from ballots.election.errors import ElectionProblem, ElectionRefused, at
from ballots.election.events import Event, EventForm, require_links
from ballots.election.numerals import decode_exactly, encode, hex_hash, is_decimal
from ballots.election.tar import Record, read_records, record, time_of

_HEADER = "BELENIOS"


class _HeaderForm(msgspec.Struct, frozen=True):
    version: Literal[1]
    timestamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """What a file holds. `timestamp` (Unix seconds) is the time of writing; it proves nothing."""

    timestamp: int
    events: tuple[Event, ...]


class ArchiveWriter:
    """Writes events one after the other; the caller minds their order."""

    def __init__(self, timestamp: int) -> None:
        self._timestamp = timestamp
        self._height = 0
        self._parent = ""
        header = encode(_HeaderForm(1, str(timestamp)))
        self._written = bytearray(record(_HEADER, header, timestamp))

    def add(self, event: Event) -> None:
        """The event's documents, then the event, linked to the one before."""
        for document in event.documents:
            self._write(document, "data")
        payload = hex_hash(event.documents[-1]) if event.documents else UNSET
        form = EventForm(
            parent=self._parent or UNSET, height=self._height, type=event.type, payload=payload
        )
        said = encode(form)
        self._write(said, "event")
        self._height += 1
        self._parent = hex_hash(said)

    def finish(self) -> bytes:
        """The file as it stands."""
        return bytes(self._written)

    def _write(self, document: bytes, kind: Literal["data", "event"]) -> None:
        self._written += record(_name(document, kind), document, self._timestamp)


def _name(document: bytes, kind: Literal["data", "event"]) -> str:
    return f"{hex_hash(document)}.{kind}.json"


def read(data: bytes) -> Archive:
    """The events of a file, every byte of which is where `ArchiveWriter` would write it."""
    timestamp = time_of(data)
    records = read_records(data, timestamp)
    _read_header(next(records), timestamp)
    events: list[Event] = []
    documents: list[bytes] = []
    parent = ""
    end = Record(0, "", b"")
    for end in records:
        if end.name == _name(end.body, "data"):
            documents.append(end.body)
        elif end.name == _name(end.body, "event"):
            events.append(_read_event(end.body, len(events), parent, documents))
            documents, parent = [], hex_hash(end.body)
        else:
            raise _wrong(end.offset)
    if documents:
        raise _wrong(end.offset)
    return Archive(timestamp=timestamp, events=tuple(events))


def _read_header(first: Record, timestamp: int) -> None:
    if first.name != _HEADER:
        raise _wrong(first.offset)
    said = decode_exactly(first.body, _HeaderForm, "header").timestamp
    if not is_decimal(said, digits=11) or int(said) != timestamp:
        raise _wrong(first.offset)


def _read_event(body: bytes, height: int, parent: str, documents: list[bytes]) -> Event:
    with at(f"event:{height}"):
        form = decode_exactly(body, EventForm, "event")
        expected = hex_hash(documents[-1]) if documents else UNSET
        if (form.height, form.parent, form.payload) != (height, parent or UNSET, expected):
            raise ElectionRefused(ElectionProblem.ARCHIVE_LINK, event=height)
        event = Event(type=form.type, documents=tuple(documents))
        require_links(event, height)
        return event


def _wrong(offset: int) -> ElectionRefused:
    return ElectionRefused(ElectionProblem.ARCHIVE_RECORD, byte=offset, place=f"byte:{offset}")
