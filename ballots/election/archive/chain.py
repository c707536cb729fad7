# SPDX-License-Identifier: AGPL-3.0-or-later
"""The archive of an election: a chain of events in one tar file, byte for byte (ELECTION.md §11).

Writing, and finding what lies where. A document stays where it is until somebody loads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec
from msgspec import UNSET

from ballots.election.archive.events import DOCUMENTS, Event, EventForm, Placed, named_in
from ballots.election.archive.source import Source
from ballots.election.archive.tar import Place, Record, read_records, record, time_of, wrong
from ballots.election.errors import ElectionProblem, ElectionRefused, at
from ballots.election.numerals import decode_exactly, encode, hex_hash, is_decimal

_HEADER = "BELENIOS"
SMALL = 1 << 12  # bytes of the documents that name others: no honest one has more


class _HeaderForm(msgspec.Struct, frozen=True):
    version: Literal[1]
    timestamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Where everything lies. `timestamp` (Unix seconds) is that of writing; it proves nothing.

    `head` is the hash of the last event: with it, all of the chain is known.
    """

    source: Source
    timestamp: int
    events: tuple[Placed, ...]
    head: str

    def load(self, place: Place, most: int) -> bytes:
        """A document, hashed again; refuses one of more than `most` bytes."""
        return _load(self.source, place, most)


class ArchiveWriter:
    """Writes events one after the other; the caller minds their order."""

    def __init__(self, timestamp: int) -> None:
        self._timestamp = timestamp
        self._height = 0
        self._parent = ""
        header = encode(_HeaderForm(1, str(timestamp)))
        self._written = [record(_HEADER, header, timestamp)]

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
        return b"".join(self._written)

    def _write(self, document: bytes, kind: Literal["data", "event"]) -> None:
        name = _name(hex_hash(document), kind)
        self._written.append(record(name, document, self._timestamp))


def _name(sha256: str, kind: Literal["data", "event"]) -> str:
    return f"{sha256}.{kind}.json"


def survey(source: Source) -> Archive:
    """What lies where in a file, every byte of which is where `ArchiveWriter` would write it.

    Every byte is hashed, and every hash and number in the chain is checked.
    """
    timestamp = time_of(source)
    records = read_records(source, timestamp)
    _read_header(source, next(records), timestamp)
    events: list[Placed] = []
    documents: list[Place] = []
    head = ""
    end = 0
    for found in records:
        end = found.offset
        if found.name == _name(found.body.sha256, "data"):
            documents.append(found.body)
        elif found.name == _name(found.body.sha256, "event"):
            events.append(_read_event(source, found.body, len(events), head, documents))
            documents, head = [], found.body.sha256
        else:
            raise wrong(found.offset)
    if documents:
        raise wrong(end)
    return Archive(source=source, timestamp=timestamp, events=tuple(events), head=head)


def _read_header(source: Source, first: Record, timestamp: int) -> None:
    if first.name != _HEADER:
        raise wrong(first.offset)
    said = decode_exactly(_load(source, first.body, SMALL), _HeaderForm, "header").timestamp
    if not is_decimal(said, digits=11) or int(said) != timestamp:
        raise wrong(first.offset)


def _read_event(
    source: Source, body: Place, height: int, parent: str, documents: list[Place]
) -> Placed:
    with at(f"event:{height}"):
        form = decode_exactly(_load(source, body, SMALL), EventForm, "event")
        expected = documents[-1].sha256 if documents else UNSET
        if (form.height, form.parent, form.payload) != (height, parent or UNSET, expected):
            raise ElectionRefused(ElectionProblem.ARCHIVE_LINK, event=height)
        event = Placed(form.type, tuple(documents))
        whole = len(documents) in DOCUMENTS[form.type]
        named = named_in(event, lambda place: _load(source, place, SMALL)) if whole else []
        if not whole or named != [place.sha256 for place in documents[:-1]]:
            raise ElectionRefused(ElectionProblem.ARCHIVE_LINK, event=height)
        return event


def _load(source: Source, place: Place, most: int) -> bytes:
    if place.size > most:
        raise ElectionRefused(
            ElectionProblem.TOO_LARGE, size=place.size, most=most, place=f"byte:{place.start}"
        )
    document = source.read(place.start, place.size)
    if hex_hash(document) != place.sha256:  # a medium that says something else the second time
        raise wrong(place.start)
    return document
