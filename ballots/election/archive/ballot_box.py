# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ballots of an archive (ELECTION.md §12): read one by one, judged in parts, on many cores.

A ballot is in memory only while it is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol, TypeVar

from ballots.election.archive.chain import Archive
from ballots.election.archive.contents import MOST_BALLOT
from ballots.election.archive.tar import Place
from ballots.election.errors import ElectionProblem, ElectionRefused, at
from ballots.election.numerals import hash_in_base64
from ballots.election.sealed.check import read_ballot, require_proofs
from ballots.election.sealed.paper import Paper
from ballots.election.tally import Tally, Urn

PART = 32  # ballots that are judged in one piece of work

Task = TypeVar("Task")
Found = TypeVar("Found")


class Spread(Protocol):
    """Does pieces of work, maybe on other cores, and gives what came of them in their order.

    As the builtin `map`; an error of a piece is raised in its place.
    """

    def __call__(self, work: Callable[[Task], Found], tasks: Iterable[Task], /) -> Iterator[Found]:
        """What came of each task, in order."""
        ...


Done = Callable[[int, int], None]
"""Told how many of how many ballots are done."""


def tracker_of(place: Place) -> str:
    """The tracker of the ballot that lies there: its hash in base64."""
    return hash_in_base64(bytes.fromhex(place.sha256))


def read_box(
    archive: Archive,
    paper: Paper,
    roll: Mapping[str, int],
    ballots: Sequence[Place],
    done: Done,
) -> list[tuple[Place, int | None]]:
    """Each ballot with the weight that it adds: None where its credential voted again later.

    Every ballot is in its exact form, of this election, there once, and of somebody on the roll.
    """
    last: dict[str, int] = {}
    known = {credential: credential for credential in roll}  # one copy of each text
    seen: set[str] = set()
    for number, place in enumerate(ballots):
        with at(f"ballot:{tracker_of(place)}"):
            form = read_ballot(paper, archive.load(place, MOST_BALLOT))
            if place.sha256 in seen:
                raise ElectionRefused(ElectionProblem.BALLOT_TWICE)
            if form.credential not in known:
                raise ElectionRefused(ElectionProblem.BALLOT_CREDENTIAL)
        seen.add(place.sha256)
        last[known[form.credential]] = number
        done(number + 1, len(ballots))
    counted = {number: roll[credential] for credential, number in last.items()}
    return [(place, counted.get(number)) for number, place in enumerate(ballots)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Judges part of a box, here or in another process."""

    archive: Archive
    paper: Paper

    def __call__(self, part: Sequence[tuple[Place, int | None]]) -> Tally:
        """The sealed sum of those that count, once every signature and proof holds."""
        urn = Urn(self.paper)
        for place, weight in part:
            with at(f"ballot:{tracker_of(place)}"):
                form = read_ballot(self.paper, self.archive.load(place, MOST_BALLOT))
                sealed = require_proofs(self.paper, form)
            if weight is not None:
                urn.add(sealed, weight)
        return urn.tally()


def judge_box(
    judge: Judge, box: Sequence[tuple[Place, int | None]], spread: Spread, done: Done
) -> Tally:
    """The sealed sum of a box, every proof of which holds."""
    urn, judged = Urn(judge.paper), 0
    for tally in spread(judge, _parts(box)):
        urn.pour(tally)
        judged = min(judged + PART, len(box))
        done(judged, len(box))
    return urn.tally()


def _parts(box: Sequence[tuple[Place, int | None]]) -> Iterator[list[tuple[Place, int | None]]]:
    left = iter(box)
    while part := list(islice(left, PART)):
        yield part
