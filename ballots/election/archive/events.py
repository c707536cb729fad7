# SPDX-License-Identifier: AGPL-3.0-or-later
"""The events of an election: what each brings along, and what may follow (ELECTION.md §11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, assert_never

import msgspec
from msgspec import UNSET, UnsetType

from ballots.election.archive.tar import Place
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
    """An event to write, and the documents that stand before it; the last is its payload."""

    type: EventType
    documents: tuple[bytes, ...]


class Placed(NamedTuple):
    """An event that was read, and where its documents lie."""

    type: EventType
    documents: tuple[Place, ...]


DOCUMENTS: Mapping[EventType, frozenset[int]] = MappingProxyType(
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

FOLLOWS: Mapping[EventType | None, frozenset[EventType]] = MappingProxyType(
    {
        None: frozenset({EventType.SETUP}),
        EventType.SETUP: frozenset({EventType.BALLOT, EventType.END_BALLOTS}),
        EventType.BALLOT: frozenset({EventType.BALLOT, EventType.END_BALLOTS}),
        EventType.END_BALLOTS: frozenset({EventType.TALLY}),
        EventType.TALLY: frozenset({EventType.SHUFFLE, EventType.DECRYPTION}),
        EventType.SHUFFLE: frozenset({EventType.SHUFFLE, EventType.END_SHUFFLES}),
        EventType.END_SHUFFLES: frozenset({EventType.DECRYPTION}),
        EventType.DECRYPTION: frozenset({EventType.DECRYPTION, EventType.RESULT}),
        EventType.RESULT: frozenset(),
    }
)


def setup_event(documents: SetupDocuments) -> Event:
    """The first event."""
    three = (documents.election, documents.trustees, documents.credentials)
    form = SetupForm(*map(hex_hash, three))
    return Event(type=EventType.SETUP, documents=(*three, encode(form)))


def owned_event(type_: EventType, owner: int, document: bytes) -> Event:
    """A trustee's contribution: a shuffle, or a partial decryption."""
    form = OwnedForm(owner, hex_hash(document))
    return Event(type=type_, documents=(document, encode(form)))


def named_in(event: Placed, load: Callable[[Place], bytes]) -> list[str]:
    """The hashes of documents that the payload of an event names.

    The event has as many documents as its type (`DOCUMENTS`).
    """
    match event.type:
        case EventType.SETUP:
            setup = decode(load(event.documents[-1]), SetupForm, "setup data")
            certificate = setup.credentials_certificate
            named = [setup.election, setup.trustees, setup.credentials]
            return named if certificate is UNSET else [*named, certificate]
        case EventType.TALLY:
            return [decode(load(event.documents[-1]), SizedTally, "sized tally").encrypted_tally]
        case EventType.DECRYPTION | EventType.SHUFFLE:
            return [read_owned(load(event.documents[-1])).payload]
        case EventType.BALLOT | EventType.RESULT | EventType.END_BALLOTS | EventType.END_SHUFFLES:
            return []
        case unknown:
            assert_never(unknown)


def read_owned(document: bytes) -> OwnedForm:
    """Whose contribution, and which."""
    return decode_exactly(document, OwnedForm, "owner")
