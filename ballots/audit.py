# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether what was declared follows from the record: polls, archives, results and the balance.

That entries are signed and archives hold by themselves is checked before (`record.entry.decode`,
`election.verify`); here one is held against the other, by anyone, without a secret.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from ballots.ballot_paper import asks
from ballots.checks import Check
from ballots.documents import assembly_document, rule_hash
from ballots.election.numerals import short_hash
from ballots.election.published import Published
from ballots.election.setup import Setup
from ballots.merge import Merged, marks_of, merge, takes, weigh
from ballots.session import CastBallot, OpenedBallot, PollState, Session


@dataclass(frozen=True, kw_only=True)
class Archived:
    """An archive that was verified by itself, and its SHA-256 in hex."""

    sha256: str
    published: Published

    @cached_property
    def trackers(self) -> frozenset[str]:
        """Of all its ballots."""
        return frozenset(self.published.trackers)

    def takes(self, ballot: CastBallot) -> bool:
        """Whether its election takes a recorded ballot; those that it holds were checked."""
        return ballot.tracker in self.trackers or takes(self.setup, ballot.body)

    def marks(self, opened: OpenedBallot) -> tuple[tuple[int, ...], ...] | None:
        """What a booth had sealed in a ballot that was challenged; None if it does not open."""
        if opened not in self._marks:
            self._marks[opened] = marks_of(self.setup, opened)
        return self._marks[opened]

    @cached_property
    def _marks(self) -> dict[OpenedBallot, tuple[tuple[int, ...], ...] | None]:
        """What was found before: a ballot is made again once, which costs as much as casting."""
        return {}

    def opens(self, opened: OpenedBallot) -> bool:
        """Whether a challenged ballot truly opens."""
        return self.marks(opened) is not None

    @property
    def setup(self) -> Setup:
        """What the election stands on, as the archive publishes it."""
        return self.published.setup


def audit_record(session: Session) -> Iterator[Check]:
    """What can be said of a record alone. Oddities are told, not judged; forks are malice."""
    yield _check(
        "record.assembly",
        session.assembly_id,
        passed=session.assembly is not None,
        devices=len(session.devices),
        polls=len(session.polls),
    )
    forked = ", ".join(f"{fork.segment[:8]}/{fork.number}" for fork in session.forks)
    yield _check("record.forks", forked, passed=not forked, oddities=len(session.oddities))


def audit_evening(session: Session, archives: Mapping[str, Archived]) -> Iterator[Check]:
    """Everything that was declared, poll by poll, then the balance of all.

    `archives` are by uuid of their election. Every poll of the record needs its archive, and
    there must be none besides.
    """
    yield from audit_record(session)
    unpaired = sorted(set(archives) ^ set(session.polls))
    yield _check(
        "elections.complete", ", ".join(unpaired), passed=not unpaired, elections=len(archives)
    )
    merged = []
    for uuid, state in session.polls.items():
        if uuid in archives:
            merged.append(merge(state, archives[uuid].takes, archives[uuid].opens))
            yield from _audit_poll(session, state, archives[uuid], merged[-1])
    weighed = weigh(session, merged)
    yield _check(
        "balance",
        ", ".join(line.code for line in weighed.breaches),
        passed=weighed.holds,
        present=session.present,
        issued=session.slips_issued,
        returned=session.slips_returned,
    )


def _audit_poll(
    session: Session, state: PollState, archive: Archived, merged: Merged
) -> Iterator[Check]:
    place = f"poll:{state.poll.id}"
    published = archive.published
    cosigned = len(state.seal.cosigned) if state.seal else 0
    yield _check("poll.seal", place, passed=state.settled, cosigned=cosigned)
    same = published.fingerprint == short_hash(state.election)
    yield _check("poll.election", place, passed=same, questions=len(published.questions))
    yield _check("poll.paper", place, passed=_asks(session, state, published))
    prepared = set(published.x_assembly.get("devices", "").split())
    later = {ballot.device for ballot in merged.counted} - prepared
    yield _check(
        "poll.bound",
        place,
        passed=_bound(session, state, archive),
        devices=len(prepared),
        later=len(later),
    )
    declared, counted = archive.trackers, {ballot.tracker for ballot in merged.counted}
    strange = sorted(declared ^ counted)
    yield _check(
        "poll.ballots",
        f"ballot:{strange[0]}" if strange else place,
        passed=not strange and len(published.trackers) == len(declared),
        ballots=len(counted),
        conflicts=merged.conflicts,
        refused=len(merged.refused),
    )
    liars = [opened for opened in state.challenges if not archive.opens(opened)]
    yield _check(
        "poll.challenges",
        ", ".join(f"{session.devices[each.device].name} ballot:{each.tracker}" for each in liars),
        passed=not liars,
        challenges=len(state.challenges),
    )
    result = state.result
    follows = (
        result is not None
        and result.archive == archive.sha256
        and result.counts == published.counts
    )
    yield _check("poll.result", place, passed=follows)


def _check(name: str, place: str, *, passed: bool, **facts: str | int) -> Check:
    return Check(name=name, passed=passed, place="" if passed else place, facts=facts)


def _asks(session: Session, state: PollState, published: Published) -> bool:
    """Whether the election asks what the poll asks, and a planned poll is as it was planned."""
    if session.assembly is None:
        return False
    planned = {poll.id: rule_hash(poll) for poll in session.assembly.polls}
    language = session.assembly.languages[0]
    return asks(published.questions, state.poll, language) and planned.get(
        state.poll.id, rule_hash(state.poll)
    ) == rule_hash(state.poll)


def _bound(session: Session, state: PollState, archive: Archived) -> bool:
    """Whether the election's fingerprint binds this assembly, its document, rules and roll."""
    if session.assembly is None:
        return False
    expected = {
        "assembly": session.assembly_id,
        "document": sha256(assembly_document(session.assembly)).hexdigest(),
        "rule": rule_hash(state.poll),
        "roll": sha256(archive.setup.documents.credentials).hexdigest(),
    }
    return expected.items() <= archive.published.x_assembly.items()
