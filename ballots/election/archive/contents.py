# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an archive holds, once its events follow each other as they must (ELECTION.md §11).

One setup, one phase of voting, one tally, shuffles if any, partial decryptions, one result. The
format's own tools take more than that, and so votes can be made to vanish.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ballots.election.archive.chain import SMALL, Archive
from ballots.election.archive.events import FOLLOWS, EventType, read_owned
from ballots.election.archive.tar import Place
from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.setup import SetupDocuments

# The most bytes that a document may have; larger ones are refused before they are in memory.
MOST_ELECTION = 1 << 22
MOST_TRUSTEES = 1 << 22
MOST_ROLL = 1 << 26
MOST_BALLOT = 1 << 22
MOST_TALLY = 1 << 26
MOST_SHUFFLE = 1 << 28
MOST_PARTIAL = 1 << 26
MOST_RESULT = 1 << 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """A whole election in order, where it lies.

    `shuffles` are (owner, place) in their order; `partials` owner → place.
    """

    archive: Archive
    ballots: tuple[Place, ...]
    encrypted_tally: Place
    sized_tally: Place
    shuffles: tuple[tuple[int, Place], ...]
    partials: Mapping[int, Place]
    result: Place

    def setup(self) -> SetupDocuments:
        """The three documents of the setup."""
        election, trustees, credentials = self.archive.events[0].documents[:3]
        load = self.archive.load
        return SetupDocuments(
            election=load(election, MOST_ELECTION),
            trustees=load(trustees, MOST_TRUSTEES),
            credentials=load(credentials, MOST_ROLL),
        )

    def number_of(self, type_: EventType) -> int:
        """The number of the first event of a type; of the first after it, where there is none."""
        order = list(EventType)
        later = order[order.index(type_) :]
        kinds = (event.type for event in self.archive.events)
        return next(number for number, kind in enumerate(kinds) if kind in later)


def in_order(archive: Archive) -> Contents:
    """The election that the events of an archive tell."""
    before: EventType | None = None
    for number, event in enumerate(archive.events):
        if event.type not in FOLLOWS[before]:
            raise _misplaced(number, event.type)
        before = event.type
    if before is not EventType.RESULT:
        number = len(archive.events)
        raise ElectionRefused(
            ElectionProblem.ARCHIVE_UNFINISHED, event=number, place=f"event:{number}"
        )
    return _contents(archive)


def _misplaced(number: int, type_: EventType) -> ElectionRefused:
    return ElectionRefused(
        ElectionProblem.ARCHIVE_ORDER, event=number, type=str(type_), place=f"event:{number}"
    )


def _contents(archive: Archive) -> Contents:
    partials: dict[int, Place] = {}
    for number, owner, place in _owned(archive, EventType.DECRYPTION):
        if owner in partials:
            raise _misplaced(number, EventType.DECRYPTION)
        partials[owner] = place
    shuffles = [(owner, place) for _, owner, place in _owned(archive, EventType.SHUFFLE)]
    (tally,) = (event for event in archive.events if event.type is EventType.TALLY)
    return Contents(
        archive=archive,
        ballots=tuple(e.documents[0] for e in archive.events if e.type is EventType.BALLOT),
        encrypted_tally=tally.documents[0],
        sized_tally=tally.documents[1],
        shuffles=tuple(shuffles),
        partials=MappingProxyType(partials),
        result=archive.events[-1].documents[0],
    )


def _owned(archive: Archive, type_: EventType) -> Iterator[tuple[int, int, Place]]:
    """Number of the event, owner, and what the owner contributed."""
    for number, event in enumerate(archive.events):
        if event.type is type_:
            contributed, owned = event.documents
            yield number, read_owned(archive.load(owned, SMALL)).owner, contributed
