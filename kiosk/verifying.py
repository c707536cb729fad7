# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna verify`: an archive, a bundle, a record, a list or a proof, every check by its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ballots.audit import Archived, audit_evening, audit_record
from ballots.checks import Check
from ballots.election.archive.ballot_box import Spread
from ballots.election.groups.modp import ModularPower
from ballots.election.published import Published, VerifiedElection
from ballots.election.verify import Watch, unwatched, verify_archive
from ballots.errors import Refusal
from ballots.record.errors import RecordRefused
from ballots.record.evidence import check_evidence
from ballots.session import Oddity, PollState, Session, fold
from kiosk.challenging import audit_spoilt
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.receipts import LIST, PROOF, Asked, OnPaper, audit_bundle, audit_list, audit_proof
from sync.errors import SyncError
from sync.file_part import file_part
from sync.opened_bundle import read_bundle
from sync.replica import Replica

NOTHING = Asked()
EVIDENCE = ".urna-fork"


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenged:
    """A ballot that was opened to check a booth; `marked` are option ids per question id."""

    tracker: str
    marked: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a bundle tells, for whoever goes on from it once every check has passed."""

    sha256: str
    session: Session
    archives: Mapping[str, Archived]
    entries: frozenset[bytes]  # the ids of its entries


@dataclass(slots=True, kw_only=True)
class Verified:
    """The checks in order, ending with the first that failed; and what else was seen."""

    checks: list[Check] = field(default_factory=list)
    oddities: tuple[Oddity, ...] = ()
    challenged: list[Challenged] = field(default_factory=list)
    published: list[Published] = field(default_factory=list)  # what each good archive says
    paper: OnPaper = field(default_factory=OnPaper)
    told: Told | None = None  # of a bundle

    @property
    def failed(self) -> Check | None:
        """The check that failed, if any."""
        return next((check for check in self.checks if not check.passed), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a verification works with: a power, the cores it is spread over, who watches."""

    power: ModularPower = pow
    spread: Spread = map
    watch: Watch = unwatched

    def verify(self, path: Path, begin: int = 0, size: int | None = None) -> VerifiedElection:
        """The archive in a file, or in part of one; `file-unreadable` where it cannot be read."""
        try:
            with file_part(path, begin, size) as source:
                return verify_archive(source, self.power, spread=self.spread, watch=self.watch)
        except OSError as error:
            detail = error.strerror or str(error)
            raise KioskRefused(
                KioskProblem.FILE_UNREADABLE, path=str(path), detail=detail
            ) from error


def verify(path: Path, means: Means, asked: Asked = NOTHING) -> Verified:
    """Check whatever lies at `path`, and what is `asked` of it besides.

    Raises:
        KioskRefused: `no-file`; `file-unreadable`; `not-verifiable`, for a file of another kind;
            `no-receipts`, for an archive or a record that is asked about receipts; `cores-lost`.
    """
    if not path.is_file():
        raise KioskRefused(KioskProblem.NO_FILE, path=str(path))
    if asked and path.suffix in (".bel", ".db", EVIDENCE):
        raise KioskRefused(KioskProblem.NO_RECEIPTS, path=str(path))
    verified = Verified()
    for check in _checks(path, means, asked, verified):
        verified.checks.append(check)
        if not check.passed:
            break
    return verified


def _checks(path: Path, means: Means, asked: Asked, verified: Verified) -> Iterator[Check]:
    """Those of a file of this kind."""
    match path.suffix:
        case ".bel":
            return _archive(path, means, verified)
        case ".urna":
            return _bundle(path, means, verified, asked)
        case ".db":
            return _record(path, verified)
        case suffix if suffix == LIST:
            return audit_list(path, asked, verified.paper)
        case suffix if suffix == PROOF:
            return audit_proof(path, asked, verified.paper)
        case suffix if suffix == EVIDENCE:
            return _evidence(path)
        case _:
            raise KioskRefused(KioskProblem.NOT_VERIFIABLE, path=str(path))


def _archive(path: Path, means: Means, verified: Verified) -> Iterator[Check]:
    """An archive, and the list of spoilt ballots if one lies beside it."""
    election = means.verify(path)
    yield from election.checks
    if election.published is not None:
        yield from audit_spoilt(path, election.published.setup)
        verified.published.append(election.published)


def _bundle(path: Path, means: Means, verified: Verified, asked: Asked) -> Iterator[Check]:
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
        election = means.verify(path, *bundle.place_of(uuid))
        for check in election.checks:
            place = f"{uuid} {check.place}" if check.place else ""
            facts = {"election": uuid, **check.facts}
            yield Check(name=check.name, passed=check.passed, place=place, facts=facts)
        if election.published is not None:
            verified.published.append(election.published)
            archives[uuid] = Archived(
                sha256=bundle.archive_hash(uuid), published=election.published
            )
    verified.told = Told(
        sha256=bundle.sha256,
        session=session,
        archives=archives,
        entries=frozenset(entry.id for entry in entries),
    )
    yield from audit_evening(session, archives)
    for uuid, archive in archives.items():
        verified.challenged += _challenged(session.polls[uuid], archive)
    yield from audit_bundle(
        session,
        entries,
        bundle.sidecar(),
        {uuid: bundle.archive_hash(uuid) for uuid in archives},
        {uuid: archive.published.trackers for uuid, archive in archives.items()},
        asked=asked,
        paper=verified.paper,
    )


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


def _evidence(path: Path) -> Iterator[Check]:
    """That somebody lied, and who."""
    try:
        found = check_evidence(path.read_bytes())
    except RecordRefused as refusal:
        yield _refused("evidence.fork", refusal)
        return
    number, device = found.proof.number, found.device
    yield Check(name="evidence.fork", passed=True, facts={"number": number})
    facts = {"device": device.name, "role": str(device.role), "key": device.device[:16]}
    yield Check(name="evidence.device", passed=True, facts=facts)


def _refused(name: str, refusal: Refusal) -> Check:
    place = str(refusal.facts.get("part", refusal.facts.get("file", "")))
    return Check(
        name=name, passed=False, place=place, facts={"code": refusal.key, **refusal.facts}
    )
