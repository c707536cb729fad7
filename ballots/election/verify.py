# SPDX-License-Identifier: AGPL-3.0-or-later
"""Verifying an archive: named checks in order, the first that fails ends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ballots.checks import Check
from ballots.election.archive import read
from ballots.election.ballot_check import (
    CheckedBallot,
    read_ballot,
    require_proofs,
    require_voter,
)
from ballots.election.ballot_forms import BallotForm
from ballots.election.course import CheckName, Course
from ballots.election.election import HomomorphicQuestion, read_election
from ballots.election.errors import ElectionProblem, ElectionRefused, at
from ballots.election.events import Contents, in_order
from ballots.election.groups import group_named
from ballots.election.modp import ModularPower
from ballots.election.numerals import short_hash
from ballots.election.roll import read_roll
from ballots.election.setup import Setup, read_trustees_of
from ballots.election.tally import (
    Result,
    Tally,
    accumulate,
    read_partial,
    read_result,
    require_tally,
    unmask,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a verified archive says.

    `counts` are per question and slot, the blank slot first where there is one; `trackers` are of
    all ballots in the order of the archive; `voters` counts credentials, and `weight` their votes.
    """

    uuid: str
    fingerprint: str
    name: str
    description: str
    group: str
    questions: tuple[HomomorphicQuestion, ...]
    counts: tuple[tuple[int, ...], ...]
    trackers: tuple[str, ...]
    voters: int
    weight: int
    roll: int
    trustees: int
    threshold: int
    timestamp: int
    x_assembly: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedElection:
    """The checks that were made. `published` is there only if all of them passed.

    A check that failed is the last; its fact `code` is the entry in the message catalogue that the
    other facts belong to.
    """

    checks: tuple[Check, ...]
    published: Published | None

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return self.published is not None


def verify_archive(data: bytes, power: ModularPower = pow) -> VerifiedElection:
    """Verifies whatever bytes it is given; raises nothing. `power` may be `gmpy2.powmod`."""
    course = Course()
    try:
        published = _verify(course, data, power)
    except ElectionRefused:
        return VerifiedElection(checks=tuple(course.checks), published=None)
    return VerifiedElection(checks=tuple(course.checks), published=published)


def _verify(course: Course, data: bytes, power: ModularPower) -> Published:
    file = course.take(
        CheckName.FORM,
        lambda: read(data),
        lambda it: {"bytes": len(data), "events": len(it.events)},
    )
    contents = course.take(
        CheckName.ORDER, lambda: in_order(file.events), lambda it: {"ballots": len(it.ballots)}
    )
    setup = _verify_setup(course, contents, power)
    trackers = tuple(map(short_hash, contents.ballots))
    tally = _verify_ballots(course, setup, contents, trackers)
    result = _verify_opening(course, setup, tally, contents)
    return Published(
        uuid=setup.uuid,
        fingerprint=setup.fingerprint,
        name=setup.election.name,
        description=setup.election.description,
        group=setup.group.name,
        questions=setup.questions,
        counts=result.counts,
        trackers=trackers,
        voters=tally.ballots,
        weight=tally.weight,
        roll=len(setup.roll),
        trustees=len(setup.board.keys),
        threshold=setup.board.threshold,
        timestamp=file.timestamp,
        x_assembly=setup.election.x_assembly,
    )


def _verify_setup(course: Course, contents: Contents, power: ModularPower) -> Setup:
    documents = contents.setup
    election, group = course.take(
        CheckName.ELECTION,
        lambda: ((said := read_election(documents.election)), group_named(said.group, power)),
        lambda it: {"questions": len(it[0].questions), "group": it[1].name},
    )
    board = course.take(
        CheckName.TRUSTEES,
        lambda: read_trustees_of(group, election, documents.trustees),
        lambda it: {"trustees": len(it.keys), "threshold": it.threshold},
    )
    roll = course.take(
        CheckName.ROLL,
        lambda: read_roll(group, documents.credentials),
        lambda it: {"credentials": len(it)},
    )
    return Setup.of(documents, election, board, roll, group)


def _verify_ballots(
    course: Course, setup: Setup, contents: Contents, trackers: Sequence[str]
) -> Tally:
    forms = course.take(
        CheckName.BALLOT_FORM,
        lambda: _read_ballots(setup, contents.ballots, trackers),
        lambda it: {"ballots": len(it)},
    )
    course.take(
        CheckName.BALLOT_ROLL,
        lambda: _require_voters(setup, forms, trackers),
        lambda it: {"voters": it},
    )
    ballots = course.take(
        CheckName.BALLOT_PROOFS,
        lambda: _require_proofs(setup, forms, trackers),
        lambda it: {"ballots": len(it)},
    )
    return course.take(
        CheckName.TALLY,
        lambda: _require_tally(setup, ballots, contents),
        lambda it: {"voters": it.ballots, "weight": it.weight},
        event=len(trackers) + 2,
    )


def _read_ballots(
    setup: Setup, bodies: Sequence[bytes], trackers: Sequence[str]
) -> list[BallotForm]:
    forms: dict[str, BallotForm] = {}
    for tracker, body in zip(trackers, bodies, strict=True):
        with at(f"ballot:{tracker}"):
            if tracker in forms:
                raise ElectionRefused(ElectionProblem.BALLOT_TWICE)
            forms[tracker] = read_ballot(setup, body)
    return list(forms.values())


def _require_voters(setup: Setup, forms: Sequence[BallotForm], trackers: Sequence[str]) -> int:
    for tracker, form in zip(trackers, forms, strict=True):
        with at(f"ballot:{tracker}"):
            require_voter(setup, form)
    return len({form.credential for form in forms})


def _require_proofs(
    setup: Setup, forms: Sequence[BallotForm], trackers: Sequence[str]
) -> list[CheckedBallot]:
    checked = []
    for tracker, form in zip(trackers, forms, strict=True):
        with at(f"ballot:{tracker}"):
            sealed = require_proofs(setup, form)
        checked.append(
            CheckedBallot(credential=form.credential, tracker=tracker, ciphertexts=sealed)
        )
    return checked


def _require_tally(setup: Setup, ballots: Sequence[CheckedBallot], contents: Contents) -> Tally:
    tally = accumulate(setup, ballots)
    require_tally(setup, tally, contents.encrypted_tally, contents.sized_tally)
    return tally


def _verify_opening(course: Course, setup: Setup, tally: Tally, contents: Contents) -> Result:
    opened = course.take(
        CheckName.DECRYPTION,
        lambda: unmask(
            setup,
            tally,
            {
                owner: read_partial(setup, tally, owner, document)
                for owner, document in contents.partials.items()
            },
        ),
        lambda _: {"trustees": len(contents.partials)},
        event=len(contents.ballots) + 3,
    )
    return course.take(
        CheckName.RESULT,
        lambda: read_result(setup, tally, opened, contents.result),
        lambda it: {"questions": len(it.counts)},
        event=len(contents.ballots) + 3 + len(contents.partials),
    )
