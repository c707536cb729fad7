# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna verify`: an archive, a bundle or a record, every check by its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from ballots.audit import Archived, audit_evening, audit_record
from ballots.checks import Check
from ballots.election.archive import survey
from ballots.election.contents import MOST_BALLOT, in_order
from ballots.election.modp import ModularPower
from ballots.election.source import InMemory
from ballots.election.spoilt import SUFFIX, judge
from ballots.election.verify import verify_archive
from ballots.errors import Refusal
from ballots.record.errors import RecordRefused
from ballots.session import Oddity, PollState, fold
from kiosk.errors import KioskProblem, KioskRefused
from sync.errors import SyncError
from sync.opened_bundle import read_bundle
from sync.replica import Replica


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenged:
    """A ballot that was opened to check a booth; `marked` are option ids per question id."""

    tracker: str
    marked: Mapping[str, tuple[str, ...]]


@dataclass(slots=True, kw_only=True)
class Verified:
    """The checks in order, ending with the first that failed; and what else was seen."""

    checks: list[Check] = field(default_factory=list)
    oddities: tuple[Oddity, ...] = ()
    challenged: list[Challenged] = field(default_factory=list)

    @property
    def failed(self) -> Check | None:
        """The check that failed, if any."""
        return next((check for check in self.checks if not check.passed), None)


def verify(path: Path, power: ModularPower) -> Verified:
    """Check whatever lies at `path`; refused when it is none of the three, or not there."""
    if not path.is_file():
        raise KioskRefused(KioskProblem.NO_FILE, path=str(path))
    verified = Verified()
    match path.suffix:
        case ".bel":
            checks: Iterator[Check] = _archive(path, power)
        case ".urna":
            checks = _bundle(path, power, verified)
        case ".db":
            checks = _record(path, verified)
        case _:
            raise KioskRefused(KioskProblem.NOT_VERIFIABLE, path=str(path))
    for check in checks:
        verified.checks.append(check)
        if not check.passed:
            break
    return verified


def _archive(path: Path, power: ModularPower) -> Iterator[Check]:
    """An archive, and the list of spoilt ballots if one lies beside it."""
    data = path.read_bytes()
    verified = verify_archive(data, power)
    yield from verified.checks
    beside = path.with_suffix(SUFFIX)
    if verified.published is not None and beside.is_file():
        setup, digest = verified.published.setup, sha256(data).hexdigest()
        yield from judge(setup, digest, _ballots(data), beside.read_bytes())


def _ballots(data: bytes) -> Iterator[bytes]:
    archive = survey(InMemory(data))
    return (archive.load(place, MOST_BALLOT) for place in in_order(archive).ballots)


def _bundle(path: Path, power: ModularPower, verified: Verified) -> Iterator[Check]:
    try:
        bundle = read_bundle(path)
        entries = list(bundle.entries())
    except (SyncError, RecordRefused) as refusal:
        yield _refused("bundle.form", refusal)
        return
    manifest = bundle.manifest
    yield Check(
        name="bundle.form",
        passed=True,
        facts={"entries": manifest.entries, "parts": len(manifest.parts)},
    )
    session = fold(entries, manifest.assembly)
    verified.oddities = session.oddities
    archives: dict[str, Archived] = {}
    for uuid in bundle.elections():
        data = bundle.election(uuid)
        election = verify_archive(data, power)
        for check in election.checks:
            place = f"{uuid} {check.place}" if check.place else ""
            facts = {"election": uuid, **check.facts}
            yield Check(name=check.name, passed=check.passed, place=place, facts=facts)
        if election.published is not None:
            digest = sha256(data).hexdigest()
            archives[uuid] = Archived(sha256=digest, published=election.published)
    yield from audit_evening(session, archives)
    for uuid, archive in archives.items():
        verified.challenged += _challenged(session.polls[uuid], archive)


def _challenged(state: PollState, archive: Archived) -> Iterator[Challenged]:
    for opened in state.challenges:
        marks = archive.marks(opened) or ()
        yield Challenged(
            tracker=opened.tracker,
            marked={
                question.id: question.marked(positions)
                for question, positions in zip(state.poll.questions, marks, strict=True)
            },
        )


def _record(path: Path, verified: Verified) -> Iterator[Check]:
    try:
        with Replica.open(path, read_only=True) as replica:
            entries = list(replica.everything())
    except (SyncError, RecordRefused) as refusal:
        yield _refused("record.form", refusal)
        return
    yield Check(name="record.form", passed=True, facts={"entries": len(entries)})
    session = fold(entries)
    verified.oddities = session.oddities
    yield from audit_record(session)


def _refused(name: str, refusal: Refusal) -> Check:
    place = str(refusal.facts.get("part", refusal.facts.get("file", "")))
    return Check(
        name=name, passed=False, place=place, facts={"code": refusal.key, **refusal.facts}
    )
