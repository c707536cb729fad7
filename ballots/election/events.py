# SPDX-License-Identifier: AGPL-3.0-or-later
"""The events of an election: what each brings along, and which may follow which (belenios §6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never

import msgspec
from msgspec import UNSET, UnsetType

from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.numerals import decode, decode_exactly, encode, hex_hash
from ballots.election.setup import SetupDocuments
from ballots.election.tally import SizedTally


class EventType(StrEnum):
    """As written in the archive."""

    SETUP = "Setup"
    BALLOT = "Ballot"
    END_BALLOTS = "EndBallots"
    TALLY = "EncryptedTally"
    SHUFFLE = "Shuffle"
    END_SHUFFLES = "EndShuffles"
    DECRYPTION = "PartialDecryption"
    RESULT = "Result"


class EventForm(msgspec.Struct, frozen=True, kw_only=True):
    """An event as written: the hash of the one before, its number from 0, and what it brings."""

    parent: str | UnsetType = UNSET
    height: int
    type: EventType
    payload: str | UnsetType = UNSET


class SetupForm(msgspec.Struct, frozen=True):
    """Hashes of the documents of a setup."""

    election: str
    trustees: str
    credentials: str
    credentials_certificate: str | UnsetType = UNSET


class OwnedForm(msgspec.Struct, frozen=True):
    """What a trustee contributed: owner id and hash."""

    owner: int
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event and the documents that stand before it; the last of them is its payload."""

    type: EventType
    documents: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """A whole election in order. `partials`: owner → document."""

    setup: SetupDocuments
    ballots: tuple[bytes, ...]
    encrypted_tally: bytes
    sized_tally: bytes
    partials: Mapping[int, bytes]
    result: bytes


_DOCUMENTS: Mapping[EventType, frozenset[int]] = MappingProxyType(
    {
        EventType.SETUP: frozenset({4, 5}),  # the fifth is a certificate that some servers add
        EventType.BALLOT: frozenset({1}),
        EventType.END_BALLOTS: frozenset({0}),
        EventType.TALLY: frozenset({2}),
        EventType.SHUFFLE: frozenset({2}),
        EventType.END_SHUFFLES: frozenset({0}),
        EventType.DECRYPTION: frozenset({2}),
        EventType.RESULT: frozenset({1}),
    }
)

_FOLLOWS: Mapping[EventType | None, frozenset[EventType]] = MappingProxyType(
    {
        None: frozenset({EventType.SETUP}),
        EventType.SETUP: frozenset({EventType.BALLOT, EventType.END_BALLOTS}),
        EventType.BALLOT: frozenset({EventType.BALLOT, EventType.END_BALLOTS}),
        EventType.END_BALLOTS: frozenset({EventType.TALLY}),
        EventType.TALLY: frozenset({EventType.DECRYPTION}),
        EventType.DECRYPTION: frozenset({EventType.DECRYPTION, EventType.RESULT}),
        EventType.RESULT: frozenset(),
    }
)


def setup_event(documents: SetupDocuments) -> Event:
    """The first event."""
    three = (documents.election, documents.trustees, documents.credentials)
    form = SetupForm(*map(hex_hash, three))
    return Event(type=EventType.SETUP, documents=(*three, encode(form)))


def decryption_event(owner: int, partial: bytes) -> Event:
    """A trustee's contribution."""
    form = OwnedForm(owner, hex_hash(partial))
    return Event(type=EventType.DECRYPTION, documents=(partial, encode(form)))


def require_links(event: Event, number: int) -> None:
    """The payload of event `number` names exactly the documents that stand with it."""
    *named, payload = event.documents or (b"",)
    hashes = [hex_hash(document) for document in named]
    if len(event.documents) not in _DOCUMENTS[event.type]:
        raise _unlinked(number)
    said: list[str] = []
    match event.type:
        case EventType.SETUP:
            setup = decode(payload, SetupForm, "setup data")
            certificate = setup.credentials_certificate
            said = [setup.election, setup.trustees, setup.credentials]
            said += [] if certificate is UNSET else [certificate]
        case EventType.TALLY:
            said = [decode(payload, SizedTally, "sized tally").encrypted_tally]
        case EventType.DECRYPTION | EventType.SHUFFLE:
            said = [decode_exactly(payload, OwnedForm, "owner").payload]
        case EventType.BALLOT | EventType.RESULT | EventType.END_BALLOTS | EventType.END_SHUFFLES:
            pass
        case unknown:
            assert_never(unknown)
    if said != hashes:
        raise _unlinked(number)


def _unlinked(number: int) -> ElectionRefused:
    return ElectionRefused(ElectionProblem.ARCHIVE_LINK, event=number)


def in_order(events: Sequence[Event]) -> Contents:
    """The election that the events tell: one phase of voting, one tally, one result.

    Shuffles belong to kinds of question that are not supported.
    """
    before: EventType | None = None
    for number, event in enumerate(events):
        if event.type in (EventType.SHUFFLE, EventType.END_SHUFFLES):
            raise ElectionRefused(ElectionProblem.UNSUPPORTED_QUESTION, place=f"event:{number}")
        if event.type not in _FOLLOWS[before]:
            raise _misplaced(number, event.type)
        before = event.type
    if before is not EventType.RESULT:
        raise ElectionRefused(
            ElectionProblem.ARCHIVE_UNFINISHED, event=len(events), place=f"event:{len(events)}"
        )
    return _contents(events)


def _misplaced(number: int, type_: EventType) -> ElectionRefused:
    return ElectionRefused(
        ElectionProblem.ARCHIVE_ORDER, event=number, type=str(type_), place=f"event:{number}"
    )


def _contents(events: Sequence[Event]) -> Contents:
    election, trustees, credentials = events[0].documents[:3]
    partials: dict[int, bytes] = {}
    for number, event in enumerate(events):
        if event.type is EventType.DECRYPTION:
            partial, owned = event.documents
            owner = decode_exactly(owned, OwnedForm, "owner").owner
            if owner in partials:
                raise _misplaced(number, event.type)
            partials[owner] = partial
    (tally,) = (event for event in events if event.type is EventType.TALLY)
    return Contents(
        setup=SetupDocuments(election=election, trustees=trustees, credentials=credentials),
        ballots=tuple(event.documents[0] for event in events if event.type is EventType.BALLOT),
        encrypted_tally=tally.documents[0],
        sized_tally=tally.documents[1],
        partials=MappingProxyType(partials),
        result=events[-1].documents[0],
    )
