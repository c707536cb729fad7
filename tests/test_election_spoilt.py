# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ballots that were opened to check a booth: listed beside the archive, and in no count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

import msgspec
import pytest

from ballots.checks import Check
from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.numerals import short_hash
from ballots.election.sealed.ballot import SealedBallot, check, encrypt
from ballots.election.sealed.spoilt import Spoilt, SpoiltBallot, judge, read, write
from tests.small_elections import (
    UUID,
    VOTES,
    SmallElection,
    cast,
    seeded,
    signed_anew,
    small_election,
)

ARCHIVE = sha256(b"an archive").hexdigest()


@dataclass(frozen=True)
class Scene:
    """An election with three counted ballots and two that were opened."""

    election: SmallElection
    counted: tuple[bytes, ...]
    opened: tuple[SealedBallot, ...]

    @property
    def spoilt(self) -> list[SpoiltBallot]:
        return [listed(sealed) for sealed in self.opened]

    def judged(
        self, document: bytes, counted: tuple[bytes, ...] | None = None
    ) -> dict[str, Check]:
        judged = judge(self.election.setup, ARCHIVE, counted or self.counted, document)
        return {made.name: made for made in judged}


def listed(sealed: SealedBallot) -> SpoiltBallot:
    return SpoiltBallot(sealed.body.decode(), sealed.opening.reveal().decode())


@cache
def scene(group: str = "Ed25519") -> Scene:
    election, random = small_election(group), seeded(7)
    opened = tuple(
        encrypt(election.setup, voter, VOTES[0], random) for voter in election.credentials[2:]
    )
    return Scene(election, tuple(cast(election)), opened)


def answers_of(body: bytes) -> list[object]:
    return list(msgspec.json.decode(body)["answers"])


@pytest.mark.parametrize("group", ["Ed25519", "BELENIOS-2048"])
def test_what_was_opened_and_does_not_count_passes_every_check(group: str) -> None:
    given = scene(group)
    checks = given.judged(write(UUID, ARCHIVE, given.spoilt))
    assert list(checks) == ["spoilt.form", "spoilt.openings", "spoilt.uncounted"]
    assert all(made.passed for made in checks.values())
    assert [dict(made.facts) for made in checks.values()] == [
        {"challenges": 2},
        {"challenges": 2},
        {"challenges": 2},
    ]


def test_the_list_is_the_same_whatever_the_order_and_says_which_archive_it_is_of() -> None:
    spoilt = scene().spoilt
    document = write(UUID, ARCHIVE, spoilt)
    assert document == write(UUID, ARCHIVE, reversed(spoilt))
    said = msgspec.json.decode(document)
    assert list(said) == ["archive", "ballots", "format", "uuid"]
    assert (said["format"], said["uuid"]) == ("urna-spoilt/v1", UUID)
    assert said["archive"] == ARCHIVE
    assert {each.tracker for each in read(document, UUID, ARCHIVE)} == {
        sealed.tracker for sealed in scene().opened
    }


def test_an_empty_list_says_that_nothing_was_opened() -> None:
    checks = scene().judged(write(UUID, ARCHIVE, []))
    assert all(made.passed for made in checks.values())
    assert checks["spoilt.openings"].facts == {"challenges": 0}


def disordered(document: bytes) -> bytes:
    said = msgspec.json.decode(document)
    return msgspec.json.encode({**said, "ballots": said["ballots"][::-1]})


def doubled(document: bytes) -> bytes:
    said = msgspec.json.decode(document)
    return msgspec.json.encode({**said, "ballots": said["ballots"][:1] * 2})


@pytest.mark.parametrize(
    "change",
    [
        disordered,
        doubled,
        lambda document: document + b"\n",
        lambda document: document.replace(b"urna-spoilt/v1", b"urna-spoilt/v2"),
        lambda document: document.replace(UUID.encode(), b"Another1Uuid34"),
        lambda document: document.replace(
            ARCHIVE.encode(), sha256(b"another").hexdigest().encode()
        ),
        lambda document: document.replace(b'"format"', b'"extra":1,"format"'),
        lambda _: b"",
        lambda _: b"\xff",
    ],
)
def test_a_list_of_another_archive_or_form_is_refused(change: Callable[[bytes], bytes]) -> None:
    document = change(write(UUID, ARCHIVE, scene().spoilt))
    checks = scene().judged(document)
    assert list(checks) == ["spoilt.form"]
    assert not checks["spoilt.form"].passed
    assert checks["spoilt.form"].facts["code"] == "error.election.form"
    with pytest.raises(ElectionRefused) as refused:
        read(document, UUID, ARCHIVE)
    assert refused.value.code is ElectionProblem.FORM


def test_a_ballot_that_another_opening_is_said_to_open_is_named() -> None:
    first, second = scene().spoilt
    lie = SpoiltBallot(first.ballot, second.opening)
    checks = scene().judged(write(UUID, ARCHIVE, [lie]))
    assert list(checks) == ["spoilt.form", "spoilt.openings"]
    failed = checks["spoilt.openings"]
    assert (failed.passed, failed.place) == (False, f"ballot:{first.tracker}")
    assert failed.facts["code"] == "error.election.opening"


def test_a_spoilt_ballot_among_the_counted_is_named() -> None:
    given = scene()
    spoilt = given.opened[1]
    checks = given.judged(
        write(UUID, ARCHIVE, given.spoilt), (*given.counted, spoilt.body, given.opened[0].body)
    )
    failed = checks["spoilt.uncounted"]
    assert (failed.passed, failed.place) == (False, f"ballot:{spoilt.tracker}")


@pytest.mark.parametrize("kept", [(0, 1), (0,), (1,)])
def test_so_are_its_ciphertexts_under_another_signature(kept: tuple[int, ...]) -> None:
    """Even those of one question alone, beside fresh ones."""
    given = scene()
    voter = 2
    fresh = encrypt(given.election.setup, given.election.credentials[voter], VOTES[1], seeded(13))
    answers = answers_of(fresh.body)
    for question in kept:
        answers[question] = answers_of(given.opened[0].body)[question]
    copied = signed_anew(given.election.setup, given.election.credentials[voter], answers)
    assert check(given.election.setup, copied).tracker != given.opened[0].tracker
    checks = given.judged(write(UUID, ARCHIVE, given.spoilt), (*given.counted, copied))
    assert checks["spoilt.uncounted"].place == f"ballot:{short_hash(copied)}"


def test_a_slip_whose_ballot_was_spoilt_may_vote_the_same_again() -> None:
    given = scene()
    again = encrypt(given.election.setup, given.election.credentials[2], VOTES[0], seeded(17))
    checks = given.judged(write(UUID, ARCHIVE, given.spoilt), (*given.counted, again.body))
    assert checks["spoilt.uncounted"].passed


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"\xff", b"[" * 100_000, b'{"answers":[]}', b'{"answers":[1]}']
)
def test_what_is_no_ballot_is_held_by_nobody(body: bytes) -> None:
    spoilt = Spoilt([scene().opened[0].body])
    assert not spoilt.hold(body)
    assert not Spoilt([]).hold(body)
    assert Spoilt([body]).hold(body)
