# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ballots that were opened to check a booth: the list beside an archive, and that none counts.

The list (`<uuid>.spoilt.json`) is canonical JSON: `archive`, the SHA-256 of the archive in hex;
`ballots`, by tracker, each with `ballot` and `opening`, the exact texts; `format`; `uuid`. It is
written for every archive: an empty one says that nothing was opened, a missing one says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ballots import canonical
from ballots.checks import Check
from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.numerals import short_hash
from ballots.election.sealed.opening import check_opening
from ballots.election.setup import Setup
from ballots.record.errors import RecordRefused

SUFFIX = ".spoilt.json"  # in place of the archive's `.bel`


class SpoiltBallot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A ballot and what opens it, both exactly as they are."""

    ballot: str
    opening: str

    @property
    def tracker(self) -> str:
        """Of the ballot."""
        return short_hash(self.ballot.encode())


class _ListForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    archive: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    ballots: tuple[SpoiltBallot, ...]
    format: Literal["urna-spoilt/v1"] = "urna-spoilt/v1"
    uuid: str


class _Answer(msgspec.Struct, frozen=True):
    choices: msgspec.Raw


class _Answers(msgspec.Struct, frozen=True):
    answers: tuple[_Answer, ...]


def write(uuid: str, archive: str, spoilt: Iterable[SpoiltBallot]) -> bytes:
    """The list for an archive, by its SHA-256 in hex, whatever the order of `spoilt`."""
    ballots = tuple(sorted(spoilt, key=lambda each: each.tracker))
    return canonical.encode(_ListForm(archive=archive, ballots=ballots, uuid=uuid))


def read(document: bytes, uuid: str, archive: str) -> tuple[SpoiltBallot, ...]:
    """The ballots of a list that is of this archive; `FORM` where it is not."""
    try:
        form = canonical.decode(document, _ListForm)
    except RecordRefused:
        raise ElectionRefused(ElectionProblem.FORM, what="spoilt ballots") from None
    trackers = [each.tracker for each in form.ballots]
    if (form.uuid, form.archive) != (uuid, archive) or trackers != sorted(set(trackers)):
        raise ElectionRefused(ElectionProblem.FORM, what="spoilt ballots")
    return form.ballots


class Spoilt:
    """Ballots that may not count, nor any that holds what one of them holds."""

    def __init__(self, bodies: Iterable[bytes]) -> None:
        """The exact bytes of ballots that were opened."""
        spoilt = tuple(bodies)
        self._trackers = frozenset(map(short_hash, spoilt))
        self._sealed = frozenset[bytes]().union(*map(_sealed, spoilt))

    def hold(self, body: bytes) -> bool:
        """Whether it is one of them, or bears the same ciphertexts for some question.

        No two encryptions are alike: such a ballot was made from what was opened, and signed anew.
        """
        if not self._trackers:
            return False
        return short_hash(body) in self._trackers or not self._sealed.isdisjoint(_sealed(body))


def _sealed(body: bytes) -> frozenset[bytes]:
    """The ciphertexts of each question, as they are spelt; none in what is no ballot."""
    try:
        answers = msgspec.json.decode(body, type=_Answers).answers
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return frozenset()
    return frozenset(bytes(answer.choices) for answer in answers)


def judge(
    setup: Setup, archive: str, counted: Iterable[bytes], document: bytes
) -> Iterator[Check]:
    """Checks of the list beside an archive whose ballots are `counted`, to the first that fails.

    `spoilt.form`, `spoilt.openings`, `spoilt.uncounted`; raises nothing. `archive` is the SHA-256
    of the archive in hex.
    """
    try:
        ballots = read(document, setup.uuid, archive)
    except ElectionRefused as refusal:
        yield _failed("spoilt.form", refusal, f"election:{setup.uuid}")
        return
    yield Check(name="spoilt.form", passed=True, facts={"challenges": len(ballots)})
    for each in ballots:
        try:
            check_opening(setup, each.ballot.encode(), each.opening.encode())
        except ElectionRefused as refusal:
            yield _failed("spoilt.openings", refusal, f"ballot:{each.tracker}")
            return
    yield Check(name="spoilt.openings", passed=True, facts={"challenges": len(ballots)})
    spoilt = Spoilt(each.ballot.encode() for each in ballots)
    strange = next((short_hash(body) for body in counted if spoilt.hold(body)), "")
    yield Check(
        name="spoilt.uncounted",
        passed=not strange,
        place=f"ballot:{strange}" if strange else "",
        facts={"challenges": len(ballots)},
    )


def _failed(name: str, refusal: ElectionRefused, place: str) -> Check:
    facts = {fact: value for fact, value in refusal.facts.items() if fact != "place"}
    return Check(name=name, passed=False, place=place, facts={"code": refusal.key, **facts})
